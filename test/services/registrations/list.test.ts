import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anonymous, type Base } from '../../../src/context.ts';
import { type Event, organisedEvent } from '../../../src/services/events/queries.ts';
import { type AttendeeFilter, readFilter } from '../../../src/services/registrations/attendees.ts';
import { moveAttendee } from '../../../src/services/registrations/commands.ts';
import {
  type AttendeeSort,
  type Cursor,
  listAttendees,
  sorts,
} from '../../../src/services/registrations/list.ts';
import { freshDatabase } from '../../support/database.ts';
import { as, asSystem, asVisitor, code, makeBase, makeEvent, must, signUp } from '../../support/factories.ts';
import { fillEvent } from '../../support/many.ts';

let base: Base;
let database: { url: string; drop(): Promise<void> };
let small: Event;
let large: Event;
const everyone: AttendeeFilter = { search: '', answers: {} };

const questions = [
  { label: 'Diet', kind: 'choice', options: 'vegan\nfish' },
  { label: 'Days', kind: 'several', options: 'Friday\nSaturday' },
  { label: 'New', kind: 'yesno' },
];

beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  small = await makeEvent(base, { capacity: '3', questions });
  const guests: [string, Record<string, string>][] = [
    ['Zoe', { diet: 'vegan', days: 'Friday, Saturday', new: 'yes' }],
    ['Ann', { diet: 'fish', days: 'Friday', new: 'no' }],
    ['Ann', { diet: 'vegan' }],
    ['Bob', {}],
    ['cyd', { diet: 'fish' }],
  ];
  for (const [n, [name, answers]] of guests.entries())
    must(await signUp(base, small, name, { email: `${name.toLowerCase()}.${n}@example.org`, answers }));
  large = await makeEvent(base, { questions });
  await fillEvent(base, large, 20_000, 3000);
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

const list = async (more: object = {}, event = small, size?: number) =>
  must(
    await listAttendees(
      asSystem(base),
      event,
      { filter: everyone, sort: 'registered', descending: false, ...more },
      size,
    ),
  );
const names = (found: { rows: { name: string }[] }) => found.rows.map((row) => row.name).join(' ');
const filter = (raw: Record<string, unknown>) => ({ filter: readFilter(small.questions, raw) });

