import { createServer, type Socket } from 'node:net';
import { load } from 'cheerio';
import express from 'express';
import supertest from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeMailer } from '../../src/jobs/mail/mailer.ts';
import { toServer } from '../../src/jobs/mail/smtp.ts';
import { watchQueue } from '../../src/jobs/stalled.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { grantRole } from '../../src/services/people/commands.ts';
import { actorOfAddress } from '../../src/services/people/speakers.ts';
import type { Deliver } from '../../src/shared/chat.ts';
import { health } from '../../src/web/health.ts';
import type { Site } from '../../src/web/http.ts';
import { asSystem, makeEvent, must, noon, signUp } from '../support/factories.ts';
import { hurry, idle, jobs } from '../support/jobs.ts';
import { openSite, type TestSite } from '../support/site.ts';

// A mail server that takes the connection and then says nothing more, at each step of RFC 5321; and a chat network that does the same.

const open: (() => void)[] = [];
afterEach(() => {
  for (const end of open.splice(0)) end();
});

const replies: [RegExp, string][] = [
  [/^EHLO/i, '250 here\r\n'],
  [/^(MAIL|RCPT)/i, '250 ok\r\n'],
  [/^DATA/i, '354 go on\r\n'],
  [/\r\n\.\r\n$/, '250 taken\r\n'],
];

/** Answers as many lines as it is told, the greeting being the first, or all once it `speaks`; gives its URL, and all that it was sent. */
async function silentAfter(lines: number) {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  let speaks = false;
  const server = createServer((socket) => {
    sockets.add(socket);
    let left = lines;
    const say = (line: string) => (speaks || left-- > 0) && socket.write(line);
    say('220 here\r\n');
    socket.on('error', () => {});
    socket.on('data', (data) => {
      heard.push(String(data));
      const known = replies.find(([command]) => command.test(String(data)));
      if (known) say(known[1]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const speak = () => {
    speaks = true;
  };
  return { url: `smtp://127.0.0.1:${port}`, heard: () => heard.join(''), speak };
}

const mail = {
  from: 'site@example.org',
  to: 'ann@example.net',
  subject: 'Hello',
  text: 'Hello',
  messageId: '<one@example.org>',
};
const letter = { id: 'one', at: new Date(0), to: { name: 'Ann', email: 'ann@example.net' } };

it.each([
  ['says nothing at all', 0],
  ['greets, and then says nothing', 1],
  ['takes no recipient', 3],
  ['stops when it has the mail', 5],
])('is given up, and the mail is to be tried again: one that %s', { timeout: 60_000 }, async (_, lines) => {
  const { url, heard } = await silentAfter(lines);
  const server = toServer(url, { patience: 400 });
  open.push(() => server.close());
  const started = performance.now();
  const error = await server.send(letter as never, mail).catch((thrown: unknown) => thrown);
  // Three times as long as the patience, and as much again on a busy machine.
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(error).toMatchObject({ name: 'MailFailure', permanent: false });
  expect((error as Error).message).toMatch(/^The mail server (takes too long|cannot be reached)/);
  if (lines === 5) expect(heard()).toContain('Message-ID: <one@example.org>');
});

describe('what hangs holds up itself alone', { timeout: 90_000 }, () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await openSite({ now: () => noon });
    await grantRole(asSystem(site.base), { email: 'boss@example.org', role: 'organiser', eventId: null });
  });
  afterAll(() => site?.close());

  const query = (text: string) => site.base.db.$client.query(text);
  const work = (smtpUrl: string, deliver: Deliver) =>
    startWorker(site.base, {
      databaseUrl: site.url,
      roles: ['worker', 'bot'],
      mailer: makeMailer({ smtpUrl, folder: '', from: 'hello@turnout.example', patience: 200 }),
      deliver,
      pollInterval: 100,
    });
  /** Somebody who is to be told by mail and by chat. */
  const register = async (name: string) => {
    must(await signUp(site.base, await makeEvent(site.base), name));
    const uri = `xmpp:${name.toLowerCase()}@chat`;
    await actorOfAddress(site.base.db, uri);
    await query(
      `update addresses set person_id = (select id from people where name = '${name}'), linked_at = now() where uri = '${uri}'`,
    );
  };
  const attempts = async () =>
    (await query('select task_identifier kind, attempts, last_error error from graphile_worker.jobs')).rows;
  /** What a process of the site says of the queue, to monitors and to organisers. */
  async function told() {
    const watch = watchQueue(site.base, undefined, 50);
    try {
      await vi.waitFor(() => expect(watch.stalled()).toHaveLength(1), { timeout: 10_000 });
      const app = express().use(
        health({ ...site.base, stalled: watch.stalled, stopping: () => false } as Site),
      );
      const ready = await supertest(app).get('/readyz').expect(200);
      const boss = await site.signedIn('boss@example.org');
      const page = load((await boss.get('/organise/jobs?state=failing').expect(200)).text);
      return { ready: ready.text, notice: page('.notice').text(), rows: page('tbody').text() };
    } finally {
      await watch.stop();
    }
  }
  /** Tried so often that nobody can think that it passes. */
  const failSixTimes = (kind: string) =>
    vi.waitFor(
      async () => {
        await hurry(site.base);
        const found = (await attempts()).find((one) => one.kind === kind);
        expect(found?.error && found.attempts).toBeGreaterThan(5);
      },
      { timeout: 60_000, interval: 50 },
    );

  it('a mail server: chats are told meanwhile, it is said, and the mail comes when it speaks', async () => {
    const smtp = await silentAfter(0);
    const said: string[] = [];
    await register('Ann');
    const worker = await work(smtp.url, async (address) => void said.push(address));
    await vi.waitFor(() => expect(said).toEqual(['xmpp:ann@chat']), { timeout: 20_000 });
    await failSixTimes('mail_notice');
    const { ready, notice, rows } = await told();
    expect(ready).toMatch(/^ready\n1 mail was tried for minutes and could not be sent: .*\n$/);
    expect(notice).toContain('1 mail was tried for minutes');
    expect(rows).toContain('The mail server takes too long');
    smtp.speak();
    await hurry(site.base);
    await idle(site.base);
    expect(await jobs(site.base, 'all')).toBe(0);
    expect(smtp.heard().match(/^Message-ID:/gim)).toHaveLength(1);
    await worker.stop();
  });

  it('a chat network: mails are sent meanwhile, it is said, and the chat is told when it is there', async () => {
    const smtp = await silentAfter(0);
    smtp.speak();
    const said: string[] = [];
    let hangs = true;
    await register('Bob');
    const worker = await work(smtp.url, async (address) => {
      if (hangs) throw new Error('xmpp: the server has not said that it has the message');
      said.push(address);
    });
    await vi.waitFor(() => expect(smtp.heard()).toContain('RCPT TO:<bob@example.org>'), { timeout: 20_000 });
    await failSixTimes('chat_notice');
    const { ready, rows } = await told();
    expect(ready).toMatch(/^ready\n1 chat message was tried for minutes and could not be sent: .*\n$/);
    expect(rows).toContain('xmpp: the server has not said that it has the message');
    hangs = false;
    await hurry(site.base);
    await idle(site.base);
    expect([said, await jobs(site.base, 'all')]).toEqual([['xmpp:bob@chat'], 0]);
    await worker.stop();
  });
});
