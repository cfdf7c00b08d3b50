import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Base, Ctx } from '../../../src/context.ts';
import type { Event } from '../../../src/services/events/queries.ts';
import {
  archivedSessions,
  comingSessionsOf,
  findSessions,
  mark,
  type SessionAtEvent,
} from '../../../src/services/sessions/across-events.ts';
import { editSession, setStar, withdrawSession } from '../../../src/services/sessions/commands.ts';
import { type Asked, pick } from '../../../src/services/sessions/rules.ts';
import { freshDatabase } from '../../support/database.ts';
import { makeBase, must } from '../../support/factories.ts';
import { countQueries } from '../../support/queries.ts';
import { attend, makeCamp, placed, proposed } from '../../support/sessions.ts';

let base: Base;
let database: { url: string; drop(): Promise<void> };
let event: Event;
let ann: Ctx & { personId: number };
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  const camp = await makeCamp(base);
  event = camp.event;
  ann = await attend(base, event, 'Ann O’Neil');
  const bob = await attend(base, event, 'Bob');
  await proposed(ann, event, 'Postgres, slowly', {
    abstract: `${'word '.repeat(200)} then **vacuum** it`,
    tags: 'data',
  });
  await proposed(bob, event, 'Node.js in real-time', { tags: '100%, c++' });
  await proposed(bob, event, 'Kites', { abstract: "it's about air" });
  await placed(camp, 1);
  const slides = [{ kind: 'slides', url: 'https://example.org/s', title: '' }];
  must(await editSession(bob, event.slug, 3, { title: 'Kites', abstract: "it's about air", links: slides }));
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

const found = async (words: string) =>
  (await findSessions(base.db, words, 10)).map((one) => one.number).sort();
const later = new Date('2026-06-01T12:00:00Z');

describe('looking for words', () => {
  it.each([
    ['post', [1]],
    ['POSTGRES slow', [1]],
    ['postgres kites', []],
    ['vacuum data', [1]],
    ['node', [2]],
    ['node.js', [2]],
    ['real-ti', [2]],
    ['100%', [2]],
    ['#c++', [2]],
    ['bob', [2, 3]],
    ["o'neil", []],
    ['O’Neil post', [1]],
    ["it's", [3]],
    ['% _', []],
    ['\\', []],
    ["'a' | !b & <-> :*", []],
    [`kites ${'x'.repeat(3000)}`, []],
  ])('%s', async (words, numbers) => {
    expect(await found(words)).toEqual(numbers);
  });
});

describe('the archive', () => {
  it('has what has begun, and shows where the words are', async () => {
    const ask = (words: string, having?: 'slides' | 'recording') =>
      archivedSessions(base.db, { words, having }, later, 10);
    expect(await archivedSessions(base.db, { words: '' }, base.now(), 10)).toEqual([]);
    expect((await ask('')).map((one) => [one.number, one.event.slug, one.place?.room])).toEqual([
      [1, event.slug, 'Red'],
      [2, event.slug, undefined],
      [3, event.slug, undefined],
    ]);
    const [one] = await ask('vacu');
    expect(one?.snippet).toContain(`${mark.begin}vacuum${mark.end}`);
    expect(one!.snippet.length).toBeLessThan(300);
    expect((await ask('', 'slides')).map((one) => one.number)).toEqual([3]);
    expect(await ask('', 'recording')).toEqual([]);
  });

  it('comes a page at a time, each session once, the latest event first', async () => {
    const more = await makeCamp(base, { startsAt: '2026-05-20T09:00', endsAt: '2026-05-31T17:00' });
    const cyd = await attend(base, more.event, 'Cyd');
    for (const title of ['a', 'b', 'c']) await proposed(cyd, more.event, title);
    must(await withdrawSession(cyd, more.event.slug, 2));
    const seen: [string, number][] = [];
    let last: SessionAtEvent | undefined;
    do {
      const after = last && { startsAt: last.event.startsAt, eventId: last.eventId, number: last.number };
      const page = await archivedSessions(base.db, { words: '', after }, later, 2);
      seen.push(...page.map((one) => [one.event.slug, one.number] as [string, number]));
      last = page.at(-1);
    } while (last);
    const { slug } = more.event;
    expect(seen).toEqual([
      [event.slug, 1],
      [event.slug, 2],
      [event.slug, 3],
      [slug, 1],
      [slug, 3],
    ]);
  });
});

describe('one’s own sessions', () => {
  it('are what one holds or starred at events that are not over, by time, in one statement', async () => {
    must(await setStar(ann, event.slug, 3, true));
    must(await setStar(ann, event.slug, 1, true));
    const mine = () => comingSessionsOf(base.db, ann.personId, base.now());
    expect((await mine()).map((one) => [one.number, one.starred])).toEqual([
      [1, true],
      [3, true],
    ]);
    expect(await countQueries(base.db, mine)).toBe(1);
    expect(await comingSessionsOf(base.db, ann.personId, later)).toEqual([]);
  });
});

describe('picking from a list', () => {
  const at = (day: number) => new Date(Date.UTC(2026, 4, day));
  const one = (number: number, title: string, more: object = {}) => ({
    number,
    title,
    abstract: '',
    tags: [] as string[],
    hosts: [{ personId: number, name: `Host ${number}` }],
    starred: false,
    createdAt: at(number),
    place: null as { startsAt: Date; room: string } | null,
    ...more,
  });
  const list = [
    one(1, 'Beta 10', { tags: ['web'], place: { startsAt: at(9), room: 'Room 10' } }),
    one(2, 'alpha', { abstract: 'Find Me', starred: true }),
    one(3, 'Beta 9', { tags: ['web', 'css'], place: { startsAt: at(9), room: 'Room 9' } }),
  ];
  const picked = (asked: Partial<Asked>, personId?: number) =>
    pick(list, { tag: '', words: '', mine: false, order: 'newest', ...asked }, personId).map(
      ({ number }) => number,
    );

  it('goes by tag, by all of the words, and by what is mine', () => {
    expect(picked({})).toEqual([3, 2, 1]);
    expect(picked({ tag: 'web' })).toEqual([3, 1]);
    expect(picked({ tag: 'we' })).toEqual([]);
    expect(picked({ words: 'find ME host' })).toEqual([2]);
    expect(picked({ words: '#css beta' })).toEqual([3]);
    expect(picked({ mine: true })).toEqual([2]);
    expect(picked({ mine: true }, 3)).toEqual([3, 2]);
  });

  it('stands in the order asked for, and leaves the list alone', () => {
    expect(picked({ order: 'time' })).toEqual([3, 1, 2]);
    expect(picked({ order: 'title' })).toEqual([2, 3, 1]);
    expect(list.map(({ number }) => number)).toEqual([1, 2, 3]);
  });
});
