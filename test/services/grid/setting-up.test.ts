import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import {
  addRoom,
  addSlots,
  copyDay,
  editRoom,
  editSlot,
  moveRoom,
  openGrid,
  placeSession,
  removeRoom,
  removeSlot,
  startGrid,
} from '../../../src/services/grid/commands.ts';
import { changesSince, gridOf } from '../../../src/services/grid/queries.ts';
import { wallOf } from '../../../src/shared/time.ts';
import { attendee, type Camp, hold, makeCamp } from '../../support/camp.ts';
import { freshDatabase } from '../../support/database.ts';
import { asSystem, code, makeBase, makeEvent, must } from '../../support/factories.ts';
import { countQueries } from '../../support/queries.ts';

let base: Base;
let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

const ctx = () => asSystem(base);
const grid = (camp: { event: { id: number } }) => gridOf(base.db, camp.event.id);
const zone = 'Europe/London';
/** `09:30-10:00 Welcome` of each slot, with its day unless it is the 30th. */
const times = async (camp: { event: { id: number } }) =>
  (await grid(camp)).slots.map(({ startsAt, endsAt, title }) => {
    const [from, to] = [wallOf(startsAt, zone), wallOf(endsAt, zone)];
    const day = from.startsWith('2026-05-30') ? '' : `${from.slice(8, 10)}. `;
    return `${day}${from.slice(11)}-${to.slice(11)}${title ? ` ${title}` : ''}`;
  });
const changes = async (camp: Camp) =>
  (await changesSince(base.db, camp.event.id)).map(({ number, kind, before, after }) => ({
    number,
    kind,
    before,
    after,
  }));
const day = (hours: string, of = '30') => `2026-05-${of}T${hours}`;

describe('a room that gets another name', () => {
  it('has moved for the readers of every session in it, and for nobody else', async () => {
    const camp = await makeCamp(base);
    const ann = await attendee(base, camp);
    const one = await hold(ann, camp, 'One', 0);
    const two = await hold(ann, camp, 'Two', 2);
    const elsewhere = await hold(ann, camp, 'Elsewhere', 1);
    const before = (await grid(camp)).sessions;
    const [red] = (await grid(camp)).rooms;
    must(await editRoom(ctx(), camp.slug, red!.id, { name: 'Crimson', capacity: '20' }));
    const after = (await grid(camp)).sessions;
    const rise = (number: number) =>
      after.find((each) => each.number === number)!.version -
      before.find((each) => each.number === number)!.version;
    expect([one, two, elsewhere].map(rise)).toEqual([1, 1, 0]);
    const at = { startsAt: '2026-05-30T09:00:00.000Z', endsAt: '2026-05-30T09:30:00.000Z' };
    const told = (await changes(camp)).filter((change) => change.kind === 'moved');
    expect(told.map((change) => change.number)).toEqual([two, one]);
    expect(told[1]).toEqual({
      number: one,
      kind: 'moved',
      before: { room: 'Red', ...at },
      after: { room: 'Crimson', ...at },
    });
  });

  it('has not, when only its size or its things change', async () => {
    const camp = await makeCamp(base);
    const ann = await attendee(base, camp);
    await hold(ann, camp, 'One', 0);
    const [red] = (await grid(camp)).rooms;
    must(
      await editRoom(ctx(), camp.slug, red!.id, {
        name: 'Red',
        capacity: '7',
        features: 'Beamer, step-free',
      }),
    );
    expect((await grid(camp)).rooms[0]).toMatchObject({ capacity: 7, features: ['beamer', 'step-free'] });
    expect((await changes(camp)).map((change) => change.kind)).toEqual(['placed']);
  });

  it('is the same few statements for one session and for thirty', async () => {
    const camp = await makeCamp(base, { from: '09:00', to: '17:00', minutes: '15' });
    const ann = await attendee(base, camp);
    const [red] = (await grid(camp)).rooms;
    const rename = (name: string) =>
      countQueries(base.db, async () => must(await editRoom(ctx(), camp.slug, red!.id, { name })));
    await hold(ann, camp, 'Session 0', 0);
    const one = await rename('Crimson');
    for (let n = 1; n < 30; n++) await hold(ann, camp, `Session ${n}`, n * 2);
    expect(await rename('Scarlet')).toBe(one);
    expect((await changes(camp)).filter((change) => change.after?.room === 'Scarlet')).toHaveLength(30);
  });

  it('is refused a name that another has, a wrong size, and what is not there', async () => {
    const camp = await makeCamp(base);
    const other = await makeCamp(base);
    const [red] = (await grid(camp)).rooms;
    const refused = await editRoom(ctx(), camp.slug, red!.id, { name: 'Blue' });
    expect(refused).toMatchObject({ refusal: { issues: [{ field: 'name', code: 'room_taken' }] } });
    const wrong = await editRoom(ctx(), camp.slug, red!.id, { name: '', capacity: 'many' });
    expect(wrong).toMatchObject({
      refusal: {
        issues: [
          { field: 'name', code: 'required' },
          { field: 'capacity', code: 'room_size' },
        ],
      },
    });
    expect(code(await editRoom(ctx(), other.slug, red!.id, { name: 'Mine' }))).toBe('room_unknown');
    expect((await grid(camp)).rooms.map((room) => room.name)).toEqual(['Red', 'Blue']);
  });
});

