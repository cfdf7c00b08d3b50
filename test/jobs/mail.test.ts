import ICAL from 'ical.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../src/context.ts';
import { updateEvent } from '../../src/services/events/commands.ts';
import { cancelEvent, restoreEvent } from '../../src/services/events/publishing.ts';
import { requestSignIn } from '../../src/services/people/commands.ts';
import { mailedCode, mailLinkCode } from '../../src/services/people/linking.ts';
import { actorOfAddress } from '../../src/services/people/speakers.ts';
import { moveAttendee, setCapacity } from '../../src/services/registrations/commands.ts';
import { mailedTicketToken, mailedToken } from '../../src/services/registrations/queries.ts';
import { freshDatabase } from '../support/database.ts';
import {
  as,
  asSystem,
  asVisitor,
  mailed,
  makeBase,
  makeEvent,
  must,
  secret,
  signUp,
} from '../support/factories.ts';
import { idle, openWorker } from '../support/jobs.ts';
import { type Received, type SmtpSink, startSmtp } from '../support/smtp.ts';

let base: Base;
let database: { url: string; drop(): Promise<void> };
let smtp: SmtpSink;
let worker: { stop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  smtp = await startSmtp();
  worker = await openWorker(base, database.url, smtp.url);
});
afterAll(async () => {
  await worker.stop();
  await smtp.close();
  await base.db.$client.end();
  await database.drop();
});
afterEach(() => {
  smtp.received.length = 0;
});

/** The mails that have come to an address, in their order. */
async function mailsTo(email: string): Promise<Received[]> {
  await idle(base);
  return smtp.received.filter((one) => one.to.includes(email));
}

const dinner = { venueName: 'The Anchor', venueAddress: '12 Quay Lane\nNewcastle', capacity: '1' };

