import type { Base, Ctx } from '../../src/context.ts';
import { publicEvent } from '../../src/services/events/queries.ts';
import { addRoom, addSlots, openGrid, placeSession } from '../../src/services/grid/commands.ts';
import { freeTimes } from '../../src/services/grid/free.ts';
import { gridOf } from '../../src/services/grid/queries.ts';
import { grantRole, linkByCode, showLinkCode } from '../../src/services/people/commands.ts';
import { actorOf, personByEmail } from '../../src/services/people/queries.ts';
import { actorOfAddress } from '../../src/services/people/speakers.ts';
import { propose, setStar, withdrawSession } from '../../src/services/sessions/commands.ts';
import { clock, shortDay } from '../../src/shared/time.ts';
import { uncounted } from './camp.ts';
import { as, asSystem, makeEvent, must, proved, signUp } from './factories.ts';

const slug = 'barcamp';
const zone = 'Europe/London';
const saturday = '2026-05-30';
const sunday = '2026-05-31';

const rooms = [
  { name: 'Red', capacity: '40', features: 'projector' },
  { name: 'Blue', capacity: '20' },
  { name: 'Press hall', capacity: '2' },
];

const slots = [
  { startsAt: `${saturday}T10:00`, endsAt: `${saturday}T12:00`, minutes: '30' },
  { startsAt: `${saturday}T12:00`, endsAt: `${saturday}T13:00`, title: 'Lunch' },
  { startsAt: `${saturday}T13:00`, endsAt: `${saturday}T14:00`, minutes: '30' },
  { startsAt: `${sunday}T10:00`, endsAt: `${sunday}T11:00`, minutes: '30' },
];

type Told = { title: string; abstract?: string; kind?: string; minutes?: string; tags?: string };
const sessions: [string, Told, string?][] = [
  ['Ann', { title: 'How to knit a compiler', tags: 'code, wool' }, 'Sat Red 10:00'],
  ['Ann', { title: 'Bread at home', kind: 'workshop', abstract: 'Bring flour.', tags: 'food' }],
  ['Bob', { title: 'Solar panels for tenants', tags: 'power' }, 'Sat Blue 10:00'],
  ['Bob', { title: 'Maps without servers', tags: 'code, maps', minutes: '45' }],
  ['Zoe', { title: 'Radio for beginners', tags: 'power, radio' }, 'Sun Press hall 10:00'],
  ['Zoe', { title: 'Kites', abstract: 'Outside, if it is dry.' }],
];

/**
 * The BarCamp of the world with a grid: 3 rooms, 5 times and lunch on Saturday, 2 on Sunday; 6 sessions by Ann, Bob and Zoe, of
 * which 1, 3 and 5 have a place, and number 7 withdrawn. Their chats are linked; Cat's is too, and she is not registered.
 */
export async function makeCampWorld(base: Base): Promise<void> {
  const organiser = asSystem(base);
  for (const room of rooms) must(await addRoom(organiser, slug, room));
  for (const slot of slots) must(await addSlots(organiser, slug, slot));
  for (const name of ['Ann', 'Bob', 'Zoe']) await takePart(base, name);
  await signUp(base, { slug: 'geek-breakfast' }, 'Cat');
  await linked(base, 'cat');
  for (const [name, answers, where] of sessions) {
    const { number } = must(await propose(await onWeb(base, name), { event: slug, answers }));
    if (where) await put(base, name, number, where);
  }
  const { number } = must(
    await propose(await onWeb(base, 'Zoe'), { event: slug, answers: { title: 'Tea for two' } }),
  );
  must(await withdrawSession(await onWeb(base, 'Zoe'), slug, number));
  for (const [name, ...numbers] of [
    ['Ann', 3, 4],
    ['Bob', 1, 4],
    ['Zoe', 1, 4],
  ] as [string, ...number[]][])
    for (const star of numbers) must(await setStar(await onWeb(base, name), slug, star, true));
}

/** Registered for the BarCamp, and known in the chat. */
async function takePart(base: Base, name: string) {
  const answers = { which_days: 'Saturday', do_you_come_by_bike: 'no' };
  must(await signUp(base, { slug }, name, { answers }));
  await linked(base, name);
}

/** Links `test:ann` to ann@example.org, who is known; gives the address. */
export async function linked(base: Base, name: string): Promise<string> {
  const { code } = must(await showLinkCode(await onWeb(base, name)));
  const address = `test:${name.toLowerCase()}`;
  const { actor } = await actorOfAddress(base.db, address);
  must(await linkByCode(as(base, actor), code));
  return address;
}

