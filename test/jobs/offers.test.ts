import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it, type TestContext, vi } from 'vitest';
import { upkeep } from '../../src/jobs/upkeep.ts';
import { takeOffer } from '../../src/services/registrations/parties.ts';
import { mailedToken } from '../../src/services/registrations/queries.ts';
import { freshDatabase } from '../support/database.ts';
import { by, dinners } from '../support/dinners.ts';
import { asVisitor, mailed, makeBase, must, noon, secret } from '../support/factories.ts';
import { hurry, idle, openWorker } from '../support/jobs.ts';
import { holdEvent } from '../support/postgres.ts';
import { startProcess } from '../support/processes.ts';
import { startSmtp } from '../support/smtp.ts';

const hours = (n: number) => new Date(noon.getTime() + n * 3_600_000);

async function open({ onTestFinished }: TestContext, from: Date) {
  const database = await freshDatabase();
  const smtp = await startSmtp();
  const clock = { now: from };
  const base = makeBase(database.url, () => clock.now);
  onTestFinished(async () => {
    await smtp.close();
    await base.db.$client.end();
    await database.drop();
  });
  const at = dinners(base);
  const event = await at.asking();
  const { ann, waiting } = await at.full(event, [
    ['Cyd', 2],
    ['Eve', 2],
  ]);
  const [cyd, eve] = waiting as [(typeof waiting)[0], (typeof waiting)[0]];
  const notices = async () =>
    (
      await at.query(
        'select r.name, n.kind from notices n join registrations r on r.id = n.registration_id order by n.id',
      )
    ).map((row) => `${row.name} ${row.kind}`);
  const mails = () => smtp.received.map((one) => `${one.to[0]!.split('@')[0]}: ${one.mail.subject}`);
  return { ...{ database, smtp, clock, base, at, event, ann, cyd, eve, notices, mails } };
}

describe.concurrent('an offer', { timeout: 90_000 }, () => {
  it('is told with its end, ends by itself, and goes to the next', async (t) => {
    const { database, smtp, clock, base, at, event, ann, cyd, eve, notices, mails } = await open(t, noon);
    const [{ id }] = await at.query(
      `insert into addresses (uri, person_id, linked_at) select 'xmpp:cyd@a', person_id, now() from registrations where id = $1 returning id`,
      [cyd.id],
    );
    t.expect(id).toBeGreaterThan(0);
    const worker = await openWorker(base, database.url, smtp.url);
    await at.cancel(ann);
    await idle(base);
    t.expect(mails().sort()).toEqual([
      `ann: Cancelled: your registration for ${event.name}`,
      `cyd: A place is held for you: ${event.name}`,
    ]);
    const offer = smtp.received.find((one) => one.to[0]!.startsWith('cyd'))!.mail.text!;
    t.expect(offer).toContain('Sat 2 May, 13:00 (London)');
    t.expect(offer).toContain(`http://localhost:3000/r/${mailedToken(secret, mailed(cyd))}`);
    t.expect(worker.said.at(-1)?.reply.text).toMatch(/is held for you until Sat 2 May, 13:00 \(London\)/);
    // To the database this time has long been over, by our clock it has not: the job waits for the rest of it.
    t.expect(await at.stateOf(cyd)).toBe('offered');
    clock.now = hours(24);
    await hurry(base);
    await idle(base);
    t.expect([await at.stateOf(cyd), await at.stateOf(eve)]).toEqual(['cancelled', 'offered']);
    t.expect(mails().slice(2).sort()).toEqual([
      `cyd: The offer is over: ${event.name}`,
      `eve: A place is held for you: ${event.name}`,
    ]);
    const lapsed = smtp.received.find((one) => one.mail.subject?.startsWith('The offer'))!.mail;
    t.expect(lapsed.text).toContain(`http://localhost:3000/events/${event.slug}/register`);
    t.expect(worker.said.at(-1)?.reply.text).toContain(`register ${event.slug}`);
    must(await takeOffer(asVisitor(base), by(eve)));
    await hurry(base);
    await idle(base);
    await worker.stop();
    t.expect(mails().at(-1)).toBe(`eve: You are coming: ${event.name}`);
    t.expect((await notices()).sort()).toEqual([
      ...['Ann cancelled', 'Cyd lapsed', 'Cyd offered', 'Eve confirmed', 'Eve offered'],
    ]);
    t.expect(await at.query('select from graphile_worker.jobs')).toHaveLength(0);
  });

  it('ends once although the worker that was at it is killed', async (t) => {
    const { database, smtp, clock, base, at, event, ann, cyd, eve, notices } = await open(t, hours(-25));
    await at.cancel(ann);
    clock.now = noon;
    // While the event's row is held, whoever ends the offer waits. Not on a connection of ours, which Postgres ends
    // when its transaction idles for 15 seconds: starting a process may take as long.
    const holder = await holdEvent(database.url, event.id);
    const first = await startProcess('worker-process.ts', database.url, smtp.url);
    const taken = `select from graphile_worker.jobs where task_identifier = 'lapse_offer' and locked_at is not null`;
    await vi.waitUntil(async () => (await at.query(taken)).length === 1, 30_000);
    await sleep(200);
    await first.kill();
    const second = await openWorker(base, database.url, smtp.url);
    await holder.release();
    await vi.waitUntil(async () => (await at.stateOf(cyd)) === 'cancelled', 30_000);
    await idle(base);
    await second.stop();
    t.expect([await at.stateOf(cyd), await at.stateOf(eve)]).toEqual(['cancelled', 'offered']);
    t.expect((await notices()).filter((one) => one !== 'Ann cancelled').sort()).toEqual([
      'Cyd lapsed',
      'Cyd offered',
      'Eve offered',
    ]);
    t.expect(await at.faults(event)).toEqual([]);
  });

  it('ends although its job was dropped: regular upkeep gives it another', async (t) => {
    const { database, smtp, clock, base, at, ann, cyd, eve } = await open(t, noon);
    await at.cancel(ann);
    await at.queued();
    clock.now = hours(24.1);
    await upkeep(base, { forgetBefore: async () => 0 });
    // A minute or so late its own job may still be at it.
    t.expect(await at.queued()).toEqual([]);
    clock.now = hours(24.5);
    await upkeep(base, { forgetBefore: async () => 0 });
    await upkeep(base, { forgetBefore: async () => 0 });
    const worker = await openWorker(base, database.url, smtp.url);
    await idle(base);
    await worker.stop();
    t.expect([await at.stateOf(cyd), await at.stateOf(eve)]).toEqual(['cancelled', 'offered']);
  });
});
