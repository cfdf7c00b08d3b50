import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Actor, Base, Ctx } from '../../../src/context.ts';
import { closeEntrance, openEntrance } from '../../../src/services/entrances/commands.ts';
import { entranceToken } from '../../../src/services/entrances/rules.ts';
import type { Event } from '../../../src/services/events/queries.ts';
import { limits } from '../../../src/services/limits/limits.ts';
import { cancelByToken, register } from '../../../src/services/registrations/commands.ts';
import { manageToken } from '../../../src/services/registrations/queries.ts';
import { freshDatabase } from '../../support/database.ts';
import { as, asSystem, code, makeBase, makeEvent, must, noon, registered } from '../../support/factories.ts';
import { countQueries } from '../../support/queries.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let database: Awaited<ReturnType<typeof freshDatabase>>;
let base: Base;
let now = noon;

beforeAll(async () => {
  database = await freshDatabase();
  base = { ...makeBase(database.url, () => now), limits: undefined };
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});
beforeEach(async () => {
  now = noon;
  await base.db.$client.query('truncate limits');
});

let made = 0;
const minutes = (count: number) => {
  now = new Date(noon.getTime() + count * 60_000);
};
const from = (network: string, more: Partial<Actor> = {}): Ctx =>
  as(base, { door: 'web', grants: [], network, ...more });
const form = (event: Event, more: object = {}) => ({
  event: event.slug,
  name: 'Ann',
  email: `made-up-${++made}@example.org`,
  answers: {},
  ...more,
});

/** So many forms of made-up people, all at once; gives how many were taken, and with what the others were refused. */
async function sent(count: number, ctx: Ctx, event: Event, more: object = {}) {
  const results = await Promise.all(Array.from({ length: count }, () => register(ctx, form(event, more))));
  const refusals = results.flatMap((one) => (one.ok ? [] : [one.refusal.code]));
  return { taken: count - refusals.length, refusals: [...new Set(refusals)] };
}
const jobs = async () =>
  (await base.db.$client.query('select count(*)::int n from graphile_worker.jobs')).rows[0].n as number;
const standing = async () =>
  (await base.db.$client.query('select key, count, today from limits order by key')).rows;

async function person(email: string): Promise<number> {
  const found = await base.db.$client.query(
    `insert into people (email, name, verified_at) values ($1, 'Pat', now()) returning id`,
    [email],
  );
  return found.rows[0].id;
}

