import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Base, Ctx } from '../../../src/context.ts';
import type { Event } from '../../../src/services/events/queries.ts';
import {
  addRoom,
  addSlots,
  editRoom,
  openGrid,
  placeSession,
  removeRoom,
  removeSlot,
  swapSessions,
  unplaceSession,
} from '../../../src/services/grid/commands.ts';
import { changesSince, gridOf, starredPairs } from '../../../src/services/grid/queries.ts';
import { registrationById } from '../../../src/services/registrations/queries.ts';
import { findSessions } from '../../../src/services/sessions/across-events.ts';
import {
  addHost,
  editSession,
  propose,
  setStar,
  withdrawSession,
} from '../../../src/services/sessions/commands.ts';
import { sessionByNumber, sessionsFor } from '../../../src/services/sessions/queries.ts';
import { uncounted } from '../../support/camp.ts';
import { freshDatabase } from '../../support/database.ts';
import {
  asSystem,
  asVisitor,
  code,
  makeBase,
  makeEvent,
  must,
  proved,
  signUp,
} from '../../support/factories.ts';
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

const day = (hours: string) => `2026-05-30T${hours}`;

/** A BarCamp with two rooms and three slots, and people who are registered for it. */
async function camp(...names: string[]) {
  const event = await makeEvent(base, { kind: 'barcamp', startsAt: day('09:00'), endsAt: day('17:00') });
  const organiser = asSystem(base);
  const red = must(
    await addRoom(organiser, event.slug, { name: 'Red', capacity: '2', features: 'Projector' }),
  );
  const blue = must(await addRoom(organiser, event.slug, { name: 'Blue' }));
  const slots = must(
    await addSlots(organiser, event.slug, { startsAt: day('10:00'), endsAt: day('11:30'), minutes: '30' }),
  );
  const people = await Promise.all(names.map((name) => attend(event, name)));
  return { event, organiser, red, blue, slots, people };
}

async function attend(event: Event, name: string): Promise<Ctx> {
  const { id } = must(await signUp(base, event, `${name} ${event.id}`));
  const { personId } = (await registrationById(base.db, id))!;
  return proved(base, personId);
}

const titled = (event: Event, title: string, more: object = {}) => ({
  event: event.slug,
  answers: { title, ...more },
});

describe('proposing', () => {
  it('numbers sessions from 1, names the host as registered, and knows a newcomer', async () => {
    const { event, people } = await camp('Ann');
    const first = must(
      await propose(people[0]!, titled(event, 'Feeds', { tags: '#RSS, web', minutes: '30', kind: 'demo' })),
    );
    const second = must(await propose(people[0]!, titled(event, 'More feeds')));
    expect([first.number, second.number]).toEqual([1, 2]);
    expect(await sessionByNumber(base.db, event.id, 1)).toMatchObject({
      title: 'Feeds',
      kind: 'demo',
      minutes: 30,
      tags: ['rss', 'web'],
      newcomer: true,
      hosts: [{ name: `Ann ${event.id}` }],
      place: null,
    });
    expect((await sessionByNumber(base.db, event.id, 2))?.newcomer).toBe(false);
  });

  it('is one session for one request key, also in parallel', async () => {
    const { event, people } = await camp('Ann');
    const input = { ...titled(event, 'Once'), requestKey: 'k' };
    const made = await Promise.all(Array.from({ length: 8 }, () => propose(people[0]!, input)));
    expect(new Set(made.map((one) => must(one).number))).toEqual(new Set([1]));
  });

  it('refuses strangers, those who are not registered, and what is not filled in', async () => {
    const { event, people } = await camp('Ann', 'Bob');
    const other = await camp();
    expect(code(await propose(asVisitor(base), titled(event, 'x')))).toBe('not_signed_in');
    expect(code(await propose(people[0]!, titled(other.event, 'x')))).toBe('not_attending');
    expect(code(await propose(people[0]!, { event: 'nowhere', answers: {} }))).toBe('event_unknown');
    expect(await propose(people[0]!, titled(event, '', { minutes: '2' }))).toMatchObject({
      refusal: {
        issues: [
          { field: 'title', code: 'required' },
          { field: 'minutes', code: 'minutes' },
        ],
      },
    });
  });

  it('is changed, shared and taken back by its hosts alone', async () => {
    const { event, people } = await camp('Ann', 'Bob');
    const [ann, bob] = people as [Ctx, Ctx];
    must(await propose(ann, titled(event, 'Feeds')));
    const links = [{ kind: 'slides', url: 'https://example.org/s', title: 'Slides' }];
    expect(code(await editSession(bob, event.slug, 1, { title: 'Mine' }))).toBe('not_host');
    must(await addHost(asSystem(base), event.slug, 1, `bob.${event.id}@example.org`));
    expect(code(await addHost(asSystem(base), event.slug, 1, 'nobody@example.org'))).toBe('host_unknown');
    must(await editSession(bob, event.slug, 1, { title: 'Feeds again', links }));
    expect(await sessionByNumber(base.db, event.id, 1)).toMatchObject({
      title: 'Feeds again',
      links,
      version: 1,
    });
    expect(
      code(await editSession(ann, event.slug, 1, { title: 'x', links: [{ url: 'javascript:1' }] })),
    ).toBe('invalid');
    must(await withdrawSession(ann, event.slug, 1));
    must(await withdrawSession(ann, event.slug, 1));
    expect((await gridOf(base.db, event.id)).sessions).toEqual([]);
  });

  it('counts one star a person, and finds by words', async () => {
    const { event, people } = await camp('Ann', 'Bob');
    const [ann, bob] = people as [Ctx, Ctx];
    must(await propose(ann, titled(event, 'Zeppelins', { abstract: 'about airships' })));
    must(await propose(ann, titled(event, 'Kites')));
    await Promise.all(Array.from({ length: 5 }, () => setStar(bob, event.slug, 1, true)));
    must(await setStar(ann, event.slug, 1, true));
    must(await setStar(ann, event.slug, 2, true));
    expect(must(await setStar(bob, event.slug, 2, true)).stars).toBe(2);
    expect(await starredPairs(base.db, event.id)).toEqual(new Map([['1-2', 2]]));
    expect(must(await setStar(bob, event.slug, 1, false)).stars).toBe(1);
    expect(code(await setStar(asVisitor(base), event.slug, 1, true))).toBe('not_signed_in');
    expect((await findSessions(base.db, 'airships', 10)).map((one) => one.title)).toEqual(['Zeppelins']);
    expect((await sessionsFor(base.db, event.id, bob.actor.personId!)).map((one) => one.number)).toEqual([2]);
  });
});

