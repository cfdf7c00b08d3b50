import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import { updateEvent } from '../../../src/services/events/commands.ts';
import { cancelEvent, restoreEvent } from '../../../src/services/events/publishing.ts';
import type { Event } from '../../../src/services/events/queries.ts';
import { remindUnproved } from '../../../src/services/notices/proving.ts';
import { consumeSignIn, proveByLink, signInLink } from '../../../src/services/people/commands.ts';
import { askProof } from '../../../src/services/registrations/asking.ts';
import { control } from '../../../src/services/registrations/batch.ts';
import {
  addAttendee,
  cancelByToken,
  importAttendees,
  register,
} from '../../../src/services/registrations/commands.ts';
import { mailedToken } from '../../../src/services/registrations/queries.ts';
import { proofControl } from '../../../src/services/registrations/subjects.ts';
import { endUnproved } from '../../../src/services/registrations/unproved.ts';
import { eventForm, eventInput } from '../../../src/web/organise/event-body.ts';
import { freshDatabase } from '../../support/database.ts';
import { dinners } from '../../support/dinners.ts';
import {
  asSystem,
  asVisitor,
  mailed,
  makeBase,
  must,
  noon,
  secret,
  signUp,
} from '../../support/factories.ts';

// Rule 10 of docs/waiting-list.md.

