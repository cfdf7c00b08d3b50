import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commands, makeConverse } from '../../bot/conversation.ts';
import type { Base } from '../../src/context.ts';
import { grantRole } from '../../src/services/people/commands.ts';
import type { Asked, AskedField, Converse } from '../../src/shared/chat.ts';
import { clean } from '../../src/shared/form.ts';
import { linkChat } from '../pages/world.ts';
import { anyText, isBroken, seedOf } from '../support/any-text.ts';
import { attendee, type Camp, hold, makeCamp } from '../support/camp.ts';
import { freshDatabase } from '../support/database.ts';
import { asSystem, makeBase, makeEvent, must, signUp } from '../support/factories.ts';

// Whatever is typed into any dialogue, and whatever the lists are full of: an answer, never “that did not work”. Dialogues are those of the
// bot: a new one is in it by itself.

const seed = seedOf();
const limits = [30, 40, 60, 80, 100, 200, 300, 4000];
/** Whichever unit a cut falls on is within a character in one of them. */
const pairs = [
  '🍞'.repeat(90),
  `x${'🍞'.repeat(90)}`,
  `Bread club: what we learned this year ${'🍞'.repeat(40)} and why`,
];
const address = 'xmpp:ann@chat.example';

let database: { url: string; drop(): Promise<void> };
let base: Base;
let converse: Converse;
let camp: Camp;
let now = new Date('2026-05-01T12:00:00Z');
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url, () => now);
  converse = makeConverse(base);
  camp = await makeCamp(base, { rooms: [...pairs.map((one) => one.slice(0, 80)), 'Blue'] });
  await makeEvent(base, {
    slug: 'supper',
    name: pairs[1]!.slice(0, 119),
    summary: pairs[0]!,
    venueName: pairs[1]!,
    venueAddress: pairs[0]!.repeat(2),
    partyMost: '4',
    questions: pairs.map((label) => ({ label, kind: 'text', help: label })),
    menu: pairs.map((label) => ({ label, dishes: `${label}\nSoup` })),
  });
  const ann = await attendee(base, camp);
  for (const [n, title] of pairs.entries()) {
    await hold(ann, camp, title, n, { abstract: title, tags: title });
    await hold(ann, camp, `${title}!`);
    must(await signUp(base, { slug: 'supper' }, `Guest ${n}`, { name: title, listed: true }));
  }
  must(await grantRole(asSystem(base), { email: 'ann@example.org', role: 'organiser', eventId: null }));
  await linkChat(base, 'ann@example.org', address);
}, 120_000);
afterAll(async () => {
  await base?.db.$client.end();
  await database?.drop();
});

async function say(text: string, from = address): Promise<Asked | undefined> {
  const replies = await converse({ address: from, key: randomBytes(9).toString('hex'), text });
  const said = replies.map((one) => JSON.stringify(one)).join('\n');
  expect(
    isBroken(said.replaceAll('\\\\', '')) || /\\u(d[89a-f]|0000)/.test(said.replaceAll('\\\\', '')),
    `${text}: ${said}`,
  ).toBe(false);
  expect(replies.length).toBeGreaterThan(0);
  return replies.at(-1)?.asks;
}

/** An answer to a field that lets one go on: the text where any is taken, else what there is to choose. */
function answerTo(field: AskedField | undefined, text: string): string {
  if (!field) return 'yes';
  if (field.problem) return field.options?.[0]?.value ?? (field.required ? 'bread' : '-');
  if (field.kind === 'email') return `${randomBytes(4).toString('hex')}@example.org`;
  if (field.kind === 'text' || field.kind === 'long') return field.options?.[0]?.value ?? text;
  return field.options?.[0]?.value ?? '1';
}

/** Says that it wants to go, whatever was asked. */
const words = () => commands.map(({ word }) => word).filter((word) => word !== 'forget' && word !== 'unlink');

it('every word of the bot lists what has any text in it, to everybody, before the day and on it', {
  timeout: 120_000,
}, async () => {
  for (const at of ['2026-05-01T12:00:00Z', '2026-05-30T09:10:00Z']) {
    now = new Date(at);
    for (const who of [address, 'xmpp:stranger@chat.example'])
      for (const line of [
        ...words(),
        'sessions newest',
        'sessions title',
        'find bread',
        `room ${pairs[0]}`,
        'at 10:30',
        `event supper`,
      ]) {
        await say(line, who);
        await say('more', who);
        await say('cancel', who);
      }
  }
  now = new Date('2026-05-01T12:00:00Z');
});

it('every dialogue takes any text wherever it asks, and in one line', { timeout: 240_000 }, async () => {
  const drawn = fc.sample(anyText(limits), { seed, numRuns: words().length });
  for (const [n, word] of words().entries())
    for (const text of [pairs[n % 2]!, drawn[n]!]) {
      let asks = await say(word);
      for (let turns = 0; asks && turns < 12; turns++) asks = await say(answerTo(asks.fields[0], text));
      await say(`${word} ${text}`);
      await say(text);
      await say('cancel');
      await say('cancel');
    }
});

it('what was acknowledged comes back as it was written', { timeout: 120_000 }, async () => {
  for (const [n, text] of fc.sample(anyText([200]), { seed, numRuns: 8 }).entries()) {
    const title = clean(text).replace(/\s+/g, ' ').replaceAll('"', '').trim();
    if (!title || title.length > 150) continue;
    const replies = await converse({
      address,
      key: `kept ${seed} ${n}`,
      text: `propose ${camp.slug} "${title} ${n}" - - - - - - yes`,
    });
    if (!replies.at(-1)?.done) continue;
    const { rows } = await base.db.$client.query('select title from sessions order by id desc limit 1');
    expect(rows[0].title).toBe(`${title} ${n}`);
  }
});
