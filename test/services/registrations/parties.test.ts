import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import { addAttendee, setCapacity } from '../../../src/services/registrations/commands.ts';
import { resizeAttendee, resizeParty } from '../../../src/services/registrations/parties.ts';
import { membersOf, registrationById } from '../../../src/services/registrations/queries.ts';
import { freshDatabase } from '../../support/database.ts';
import { by, dinners, guests, refusal } from '../../support/dinners.ts';
import {
  asSystem,
  asVisitor,
  code,
  makeBase,
  makeEvent,
  must,
  noon,
  signUp,
} from '../../support/factories.ts';

let database: { url: string; drop(): Promise<void> };
let base: Base;
let at: ReturnType<typeof dinners>;
let now = noon;
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url, () => now);
  at = dinners(base);
});
afterEach(() => {
  now = noon;
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

const me = () => asVisitor(base);

const usual: [string, number][] = [
  ['Cyd', 1],
  ['Dan', 3],
];

describe('a party', () => {
  it('is seated or waits together; a smaller one gets what is free', async () => {
    const event = await at.dinner();
    const parties = [
      await at.come(event, 'Ann', 3),
      await at.come(event, 'Bob', 2),
      await at.come(event, 'Cyd', 1),
    ];
    expect(parties.map((one) => [one.state, one.rank])).toEqual([
      ['confirmed', undefined],
      ['waitlisted', 1],
      ['confirmed', undefined],
    ]);
    expect(await at.counters(event)).toEqual({ capacity: 4, taken: 4, held: 0, waiting: 1 });
  });

  it('that is too large keeps its position, and is first when enough is free', async () => {
    const event = await at.dinner();
    const { ann, bob, waiting } = await at.full(event, [
      ['Dan', 4],
      ['Cyd', 1],
      ['Eve', 4],
    ]);
    await at.cancel(ann);
    expect(await Promise.all(waiting.map(at.stateOf))).toEqual(['waitlisted', 'confirmed', 'waitlisted']);
    must(await setCapacity(asSystem(base), event.slug, 7, true));
    expect(await Promise.all(waiting.map(at.stateOf))).toEqual(['confirmed', 'confirmed', 'waitlisted']);
    await at.cancel(bob);
    expect(await at.counters(event)).toEqual({ capacity: 7, taken: 5, held: 0, waiting: 1 });
  });

  it('keeps who belongs to it, with diets; a guest may have no name yet', async () => {
    const event = await at.dinner();
    const ann = must(
      await signUp(base, event, 'Ann', {
        members: [
          { name: 'ignored', diets: ['vegan'] },
          { name: ' Bo ', diets: ['nut_allergy', 'halal'], dietOther: 'no celery', choices: {} },
          {},
        ],
      }),
    );
    const cyd = await at.come(event, 'Cyd');
    const found = await membersOf(base.db, [ann.id, cyd.id]);
    expect(found.get(ann.id)).toEqual([
      { position: 0, name: 'Ann', diets: ['vegan'], dietOther: '', choices: {} },
      { position: 1, name: 'Bo', diets: ['halal', 'nut_allergy'], dietOther: 'no celery', choices: {} },
      { position: 2, name: null, diets: [], dietOther: '', choices: {} },
    ]);
    expect(found.get(cyd.id)).toEqual([{ position: 0, name: 'Cyd', diets: [], dietOther: '', choices: {} }]);
    // Nothing is said of whoever comes alone and eats everything: there is no row.
    expect(await at.query('select from members where registration_id = $1', [cyd.id])).toHaveLength(0);
  });

  it('is refused with every bad field named, and nothing is written', async () => {
    const event = await at.dinner();
    const members = [
      { diets: 'stones' },
      { name: 'x'.repeat(201), diets: ['vegan'], dietOther: 'y'.repeat(300) },
    ];
    expect(
      refusal(await signUp(base, event, 'Ann', { members }))?.issues?.map((one) => [one.field, one.code]),
    ).toEqual([
      ['members.0.diets', 'several'],
      ['members.1.name', 'too_long'],
      ['members.1.dietOther', 'too_long'],
    ]);
    expect(await at.counters(event)).toMatchObject({ taken: 0, waiting: 0 });
  });

  it('is refused when it is larger than the event allows, or than all of its places', async () => {
    const event = await at.dinner({ capacity: '3' });
    const refused = (size: number) => signUp(base, event, 'Ann', { members: guests(size) });
    expect(refusal(await refused(5))).toEqual({
      kind: 'conflict',
      code: 'party_too_large',
      data: { event: event.name, count: 3 },
    });
    expect(code(await refused(4))).toBe('party_too_large');
    expect((await at.come(event, 'Ann', 3)).state).toBe('confirmed');
    expect(code(await signUp(base, await makeEvent(base), 'Ann', { members: guests(2) }))).toBe(
      'party_too_large',
    );
  });

  it('is not bound by that when an organiser adds it', async () => {
    const event = await at.dinner({ capacity: '3' });
    const add = (size: number, beyond = false) =>
      addAttendee(asSystem(base), {
        event: event.slug,
        name: 'Ann',
        email: `ann${size}@example.org`,
        answers: {},
        members: guests(size),
        beyond,
      });
    expect(code(await add(5))).toBe('party_too_large');
    expect(must(await add(5, true)).state).toBe('confirmed');
    expect(code(await add(21, true))).toBe('party_too_large');
  });

  it('that is refused as full is told how many could come', async () => {
    const event = await at.dinner({ waitingList: '' });
    await at.come(event, 'Ann', 3);
    expect(refusal(await signUp(base, event, 'Bob', { members: guests(2) }))).toEqual({
      kind: 'conflict',
      code: 'full',
      data: { event: event.name, count: 1, size: 2 },
    });
    expect((await at.come(event, 'Bob')).state).toBe('confirmed');
  });
});

describe('resizeParty', () => {
  it('grows while there is room, else nothing changes', async () => {
    const event = await at.dinner();
    const ann = await at.come(event, 'Ann', 2);
    expect(must(await resizeParty(me(), by(ann), [{}, { name: 'Bo' }, { diets: 'vegan' }]))).toEqual({
      kind: 'changed',
    });
    const bob = await at.come(event, 'Bob');
    expect(refusal(await resizeParty(me(), by(bob), guests(3)))).toEqual({
      kind: 'conflict',
      code: 'no_room_to_grow',
      data: { event: event.name, count: 0, size: 2 },
    });
    expect(await at.counters(event)).toMatchObject({ taken: 4 });
    expect((await membersOf(base.db, [ann.id])).get(ann.id)?.map((one) => one.name)).toEqual([
      'Ann',
      'Bo',
      null,
    ]);
    expect((await membersOf(base.db, [bob.id])).get(bob.id)).toHaveLength(1);
  });

  it('shrinks, and the places go to the line at once', async () => {
    const event = await at.dinner();
    const { ann, waiting } = await at.full(event, usual);
    must(await resizeParty(me(), by(ann), guests(1)));
    expect(await at.told()).toEqual([`${ann.id} party`, `${waiting[0]!.id} promoted`]);
    expect(await at.counters(event)).toMatchObject({ taken: 4, waiting: 1 });
  });

  it('changes one that waits where it stands; smaller it may fit at once', async () => {
    const event = await at.dinner();
    const { ann, waiting } = await at.full(event, [
      ['Dan', 3],
      ['Eve', 1],
    ]);
    const [dan, eve] = waiting;
    must(await resizeParty(me(), by(dan!), guests(2)));
    expect([await at.stateOf(dan!), (await registrationById(base.db, dan!.id))?.rank]).toEqual([
      'waitlisted',
      1,
    ]);
    await at.cancel(ann);
    expect([await at.stateOf(dan!), await at.stateOf(eve!)]).toEqual(['confirmed', 'waitlisted']);
  });

  it('keeps names and diets that change alone', async () => {
    const event = await at.dinner();
    const ann = await at.come(event, 'Ann', 2);
    must(await resizeParty(me(), by(ann), [{}, { name: 'Bo' }]));
    must(await resizeParty(me(), by(ann), [{ diets: ['kosher'] }, { name: 'Bea' }]));
    expect((await membersOf(base.db, [ann.id])).get(ann.id)).toMatchObject([
      { diets: ['kosher'] },
      { name: 'Bea' },
    ]);
    expect(await at.counters(event)).toMatchObject({ taken: 2 });
  });

  it('refuses more than the event allows, and nobody at all', async () => {
    const event = await at.dinner({ capacity: '' });
    const ann = await at.come(event, 'Ann', 2);
    expect(refusal(await resizeParty(me(), by(ann), guests(5)))?.data).toMatchObject({ count: 4 });
    expect(refusal(await resizeParty(me(), by(ann), []))?.issues).toEqual([
      { field: 'members', code: 'required' },
    ]);
    expect(must(await resizeAttendee(asSystem(base), event.slug, ann.id, guests(5)))).toEqual({
      kind: 'changed',
    });
    expect(code(await resizeAttendee(me(), event.slug, ann.id, guests(2)))).toBe('not_organiser');
    expect(code(await resizeAttendee(asSystem(base), event.slug, 999_999, guests(2)))).toBe(
      'registration_unknown',
    );
  });

  it('refuses when it is cancelled, closed or over; fewer may come until it is over', async () => {
    const event = await at.dinner({ closesAt: '2026-05-10T12:00' });
    const [ann, bob] = [await at.come(event, 'Ann', 2), await at.come(event, 'Bob', 2)];
    await at.cancel(bob);
    expect(code(await resizeParty(me(), by(bob), guests(1)))).toBe('registration_cancelled');
    expect(code(await resizeParty(me(), { token: 'none' }, guests(1)))).toBe('link_unknown');
    expect(code(await resizeParty(me(), { event: event.slug }, guests(1)))).toBe('not_registered');
    now = new Date('2026-05-11T12:00Z');
    expect(code(await resizeParty(me(), by(ann), guests(3)))).toBe('registration_closed');
    must(await resizeParty(me(), by(ann), guests(1)));
    now = new Date('2026-05-31T12:00Z');
    expect(code(await resizeParty(me(), by(ann), guests(1)))).toBe('event_over');
  });
});