describe('the order of rooms', () => {
  const names = async (camp: Camp) => (await grid(camp)).rooms.map((room) => room.name).join();
  it('changes one place at a time, and ends at its ends', async () => {
    const camp = await makeCamp(base, { rooms: ['A', 'B', 'C'] });
    const { rooms } = await grid(camp);
    must(await moveRoom(ctx(), camp.slug, rooms[2]!.id, 'up'));
    expect(await names(camp)).toBe('A,C,B');
    must(await moveRoom(ctx(), camp.slug, rooms[0]!.id, 'down'));
    expect(await names(camp)).toBe('C,A,B');
    must(await moveRoom(ctx(), camp.slug, rooms[2]!.id, 'up'));
    must(await moveRoom(ctx(), camp.slug, rooms[1]!.id, 'down'));
    expect(await names(camp)).toBe('C,A,B');
    const other = await makeCamp(base);
    expect(code(await moveRoom(ctx(), other.slug, rooms[0]!.id, 'up'))).toBe('room_unknown');
  });

  it('keeps every room when many move at once', async () => {
    const camp = await makeCamp(base, { rooms: ['A', 'B', 'C', 'D', 'E'] });
    const { rooms } = await grid(camp);
    await Promise.all(
      rooms.flatMap(({ id }) => [
        moveRoom(ctx(), camp.slug, id, 'up'),
        moveRoom(ctx(), camp.slug, id, 'down'),
      ]),
    );
    const after = (await grid(camp)).rooms;
    expect(after.map((room) => room.position)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(after.map((room) => room.id))).toEqual(new Set(rooms.map((room) => room.id)));
  });
});

