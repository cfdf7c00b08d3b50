import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeConverse } from '../../bot/conversation.ts';
import type { Base } from '../../src/context.ts';
import { seeToProofs } from '../../src/jobs/proofs.ts';
import { consumeSignIn, signInLink } from '../../src/services/people/commands.ts';
import { askProof } from '../../src/services/registrations/asking.ts';
import { mailedToken, manageToken } from '../../src/services/registrations/queries.ts';
import { freshDatabase } from '../support/database.ts';
import {
  asSystem,
  asVisitor,
  mailed,
  makeBase,
  makeEvent,
  must,
  noon,
  secret,
  signUp,
} from '../support/factories.ts';
import { hurry, idle, openWorker } from '../support/jobs.ts';
import { type SmtpSink, startSmtp } from '../support/smtp.ts';

let base: Base;
let now = noon;
let database: { url: string; drop(): Promise<void> };
let smtp: SmtpSink;
let worker: Awaited<ReturnType<typeof openWorker>>;
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url, () => now);
  smtp = await startSmtp();
  worker = await openWorker(base, database.url, smtp.url);
});
afterAll(async () => {
  await worker.stop();
  await smtp.close();
  await base.db.$client.end();
  await database.drop();
});

const mailsTo = async (email: string) => {
  await idle(base, 90_000);
  return smtp.received.filter((one) => one.to.includes(email)).map(({ mail }) => mail);
};

it('asks in the first mail, reminds, tells the end; and of many links sends one mail', async () => {
  const event = await makeEvent(base, { proveHours: '24' });
  const ann = must(await signUp(base, event, 'Ann'));
  const [first] = await mailsTo('ann@example.org');
  expect(first!.text).toContain('press the button there, until Sat 2 May, 13:00');
  expect(first!.text).toContain(mailedToken(secret, mailed(ann)));
  expect(first!.text).not.toContain(manageToken(secret, ann));
  now = new Date('2026-05-02T07:00Z');
  await seeToProofs(base);
  const [, reminder] = await mailsTo('ann@example.org');
  expect(reminder!.subject).toBe(`Please confirm your address: ${event.name}`);
  expect(reminder!.text).toContain('Open it until: Sat 2 May, 13:00');
  now = new Date('2026-05-02T12:00Z');
  await seeToProofs(base);
  const [, , end, ...more] = await mailsTo('ann@example.org');
  expect(end!.subject).toBe(`Your registration has ended: ${event.name}`);
  expect(more).toEqual([]);
  // She registers again, and for another one; then she signs in for the first time.
  now = new Date('2026-05-03T12:00Z');
  const rows = [
    must(await signUp(base, event, 'Ann')),
    must(await signUp(base, await makeEvent(base), 'Ann')),
  ];
  await idle(base, 90_000);
  const token = (await signInLink(asSystem(base), 'ann@example.org')).split('/').at(-1)!;
  must(await consumeSignIn(asVisitor(base), token));
  const links = (await mailsTo('ann@example.org')).filter((one) => one.subject === 'Your registrations');
  expect(links).toHaveLength(1);
  for (const row of rows) expect(links[0]!.text).toContain(mailedToken(secret, mailed(row)));
}, 300_000);

it('takes nothing from whoever it could not be told to, and is asked once more', async () => {
  now = noon;
  const event = await makeEvent(base);
  const eve = must(await signUp(base, event, 'Eve'));
  expect(await mailsTo('eve@example.org')).toHaveLength(1);
  const ask = () => askProof(asSystem(base), event.id, { since: noon, hours: 24 });
  const state = async () =>
    (await base.db.$client.query('select state from registrations where id = $1', [eve.id])).rows[0].state;
  smtp.answer.rcpt = () => '451 later';
  now = new Date('2026-05-01T13:00Z');
  expect(must(await ask())).toEqual({ asked: 1 });
  await idle(base, 90_000);
  now = new Date('2026-05-02T14:00Z');
  await seeToProofs(base);
  smtp.answer.rcpt = undefined;
  await hurry(base);
  // It comes too late to be told, and nothing is lost by it.
  expect(await mailsTo('eve@example.org')).toHaveLength(1);
  await seeToProofs(base);
  expect(await state()).toBe('confirmed');
  expect(must(await ask())).toEqual({ asked: 1 });
  const [, asked] = await mailsTo('eve@example.org');
  expect(asked!.subject).toBe(`Please confirm your address: ${event.name}`);
  now = new Date('2026-05-03T14:00Z');
  await seeToProofs(base);
  expect(await state()).toBe('cancelled');
}, 300_000);

it('is said in the chat before one registers and after, and a code told there proves as well', async () => {
  now = new Date('2026-05-03T12:00Z');
  const event = await makeEvent(base, { name: 'Proof night', kind: 'meetup', proveHours: '24' });
  let sent = 0;
  const say = async (text: string) =>
    (await makeConverse(base)({ address: 'xmpp:dan@example.org', key: `p${sent++}`, text }))
      .map((one) => one.text)
      .join('\n');
  expect(await say(`event ${event.slug}`)).toContain('within 24 hours');
  const asked = await say(`register ${event.slug} Dan dan@example.org no`);
  expect(asked).toContain('An address that is new to us is asked for proof');
  const done = await say('yes');
  expect(done).toContain('or prove here that dan@example.org is yours: link dan@example.org');
  expect(done).toContain('Mon 4 May, 13:00');
}, 120_000);
