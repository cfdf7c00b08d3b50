import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import { updateEvent } from '../../../src/services/events/commands.ts';
import { publishEvent } from '../../../src/services/events/publishing.ts';
import { eventBySlug } from '../../../src/services/events/queries.ts';
import { askReconfirm } from '../../../src/services/notices/reconfirming.ts';
import { reasonOf } from '../../../src/services/registrations/reasons.ts';
import { reconfirm } from '../../../src/services/registrations/reconfirm.ts';
import { stepNow } from '../../../src/services/registrations/rules.ts';
import { freshDatabase } from '../../support/database.ts';
import { by, dinners } from '../../support/dinners.ts';
import { asSystem, asVisitor, code, makeBase, must, noon } from '../../support/factories.ts';
import { idle, openWorker } from '../../support/jobs.ts';
import { countQueries } from '../../support/queries.ts';
import { startSmtp } from '../../support/smtp.ts';

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

const starts = new Date('2026-05-30T18:00:00Z');
const before = (hours: number) => new Date(starts.getTime() - hours * 3_600_000);
const event = {
  state: 'published' as const,
  startsAt: starts,
  zone: 'Europe/London',
  reconfirmHours: [48, 6],
};

describe('when people are asked whether they still come', () => {
  it('is at each chosen time, by day, once, and not when a later time has come', () => {
    expect(stepNow(event, 48, before(49))).toEqual({ kind: 'later', at: before(48) });
    expect(stepNow(event, 48, before(48))).toEqual({ kind: 'ask' });
    expect(stepNow(event, 48, before(5))).toEqual({ kind: 'nothing' });
    expect(stepNow(event, 6, before(5))).toEqual({ kind: 'ask' });
    expect(stepNow(event, 6, before(0))).toEqual({ kind: 'nothing' });
    expect(stepNow(event, 24, before(24))).toEqual({ kind: 'nothing' });
    expect(stepNow({ ...event, state: 'cancelled' }, 48, before(48))).toEqual({ kind: 'nothing' });
    // Three in the morning: at eight.
    expect(stepNow(event, 48, new Date('2026-05-29T02:00:00Z'))).toEqual({
      kind: 'later',
      at: new Date('2026-05-29T07:00:00Z'),
    });
  });
});

const dinner = (more: object = {}) => at.dinner({ reconfirmHours: '48, 6', capacity: '40', ...more });
const plans = async (id: number) =>
  (
    await at.query(
      `select key, run_at at from graphile_worker.jobs where key like 'ask_reconfirm:' || $1::int || ':%' order by run_at`,
      [id],
    )
  ).map((row) => [row.key.split(':')[2], row.at]);

