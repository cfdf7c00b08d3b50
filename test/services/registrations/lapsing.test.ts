import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import { duplicateEvent } from '../../../src/services/events/copying.ts';
import { openEvents } from '../../../src/services/events/lists.ts';
import { cancelEvent, restoreEvent } from '../../../src/services/events/publishing.ts';
import { setCapacity } from '../../../src/services/registrations/commands.ts';
import { lapseOffer, skipOffer, takeOffer } from '../../../src/services/registrations/parties.ts';
import { freshDatabase } from '../../support/database.ts';
import { by, dinners } from '../../support/dinners.ts';
import { asSystem, asVisitor, code, makeBase, makeEvent, must, noon } from '../../support/factories.ts';

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

describe('lapseOffer', () => {
  it('ends an offer once its time is over, and asks the next; again it changes nothing', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, [
      ['Cyd', 2],
      ['Eve', 2],
    ]);
    const [cyd, eve] = waiting;
    await at.cancel(ann);
    await at.queued();
    now = new Date('2026-05-02T12:00Z');
    expect(await lapseOffer(base, cyd!.id)).toEqual({ ok: true, value: { kind: 'lapsed' } });
    expect(await lapseOffer(base, cyd!.id)).toEqual({ ok: true, value: { kind: 'unchanged' } });
    expect(await at.told()).toEqual([`${cyd!.id} lapsed`, `${eve!.id} offered`]);
    expect(await at.query('select state, cancelled_by from registrations where id = $1', [cyd!.id])).toEqual([
      { state: 'cancelled', cancelled_by: 'lapsed' },
    ]);
    expect(await at.counters(event)).toEqual({ capacity: 4, taken: 2, held: 2, waiting: 0 });
    expect(code(await takeOffer(me(), by(cyd!)))).toBe('no_offer');
  });

  it('waits while our clock says that there is time left', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, usual);
    await at.cancel(ann);
    await at.queued();
    now = new Date('2026-05-02T11:59:30Z');
    expect(await lapseOffer(base, waiting[0]!.id)).toEqual({ ok: true, value: { kind: 'not_due' } });
    expect(await at.stateOf(waiting[0]!)).toBe('offered');
    const [again, ...more] = await at.queued();
    expect(more).toEqual([]);
    expect(again).toMatchObject({ kind: 'lapse_offer', key: `lapse_offer:${waiting[0]!.id}` });
    const [{ left }] = await at.query('select extract(epoch from $1::timestamptz - now())::int left', [
      again.at,
    ]);
    expect(left).toBeGreaterThan(20);
    expect(left).toBeLessThanOrEqual(30);
  });

  it('leaves a later offer alone: its time is not over', async () => {
    const event = await at.asking();
    const { ann, bob, waiting } = await at.full(event, [
      ['Cyd', 2],
      ['Eve', 2],
    ]);
    await at.cancel(ann);
    must(await skipOffer(me(), by(waiting[0]!)));
    now = new Date('2026-05-02T11:00Z');
    await at.cancel(bob);
    now = new Date('2026-05-02T12:00Z');
    expect(await lapseOffer(base, waiting[0]!.id)).toMatchObject({ value: { kind: 'not_due' } });
    expect(await at.stateOf(waiting[0]!)).toBe('offered');
  });

  it('waits while the event is cancelled, and is nothing once it is over', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, usual);
    await at.cancel(ann);
    must(await cancelEvent(asSystem(base), event.slug, ''));
    await at.queued();
    now = new Date('2026-05-03T12:00Z');
    expect(await lapseOffer(base, waiting[0]!.id)).toMatchObject({ value: { kind: 'not_due' } });
    expect((await at.queued()).map((row) => row.kind)).toEqual(['lapse_offer']);
    must(await restoreEvent(asSystem(base), event.slug));
    expect(await lapseOffer(base, waiting[0]!.id)).toMatchObject({ value: { kind: 'lapsed' } });
    now = new Date('2026-05-31T12:00Z');
    expect(await lapseOffer(base, waiting[0]!.id)).toBeUndefined();
    expect(await lapseOffer(base, 999_999)).toBeUndefined();
  });

  it('tells in the morning of what ended by night', async () => {
    const event = await at.asking();
    const { ann, waiting } = await at.full(event, usual);
    await at.cancel(ann);
    await at.query(
      `update events set starts_at = '2099-05-30 18:00Z', ends_at = '2099-05-30 21:00Z' where id = $1`,
      [event.id],
    );
    await at.queued();
    now = new Date('2099-05-11T23:00Z');
    await lapseOffer(base, waiting[0]!.id);
    expect((await at.queued()).map((row) => [row.payload.changes, row.at])).toEqual([
      [[[waiting[0]!.id, 'lapsed']], new Date('2099-05-12T07:00Z')],
    ]);
  });
});

describe('the event', () => {
  it('takes how large parties may be and how the line moves, and says what is wrong', async () => {
    const event = await at.asking({ partyMost: '6', offerHours: '12' });
    expect(event).toMatchObject({ partyMost: 6, line: 'offer', offerHours: 12 });
    expect(await makeEvent(base)).toMatchObject({ partyMost: 1, line: 'automatic', offerHours: 24 });
    await expect(at.dinner({ partyMost: '21', line: 'lottery', offerHours: '0' })).rejects.toThrow(
      /"partyMost","code":"whole".*"line","code":"choice".*"offerHours","code":"whole"/,
    );
  });

  it('shows held places as taken: it is full with them', async () => {
    const event = await at.asking({ waitingList: 'on' });
    const { ann } = await at.full(event, usual);
    await at.cancel(ann);
    must(await setCapacity(asSystem(base), event.slug, 3, false));
    expect((await openEvents(base.db, now, 100)).map((one) => one.slug)).not.toContain(event.slug);
  });

  it('is copied without its offers', async () => {
    const event = await at.asking();
    const { ann } = await at.full(event, usual);
    await at.cancel(ann);
    expect(must(await duplicateEvent(asSystem(base), event.slug))).toMatchObject({
      held: 0,
      line: 'offer',
      partyMost: 4,
    });
  });
});
