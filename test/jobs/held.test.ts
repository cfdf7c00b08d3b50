import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Base } from '../../src/context.ts';
import { heldMails, letHeldMailsGo } from '../../src/jobs/held.ts';
import { limits } from '../../src/services/limits/limits.ts';
import { requestSignIn } from '../../src/services/people/commands.ts';
import { register } from '../../src/services/registrations/commands.ts';
import { resizeParty } from '../../src/services/registrations/parties.ts';
import { manageToken } from '../../src/services/registrations/queries.ts';
import { freshDatabase } from '../support/database.ts';
import { guests } from '../support/dinners.ts';
import {
  as,
  asSystem,
  asVisitor,
  code,
  makeBase,
  makeEvent,
  must,
  registered,
  secret,
} from '../support/factories.ts';
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
  const few = {
    ...generous,
    site_mail: { ...limits.site_mail, most: 5 },
    mailbox_mail: { ...limits.mailbox_mail, most: 3 },
  };
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
beforeEach(async () => {
  await base.db.$client.query('truncate limits, graphile_worker._private_jobs');
  smtp.received.length = 0;
});

/** Its places are so many mails more. */
const dinner = { capacity: '12', startsAt: '2099-05-30T19:00', endsAt: '2099-05-30T22:00', partyMost: '4' };
let made = 0;
const form = (event: { slug: string }, email: string) => ({
  event: event.slug,
  name: 'Ann',
  email,
  answers: {},
  members: guests(1),
});
async function prove(email: string) {
  await base.db.$client.query(
    `insert into people (email, name, verified_at) values ($1, 'P', now()) on conflict (email) do update set verified_at = now()`,
    [email],
  );
}
const mailed = () => smtp.received.map((one) => one.to[0]!).sort();

describe('the site', () => {
  it('holds mails to strangers when they are too many, takes their registrations, and mails the others', async () => {
    const event = await makeEvent(base, dinner);
    const strangers = Array.from({ length: 24 }, () => `stranger${++made}@example.org`);
    const all = await Promise.all(strangers.map((email) => register(asVisitor(base), form(event, email))));
    expect(all.filter((one) => registered(one).state === 'confirmed')).toHaveLength(12);
    expect(all.filter((one) => registered(one).state === 'waitlisted')).toHaveLength(12);
    await idle(base);
    expect(mailed()).toHaveLength(17);
    expect(await heldMails(base)).toMatchObject({ count: 7 });

    await prove('known@example.org');
    must(await requestSignIn(asVisitor(base), { email: 'known@example.org' }));
    must(await register(asVisitor(base), form(event, 'known@example.org')));
    must(await requestSignIn(asVisitor(base), { email: 'late@example.org' }));
    await idle(base);
    expect(mailed().filter((to) => to === 'known@example.org')).toHaveLength(2);
    expect(await heldMails(base)).toMatchObject({ count: 8 });

    expect(code(await letHeldMailsGo(asVisitor(base)))).toBe('not_site_organiser');
    const nearly = as(base, { door: 'web', grants: [{ role: 'organiser', eventId: event.id }] });
    expect(code(await letHeldMailsGo(nearly))).toBe('not_site_organiser');
    expect(must(await letHeldMailsGo(asSystem(base)))).toBe(8);
    await idle(base);
    expect(mailed()).toEqual(
      [...strangers, 'known@example.org', 'known@example.org', 'late@example.org'].sort(),
    );
    expect(await heldMails(base)).toBeUndefined();
  });

  it('lets them go by itself, so many at a time; a link to sign in with lives from then on', async () => {
    for (let n = 0; n < 20; n++)
      must(await requestSignIn(asVisitor(base), { email: `many${n}@example.org` }));
    await idle(base);
    expect(await heldMails(base)).toMatchObject({ count: 3 });
    await base.db.$client.query(`update sign_ins set expires_at = now() - interval '1 minute'`);
    await base.db.$client.query(`update limits set until = now() - interval '1 second'`);
    await hurry(base);
    await idle(base);
    expect(mailed()).toHaveLength(20);
    const living = await base.db.$client.query(
      `select from sign_ins where expires_at > now() + interval '9 minutes'`,
    );
    expect(living.rowCount).toBe(3);
  });

  it('counts a mail once that the mail server does not take at first', async () => {
    let refusals = 0;
    smtp.answer.rcpt = () => (refusals++ < 2 ? '451 later' : undefined);
    const event = await makeEvent(base, dinner);
    must(await register(asVisitor(base), form(event, `once${++made}@example.org`)));
    await vi.waitFor(
      async () => {
        await hurry(base);
        expect(smtp.received).toHaveLength(1);
      },
      { timeout: 30_000, interval: 100 },
    );
    await idle(base);
    expect(refusals).toBe(3);
    const { rows } = await base.db.$client.query(`select count from limits where key like 'site%'`);
    expect(rows).toEqual([{ count: 1 }]);
  });
});

describe('a mailbox', () => {
  it('gets three mails of what anybody can bring about; later ones wait, and the last that is true is sent', async () => {
    const event = await makeEvent(base, dinner);
    const one = registered(await register(asVisitor(base), form(event, 'victim@example.org')));
    await prove('victim@example.org');
    const token = manageToken(secret, one);
    for (let n = 0; n < 6; n++) {
      must(await resizeParty(asVisitor(base), { token }, guests(n % 2 ? 1 : 2)));
      await idle(base);
    }
    expect(mailed()).toHaveLength(3);
    await base.db.$client.query(`update limits set until = now() - interval '1 second'`);
    await hurry(base);
    await idle(base);
    expect(mailed()).toHaveLength(4);
  });
});