describe('a slot', () => {
  it('that gets other times has moved for the readers of its sessions', async () => {
    const camp = await makeCamp(base);
    const ann = await attendee(base, camp);
    const one = await hold(ann, camp, 'One', 0);
    const two = await hold(ann, camp, 'Two', 1);
    await hold(ann, camp, 'Later', 2);
    const [first] = (await grid(camp)).slots;
    must(await editSlot(ctx(), camp.slug, first!.id, { startsAt: day('09:40'), endsAt: day('10:25') }));
    const told = (await changes(camp)).filter((change) => change.kind === 'moved');
    expect(told.map((change) => change.number)).toEqual([two, one]);
    expect(told[1]).toMatchObject({
      before: { room: 'Red', startsAt: '2026-05-30T09:00:00.000Z', endsAt: '2026-05-30T09:30:00.000Z' },
      after: { room: 'Red', startsAt: '2026-05-30T08:40:00.000Z', endsAt: '2026-05-30T09:25:00.000Z' },
    });
    must(await editSlot(ctx(), camp.slug, first!.id, { startsAt: day('09:40'), endsAt: day('10:25') }));
    expect((await changes(camp)).filter((change) => change.kind === 'moved')).toHaveLength(2);
  });

  it('becomes a common item when nobody is in it, and one to claim again', async () => {
    const camp = await makeCamp(base);
    const ann = await attendee(base, camp);
    await hold(ann, camp, 'One', 0);
    const [first, second] = (await grid(camp)).slots;
    const lunch = (slot: { startsAt: Date; endsAt: Date }, title: string) => ({
      title,
      startsAt: wallOf(slot.startsAt, zone),
      endsAt: wallOf(slot.endsAt, zone),
    });
    const refused = await editSlot(ctx(), camp.slug, first!.id, lunch(first!, 'Lunch'));
    expect(refused).toMatchObject({ refusal: { code: 'slot_used', data: { count: 1 } } });
    must(await editSlot(ctx(), camp.slug, second!.id, lunch(second!, 'Lunch')));
    expect((await times(camp))[1]).toBe('10:30-11:00 Lunch');
    must(await editSlot(ctx(), camp.slug, second!.id, lunch(second!, '')));
    expect((await times(camp))[1]).toBe('10:30-11:00');
  });

  it('is refused over another one, backwards, too long, or where it is not', async () => {
    const camp = await makeCamp(base);
    const other = await makeCamp(base);
    const [first] = (await grid(camp)).slots;
    const edit = (startsAt: string, endsAt: string, slug = camp.slug, title = '') =>
      editSlot(ctx(), slug, first!.id, { startsAt, endsAt, title });
    expect(code(await edit(day('10:00'), day('10:31')))).toBe('slots_overlap');
    expect(code(await edit(day('10:00'), day('09:00')))).toBe('invalid');
    expect(await edit(day('10:00'), '2026-06-30T10:00')).toMatchObject({
      refusal: { issues: [{ field: 'endsAt', code: 'slot_long' }] },
    });
    expect(await edit(day('10:00'), day('10:30'), camp.slug, 'x'.repeat(121))).toMatchObject({
      refusal: { issues: [{ field: 'title', code: 'too_long' }] },
    });
    expect(code(await edit(day('10:00'), day('10:30'), other.slug))).toBe('slot_unknown');
    expect(await times(camp)).toEqual(['10:00-10:30', '10:30-11:00', '11:00-11:30', '11:30-12:00']);
  });

  it('at an hour that happens twice asks which, one that is skipped is refused', async () => {
    const { slug } = await makeEvent(base, {
      kind: 'barcamp',
      startsAt: '2026-10-24T20:00',
      endsAt: '2026-10-25T06:00',
    });
    const night = { startsAt: '2026-10-25T01:15', endsAt: '2026-10-25T02:15' };
    expect(await addSlots(ctx(), slug, night)).toMatchObject({
      refusal: { issues: [{ field: 'startsAt', code: 'time_twice' }] },
    });
    const [made] = must(await addSlots(ctx(), slug, { ...night, startsFold: 'later' }));
    expect(made!.startsAt.toISOString()).toBe('2026-10-25T01:15:00.000Z');
    const edited = must(await editSlot(ctx(), slug, made!.id, { ...night, startsFold: 'earlier' }));
    expect(edited.startsAt.toISOString()).toBe('2026-10-25T00:15:00.000Z');
    expect(code(await editSlot(ctx(), slug, made!.id, { ...night, startsFold: 'sometime' }))).toBe('invalid');
    const spring = { startsAt: '2026-03-29T01:15', endsAt: '2026-03-29T02:30' };
    expect(await editSlot(ctx(), slug, made!.id, spring)).toMatchObject({
      refusal: { issues: [{ field: 'startsAt', code: 'time_gap' }] },
    });
  });
});

