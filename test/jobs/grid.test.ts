import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Base, Ctx } from '../../src/context.ts';
import { placeSession, unplaceSession } from '../../src/services/grid/commands.ts';
import { setNotify } from '../../src/services/people/commands.ts';
import { actorOfAddress } from '../../src/services/people/speakers.ts';
import { setStar, withdrawSession } from '../../src/services/sessions/commands.ts';
import { attendee, type Camp, hold, makeCamp } from '../support/camp.ts';
import { freshDatabase } from '../support/database.ts';
import { asSystem, makeBase, must } from '../support/factories.ts';
import { hurry, idle, openWorker } from '../support/jobs.ts';
import { type Received, type SmtpSink, startSmtp } from '../support/smtp.ts';

let base: Base;
let database: { url: string; drop(): Promise<void> };
let smtp: SmtpSink;
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  smtp = await startSmtp();
});
afterAll(async () => {
  await smtp.close();
  await base.db.$client.end();
  await database.drop();
});
afterEach(() => {
  smtp.received.length = 0;
  smtp.answer.rcpt = undefined;
});

const query = (text: string, values: unknown[] = []) => base.db.$client.query(text, values);

/** Does what is to be done by now, gathered or not. */
async function work() {
  const worker = await openWorker(base, database.url, smtp.url);
  await hurry(base);
  await idle(base);
  await worker.stop();
  return worker.said;
}

/** A camp with a session of Ann's on the grid, all that is told by now; mails and chats of what follows. */
async function quietCamp(name: string, ...titles: string[]) {
  const camp = await makeCamp(base, { event: { name } });
  const own = (who: string) => attendee(base, camp, `${who} ${name}`);
  const ann = await own('Ann');
  const numbers = [];
  for (const [n, title] of titles.entries()) numbers.push(await hold(ann, camp, title, n));
  const fan = async (who: string, ...starred: number[]) => {
    const ctx = await own(who);
    for (const number of starred) must(await setStar(ctx, camp.slug, number, true));
    return ctx;
  };
  return { camp, ann, numbers, fan, settle: () => work().then(() => smtp.received.splice(0)) };
}

const mailsTo = (who: string): Received[] => smtp.received.filter((one) => one.to[0]!.startsWith(`${who}.`));
const move = async (ctx: Ctx, camp: Camp, session: number, cell: number) =>
  must(await placeSession(ctx, { event: camp.slug, session, ...camp.cells[cell]! }));

async function linked(uri: string, { actor }: Ctx, more = '') {
  await actorOfAddress(base.db, uri);
  await query(`update addresses set person_id = $2, linked_at = now() ${more} where uri = $1`, [
    uri,
    actor.personId,
  ]);
}

