import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Base } from '../../src/context.ts';
import { limits } from '../../src/services/limits/limits.ts';
import { requestSignIn } from '../../src/services/people/commands.ts';
import { register } from '../../src/services/registrations/commands.ts';
import { resizeParty } from '../../src/services/registrations/parties.ts';
import { manageToken } from '../../src/services/registrations/queries.ts';
import { freshDatabase } from '../support/database.ts';
import { guests } from '../support/dinners.ts';
import {
  as,
  asVisitor,
  makeBase,
  makeEvent,
  must,
  proved,
  registered,
  secret,
} from '../support/factories.ts';
import { idle, openWorker } from '../support/jobs.ts';
import { type SmtpSink, startSmtp } from '../support/smtp.ts';

// What strangers bring about at one event, or for one mailbox, keeps nobody else's mail waiting: by the lanes as they are, and smaller limits.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

let base: Base;
let database: { url: string; drop(): Promise<void> };
let smtp: SmtpSink;
let worker: { stop(): Promise<void> } | undefined;
beforeAll(async () => {
  database = await freshDatabase();
  const few = {
    ...limits,
    site_mail: { ...limits.site_mail, most: 40 },
    mailbox_mail: { ...limits.mailbox_mail, most: 5 },
  };
  base = { ...makeBase(database.url, () => new Date()), limits: few };
  smtp = await startSmtp();
});
afterAll(async () => {
  await worker?.stop();
  await smtp.close();
  await base.db.$client.end();
  await database.drop();
});
beforeEach(async () => {
  await worker?.stop();
  worker = undefined;
  await base.db.$client.query('truncate limits, graphile_worker._private_jobs');
  smtp.received.length = 0;
  smtp.answer.delay = 10;
});

const dinner = { capacity: '20', startsAt: '2099-05-30T19:00', endsAt: '2099-05-30T22:00', partyMost: '4' };
const form = (event: { slug: string }, email: string) => ({
  ...{ event: event.slug, name: 'Ann', email, answers: {} },
  members: guests(1),
});
const place = (email: string) => smtp.received.findIndex(({ to }) => to[0] === email);
const mailsTo = (some: RegExp) => smtp.received.filter(({ to }) => some.test(to[0]!)).length;

/** Somebody who has signed in before, and registers. */
async function regular(name: string, event: { slug: string }) {
  const email = `${name}@example.org`;
  const found = await base.db.$client.query(
    `insert into people (email, name) values ($1, 'Reg') returning id`,
    [email],
  );
  const ctx = await proved(base, found.rows[0].id);
  must(await register(ctx, form(event, email)));
  return email;
}

describe('a flood', () => {
  it('of strangers at one event does not keep the mail of another waiting, nor anybody who signs in', async () => {
    const [flooded, other] = [await makeEvent(base, dinner), await makeEvent(base, dinner)];
    const strangers = Array.from({ length: 200 }, (_, n) => `stranger${n}@example.net`);
    await Promise.all(strangers.map((email) => register(asVisitor(base), form(flooded, email))));
    const late = await regular('regular', other);
    must(await requestSignIn(asVisitor(base), { email: late }));
    worker = await openWorker(base, database.url, smtp.url);
    await idle(base, 90_000);
    // The site's forty, and the forty places. All others wait, and cost no time of the mail server.
    expect(mailsTo(/@example\.net$/)).toBe(80);
    const theirs = smtp.received.flatMap(({ to, mail }, at) =>
      to[0] === late ? [{ isPlace: mail.subject!.includes(other.name), at }] : [],
    );
    expect(theirs.map(({ isPlace }) => isPlace).sort()).toEqual([false, true]);
    // Signing in has a lane of its own.
    expect(theirs.find(({ isPlace }) => !isPlace)!.at).toBeLessThan(20);
  });

  it('for one mailbox does not keep the mail of others waiting', async () => {
    const event = await makeEvent(base, { ...dinner, capacity: '60' });
    const victim = 'victim@example.com';
    const row = registered(await register(asVisitor(base), form(event, victim)));
    worker = await openWorker(base, database.url, smtp.url);
    await idle(base);
    const token = manageToken(secret, row);
    for (let n = 0; n < 12; n++) {
      must(await resizeParty(as(base, { door: 'web', grants: [] }), { token }, guests(n % 2 ? 1 : 2)));
      // Told each time, not the last of many.
      await idle(base);
    }
    const late = await regular('calm', event);
    const begun = performance.now();
    await vi.waitFor(() => expect(place(late)).toBeGreaterThan(0), { timeout: 20_000, interval: 10 });
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(mailsTo(/victim/)).toBe(5);
  });
});