describe('a day', () => {
  const twoDays = { event: { startsAt: day('09:00'), endsAt: day('17:00', '31') } };
  it('is copied to another at the same hours, the common items too', async () => {
    const camp = await makeCamp(base, twoDays);
    must(await addSlots(ctx(), camp.slug, { title: 'Lunch', startsAt: day('12:00'), endsAt: day('13:00') }));
    must(await copyDay(ctx(), camp.slug, '2026-05-30', '2026-05-31'));
    expect((await times(camp)).slice(5)).toEqual([
      '31. 10:00-10:30',
      '31. 10:30-11:00',
      '31. 11:00-11:30',
      '31. 11:30-12:00',
      '31. 12:00-13:00 Lunch',
    ]);
    expect(code(await copyDay(ctx(), camp.slug, '2026-05-30', '2026-05-31'))).toBe('slots_overlap');
    expect(await times(camp)).toHaveLength(10);
  });

  it('takes what goes on after midnight with it', async () => {
    const camp = await makeCamp(base, twoDays);
    must(
      await addSlots(ctx(), camp.slug, {
        title: 'Party',
        startsAt: day('22:00'),
        endsAt: day('00:30', '31'),
      }),
    );
    must(
      await addSlots(ctx(), camp.slug, {
        title: 'Walk home',
        startsAt: day('00:30', '31'),
        endsAt: day('01:00', '31'),
      }),
    );
    must(await copyDay(ctx(), camp.slug, '2026-05-30', '2026-05-31'));
    expect((await grid(camp)).slots.at(-1)).toMatchObject({ title: 'Walk home' });
    expect(wallOf((await grid(camp)).slots.at(-1)!.startsAt, zone)).toBe('2026-06-01T00:30');
  });

  it('is not copied to itself, from where nothing is, to no day, nor over a change of the clocks', async () => {
    const camp = await makeCamp(base, { ...twoDays, from: '01:00', to: '02:00' });
    const copy = async (from: string, to: string) => code(await copyDay(ctx(), camp.slug, from, to));
    expect(await copy('2026-05-30', '2026-05-30')).toBe('day_unknown');
    expect(await copy('2026-05-30', 'tomorrow')).toBe('day_unknown');
    expect(await copy('2026-05-29', '2026-05-31')).toBe('day_empty');
    expect(await copyDay(ctx(), camp.slug, '2026-05-30', '2026-10-25')).toMatchObject({
      refusal: { code: 'copy_clocks', data: { wall: '2026-10-25 01:00' } },
    });
    expect(await copy('2026-05-30', '2027-03-28')).toBe('copy_clocks');
    expect(await times(camp)).toHaveLength(2);
  });
});

describe('a whole grid in one form', () => {
  const started = async (input: object, event: object = {}) => {
    const made = await makeEvent(base, {
      kind: 'barcamp',
      startsAt: day('09:00'),
      endsAt: day('13:00'),
      ...event,
    });
    return { event: made, result: await startGrid(ctx(), made.slug, input) };
  };
  const items = '9:00 - 9:30 Welcome\n\n 12.30–13.00  Closing ';
  it('has the rooms as typed, and slots around what all do together', async () => {
    const camp = await started({ rooms: ' Red \n\nBlue\nRed\n', minutes: '45', gap: '15', items });
    must(camp.result);
    expect((await grid(camp)).rooms.map((room) => room.name)).toEqual(['Red', 'Blue']);
    expect(await times(camp)).toEqual([
      '09:00-09:30 Welcome',
      '09:30-10:15',
      '10:30-11:15',
      '11:30-12:15',
      '12:30-13:00 Closing',
    ]);
    expect(code(await startGrid(ctx(), camp.event.slug, { rooms: 'Green', minutes: '30' }))).toBe(
      'grid_started',
    );
  });

  it('is made once by two at the same moment', async () => {
    const { event } = await started({});
    const results = await Promise.all(
      [1, 2].map(() => startGrid(ctx(), event.slug, { rooms: 'Red', minutes: '60' })),
    );
    expect(results.map(code).sort()).toEqual(['grid_started', undefined]);
    expect(await times({ event })).toHaveLength(4);
  });

  it('has the same hours on each of several days, items where they fit', async () => {
    const camp = await started(
      { rooms: 'Red', minutes: '120', items: '09:00-11:00 Welcome' },
      { endsAt: day('13:00', '31') },
    );
    must(camp.result);
    expect(await times(camp)).toEqual([
      '09:00-11:00 Welcome',
      '11:00-13:00',
      '31. 09:00-11:00 Welcome',
      '31. 11:00-13:00',
    ]);
    const weekend = await started(
      { rooms: 'Red', minutes: '180', items: '20:00-21:00 Pizza' },
      { startsAt: day('18:00', '29'), endsAt: day('16:00', '31') },
    );
    must(weekend.result);
    expect(await times(weekend)).toEqual([
      '29. 20:00-21:00 Pizza',
      '09:00-12:00',
      '12:00-15:00',
      '31. 09:00-12:00',
      '31. 12:00-15:00',
    ]);
  });

  it('may go on after midnight', async () => {
    const camp = await started(
      { rooms: 'Red', minutes: '120', items: '00:00-01:00 Soup' },
      { startsAt: day('20:00'), endsAt: day('01:00', '31') },
    );
    must(camp.result);
    expect(await times(camp)).toEqual(['20:00-22:00', '22:00-00:00', '31. 00:00-01:00 Soup']);
  });

  it('says all that is wrong with it', async () => {
    const issues = async (input: object) => {
      const { result } = await started(input);
      return result.ok ? [] : result.refusal.issues!.map(({ field, code }) => `${field} ${code}`);
    };
    expect(await issues({})).toEqual(['rooms required', 'minutes required']);
    expect(await issues({ rooms: 'x'.repeat(81), minutes: '3', gap: 'x', items: 'Lunch at noon' })).toEqual([
      'rooms too_long',
      'minutes minutes',
      'gap minutes',
      'items item_unread',
    ]);
    const red = { rooms: 'Red', minutes: '30' };
    expect(await issues({ ...red, items: '14:00-15:00 Late' })).toEqual(['items item_outside']);
    expect(await issues({ ...red, items: '11:00-10:00 Back' })).toEqual(['items item_outside']);
    expect(await issues({ ...red, items: '25:00-26:00 Odd' })).toEqual(['items item_outside']);
    expect(await issues({ ...red, items: '10:00-11:00 A\n10:30-11:30 B' })).toEqual(['items items_overlap']);
    expect(await issues({ ...red, minutes: '500' })).toEqual(['minutes slots_none']);
    const names = Array.from({ length: 41 }, (_, n) => `Room ${n}`).join('\n');
    expect(await issues({ ...red, rooms: names })).toEqual(['rooms rooms_many']);
  });
});