/** As Ann acts on the website, signed in. */
export async function onWeb(base: Base, name: string): Promise<Ctx> {
  const person = await personByEmail(base.db, `${name.toLowerCase()}@example.org`);
  await proved(base, person!.id);
  return as(base, (await actorOf(base.db, person!.id, 'web'))!.actor);
}

/** `Sat Blue 10:00`: puts a session there on the website. */
async function put(base: Base, name: string, session: number, where: string) {
  const { id } = (await publicEvent(base.db, slug))!;
  const grid = await gridOf(base.db, id);
  const [, day, room, time] = /^(\S+) (.+) (\S+)$/.exec(where)!;
  const slot = grid.slots.find(
    ({ startsAt }) => shortDay(startsAt, zone).startsWith(day!) && clock(startsAt, zone) === time,
  );
  const cell = { roomId: grid.rooms.find((one) => one.name === room)!.id, slotId: slot!.id };
  must(await placeSession(await onWeb(base, name), { event: slug, session, ...cell }));
}

async function proposeMore(base: Base, name: string, count: number) {
  const { id } = (await publicEvent(base.db, slug))!;
  const ctx = uncounted(await onWeb(base, name), id);
  for (let n = 1; n <= count; n++)
    must(await propose(ctx, { event: slug, answers: { title: `Idea ${n} of ${name}` } }));
}

/** Zoe has something for every cell that is free. */
async function fill(base: Base) {
  const { id } = (await publicEvent(base.db, slug))!;
  const ctx = await onWeb(base, 'Zoe');
  for (const { slot, rooms } of freeTimes(await gridOf(base.db, id), base.now()))
    for (const room of rooms) {
      const { number } = must(await propose(uncounted(ctx, id), { event: slug, answers: { title: 'Tea' } }));
      must(await placeSession(ctx, { event: slug, session: number, roomId: room.id, slotId: slot.id }));
    }
}

/** Another BarCamp on the same days, and one that is on at this moment. */
const secondCamp = (base: Base) =>
  makeEvent(base, {
    name: 'Zine fair',
    kind: 'barcamp',
    startsAt: `${saturday}T10:00`,
    endsAt: `${sunday}T16:00`,
  });

/** The clocks go back in the night of a BarCamp: 01:00 comes twice. */
async function longNight(base: Base) {
  const event = await makeEvent(base, {
    name: 'Night camp',
    kind: 'barcamp',
    startsAt: '2026-10-24T20:00',
    endsAt: '2026-10-25T04:00',
  });
  const organiser = asSystem(base);
  must(await addRoom(organiser, event.slug, { name: 'Loft' }));
  must(
    await addSlots(organiser, event.slug, {
      startsAt: '2026-10-25T00:00',
      endsAt: '2026-10-25T03:00',
      minutes: '60',
    }),
  );
  must(await signUp(base, event, 'Ann'));
  must(
    await propose(await onWeb(base, 'Ann'), { event: event.slug, answers: { title: 'Stars, real ones' } }),
  );
}

/** What can happen meanwhile where there is a grid. */
export const campDirections: [RegExp, (base: Base, ...words: string[]) => unknown][] = [
  [/^the barcamp has a grid$/, makeCampWorld],
  [
    /^the grid is (locked|open)$/,
    async (base, how) => must(await openGrid(asSystem(base), slug, how === 'open')),
  ],
  [
    /^(\w+) takes ((?:Sat|Sun) .+) for (\d+)$/,
    (base, name = '', where = '', n) => put(base, name, Number(n), where),
  ],
  [/^(\w+) is an organiser$/, async (base, name) => must(await organise(base, name!))],
  [
    /^(\w+) withdraws (\d+)$/,
    async (base, name = '', n) => must(await withdrawSession(await onWeb(base, name), slug, Number(n))),
  ],
  [/^(\w+) proposes (\d+) more$/, (base, name = '', count) => proposeMore(base, name, Number(count))],
  [/^the barcamp is full$/, fill],
  [/^another barcamp is on at the same time$/, secondCamp],
  [/^a barcamp has a night of 25 hours$/, longNight],
];

const organise = (base: Base, name: string) =>
  grantRole(asSystem(base), { email: `${name.toLowerCase()}@example.org`, role: 'organiser', eventId: null });
