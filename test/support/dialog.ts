import { readFileSync } from 'node:fs';
import { desc, eq } from 'drizzle-orm';
import { makeConverse } from '../../bot/conversation.ts';
import type { Base } from '../../src/context.ts';
import { chatCodes, events } from '../../src/db/schema.ts';
import { openEvents } from '../../src/services/events/lists.ts';
import { cancelEvent } from '../../src/services/events/publishing.ts';
import { eventBySlug } from '../../src/services/events/queries.ts';
import { consumeSignIn, grantRole, showLinkCode, signInLink } from '../../src/services/people/commands.ts';
import { mailedCode } from '../../src/services/people/linking.ts';
import { actorOf, personByEmail } from '../../src/services/people/queries.ts';
import type { Converse, Reply } from '../../src/shared/chat.ts';
import { type Fold, instantOf } from '../../src/shared/time.ts';
import { campDirections } from './camp-world.ts';
import { freshDatabase } from './database.ts';
import { dinnerDirections, tellOffer } from './dinner-world.ts';
import { as, asSystem, asVisitor, makeBase, makeEvent, must, noon, secret, signUp } from './factories.ts';
import { makeWorld } from './world.ts';

/** A conversation as it went: `> text` is a person, `< reply` the bot (more lines of it indented), `! …` happens meanwhile. */
export type Played = { wanted: string; got: string };

type Stage = { base: Base; converse: () => Converse; minutes: number; address: string; sent: number };

export type Theatre = {
  play(file: string, how?: { fresh?: boolean }): Promise<Played>;
  close(): Promise<void>;
};

/** A database in which transcripts are played one after another, each in a world of its own. */
export async function openTheatre(): Promise<Theatre> {
  const database = await freshDatabase();
  let minutes = () => 0;
  const base = makeBase(database.url, () => new Date(noon.getTime() + minutes() * 60_000), 4);
  return {
    async play(file, { fresh = false } = {}) {
      const kept = makeConverse(base);
      const converse = fresh ? () => makeConverse(base) : () => kept;
      const stage: Stage = { base, converse, minutes: 0, address: 'test:ann', sent: 0 };
      minutes = () => stage.minutes;
      await emptied(base);
      await makeWorld(base);
      return perform(stage, readFileSync(file, 'utf8').trimEnd());
    },
    async close() {
      await base.db.$client.end();
      await database.drop();
    },
  };
}

async function emptied({ db }: Base): Promise<void> {
  const found = await db.$client.query(`select string_agg(quote_ident(tablename), ', ') tables
    from pg_tables where schemaname = 'public'`);
  await db.$client.query(`truncate ${found.rows[0].tables} restart identity cascade`);
}

async function perform(stage: Stage, wanted: string): Promise<Played> {
  const got: string[] = [];
  for (const line of wanted.split('\n')) got.push(...(await lineOf(stage, line)));
  return { wanted, got: got.join('\n') };
}

async function lineOf(stage: Stage, line: string): Promise<string[]> {
  if (/^[<\s]/.test(line)) return [];
  const told = /^! (\w+) is asked$/.exec(line)?.[1];
  if (told) return [line, ...written(await tellOffer(stage.base, stage.address, told))];
  if (line.startsWith('!')) await direct(stage, line.slice(1).trim());
  if (!line.startsWith('>')) return [line];
  const text = await filledIn(stage, line.slice(1).trim());
  const message = { address: stage.address, key: `m${stage.sent++}`, text };
  return [line, ...written(await stage.converse()(message))];
}

/** Replies as a transcript has them. */
export const written = (replies: Reply[]): string[] =>
  replies.flatMap(({ text }) =>
    text.split('\n').map((one, index) => (index === 0 ? `< ${one}` : `  ${one}`)),
  );

type Direction = (stage: Stage, ...words: string[]) => unknown;