describe('the list of attendees', () => {
  it('is for those who help at the event', async () => {
    const query = { filter: everyone, sort: 'name', descending: false } as const;
    const helper = (eventId: number) =>
      as(base, { ...anonymous('web'), grants: [{ role: 'helper' as const, eventId }] });
    expect(code(await listAttendees(asVisitor(base), small, query))).toBe('not_organiser');
    expect(code(await listAttendees(helper(large.id), small, query))).toBe('not_organiser');
    expect(must(await listAttendees(helper(small.id), small, query)).count).toBe(5);
    expect(code(await organisedEvent(helper(small.id), small.slug, 'manage'))).toBe('not_organiser');
  });

  it('has totals, states and places in the line', async () => {
    const found = await list({ sort: 'line' });
    expect(found.totals).toEqual({ confirmed: 3, offered: 0, waitlisted: 2, cancelled: 0 });
    expect(found.rows.map(({ name, state, rank }) => [name, state, rank])).toEqual([
      ['Zoe', 'confirmed', undefined],
      ['Ann', 'confirmed', undefined],
      ['Ann', 'confirmed', undefined],
      ['Bob', 'waitlisted', 1],
      ['cyd', 'waitlisted', 2],
    ]);
  });

  it('follows the line when somebody is moved to its front', async () => {
    const event = await makeEvent(base, { capacity: '0' });
    for (const name of ['Ann', 'Bob', 'Cyd']) must(await signUp(base, event, name));
    const before = await list({ sort: 'line' }, event);
    must(await moveAttendee(asSystem(base), event.slug, before.rows[2]!.id, 'to_front'));
    expect(names(await list({ sort: 'line' }, event))).toBe('Cyd Ann Bob');
    expect((await list({}, event)).rows.map((row) => row.rank)).toEqual([2, 3, 1]);
  });

  it('sorts by name whatever the case, by registration and backwards', async () => {
    expect(names(await list({ sort: 'name' }))).toBe('Ann Ann Bob cyd Zoe');
    expect(names(await list({ descending: true }))).toBe('cyd Bob Ann Ann Zoe');
  });

  it('sorts and finds names of any alphabet', async () => {
    const event = await makeEvent(base);
    for (const name of ['Zoe', 'Élodie', 'Łukasz', 'Dora', 'Мария', 'Farid', 'łukasz', 'Ørsted'])
      must(await signUp(base, event, name, { email: `x${Math.random()}@example.org` }));
    expect(names(await list({ sort: 'name' }, event))).toBe(
      'Dora Élodie Farid Łukasz łukasz Ørsted Zoe Мария',
    );
    expect(names(await list(filter({ q: 'éLO' }), event))).toBe('Élodie');
    expect(names(await list(filter({ q: 'ŁUK' }), event))).toBe('Łukasz łukasz');
    expect(names(await list(filter({ q: 'мария' }), event))).toBe('Мария');
    const first = await list({ sort: 'name' }, event, 3);
    expect(names(await list({ sort: 'name', after: first.next }, event, 3))).toBe('Łukasz łukasz Ørsted');
  });

  it('finds by name, by e-mail and by answers, and counts what fits', async () => {
    expect(names(await list(filter({ q: 'ANN' })))).toBe('Ann Ann');
    expect(names(await list(filter({ q: 'bob.3@' })))).toBe('Bob');
    expect(names(await list(filter({ q: '%' })))).toBe('');
    expect(names(await list(filter({ q: '_' })))).toBe('');
    expect(names(await list(filter({ 'answer.diet': 'vegan' })))).toBe('Zoe Ann');
    expect(names(await list(filter({ 'answer.days': 'Friday', 'answer.new': 'no' })))).toBe('Ann');
    expect(names(await list(filter({ state: 'waitlisted' })))).toBe('Bob cyd');
    expect((await list(filter({ 'answer.diet': 'vegan' }))).count).toBe(2);
  });

  it('leaves out of a filter what is no question, option, state or door', () => {
    const raw = {
      'answer.diet': "vegan' or true--",
      'answer.x': '1',
      state: 'gone',
      door: ['web'],
      q: ['a'],
    };
    expect(readFilter(small.questions, raw)).toEqual({
      search: '',
      state: undefined,
      door: undefined,
      answers: {},
    });
  });

  it('begins at its beginning for a cursor that is none', async () => {
    for (const after of [['x'], ["1'; drop table people--"], ['1', '2', '3'], ['99999999999'], []])
      expect(names(await list({ after }))).toBe('Zoe Ann Ann Bob cyd');
    expect(names(await list({ sort: 'name', after: ['a\0', '1'] }))).toBe('Ann Ann Bob cyd Zoe');
  });

  it('shows each of 20,000 once over its pages, in any order and either way', async () => {
    for (const sort of sorts) expect(new Set(await walk(sort, false)).size).toBe(20_000);
    expect(await walk('name', true)).toEqual((await walk('name', false)).reverse());
  }, 60_000);

  it('goes back the way it came', async () => {
    const first = await list({ sort: 'name' }, large);
    const second = await list({ sort: 'name', after: first.next }, large);
    const third = await list({ sort: 'name', after: second.next }, large);
    expect((await list({ sort: 'name', before: third.previous }, large)).rows).toEqual(second.rows);
    const again = await list({ sort: 'name', before: second.previous }, large);
    expect(again.rows).toEqual(first.rows);
    expect([first.previous, again.previous]).toEqual([undefined, undefined]);
  });
});

async function walk(sort: AttendeeSort, descending: boolean): Promise<number[]> {
  const seen: number[] = [];
  let after: Cursor | undefined;
  do {
    const page = await list({ sort, descending, after }, large, 6001);
    seen.push(...page.rows.map((row) => row.id));
    after = page.next;
  } while (after);
  return seen;
}