describe('the grid', () => {
  it('puts, moves, swaps and takes off, and remembers each change', async () => {
    const { event, people, red, blue, slots } = await camp('Ann');
    const ann = people[0]!;
    must(await propose(ann, titled(event, 'A')));
    must(await propose(ann, titled(event, 'B')));
    const put = (session: number, roomId: number, slot: number) =>
      placeSession(ann, { event: event.slug, session, roomId, slotId: slots[slot]!.id });
    must(await put(1, red.id, 0));
    must(await put(1, red.id, 0));
    must(await put(2, blue.id, 0));
    expect(await put(2, red.id, 0)).toMatchObject({
      refusal: { code: 'cell_taken', data: { title: 'A', room: 'Red' } },
    });
    must(await swapSessions(ann, event.slug, 1, 2));
    expect((await sessionByNumber(base.db, event.id, 1))?.place?.room).toBe('Blue');
    must(await put(1, blue.id, 2));
    must(await unplaceSession(ann, event.slug, 2));
    expect(code(await swapSessions(ann, event.slug, 1, 2))).toBe('not_placed');
    const changes = await changesSince(base.db, event.id);
    expect(changes.map((one) => one.kind)).toEqual([
      'unplaced',
      'moved',
      'moved',
      'moved',
      'placed',
      'placed',
    ]);
    expect(changes[1]).toMatchObject({ number: 1, before: { room: 'Blue' }, after: { room: 'Blue' } });
    expect((await sessionByNumber(base.db, event.id, 1))?.version).toBe(3);
  });

  it('is for hosts while it is open, and for organisers always; common items and strange cells are refused', async () => {
    const { event, organiser, people, red, slots } = await camp('Ann', 'Bob');
    const [ann, bob] = people as [Ctx, Ctx];
    must(await propose(ann, titled(event, 'A')));
    const lunch = must(
      await addSlots(organiser, event.slug, { startsAt: day('12:00'), endsAt: day('13:00'), title: 'Lunch' }),
    );
    const put = (ctx: Ctx, slotId: number, roomId = red.id) =>
      placeSession(ctx, { event: event.slug, session: 1, roomId, slotId });
    expect(code(await put(bob, slots[0]!.id))).toBe('not_host');
    expect(code(await put(ann, lunch[0]!.id))).toBe('cell_common');
    expect(code(await put(ann, slots[0]!.id, 999_999))).toBe('cell_unknown');
    must(await openGrid(organiser, event.slug, false));
    expect(code(await put(ann, slots[0]!.id))).toBe('grid_closed');
    must(await put(organiser, slots[0]!.id));
    expect(code(await openGrid(ann, event.slug, true))).toBe('not_organiser');
  });

  it('is set up by organisers: rooms and slots that do not collide, and are not taken away under a session', async () => {
    const { event, organiser, people, red, blue, slots } = await camp('Ann');
    expect(code(await addRoom(organiser, event.slug, { name: 'Red' }))).toBe('invalid');
    expect(code(await addRoom(people[0]!, event.slug, { name: 'Green' }))).toBe('not_organiser');
    must(await editRoom(organiser, event.slug, blue.id, { name: 'Sky', capacity: '40' }));
    expect(
      code(await addSlots(organiser, event.slug, { startsAt: day('10:15'), endsAt: day('10:45') })),
    ).toBe('slots_overlap');
    must(await propose(people[0]!, titled(event, 'A')));
    must(
      await placeSession(people[0]!, { event: event.slug, session: 1, roomId: red.id, slotId: slots[0]!.id }),
    );
    expect(code(await removeRoom(organiser, event.slug, red.id))).toBe('room_used');
    expect(code(await removeSlot(organiser, event.slug, slots[0]!.id))).toBe('slot_used');
    must(await removeSlot(organiser, event.slug, slots[1]!.id));
    must(await removeRoom(organiser, event.slug, blue.id));
    expect(await gridOf(base.db, event.id)).toMatchObject({ rooms: [{ name: 'Red' }], slots: [{}, {}] });
  });

  it('is read in three statements, however many sessions there are', async () => {
    const { event, people } = await camp('Ann');
    const count = () => countQueries(base.db, () => gridOf(base.db, event.id, people[0]!.actor.personId));
    must(await propose(people[0]!, titled(event, 'first')));
    expect(await count()).toBe(3);
    for (let n = 0; n < 20; n++)
      must(await propose(uncounted(people[0]!, event.id), titled(event, `Session ${n}`)));
    expect(await count()).toBe(3);
  });
});