const directions: [RegExp, Direction][] = [
  [
    /^(\d+) minutes later$/,
    (stage, minutes) => {
      stage.minutes += Number(minutes);
    },
  ],
  [
    /^it is (\S+T\S+) in London(?:, the (earlier|later) one)?$/,
    (stage, wall = '', fold) => {
      const read = instantOf(wall, 'Europe/London', fold as Fold);
      if (!('at' in read)) throw new Error(`no such time: ${wall}`);
      stage.minutes = (read.at.getTime() - noon.getTime()) / 60_000;
    },
  ],
  [
    /^(\w+) writes$/,
    (stage, who) => {
      stage.address = `test:${who}`;
    },
  ],
  [/^everything is cancelled$/, ({ base }) => base.db.update(events).set({ state: 'cancelled' })],
  [/^(\d+) more events$/, ({ base }, count) => makeMore(base, Number(count))],
  [/^(\w+) registers for everything on the website$/, ({ base }, who) => signUpForAll(base, who)],
  [
    /^(\S+@\S+) organises the site$/,
    ({ base }, email = '') => grantRole(asSystem(base), { email, role: 'organiser', eventId: null }),
  ],
  [/^(\S+@\S+) signs in on the website$/, ({ base }, email = '') => signIn(base, email)],
  [
    /^(\w+) registers for (\S+) on the website$/,
    async ({ base }, who, slug = '') =>
      must(await signUp(base, { slug }, who, { answers: { diet: 'vegan' } })),
  ],
  [
    /^(\S+) is cancelled$/,
    async ({ base }, slug = '') => must(await cancelEvent(asSystem(base), slug, 'The pub has burnt down.')),
  ],
  [/^(\S+) asks for "(.+)" too$/, ({ base }, slug = '', label = '') => askToo(base, slug, label)],
  ...dinnerDirections.map(([pattern, happens]): [RegExp, Direction] => [
    pattern,
    ({ base }, ...words) => happens(base, ...words),
  ]),
  ...campDirections.map(([pattern, happens]): [RegExp, Direction] => [
    pattern,
    ({ base }, ...words) => happens(base, ...words),
  ]),
];

async function makeMore(base: Base, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) {
    const day = `2026-05-${String(10 + n).padStart(2, '0')}`;
    await makeEvent(base, {
      name: `Meetup ${n}`,
      series: 'Meetups',
      startsAt: `${day}T19:00`,
      endsAt: `${day}T20:00`,
    });
  }
}

async function signUpForAll(base: Base, who?: string): Promise<void> {
  for (const { slug } of await openEvents(base.db, base.now(), 100))
    await signUp(base, { slug }, who, {
      answers: { diet: 'vegan', which_days: 'Sunday', do_you_come_by_bike: 'no' },
    });
}

/** The organisers add a question that has to be answered. */
async function askToo(base: Base, slug: string, label: string): Promise<void> {
  const event = await eventBySlug(base.db, slug);
  const questions = [...event!.questions, { name: 'extra', kind: 'text' as const, label, required: true }];
  await base.db.update(events).set({ questions }).where(eq(events.slug, slug));
}

async function direct(stage: Stage, direction: string): Promise<void> {
  for (const [pattern, happens] of directions) {
    const found = pattern.exec(direction);
    if (found) return void (await happens(stage, ...found.slice(1)));
  }
  throw new Error(`no such direction: ${direction}`);
}

async function signIn(base: Base, email: string): Promise<number> {
  const link = await signInLink(asSystem(base), email);
  return must(await consumeSignIn(asVisitor(base), link.split('/').at(-1)!)).personId;
}

/** `{mailed code}`: the last that was mailed; `{website code for ann@example.org}`: one that her page shows. */
async function filledIn({ base }: Stage, text: string): Promise<string> {
  if (text.includes('{mailed code}')) return text.replace('{mailed code}', await lastCode(base));
  const email = /\{website code for (\S+)\}/.exec(text)?.[1];
  return email ? text.replace(/\{website code.*\}/, await websiteCode(base, email)) : text;
}

/** The digits of the code that was mailed last. */
export async function lastCode(base: Base): Promise<string> {
  const [row] = await base.db.select().from(chatCodes).orderBy(desc(chatCodes.id)).limit(1);
  return mailedCode(secret, row!.id);
}

async function websiteCode(base: Base, email: string): Promise<string> {
  const person = await personByEmail(base.db, email);
  const { actor } = (await actorOf(base.db, person!.id, 'web'))!;
  return must(await showLinkCode(as(base, actor))).code;
}
