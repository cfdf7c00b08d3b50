import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import { updateEvent } from '../../../src/services/events/commands.ts';
import { cancelEvent, restoreEvent } from '../../../src/services/events/publishing.ts';
import { settleBatch } from '../../../src/services/registrations/batch.ts';
import { moveAttendee, setCapacity } from '../../../src/services/registrations/commands.ts';
import type { Registered } from '../../../src/services/registrations/outcome.ts';
import { passOffer, resizeParty, skipOffer, takeOffer } from '../../../src/services/registrations/parties.ts';
import { registrationById } from '../../../src/services/registrations/queries.ts';
import { freshDatabase } from '../../support/database.ts';
import { by, dinners, guests } from '../../support/dinners.ts';
import { as, asSystem, asVisitor, code, makeBase, must, noon } from '../../support/factories.ts';

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

describe('an offer', () => {
  it('goes to the first who fits, is held, told, and has an end', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, [
      ['Dan', 3],
      ['Cyd', 2],
    ]);
    const cyd = waiting[1]!;
    await at.cancel(ann);
    expect(await at.counters(event)).toEqual({ capacity: 4, taken: 2, held: 2, waiting: 1 });
    const row = (await registrationById(base.db, cyd.id))!;
    expect([row.state, row.offerExpiresAt]).toEqual(['offered', new Date('2026-05-02T12:00Z')]);
    const jobs = await at.queued();
    expect(jobs.map(({ kind, payload }) => [kind, payload])).toEqual([
      ['tell', { changes: [[ann.id, 'cancelled']] }],
      ['tell', { changes: [[cyd.id, 'offered']] }],
      ['lapse_offer', { registration: cyd.id }],
    ]);
    expect(jobs[2]).toMatchObject({ at: new Date('2026-05-02T12:00Z'), key: `lapse_offer:${cyd.id}` });
    // The places that are held are nobody else's.
    expect((await at.come(event, 'Eve')).state).toBe('waitlisted');
  });

  it('is told in the morning, and its hours count from there', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, usual);
    now = new Date('2099-05-11T22:30Z');
    await at.query(
      `update events set starts_at = '2099-05-30 18:00Z', ends_at = '2099-05-30 21:00Z' where id = $1`,
      [event.id],
    );
    await at.cancel(ann);
    const [, tell, end] = await at.queued();
    expect(tell).toMatchObject({ payload: { changes: [[waiting[0]!.id, 'offered']] } });
    expect(tell.at).toEqual(new Date('2099-05-12T07:00Z'));
    expect(end.at).toEqual(new Date('2099-05-13T07:00Z'));
  });

  it('is a place at once when there is no time to ask', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, usual);
    now = new Date('2026-05-30T16:00Z');
    await at.cancel(ann);
    expect(await at.stateOf(waiting[0]!)).toBe('confirmed');
    expect(await at.told()).toEqual([`${ann.id} cancelled`, `${waiting[0]!.id} promoted`]);
  });

  it('is taken once, with the answer of the first time', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, usual);
    const cyd = waiting[0]!;
    await at.cancel(ann);
    await at.queued();
    expect(must(await takeOffer(me(), by(cyd)))).toEqual({ kind: 'taken' });
    expect(must(await takeOffer(me(), by(cyd)))).toEqual({ kind: 'unchanged' });
    expect(await at.told()).toEqual([`${cyd.id} confirmed`]);
    expect(await at.counters(event)).toEqual({ capacity: 4, taken: 3, held: 0, waiting: 1 });
  });

  it('is passed: out of the line, and the next is asked', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, [
      ['Cyd', 1],
      ['Eve', 2],
    ]);
    const [cyd, eve] = waiting;
    await at.cancel(ann);
    await at.queued();
    expect(must(await passOffer(me(), by(cyd!)))).toEqual({ kind: 'cancelled' });
    expect(must(await passOffer(me(), by(cyd!)))).toEqual({ kind: 'unchanged' });
    expect(await at.told()).toEqual([`${cyd!.id} cancelled`, `${eve!.id} offered`]);
    expect(await at.query('select cancelled_by from registrations where id = $1', [cyd!.id])).toEqual([
      { cancelled_by: 'self' },
    ]);
    expect(await at.counters(event)).toEqual({ capacity: 4, taken: 2, held: 2, waiting: 0 });
  });

  it('is skipped once: the next is asked, and the place in the line is kept', async () => {
    const event = await at.asking();
    const { ann, bob, waiting } = await at.full(event, [
      ['Cyd', 2],
      ['Eve', 2],
      ['Fay', 1],
    ]);
    const [cyd, eve, fay] = waiting;
    await at.cancel(ann);
    expect(must(await skipOffer(me(), by(cyd!)))).toEqual({ kind: 'skipped' });
    expect(must(await skipOffer(me(), by(cyd!)))).toEqual({ kind: 'unchanged' });
    expect(await Promise.all([cyd!, eve!, fay!].map(at.stateOf))).toEqual([
      'waitlisted',
      'offered',
      'waitlisted',
    ]);
    expect((await registrationById(base.db, cyd!.id))?.rank).toBe(1);
    // Of the next places they are asked first again.
    await at.cancel(bob);
    expect(await Promise.all([cyd!, fay!].map(at.stateOf))).toEqual(['offered', 'waitlisted']);
    expect(code(await skipOffer(me(), by(cyd!)))).toBe('skipped_before');
    expect(code(await skipOffer(me(), by(fay!)))).toBe('no_offer');
  });

  it('cannot be skipped when nobody else who fits waits', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, [
      ['Cyd', 2],
      ['Dan', 3],
    ]);
    await at.cancel(ann);
    expect(code(await skipOffer(me(), by(waiting[0]!)))).toBe('nobody_else');
    expect(await at.counters(event)).toEqual({ capacity: 4, taken: 2, held: 2, waiting: 1 });
  });

  it('shrinks, and what that frees is offered; it does not grow', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, [
      ['Cyd', 2],
      ['Eve', 1],
    ]);
    await at.cancel(ann);
    expect(code(await resizeParty(me(), by(waiting[0]!), guests(3)))).toBe('grow_after_taking');
    must(await resizeParty(me(), by(waiting[0]!), guests(1)));
    expect(await at.stateOf(waiting[1]!)).toBe('offered');
    expect(await at.counters(event)).toEqual({ capacity: 4, taken: 2, held: 2, waiting: 0 });
  });

  it('stays an offer when places are given at once from then on, and when there are fewer', async () => {
    const event = await at.asking();
    const { ann, bob, waiting } = await at.full(event, [
      ['Cyd', 2],
      ['Eve', 2],
    ]);
    await at.cancel(ann);
    const input = {
      ...{ name: event.name, kind: 'dinner', zone: event.zone, waitingList: 'on' },
      ...{ startsAt: '2026-05-30T19:00', endsAt: '2026-05-30T22:00' },
    };
    const changed = must(
      await updateEvent(asSystem(base), event.slug, event.version, { ...input, line: 'automatic' }),
    );
    expect(changed).toMatchObject({ line: 'automatic', partyMost: 4, offerHours: 24, held: 2 });
    must(await setCapacity(asSystem(base), event.slug, 1, true));
    expect(await at.stateOf(waiting[0]!)).toBe('offered');
    must(await takeOffer(me(), by(waiting[0]!)));
    must(await setCapacity(asSystem(base), event.slug, 4, true));
    await at.cancel(bob);
    expect(await at.stateOf(waiting[1]!)).toBe('confirmed');
  });

  it('is made to somebody who joined the line in the same moment', async () => {
    const event = await at.asking();
    const { ann } = await at.full(event, []);
    const [eve] = await settleBatch(base, event.slug, [
      {
        kind: 'register',
        door: 'web',
        name: 'Eve',
        email: 'eve@example.org',
        answers: {},
        members: guests(2),
      },
      { kind: 'cancel', id: ann.id, by: 'self' },
    ]);
    const made = must(eve!) as Registered;
    expect(made.state).toBe('offered');
    expect((await registrationById(base.db, made.id))?.offerExpiresAt).toEqual(new Date('2026-05-02T12:00Z'));
    expect(await at.told()).toEqual([`${ann.id} cancelled`, `${made.id} offered`]);
  });

  it('is ended by an organiser: given, taken back, cancelled', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, [
      ['Cyd', 1],
      ['Eve', 1],
      ['Fay', 2],
    ]);
    const [cyd, eve, fay] = waiting;
    await at.cancel(ann);
    const move = async (one: Registered, how: 'give_place' | 'to_waiting' | 'cancel') =>
      moveAttendee(asSystem(base), event.slug, one.id, how);
    must(await move(cyd!, 'give_place'));
    expect(code(await move(eve!, 'to_waiting'))).toBe('nobody_waiting');
    expect(await at.counters(event)).toEqual({ capacity: 4, taken: 3, held: 1, waiting: 1 });
    must(await move(eve!, 'cancel'));
    expect(await at.counters(event)).toEqual({ capacity: 4, taken: 3, held: 0, waiting: 1 });
    expect(await at.stateOf(fay!)).toBe('waitlisted');
  });

  it('has no answer once the event is cancelled or over', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, usual);
    await at.cancel(ann);
    must(await cancelEvent(asSystem(base), event.slug, ''));
    expect(code(await takeOffer(me(), by(waiting[0]!)))).toBe('event_cancelled');
    expect(code(await skipOffer(me(), by(waiting[0]!)))).toBe('event_cancelled');
    must(await restoreEvent(asSystem(base), event.slug));
    now = new Date('2026-05-31T12:00Z');
    expect(code(await takeOffer(me(), by(waiting[0]!)))).toBe('event_over');
    expect(code(await takeOffer(me(), { token: 'none' }))).toBe('link_unknown');
    expect(code(await passOffer(me(), { event: event.slug }))).toBe('not_registered');
  });

  it('is answered by whoever it is for, also without the link', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, usual);
    await at.cancel(ann);
    const [{ id }] = await at.query('select person_id id from registrations where id = $1', [waiting[0]!.id]);
    const cyd = as(base, { door: 'chat', personId: id, grants: [] });
    expect(must(await takeOffer(cyd, { event: event.slug }))).toEqual({ kind: 'taken' });
  });
});