describe('setting up', () => {
  it('is for those who organise the event', async () => {
    const camp = await makeCamp(base);
    const ann = await attendee(base, camp);
    const helper = { ...ann, actor: { ...ann.actor, grants: [{ role: 'helper' as const, eventId: null }] } };
    const [room] = (await grid(camp)).rooms;
    const [slot] = (await grid(camp)).slots;
    const times = { startsAt: day('15:00'), endsAt: day('16:00') };
    for (const who of [ann, helper]) {
      const answers = await Promise.all([
        addRoom(who, camp.slug, { name: 'Green' }),
        editRoom(who, camp.slug, room!.id, { name: 'Green' }),
        moveRoom(who, camp.slug, room!.id, 'down'),
        removeRoom(who, camp.slug, room!.id),
        addSlots(who, camp.slug, times),
        editSlot(who, camp.slug, slot!.id, times),
        copyDay(who, camp.slug, '2026-05-30', '2026-05-31'),
        removeSlot(who, camp.slug, slot!.id),
        openGrid(who, camp.slug, false),
        startGrid(who, camp.slug, { rooms: 'Green', minutes: '30' }),
      ]);
      expect(new Set(answers.map(code))).toEqual(new Set(['not_organiser']));
    }
    expect(code(await moveRoom(ctx(), 'no-such-event', 1, 'up'))).toBe('event_unknown');
  });

  it('while people claim: what is placed has a true history, and nothing is in a common item', async () => {
    const camp = await makeCamp(base, { rooms: ['A', 'B', 'C', 'D'] });
    const ann = await attendee(base, camp);
    const numbers = [];
    for (let n = 0; n < 8; n++) numbers.push(await hold(ann, camp, `Session ${n}`));
    const { rooms, slots } = await grid(camp);
    const place = (number: number, n: number) =>
      placeSession(ann, { event: camp.slug, session: number, ...camp.cells[n]! });
    const [claims, [renamed, moved, common]] = await Promise.all([
      Promise.all(numbers.map((number, n) => place(number, n))),
      Promise.all([
        editRoom(ctx(), camp.slug, rooms[0]!.id, { name: 'Aa' }),
        editSlot(ctx(), camp.slug, slots[0]!.id, { startsAt: day('09:30'), endsAt: day('10:15') }),
        editSlot(ctx(), camp.slug, slots[1]!.id, {
          title: 'Lunch',
          startsAt: day('10:30'),
          endsAt: day('11:00'),
        }),
      ]),
    ]);
    must(renamed!);
    must(moved!);
    const inLunch = claims.slice(4).filter((one) => one.ok).length;
    expect(code(common!)).toBe(inLunch > 0 ? 'slot_used' : undefined);
    const history = await changes(camp);
    for (const session of (await grid(camp)).sessions.filter((one) => one.place)) {
      const its = history.filter((change) => change.number === session.number);
      expect(its[0]!.after).toEqual({
        room: session.place!.room,
        startsAt: session.place!.startsAt.toISOString(),
        endsAt: session.place!.endsAt.toISOString(),
      });
      expect(its).toHaveLength(session.version);
      for (const [n, change] of its.entries()) expect(change.before).toEqual(its[n + 1]?.after ?? null);
    }
  });
});