describe('a session that moves', { timeout: 60_000 }, () => {
  it('is told by mail and by chat in one message, that can be ended, with a link to the schedule', async () => {
    const { camp, ann, numbers, fan, settle } = await quietCamp('North', 'Feeds & <b>bread</b>', 'Other');
    const [feeds, other] = numbers as [number, number];
    const bob = await fan('Bob', feeds);
    await linked('xmpp:bob@chat', bob);
    await linked('xmpp:quiet@chat', bob, ', stopped_at = now()');
    await fan('Cyd', other);
    await settle();
    for (const cell of [2, 3, 4]) await move(ann, camp, feeds, cell);
    const said = await work();
    expect(smtp.received.map((one) => one.to)).toEqual([['bob.north@example.org']]);
    const { mail, raw } = smtp.received[0]!;
    expect(mail.subject).toBe('Moved: Feeds & <b>bread</b>');
    expect(mail.messageId).toMatch(/^<notice-\d+-[a-z0-9]+@localhost>$/);
    for (const body of [mail.text!, String(mail.html)])
      for (const piece of [
        'Sat 30 May, 11:00–11:30 (London), Red',
        'before: Sat 30 May, 10:00–10:30 (London), Red',
        `http://localhost:3000/events/${camp.slug}/schedule`,
        'You get this because you starred these sessions, or hold them.',
      ])
        expect(body).toContain(piece);
    expect(mail.text).toContain('1. Feeds & <b>bread</b>');
    expect(String(mail.html)).toContain('1. Feeds &amp; &lt;b&gt;bread&lt;/b&gt;');
    expect(raw).toMatch(/^List-Unsubscribe: <http:\/\/localhost:3000\/unsubscribe\/[\w-]{43}>\r$/m);
    expect(said).toEqual([
      {
        address: 'xmpp:bob@chat',
        key: expect.stringMatching(/^notice-\d+$/),
        reply: {
          text: [
            'The schedule of North has changed:',
            '1 Feeds & <b>bread</b>: now Sat 30 May, 11:00–11:30 (London), Red; it was Sat 30 May, 10:00–10:30 (London), Red',
            `http://localhost:3000/events/${camp.slug}/schedule`,
            '(To get none like this: stop sessions. No messages from me first at all: stop)',
          ].join('\n'),
        },
      },
    ]);
    expect(await work()).toEqual([]);
    expect(smtp.received).toHaveLength(1);
  });

  it('is told to its hosts always, to others who want such mail', async () => {
    const { camp, ann, numbers, fan, settle } = await quietCamp('South', 'Mine', 'Second');
    const [mine, second] = numbers as [number, number];
    const bob = await fan('Bob', mine, second);
    const own = await hold(bob, camp, 'Of Bob', 4);
    const cyd = await fan('Cyd', mine);
    await settle();
    for (const { actor } of [ann, bob, cyd]) await setNotify(asSystem(base), actor.personId!, false);
    await move(asSystem(base), camp, mine, 6);
    must(await unplaceSession(asSystem(base), camp.slug, own));
    must(await withdrawSession(asSystem(base), camp.slug, second));
    await work();
    expect(mailsTo('cyd')).toEqual([]);
    const [bobs] = mailsTo('bob');
    expect(bobs!.mail.subject).toBe('Off the schedule for now: Of Bob');
    expect(bobs!.mail.text).toContain('3. Of Bob (yours)');
    expect(bobs!.mail.text).not.toContain('Mine');
    expect(bobs!.raw).not.toMatch(/^list-unsubscribe/im);
    expect(bobs!.mail.text).not.toContain('/unsubscribe/');
    const [anns] = mailsTo('ann');
    expect(anns!.mail.subject).toBe('2 sessions have changed: South');
    expect(anns!.mail.text).toMatch(
      /2\. Second \(yours\): it has been withdrawn[\s\S]*1\. Mine \(yours\)|1\. Mine \(yours\)[\s\S]*2\. Second \(yours\): it has been withdrawn/,
    );
  });

  it('is not told any more when that has changed before the mail could be sent; the copy that comes is the same one', async () => {
    const { camp, ann, numbers, fan, settle } = await quietCamp('East', 'Feeds');
    await fan('Bob', numbers[0]!);
    await settle();
    smtp.answer.rcpt = () => '421 4.7.0 try later';
    const worker = await openWorker(base, database.url, smtp.url);
    await move(ann, camp, numbers[0]!, 2);
    await hurry(base);
    await vi.waitFor(async () => {
      const { rows } = await query(`select 1 from graphile_worker.jobs where last_error is not null`);
      expect(rows).toHaveLength(1);
    });
    await move(ann, camp, numbers[0]!, 3);
    await hurry(base);
    await idle(base);
    await worker.stop();
    smtp.answer.rcpt = undefined;
    await work();
    expect(smtp.received).toHaveLength(1);
    expect(smtp.received[0]!.mail.text).toContain('Sat 30 May, 10:30–11:00 (London), Blue');
  });

  it('is a line of many in a chat: there are never more than a few', async () => {
    const titles = Array.from({ length: 7 }, (_, n) => `Session ${n + 1}`);
    const { camp, numbers, fan, settle } = await quietCamp('West', ...titles);
    const bob = await fan('Bob', ...numbers);
    const own = await hold(bob, camp, 'Breaking\nlines http://evil.example', 7);
    const more = [await hold(bob, camp, 'One more'), await hold(bob, camp, 'And one more')];
    await linked('xmpp:bob@west', bob);
    await settle();
    for (const one of [...numbers, own, ...more]) must(await withdrawSession(asSystem(base), camp.slug, one));
    const said = await work();
    const lines = said.find((one) => one.address === 'xmpp:bob@west')!.reply.text.split('\n');
    expect(lines).toHaveLength(12);
    expect(lines).toContain('and 2 more');
    const [bobs] = mailsTo('bob');
    expect(bobs!.mail.subject).toBe('10 sessions have changed: West');
  });
});
