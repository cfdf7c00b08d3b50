import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeConverse } from '../../bot/conversation.ts';
import { book } from '../../bot/dialogues/book.ts';
import type { Base } from '../../src/context.ts';
import { addRoom, addSlots, placeSession } from '../../src/services/grid/commands.ts';
import { gridOf } from '../../src/services/grid/queries.ts';
import { grantRole } from '../../src/services/people/commands.ts';
import { propose } from '../../src/services/sessions/commands.ts';
import { refuse } from '../../src/shared/result.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import { freshDatabase } from '../support/database.ts';
import { asSystem, makeBase, makeEvent, must, proved, signUp } from '../support/factories.ts';
import { changed, fingerprints } from '../support/fingerprint.ts';

// Every word of the bot, by everybody who may write to it: who has not the right changes nothing, and hears what to do first.

/** From whom on a word does what it is for. `known`: has said an address; `proved`: has shown that they read its mail. */
const ranks = ['nobody', 'known', 'proved', 'host', 'helper', 'organiser'] as const;
type Rank = (typeof ranks)[number];

const everybody: Rank[] = [...ranks];
const known = ranks.slice(1);
const provedOnes = ranks.slice(2);
const holders: Rank[] = ['host', 'organiser'];
const atTheDoor: Rank[] = ['helper', 'organiser'];

/** The line that is said, and who may. A word that is not here fails the test. */
const policies: Record<string, [line: string, may: Rank[]]> = {
  menu: ['menu', everybody],
  help: ['help', everybody],
  events: ['events', everybody],
  event: ['event own', everybody],
  register: ['register', everybody],
  schedule: ['schedule own', everybody],
  sessions: ['sessions own', everybody],
  session: ['session own 1', everybody],
  now: ['now own', everybody],
  next: ['next own', everybody],
  room: ['room own Red', everybody],
  at: ['at own 10:00', everybody],
  find: ['find talk', everybody],
  whoami: ['whoami', everybody],
  link: ['link', everybody],
  unlink: ['unlink', everybody],
  language: ['language', everybody],
  stop: ['stop', everybody],
  start: ['start', everybody],
  my: ['my', known],
  unregister: ['unregister own', known],
  party: ['party own', known],
  take: ['take own', known],
  pass: ['pass own', known],
  skip: ['skip own', known],
  coming: ['coming own', known],
  mine: ['mine own', known],
  name: ['name', known],
  notices: ['notices', known],
  quiet: ['quiet', known],
  remind: ['remind', known],
  zone: ['zone', known],
  signin: ['sign in', known],
  mydata: ['my data', known],
  forget: ['forget me', known],
  star: ['star own 1', known],
  unstar: ['unstar own 1', known],
  propose: ['propose own Something new', provedOnes],
  claim: ['claim own 2 10:30 Red', holders],
  move: ['move own 1 10:30 Blue', holders],
  swap: ['swap own 1 3', holders],
  off: ['off own 1', holders],
  withdraw: ['withdraw own 2 yes', holders],
  restore: ['restore own 2', holders],
  attendees: ['attendees own', atTheDoor],
  checkin: ['check in own Guest', atTheDoor],
  announce: ['announce own "Hello all" yes', ['organiser']],
  export: ['export own yes', ['organiser']],
  invite: ['invite own camp@muc.example.org yes', ['organiser']],
};

let base: Base;
let database: { url: string; drop(): Promise<void> };
const query = async (text: string, values: unknown[] = []) =>
  (await base.db.$client.query(text, values)).rows;

beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  const organiser = asSystem(base);
  const times = { startsAt: '2026-05-30T09:00', endsAt: '2026-05-30T17:00' };
  const event = await makeEvent(base, { name: 'Own', slug: 'own', kind: 'barcamp', ...times });
  const personOf = async (name: string): Promise<number> => {
    const { id } = must(await signUp(base, event, name));
    return (await query('select person_id from registrations where id = $1', [id]))[0].person_id;
  };
  await personOf('Guest');
  await personOf('Known');
  await proved(base, await personOf('Proved'));
  const host = await proved(base, await personOf('Host'));
  for (const role of ['helper', 'organiser'] as const) {
    const { personId } = must(
      await grantRole(organiser, { email: `${role}@example.org`, role, eventId: event.id }),
    );
    await proved(base, personId);
  }
  for (const name of ['Red', 'Blue']) must(await addRoom(organiser, 'own', { name }));
  const slot = { startsAt: '2026-05-30T10:00', endsAt: '2026-05-30T11:00', minutes: '30' };
  must(await addSlots(organiser, 'own', slot));
  const { rooms, slots } = await gridOf(base.db, event.id);
  for (const title of ['First talk', 'Second talk', 'Third talk'])
    must(await propose(host, { event: 'own', answers: { title } }));
  for (const [session, room] of [
    [1, 0],
    [3, 1],
  ] as const)
    must(await placeSession(host, { event: 'own', session, roomId: rooms[room]!.id, slotId: slots[0]!.id }));
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

const emailOf = (rank: Rank) => `${rank}@example.org`;

/** A chat of its own for each line: what one word leaves behind is nothing to the next. */
async function makeChat(rank: Rank, word: string) {
  await query(
    `insert into addresses (uri, person_id, linked_at)
      values ($1, (select id from people where email = $2), case when $3 then now() end)`,
    [`test:${rank}-${word}`, emailOf(rank), rank !== 'nobody' && rank !== 'known'],
  );
}

/** What is said to whoever has to do or be something else first. */
const gates = (rank: Rank): string[] => [
  t('bot:link.why'),
  t('bot:link.proof', { email: emailOf(rank) }),
  refusalText(t, refuse('forbidden', 'not_organiser').refusal),
  ...['First talk', 'Second talk', 'Third talk'].map((title) =>
    refusalText(t, refuse('forbidden', 'not_host', { title }).refusal),
  ),
];

describe('every word of the bot', () => {
  it('has a policy, and every policy a word', () => {
    expect(book.words.filter((word) => !policies[word])).toEqual([]);
    expect(Object.keys(policies).filter((word) => !book.words.includes(word))).toEqual([]);
  });

  it('does what it is for those alone whom its policy names; the others change nothing', {
    timeout: 120_000,
  }, async () => {
    const converse = makeConverse(base);
    const wrong: string[] = [];
    const changing = new Set<string>();
    for (const [word, [line, may]] of Object.entries(policies)) {
      const say = async (rank: Rank) => {
        const [reply] = await converse({ address: `test:${rank}-${word}`, key: 'one', text: line });
        const isRefused = gates(rank).some((gate) => reply!.text.includes(gate));
        if (isRefused === may.includes(rank)) wrong.push(`${word} as ${rank}: ${reply!.text.slice(0, 160)}`);
      };
      for (const rank of ranks) await makeChat(rank, word);
      const before = await fingerprints(base);
      await Promise.all(ranks.filter((rank) => !may.includes(rank)).map(say));
      const refused = await fingerprints(base);
      for (const table of changed(before, refused)) wrong.push(`${word} changed ${table}`);
      for (const rank of may) await say(rank);
      if (mustChange.includes(word) && changed(refused, await fingerprints(base)).length > 0)
        changing.add(word);
    }
    expect(wrong).toEqual([]);
    // The control of the others: the same lines do change things when they come from those who may.
    expect(mustChange.filter((word) => !changing.has(word))).toEqual([]);
  });
});

const mustChange = [...['propose', 'claim', 'move', 'off', 'withdraw', 'star', 'invite', 'checkin']];