describe('mails about a registration', () => {
  it('confirms with ticket, calendar file, link and headers, as text and as HTML', async () => {
    const event = await makeEvent(base, dinner);
    const ann = must(await signUp(base, event, 'Ann'));
    const [one, ...more] = await mailsTo('ann@example.org');
    expect(more).toEqual([]);
    const { mail, raw, from, to } = one!;
    expect({ from, to, subject: mail.subject }).toEqual({
      from: 'hello@turnout.example',
      to: ['ann@example.org'],
      subject: `You are coming: ${event.name}`,
    });
    expect(mail.from?.text).toBe('"Turnout" <hello@turnout.example>');
    expect(mail.messageId).toMatch(/^<notice-\d+-[a-z0-9]+@localhost>$/);
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(raw).not.toMatch(/^list-unsubscribe/im);
    const manage = `http://localhost:3000/r/${mailedToken(secret, mailed(ann))}`;
    const ticket = `http://localhost:3000/t/${mailedTicketToken(secret, mailed(ann))}`;
    for (const body of [mail.text, String(mail.html)]) {
      for (const piece of ['Hello Ann,', event.name, 'Sat 30 May, 19:00–22:00 (London)', manage, ticket])
        expect(body).toContain(piece);
      expect(body).toContain('12 Quay Lane');
    }
    const [code, file] = mail.attachments;
    expect(code).toMatchObject({
      filename: 'ticket.png',
      contentType: 'image/png',
      contentDisposition: 'inline',
    });
    expect(file).toMatchObject({ filename: `${event.slug}.ics`, contentType: 'text/calendar' });
    const parsed = new ICAL.Component(ICAL.parse(file!.content.toString()));
    expect(parsed.getFirstPropertyValue('method')).toBe('PUBLISH');
    const entry = new ICAL.Event(parsed.getFirstSubcomponent('vevent')!);
    expect([entry.uid, entry.summary]).toEqual([`event-${event.id}@localhost`, event.name]);
  });

  it('tells each step of the line, and nothing twice', async () => {
    const event = await makeEvent(base, dinner);
    const ann = must(await signUp(base, event, 'Ann'));
    const bob = must(await signUp(base, event, 'Bob'));
    const [waiting] = await mailsTo('bob@example.org');
    expect(waiting!.mail.subject).toBe(`On the waiting list: ${event.name}`);
    expect(waiting!.mail.text).toContain('In the line: next');
    expect(waiting!.mail.attachments).toEqual([]);
    must(await moveAttendee(asSystem(base), event.slug, ann.id, 'cancel'));
    const bobs = await mailsTo('bob@example.org');
    expect(bobs.map((one) => one.mail.subject)).toEqual([
      `On the waiting list: ${event.name}`,
      `A place for you: ${event.name}`,
    ]);
    expect(bobs[1]!.mail.attachments.map((one) => one.filename)).toEqual(['ticket.png', `${event.slug}.ics`]);
    const [, cancelled] = await mailsTo('ann@example.org');
    expect(cancelled!.mail.subject).toBe(`Cancelled: your registration for ${event.name}`);
    expect(cancelled!.mail.text).toContain('The organisers have cancelled it.');
    // Again, by another way: the same kinds, told again.
    must(await signUp(base, event, 'Cyd'));
    await idle(base);
    must(await moveAttendee(asSystem(base), event.slug, bob.id, 'to_waiting'));
    await idle(base);
    must(await setCapacity(asSystem(base), event.slug, 2, true));
    expect((await mailsTo('bob@example.org')).map((one) => one.mail.subject)).toEqual([
      `On the waiting list: ${event.name}`,
      `A place for you: ${event.name}`,
      `Back on the waiting list: ${event.name}`,
      `A place for you: ${event.name}`,
    ]);
  });

  it('sends the link again to who registers twice', async () => {
    const event = await makeEvent(base);
    const ann = must(await signUp(base, event, 'Ann'));
    await idle(base);
    await signUp(base, event, 'Ann');
    const [, link] = await mailsTo('ann@example.org');
    expect(link!.mail.subject).toBe(`Your registration: ${event.name}`);
    expect(link!.mail.text).toContain(mailedToken(secret, mailed(ann)));
    expect(link!.mail.text).toContain('You are: coming');
  });

  it('tells that the event changed, with a link that ends such mails, and that it is off', async () => {
    const event = await makeEvent(base, { ...dinner, name: 'Salt & <b>pepper</b> 🧂' });
    must(await signUp(base, event, 'Ann'));
    await idle(base);
    const changed = {
      ...dinner,
      name: event.name,
      kind: 'dinner',
      zone: 'Europe/London',
      startsAt: '2026-05-30T20:00',
      endsAt: '2026-05-30T23:00',
    };
    must(await updateEvent(asSystem(base), event.slug, event.version, changed));
    const [, change] = await mailsTo('ann@example.org');
    expect(change!.mail.subject).toBe('Changed: Salt & <b>pepper</b> 🧂');
    expect(change!.mail.text).toContain('Sat 30 May, 20:00–23:00 (London)');
    expect(String(change!.mail.html)).toContain('Salt &amp; &lt;b&gt;pepper&lt;/b&gt; 🧂');
    expect(change!.raw).toMatch(/^List-Unsubscribe: <http:\/\/localhost:3000\/unsubscribe\/[\w-]{43}>\r$/m);
    expect(change!.raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    must(await cancelEvent(asSystem(base), event.slug, 'The pub <burnt> down.\nNobody was hurt.'));
    const [, , off] = await mailsTo('ann@example.org');
    expect(off!.mail.subject).toBe('Not taking place: Salt & <b>pepper</b> 🧂');
    expect(off!.mail.text).toContain('> The pub <burnt> down.\n> Nobody was hurt.');
    expect(String(off!.mail.html)).toContain('The pub &lt;burnt&gt; down.');
    expect(off!.raw).not.toMatch(/^list-unsubscribe/im);
    expect(off!.mail.attachments.at(-1)!.content.toString()).toContain('STATUS:CANCELLED');
    // Who is told that an event is off is told that it is on again, wishing for mail or not.
    await base.db.$client.query(`update people set notify = false where email = 'ann@example.org'`);
    must(await restoreEvent(asSystem(base), event.slug));
    const [, , , on] = await mailsTo('ann@example.org');
    expect(on!.mail.subject).toBe('Taking place after all: Salt & <b>pepper</b> 🧂');
    await base.db.$client.query('update people set notify = true');
  });
});

describe('mails that were asked for', () => {
  it('brings a sign-in link that works, and none that is used or too old', async () => {
    must(await requestSignIn(asVisitor(base), { email: 'dora@example.org' }));
    const [one] = await mailsTo('dora@example.org');
    expect(one!.mail.subject).toBe('Your sign-in link');
    expect(one!.mail.text).toMatch(/http:\/\/localhost:3000\/sign-in\/[\w-]{43}/);
    expect(one!.mail.text).toContain('until 12:10 (UTC)');
    const { rows } = await base.db.$client.query('select key from sign_ins');
    expect(one!.raw).not.toContain(rows[0].key);
    await base.db.$client.query(`update sign_ins set used_at = now()`);
    const late = { ...base, now: () => new Date('2026-05-01T11:40:00Z') };
    must(await requestSignIn(asVisitor(late), { email: 'dora@example.org' }));
    expect(await mailsTo('dora@example.org')).toHaveLength(1);
  });

  it('brings the code that links a chat address, and names the address', async () => {
    const chat = as(base, (await actorOfAddress(base.db, 'xmpp:finn@chat.example')).actor);
    must(await mailLinkCode(chat, { email: 'finn@example.org' }));
    const [one] = await mailsTo('finn@example.org');
    const { rows } = await base.db.$client.query(
      `select id from chat_codes where email = 'finn@example.org'`,
    );
    expect(one!.mail.text).toContain(mailedCode(secret, rows[0].id));
    expect(String(one!.mail.html)).toContain(mailedCode(secret, rows[0].id));
    expect(one!.mail.text).toContain('finn@chat.example');
  });
});

describe('what people type', () => {
  it('breaks no header: names and event names with line breaks, addresses and markup', async () => {
    const names = [
      'Ann\r\nBcc: evil@example.org',
      'Ann\nX-Evil: yes\n\nbody',
      '<script>alert(1)</script>',
      '" <evil@example.org>, "',
      '=?utf-8?q?evil?=',
      'evil@example.org',
      'Free money http://evil.example',
      '\u202eevil\u202c 😀'.repeat(8),
    ];
    const event = await makeEvent(base, { name: 'Dinner\r\nBcc: evil@example.org\t“€” 🍲' });
    for (const [n, name] of names.entries())
      must(await signUp(base, event, name, { email: `n${n}@example.org` }));
    await idle(base);
    expect(smtp.received).toHaveLength(names.length);
    for (const { mail, raw, to } of smtp.received) {
      expect(to).toHaveLength(1);
      expect(mail.to).toMatchObject({ value: [{ address: to[0] }] });
      expect(mail.bcc).toBeUndefined();
      const header = raw.split('\r\n\r\n')[0]!;
      expect(header).not.toMatch(/^(bcc|x-evil)/im);
      expect(mail.subject).toBe('You are coming: Dinner Bcc: evil@example.org “€” 🍲');
      expect(String(mail.html)).not.toMatch(/<script|http:\/\/evil/);
      expect(mail.text).not.toContain('http://evil');
    }
  });
});