let database: { url: string; drop(): Promise<void> };
let base: Base;
let at: ReturnType<typeof dinners>;
let now = noon;
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url, () => now);
  at = dinners(base);
});
afterEach(async () => {
  // Of each test's people nobody is left to be asked in the next one.
  await at.query('update registrations set prove_by = null, prove_remind_at = null');
  now = noon;
  control.pause = undefined;
  proofControl.locked = true;
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

/** Registered at two in the afternoon in London: they have until one of the next day. */
const asks = { proveHours: '24' };
const over = new Date('2026-05-02T12:00Z');

let count = 0;
const someone = () => `p${++count}`;
const come = async (event: Event, name = someone(), more: object = {}) =>
  must(await signUp(base, event, name, more));
const link = (row: { key: string }) => mailedToken(secret, mailed(row));
const prove = (row: { key: string }) => proveByLink(asVisitor(base), link(row));
/** As if the mail with the link had been sent at noon. */
const mailAll = (when: Date = noon) =>
  at.query(
    `insert into notices (key, kind, person_id, event_id, registration_id, created_at, mailed_at)
      select 'm' || id, 'confirmed', person_id, event_id, id, $1, $1 from registrations
      on conflict (key) do nothing`,
    [when],
  );
const rowOf = async ({ id }: { id: number }) =>
  (
    await at.query(
      'select state, cancelled_by by, cancelled_from "from", prove_by until, prove_remind_at remind from registrations where id = $1',
      [id],
    )
  )[0];
const states = (rows: { id: number }[]) => Promise.all(rows.map((row) => at.stateOf(row)));

describe('an address that nobody has proved', () => {
  it('is asked where the event asks, and loses what it has when the time is over', async () => {
    const event = await at.dinner({ ...asks, capacity: '1' });
    const [ann, bob, cyd] = [await come(event), await come(event), await come(event)];
    await mailAll();
    expect(ann.proveBy).toEqual(over);
    expect(await rowOf(ann)).toMatchObject({ state: 'confirmed', until: over });
    must(await prove(cyd));
    now = new Date(over.getTime() - 1);
    expect(await endUnproved(base)).toBe(0);
    now = over;
    await at.queued();
    expect(await endUnproved(base)).toBe(2);
    expect(await rowOf(ann)).toMatchObject({ state: 'cancelled', by: 'unproved', from: 'confirmed' });
    expect(await rowOf(bob)).toMatchObject({ state: 'cancelled', by: 'unproved' });
    expect(await at.stateOf(cyd)).toBe('confirmed');
    const told = await at.told();
    expect(told).toContain(`${ann.id} unproved`);
    expect(told).toContain(`${cyd.id} promoted`);
    expect(await at.faults(event)).toEqual([]);
    expect(await endUnproved(base)).toBe(0);
    // They may register again, and are told when they answer too late.
    expect(must(await prove(bob))).toEqual({ lost: true });
    expect(must(await signUp(base, event, 'p2'))).toMatchObject({ state: 'waitlisted', proveBy: undefined });
  });

  it('is not asked by an event that does not, who was proved before, was added or imported', async () => {
    expect((await come(await at.dinner())).proveBy).toBeUndefined();
    const event = await at.dinner({ ...asks, capacity: '' });
    const proved = someone();
    const token = (await signInLink(asSystem(base), `${proved}@example.org`)).split('/').at(-1)!;
    must(await consumeSignIn(asVisitor(base), token));
    expect((await come(event, proved)).proveBy).toBeUndefined();
    const row = (name: string) => ({ name, email: `${name}@example.org`, answers: {} });
    const added = must(await addAttendee(asSystem(base), { event: event.slug, ...row(someone()) }));
    expect(added.proveBy).toBeUndefined();
    const [one] = must(await importAttendees(asSystem(base), event.slug, [row(someone())]));
    expect(one).toMatchObject({ ok: true, value: { proveBy: undefined } });
    await mailAll();
    now = over;
    expect(await endUnproved(base)).toBe(0);
  });

  it('keeps what it has while no mail has been on its way for half an hour', async () => {
    const event = await at.dinner(asks);
    const ann = await come(event);
    now = new Date(over.getTime() + 3_600_000);
    expect(await endUnproved(base)).toBe(0);
    await mailAll(new Date(now.getTime() - 29 * 60_000));
    expect(await endUnproved(base)).toBe(0);
    now = new Date(now.getTime() + 60_000);
    expect(await endUnproved(base)).toBe(1);
    expect(await at.stateOf(ann)).toBe('cancelled');
  });

  it('asked by organisers later keeps what it has until that has been told, whatever was mailed before', async () => {
    const event = await at.dinner();
    const ann = await come(event);
    await mailAll();
    now = new Date('2026-05-01T14:00Z');
    must(await askProof(asSystem(base), event.id, { since: noon, hours: 24 }));
    now = new Date('2026-05-02T15:00Z');
    const told = (kind: string, made: string, mailed: string) =>
      at.query(
        `insert into notices (key, kind, person_id, event_id, registration_id, created_at, mailed_at)
          select $2 || id, $2, person_id, event_id, id, $3, $4 from registrations where id = $1`,
        [ann.id, kind, made, mailed],
      );
    expect(await endUnproved(base)).toBe(0);
    // Made before, and sent after: it may have been written without a word of it. So is that the event is off.
    await told('waitlisted', '2026-05-01T13:59Z', '2026-05-01T14:01Z');
    await told('event_cancelled', '2026-05-01T14:01Z', '2026-05-01T14:01Z');
    expect(await endUnproved(base)).toBe(0);
    await told('prove', '2026-05-01T14:00Z', '2026-05-02T14:31Z');
    expect(await endUnproved(base)).toBe(0);
    now = new Date('2026-05-02T15:01Z');
    expect(await endUnproved(base)).toBe(1);
    expect(await rowOf(ann)).toMatchObject({ state: 'cancelled', by: 'unproved' });
  });

  it('keeps what it has when it answers late, once the event has begun, while it is cancelled, or is asked no more', async () => {
    const event = await at.dinner({ ...asks, capacity: '' });
    const ann = await come(event);
    const bob = await come(event);
    await mailAll();
    now = over;
    must(await prove(ann));
    must(await cancelEvent(asSystem(base), event.slug, ''));
    expect(await endUnproved(base)).toBe(0);
    const again = must(await restoreEvent(asSystem(base), event.slug));
    now = new Date(event.startsAt.getTime() + 1000);
    expect(await endUnproved(base)).toBe(0);
    now = over;
    const form = eventInput(eventForm({ ...again, series: null }));
    must(await updateEvent(asSystem(base), event.slug, again.version, { ...form, proveHours: '' }));
    expect(await endUnproved(base)).toBe(0);
    expect(await rowOf(bob)).toMatchObject({ state: 'confirmed', until: null });
  });

  it('of several registrations proves all with one press, and loses all without', async () => {
    const [one, two] = [await at.dinner(asks), await at.dinner(asks)];
    const [ann, bob] = [someone(), someone()];
    const hers = [await come(one, ann), await come(two, ann)];
    const his = [await come(one, bob), await come(two, bob)];
    await mailAll();
    must(await prove(hers[1]!));
    now = over;
    expect(await endUnproved(base)).toBe(2);
    expect(await states([...hers, ...his])).toEqual(['confirmed', 'confirmed', 'cancelled', 'cancelled']);
  });

  it('holds an offer until the first of the two ends', async () => {
    const event = await at.asking({ ...asks, offerHours: '48' });
    const { ann, waiting } = await at.full(event, [['Dora', 2]]);
    await mailAll();
    must(await prove(ann));
    must(await cancelByToken(asVisitor(base), link(ann)));
    expect(await at.stateOf(waiting[0]!)).toBe('offered');
    now = over;
    // Bob, who has the other places, has not answered either.
    expect(await endUnproved(base)).toBe(2);
    expect(await rowOf(waiting[0]!)).toMatchObject({ state: 'cancelled', by: 'unproved', from: 'offered' });
    expect(await at.faults(event)).toEqual([]);
  });

  it('is reminded once, before the time is over, and not when it has answered', async () => {
    const event = await at.dinner(asks);
    const [ann, bob] = [await come(event), await come(event)];
    must(await prove(bob));
    await at.queued();
    now = new Date('2026-05-02T06:59Z');
    expect(await remindUnproved(base)).toBe(0);
    now = new Date('2026-05-02T07:00Z');
    // Nothing has been mailed, or only just now: as to whoever is held.
    expect(await remindUnproved(base)).toBe(0);
    await mailAll(new Date(now.getTime() - 29 * 60_000));
    expect(await remindUnproved(base)).toBe(0);
    await at.query(`update notices set mailed_at = $1 where kind = 'confirmed'`, [noon]);
    expect(await Promise.all([remindUnproved(base), remindUnproved(base)])).toEqual(
      expect.arrayContaining([0, 1]),
    );
    expect((await at.queued()).map((row) => row.kind)).toEqual(['mail_notice']);
    expect(
      await at.query(`select registration_id id from notices where kind = 'prove' and event_id = $1`, [
        event.id,
      ]),
    ).toEqual([{ id: ann.id }]);
  });
});

describe('at the very moment', () => {
  /** The end waits with its lock in hand until `then` has begun and had time to act. */
  async function meet(then: (row: { key: string; id: number }) => Promise<unknown>) {
    const event = await at.dinner(asks);
    const ann = await come(event);
    const next = await come(event, someone());
    must(await prove(next));
    await mailAll();
    now = over;
    let answered: Promise<unknown> | undefined;
    control.pause = async () => {
      answered ??= then(ann);
      await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 300))]);
    };
    const ended = await endUnproved(base);
    control.pause = undefined;
    return { ended, said: await answered, state: await at.stateOf(ann), event };
  }

  /** The negative control: without the people's locks somebody is told that all is well, and has lost the place. */
  it('somebody who answers loses a place when the lock is off', async () => {
    proofControl.locked = false;
    const met = await meet(async (ann) => must(await prove(ann)));
    expect(met).toMatchObject({ ended: 1, said: { lost: false }, state: 'cancelled' });
  });

  it('the answer waits for the end, and is told that it came too late', async () => {
    const met = await meet(async (ann) => must(await prove(ann)));
    expect(met).toMatchObject({ ended: 1, said: { lost: true }, state: 'cancelled' });
    expect(await at.faults(met.event)).toEqual([]);
  });

  it('the end waits for an answer that came before it, and leaves the place', async () => {
    const event = await at.dinner(asks);
    const ann = await come(event);
    await mailAll();
    now = over;
    const client = await base.db.$client.connect();
    await client.query('begin');
    await client.query(
      'update people set verified_at = $1 where id = (select person_id from registrations where id = $2)',
      [now, ann.id],
    );
    const ending = endUnproved(base);
    const early = await Promise.race([
      ending,
      new Promise((resolve) => setTimeout(() => resolve('waits'), 300)),
    ]);
    expect(early).toBe('waits');
    await client.query('commit');
    client.release();
    expect(await ending).toBe(0);
    expect(await at.stateOf(ann)).toBe('confirmed');
  });

  it('forty answers, ends and newcomers at once: each who was told that it is theirs has it', async () => {
    const processes = [base, makeBase(database.url, () => now), makeBase(database.url, () => now)];
    const event = await at.dinner({ ...asks, capacity: '20' });
    const rows = await Promise.all(Array.from({ length: 40 }, () => come(event)));
    await mailAll();
    now = over;
    const answers = rows.filter((_, n) => n % 2 === 0);
    const [said] = await Promise.all([
      Promise.all(
        answers.map(async (row, n) => ({
          row,
          said: must(await proveByLink(asVisitor(processes[n % 3]!), link(row))),
        })),
      ),
      ...processes.map((one) => endUnproved(one)),
      ...Array.from({ length: 5 }, () =>
        register(asVisitor(processes[1]!), {
          event: event.slug,
          name: 'New',
          email: `${someone()}@example.org`,
          answers: {},
        }),
      ),
    ]);
    for (const one of said)
      expect([one.row.id, one.said.lost]).toEqual([one.row.id, (await at.stateOf(one.row)) === 'cancelled']);
    const others = rows.filter((_, n) => n % 2 === 1);
    await endUnproved(base);
    expect(new Set(await states(others))).toEqual(new Set(['cancelled']));
    expect(await at.faults(event)).toEqual([]);
    await Promise.all(processes.slice(1).map((one) => one.db.$client.end()));
  }, 120_000);
});