describe('asking', () => {
  it('is planned with the event, and anew when it moves', async () => {
    const one = await dinner();
    expect(await plans(one.id)).toEqual([
      ['48', before(48)],
      ['6', before(6)],
    ]);
    const { version, name } = (await eventBySlug(base.db, one.slug))!;
    const later = { startsAt: '2026-05-31T19:00', endsAt: '2026-05-31T22:00' };
    must(
      await updateEvent(asSystem(base), one.slug, version, {
        name,
        kind: 'dinner',
        zone: 'Europe/London',
        ...later,
      }),
    );
    expect((await plans(one.id)).map(([, when]) => when)).toEqual([before(24), before(-18)]);
    must(await publishEvent(asSystem(base), one.slug));
    expect(await plans(one.id)).toHaveLength(2);
  });

  it('reaches those who have places and have not said yes, once a step, however often it runs', async () => {
    const one = await dinner({ capacity: '3' });
    const [ann, bob] = [await at.come(one, 'Ann', 2), await at.come(one, 'Bob')];
    await at.come(one, 'Cyd');
    await at.queued();
    now = before(47);
    const fresh = makeBase(database.url, () => now);
    const ask = (hours: number, job: string) => askReconfirm(base, { job, event: one.id, hours });
    expect(await ask(6, '1')).toBe(0);
    const both = await Promise.all([
      ask(48, '2'),
      askReconfirm(fresh, { job: '2', event: one.id, hours: 48 }),
    ]);
    expect(both.reduce((sum, each) => sum + each, 0)).toBe(2);
    expect(await ask(48, '3')).toBe(0);
    must(await reconfirm(asVisitor(base), by(ann)));
    must(await reconfirm(asVisitor(base), by(ann)));
    now = before(5);
    expect(await ask(6, '4')).toBe(1);
    expect(await ask(48, '5')).toBe(0);
    const told = await at.query(
      `select r.name from notices n join registrations r on r.id = n.registration_id where n.kind = 'reconfirm' and n.event_id = $1 order by n.id`,
      [one.id],
    );
    expect(told.map((row) => row.name).sort()).toEqual(['Ann', 'Bob', 'Bob']);
    // No answer loses nobody a place.
    expect(await at.stateOf(bob)).toBe('confirmed');
    await fresh.db.$client.end();
  });

  it('comes as a mail and a message that can be answered, and not to whoever has said yes meanwhile', async () => {
    const one = await dinner();
    const [ann, bob] = [await at.come(one, 'Ann'), await at.come(one, 'Bob')];
    await at.query(
      `insert into addresses (uri, person_id, linked_at) select 'test:ann', person_id, now() from registrations where id = $1`,
      [ann.id],
    );
    await at.queued();
    now = before(47);
    await askReconfirm(base, { job: '9', event: one.id, hours: 48 });
    must(await reconfirm(asVisitor(base), by(bob)));
    const smtp = await startSmtp();
    const worker = await openWorker(base, database.url, smtp.url);
    await idle(base);
    await worker.stop();
    await smtp.close();
    expect(smtp.received.map((mail) => [mail.to[0], mail.mail.subject])).toEqual([
      ['ann@example.org', `Still coming? ${one.name}`],
    ]);
    expect(worker.said.map((each) => each.reply.choices?.map((choice) => choice.value))).toEqual([
      [`coming ${one.slug}`, `not coming ${one.slug}`],
    ]);
  });

  it('costs as many statements for thirty as for one', async () => {
    const [few, many] = [await dinner(), await dinner()];
    await at.come(few, 'Solo');
    for (let n = 0; n < 30; n++) await at.come(many, `P${n}`);
    now = before(47);
    const cost = (id: number) =>
      countQueries(base.db, () => askReconfirm(base, { job: `1${id}`, event: id, hours: 48 }));
    expect(await cost(many.id)).toBe(await cost(few.id));
  });

  it('is refused to who waits, has cancelled, or comes too late', async () => {
    const one = await dinner({ capacity: '1' });
    const [ann, bob] = [await at.come(one, 'Ann'), await at.come(one, 'Bob')];
    expect(code(await reconfirm(asVisitor(base), by(bob)))).toBe('no_places_yet');
    expect(code(await reconfirm(asVisitor(base), { token: 'nonsense' }))).toBe('link_unknown');
    await at.cancel(bob);
    expect(code(await reconfirm(asVisitor(base), by(bob)))).toBe('registration_cancelled');
    now = new Date(starts.getTime() + 5 * 3_600_000);
    expect(code(await reconfirm(asVisitor(base), by(ann)))).toBe('event_over');
  });
});

describe('why a party stands where it does', () => {
  const party = { state: 'waitlisted' as const, size: 2, ahead: 0, offerExpiresAt: null, skippedAt: null };
  it('follows the written rule', () => {
    expect(reasonOf(party, 0, 'automatic')).toEqual({ kind: 'next' });
    expect(reasonOf({ ...party, size: 4 }, 2, 'automatic')).toEqual({ kind: 'too_few', needs: 4, free: 2 });
    expect(reasonOf({ ...party, ahead: 3 }, 0, 'offer')).toEqual({ kind: 'behind', ahead: 3 });
    expect(reasonOf({ ...party, skippedAt: noon }, 0, 'offer')).toEqual({ kind: 'skipped' });
    expect(reasonOf({ ...party, state: 'offered', offerExpiresAt: noon }, 0, 'offer')).toEqual({
      kind: 'asked',
      until: noon,
    });
  });
});