describe('forms that mail', () => {
  it('are twenty in ten minutes from one network, whatever the event: of 300 made-up people 20 are taken', async () => {
    const events = await Promise.all([makeEvent(base), makeEvent(base), makeEvent(base)]);
    const all = await Promise.all(events.map((event) => sent(100, from('203.0.113.7'), event)));
    expect(all.reduce((sum, one) => sum + one.taken, 0)).toBe(20);
    expect(new Set(all.flatMap((one) => one.refusals))).toEqual(new Set(['limit_network_forms']));
    expect((await sent(1, from('203.0.113.8'), events[0]!)).taken).toBe(1);
    const refused = await register(from('203.0.113.7'), form(events[0]!));
    expect(refused).toMatchObject({ refusal: { kind: 'too_many', data: { count: 10, seconds: 600 } } });
    minutes(10);
    expect((await sent(30, from('203.0.113.7'), events[0]!)).taken).toBe(20);
  });

  it('are a hundred a day from one network', async () => {
    const event = await makeEvent(base);
    const taken: number[] = [];
    for (let window = 0; window < 6; window++) {
      minutes(window * 10);
      taken.push((await sent(25, from('203.0.113.7'), event)).taken);
    }
    expect(taken).toEqual([20, 20, 20, 20, 20, 0]);
    expect(await register(from('203.0.113.7'), form(event))).toMatchObject({
      refusal: { data: { count: 24, context: 'hours' } },
    });
  });

  it('are the same for processes that share the database', async () => {
    const event = await makeEvent(base);
    const other: Base = { ...makeBase(database.url, () => now), limits: undefined };
    try {
      const both = await Promise.all(
        [base, other].map((one) => sent(30, { ...one, actor: from('203.0.113.7').actor }, event)),
      );
      expect(both[0]!.taken + both[1]!.taken).toBe(20);
    } finally {
      await other.db.$client.end();
    }
  });

  it('count when somebody is written to: not what is refused, not the same form again', async () => {
    const event = await makeEvent(base);
    const full = await makeEvent(base, { capacity: '1', waitingList: '' });
    must(await register(asSystem(base), form(full)));
    expect((await sent(30, from('a'), event, { email: 'nobody' })).refusals).toEqual(['invalid']);
    for (let again = 0; again < 3; again++)
      expect((await sent(15, from('a'), full)).refusals).toEqual(['full']);
    const unknown = { ...form(event), event: 'there-is-none' };
    expect(code(await register(from('a'), unknown))).toBe('event_unknown');
    const once = form(event, { requestKey: 'web:once' });
    for (let again = 0; again < 3; again++) must(await register(from('a'), once));
    expect((await standing()).map(({ count, today }) => [count, today])).toEqual([[1, 1]]);
    expect((await sent(30, from('a'), event)).taken).toBe(19);
  });

  it('are forty for whoever registers themselves by an address that they have proved, whatever comes from their network', async () => {
    const events = await Promise.all(Array.from({ length: 41 }, () => makeEvent(base)));
    await sent(20, from('203.0.113.7'), events[0]!);
    const pat = from('203.0.113.7', { personId: await person('pat@example.org') });
    const own = await Promise.all(
      events.map((event) => register(pat, form(event, { email: 'pat@example.org' }))),
    );
    expect(own.filter((one) => one.ok)).toHaveLength(40);
    expect(own.flatMap((one) => code(one) ?? [])).toEqual(['limit_person_forms']);
    // Somebody else's address is another matter.
    expect(code(await register(pat, form(events[0]!)))).toBe('limit_network_forms');
  });

  it('are ten from one chat address', async () => {
    const event = await makeEvent(base);
    const { rows } = await base.db.$client.query(
      `insert into addresses (uri) values ('xmpp:many@example.org') returning id`,
    );
    const chat = as(base, { door: 'chat', grants: [], addressId: rows[0].id });
    expect(await sent(15, chat, event)).toEqual({ taken: 10, refusals: ['limit_chat_forms'] });
  });

  it("are an organiser's as many as they like", async () => {
    const event = await makeEvent(base);
    expect((await sent(50, asSystem(base), event)).taken).toBe(50);
    expect(await standing()).toEqual([]);
  });

  it('cost a batch two statements more, and none when there is nothing to count', async () => {
    const event = await makeEvent(base);
    const batch = (ctx: Ctx) => countQueries(base.db, () => sent(15, ctx, event));
    const plain = await batch(asSystem(base));
    // The first of several is a batch of its own: there are two. One statement counts, one looks at what answers have told.
    expect(await batch(from('203.0.113.9'))).toBe(plain + 4);
  });

  it('are given back when the batch fails, and its requests are tried one by one', async () => {
    const event = await makeEvent(base);
    // Of a chat address that is not on file.
    const poison = from('p', { door: 'chat', addressId: 999_999 });
    const all = await Promise.allSettled([
      ...Array.from({ length: 15 }, () => register(from('p'), form(event))),
      register(poison, form(event)),
    ]);
    expect(all.filter((one) => one.status === 'fulfilled' && one.value.ok)).toHaveLength(15);
    expect(all.at(-1)!.status).toBe('rejected');
    expect((await sent(10, from('p'), event)).taken).toBe(5);
  });
});

