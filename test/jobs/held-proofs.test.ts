import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Base } from '../../src/context.ts';
import { heldMails, letHeldMailsGo } from '../../src/jobs/held.ts';
import { limits } from '../../src/services/limits/limits.ts';
import { remindUnproved } from '../../src/services/notices/proving.ts';
import { moveAttendee, register } from '../../src/services/registrations/commands.ts';
import { lapseOffer } from '../../src/services/registrations/parties.ts';
import { endUnproved } from '../../src/services/registrations/unproved.ts';
import { freshDatabase } from '../support/database.ts';
import { asSystem, asVisitor, makeBase, makeEvent, must, registered } from '../support/factories.ts';
import { hurry, idle, openWorker } from '../support/jobs.ts';
import { generous } from '../support/limits.ts';
import { type SmtpSink, startSmtp } from '../support/smtp.ts';

// By the clock of the database, as what is held waits in its queue.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

let base: Base;
let database: { url: string; drop(): Promise<void> };
let smtp: SmtpSink;
let worker: { stop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
  const few = { ...generous, site_mail: { ...limits.site_mail, most: 5 } };
  base = { ...makeBase(database.url, () => new Date()), limits: few };
  smtp = await startSmtp();
  worker = await openWorker(base, database.url, smtp.url);
});
afterAll(async () => {
  await worker.stop();
  await smtp.close();
  await base.db.$client.end();
  await database.drop();
});

const query = (text: string) => base.db.$client.query(text);
/** All that is due by now or would be in the morning. */
const work = async () => {
  await hurry(base);
  await idle(base, 60_000);
};

it('of thirty made-up people at an event that asks for proof the mail server gets what the site may send, whatever becomes of them', async () => {
  // Its places are ten mails more.
  const event = await makeEvent(base, {
    kind: 'meetup',
    capacity: '10',
    proveHours: '24',
    startsAt: '2099-05-30T19:00',
    endsAt: '2099-05-30T22:00',
  });
  const emails = Array.from({ length: 30 }, (_, n) => `victim${n}@example.org`);
  const form = (email: string) => ({ event: event.slug, name: 'Ann', email, answers: {} });
  (await Promise.all(emails.map((email) => register(asVisitor(base), form(email))))).map(registered);
  await work();
  expect(smtp.received).toHaveLength(15);
  expect(await heldMails(base)).toMatchObject({ count: 15 });
  const told = new Set(smtp.received.map((one) => one.to[0]!));

  await query(`update notices set mailed_at = mailed_at - interval '1 hour'`);
  await query(`update registrations set prove_remind_at = now() - interval '1 second'`);
  expect(await remindUnproved(base)).toBe(15);
  await work();
  expect(smtp.received).toHaveLength(15);
  expect(await heldMails(base)).toMatchObject({ count: 30 });

  await query(`update registrations set prove_by = now() - interval '1 second'`);
  expect(await endUnproved(base)).toBe(15);
  await work();
  const { rows } = await query('select distinct kind from notices');
  expect(rows.map((row) => row.kind)).toEqual(expect.arrayContaining(['prove', 'unproved', 'promoted']));
  expect(smtp.received).toHaveLength(15);

  // Whoever was told nothing has lost nothing, and is told no end.
  expect(must(await letHeldMailsGo(asSystem(base)))).toBe(30);
  await work();
  const later = smtp.received.slice(15).map(({ to, mail }) => ({ to: to[0]!, subject: mail.subject! }));
  expect(later.map((one) => one.to).sort()).toEqual([...emails].sort());
  for (const { to, subject } of later)
    expect([to, subject.startsWith('Your registration has ended')]).toEqual([to, told.has(to)]);
});

it('an offer whose mail is held does not end before that has gone for half an hour', async () => {
  const event = await makeEvent(base, {
    kind: 'meetup',
    capacity: '1',
    line: 'offer',
    startsAt: '2099-05-30T19:00',
    endsAt: '2099-05-30T22:00',
  });
  const form = (n: number) => ({
    event: event.slug,
    name: 'Bo',
    email: `next${n}@example.org`,
    answers: {},
  });
  const first = registered(await register(asVisitor(base), form(0)));
  await Promise.all(Array.from({ length: 30 }, (_, n) => register(asVisitor(base), form(n + 1))));
  await work();
  expect(await heldMails(base)).toBeDefined();
  must(await moveAttendee(asSystem(base), event.slug, first.id, 'cancel'));
  const offered = async () =>
    (
      await query(
        `select r.id, p.email from registrations r join people p on p.id = r.person_id where r.state = 'offered'`,
      )
    ).rows;
  const [{ id, email }] = await offered();
  const told = () =>
    smtp.received.filter((one) => one.to[0] === email && one.mail.subject?.startsWith('A place is held'));
  await work();
  await query(`update registrations set offer_expires_at = now() - interval '1 second' where id = ${id}`);
  expect(told()).toHaveLength(0);
  expect(await lapseOffer(base, id)).toEqual({ ok: true, value: { kind: 'not_due' } });
  must(await letHeldMailsGo(asSystem(base)));
  await work();
  expect(told()).toHaveLength(1);
  expect(await lapseOffer(base, id)).toEqual({ ok: true, value: { kind: 'not_due' } });
  expect(await offered()).toEqual([{ id, email }]);
  await query(`update notices set mailed_at = mailed_at - interval '31 minutes'`);
  expect(await lapseOffer(base, id)).toEqual({ ok: true, value: { kind: 'lapsed' } });
});