describe('the link of a registration', () => {
  it('is mailed again once an hour, however often somebody registers again', async () => {
    const event = await makeEvent(base);
    const once = form(event);
    must(await register(from('a'), once));
    const before = await jobs();
    for (let again = 0; again < 5; again++)
      expect(code(await register(from(`network ${again}`), once))).toBe('already_registered');
    expect(await jobs()).toBe(before + 1);
    minutes(60);
    const several = await Promise.all([1, 2, 3].map((n) => register(from(`network ${n}`), once)));
    expect(several.map(code)).toEqual(Array(3).fill('already_registered'));
    expect(await jobs()).toBe(before + 2);
    // What was not mailed is not held against them for the day.
    expect((await standing()).find(({ key }) => key.startsWith('registration_link'))).toMatchObject({
      today: 2,
    });
  });

  it('and the way to it through cancelling counts as a form each time', async () => {
    const event = await makeEvent(base);
    const once = form(event);
    let taken = 0;
    for (let round = 0; round < 25; round++) {
      const made = await register(from('loop'), once);
      if (!made.ok) continue;
      taken++;
      must(await cancelByToken(from('loop'), manageToken(base.secret, registered(made))));
    }
    expect(taken).toBe(20);
  });
});

describe('a link for the wall', () => {
  const open = async (event: Event, hours = 2) =>
    entranceToken(base.secret, must(await openEntrance(asSystem(base), event.id, hours)).key);

  it('has a meeting of 200 people behind one address served within a minute; without it twenty are', async () => {
    const [event, other] = await Promise.all([makeEvent(base), makeEvent(base)]);
    const entrance = await open(event);
    expect(await sent(200, from('the room'), event, { entrance })).toEqual({ taken: 200, refusals: [] });
    expect(await sent(200, from('the room'), other)).toEqual({
      taken: 20,
      refusals: ['limit_network_forms'],
    });
    // And those who came by the link have not counted on the network.
    expect((await standing()).map(({ count }) => count).sort()).toEqual([20, 200]);
  });

  it('is worth nothing when it is forged, closed, over, replaced, or another event’s', async () => {
    const [event, other] = await Promise.all([makeEvent(base), makeEvent(base)]);
    const replaced = await open(event);
    const entrance = await open(event);
    const others = await open(other);
    await sent(20, from('the room'), event);
    const forged = `${entrance.slice(0, -1)}${entrance.endsWith('A') ? 'B' : 'A'}`;
    const manage = manageToken(base.secret, registered(await register(asSystem(base), form(event))));
    for (const wrong of [forged, manage, 'x', '', 'a'.repeat(10_000)])
      expect(await sent(3, from('the room'), event, { entrance: wrong })).toEqual({
        taken: 0,
        refusals: ['limit_network_forms'],
      });
    for (const wrong of [replaced, others])
      expect((await sent(3, from('the room'), event, { entrance: wrong })).refusals).toEqual([
        'limit_entrance_ended',
      ]);
    expect((await sent(3, from('the room'), event, { entrance })).taken).toBe(3);
    must(await closeEntrance(asSystem(base), event.id));
    expect((await sent(3, from('the room'), event, { entrance })).taken).toBe(0);
    minutes(121);
    await sent(20, from('the room'), other);
    expect((await sent(3, from('the room'), other, { entrance: others })).taken).toBe(0);
  });

  it('has a limit of its own, and is opened by organisers for some hours', async () => {
    const event = await makeEvent(base);
    const entrance = await open(event, 12);
    const all = await Promise.all(
      Array.from({ length: 4 }, () => sent(200, from('the room'), event, { entrance })),
    );
    expect(all.reduce((sum, one) => sum + one.taken, 0)).toBe(limits.entrance_forms.most);
    expect(all.flatMap((one) => one.refusals)).toContain('limit_entrance_forms');
    expect(code(await openEntrance(from('a'), event.id, 2))).toBe('not_organiser');
    expect(code(await closeEntrance(from('a'), event.id))).toBe('not_organiser');
    expect(code(await openEntrance(asSystem(base), event.id, 1000))).toBe('invalid');
  });
});
