import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { createEvent } from '../src/services/events/commands.ts';
import { publishEvent } from '../src/services/events/publishing.ts';
import { freshDatabase } from './support/database.ts';
import { asSystem, makeBase, must, signUp } from './support/factories.ts';
import { holdEvent } from './support/postgres.ts';
import { familyOf, leftOf, until } from './support/processes.ts';
import { runToEnd, startTurnout } from './support/turnout.ts';

// The real process, as `npm start` runs it. No XMPP here: a service that is not there is only a line in the log.

const noXmpp = { XMPP_SERVICE: 'xmpp://127.0.0.1:1', XMPP_JID: 'turnout@localhost', XMPP_PASSWORD: 'x' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'turnout-main-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = async (url: string) => (await fetch(url)).text();

/** The mailbox as an operator opens it: by the address that the command line prints, with the cookie that it is exchanged for. */
async function mailbox(url: string, env: Record<string, string>): Promise<string> {
  const { out } = await runToEnd('src/cli.ts', ['mailbox'], { ...env, BASE_URL: url });
  const opened = await fetch(out.trim(), { redirect: 'manual' });
  expect([opened.status, opened.headers.get('location')]).toEqual([303, '/dev/mail']);
  const cookie = opened.headers.get('set-cookie')!.split(';')[0]!;
  return (await fetch(`${url}/dev/mail`, { headers: { cookie } })).text();
}

it('starts from nothing: a demo week, a sign-in link, the mailbox; ends as one; and again, with what was there', {
  timeout: 300_000,
}, async () => {
  const first = await startTurnout({ ...noXmpp, DATA_DIR: folder });
  expect(await text(`${first.url}/`)).toContain('Geek dinner');
  // On a busy machine the database may not answer in two seconds: that is told, and passes.
  await until(async () => /^ready\n/.test(await text(`${first.url}/readyz`)));
  const link = /http\S+\/sign-in\/\S+/.exec(first.out())![0];
  expect(await text(link)).toContain('organiser@example.org');
  expect(first.out()).toMatch(/http:\/\/localhost:\d+\/dev\/mail\?key=[\w-]{22}\n/);
  expect(await text(`${first.url}/dev/mail`)).not.toContain('@example.org');
  const token = link.split('/').at(-1)!;
  expect(first.log()).not.toContain(token);
  const family = familyOf(first.child.pid!);
  expect(family.length).toBeGreaterThan(4);
  const { code, took } = await first.stop();
  expect(code).toBe(0);
  await until(() => leftOf(family).length === 0);
  expect(took).toBeLessThan(15_000);
  const again = await startTurnout({ ...noXmpp, DATA_DIR: folder, ROLES: 'web' });
  expect(await text(`${again.url}/events/geek-dinner`)).toContain('37 of 40');
  expect((await again.stop()).code).toBe(0);
  const lost = await runToEnd('src/main.ts', [], { ...noXmpp, DATA_DIR: folder, SECRET: '' });
  expect(lost.code).toBe(1);
  expect(lost.log).toMatch(/The secret of this site is missing[^\n]*secret new/);
  expect(existsSync(path.join(folder, 'secret'))).toBe(false);
});

it('warns of a public address by HTTP', { timeout: 300_000 }, async () => {
  const database = await freshDatabase();
  const env = { DATABASE_URL: database.url, LOG_LEVEL: 'info', ROLES: 'web' };
  for (const [url, times] of [
    ['http://events.example.org', 1],
    ['http://127.0.0.1:8080', 0],
  ] as const) {
    const running = await startTurnout({ ...env, BASE_URL: url });
    expect(running.log().match(/BASE_URL is http: .* put HTTPS in front/g) ?? []).toHaveLength(times);
    await running.stop();
  }
  await database.drop();
});

it('for a public address it has no mailbox page, no private XMPP server, and says what is missing', {
  timeout: 300_000,
}, async () => {
  const database = await freshDatabase();
  const env = {
    DATABASE_URL: database.url,
    BASE_URL: 'https://events.example.org',
    LOG_LEVEL: 'info',
    ROLES: 'web,bot',
  };
  const running = await startTurnout(env);
  expect(running.out()).toMatch(/Mail +GOES NOWHERE! .*SMTP_URL\n/);
  expect(running.out()).toMatch(/XMPP +none: set XMPP_SERVICE/);
  expect(running.out()).not.toContain('key=');
  expect(running.log()).toMatch(/mail goes nowhere.*SMTP_URL/);
  expect(running.log()).toMatch(/no XMPP.*XMPP_SERVICE/);
  expect(running.log()).not.toContain('BASE_URL is http');
  expect((await fetch(`${running.url}/dev/mail`)).status).toBe(404);
  expect(existsSync(path.join(running.dataDir, 'prosody'))).toBe(false);
  await running.stop();
  await database.drop();
});

it('keeps to the command line: organisers, exports, the demo', { timeout: 300_000 }, async () => {
  // Each joins this server instead of starting one.
  const server = await startEmbedded(path.join(folder, 'postgres'));
  const cli = (...args: string[]) => runToEnd('src/cli.ts', args, { DATA_DIR: folder });
  const added = await cli('organiser', 'add', 'Olga@Example.org', '--name', 'Olga');
  expect(added).toMatchObject({ code: 0, out: expect.stringContaining('olga@example.org is now organiser') });
  expect(added.out).toContain('/sign-in/');
  const csv = await cli('export', 'geek-dinner', '--format', 'csv');
  expect(csv.out.trim().split('\r\n')).toHaveLength(38);
  const seeded = await cli('seed', 'demo');
  expect(seeded).toMatchObject({ code: 2, log: expect.stringContaining('Nothing was changed') });
  const real = await cli('seed', '--empty');
  expect(real).toMatchObject({ code: 2, log: expect.stringMatching(/not only the demo.*--everything/) });
  const emptied = await cli('seed', '--empty', '--everything', '--yes', 'localhost:3000');
  expect(emptied.out).toMatch(/dumps.*\.sql[\s\S]*The database is empty/);
  expect(await cli('frobnicate')).toMatchObject({ code: 2, log: expect.stringContaining('frobnicate') });
  await server.stop();
});

it('says in one line what is wrong with the environment', { timeout: 60_000 }, async () => {
  const { code, log } = await runToEnd('src/main.ts', [], { DATA_DIR: folder, PORT: 'eighty' });
  expect(code).toBe(1);
  expect(log.trim()).toMatch(/^PORT has a wrong value[^\n]*$/);
  const wrong = (env: Record<string, string>) => () => readConfig({ DATA_DIR: folder, ...env });
  expect(wrong({ DATABASE_URL: 'mysql://x' })).toThrow(/^DATABASE_URL has a wrong value/);
  expect(wrong({ ROLES: 'web,cook' })).toThrow(/^ROLES has a wrong value/);
  expect(wrong({ XMPP_SERVICE: 'xmpp://localhost' })).toThrow(/^XMPP_SERVICE needs XMPP_JID/);
});

it('runs web and worker as separate processes; SIGTERM lets what is in hand finish', {
  timeout: 300_000,
}, async () => {
  const database = await freshDatabase();
  const base = makeBase(database.url, () => new Date());
  const day = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
  const times = { zone: 'Europe/London', startsAt: `${day}T19:00`, endsAt: `${day}T22:00` };
  const form = { name: 'Split', kind: 'meetup', waitingList: 'on', ...times };
  const event = must(await createEvent(asSystem(base), form));
  must(await publishEvent(asSystem(base), event.slug));
  const env = { ...noXmpp, DATABASE_URL: database.url, DATA_DIR: folder };
  const web = await startTurnout({ ...env, ROLES: 'web' });
  const worker = await startTurnout({ ...env, ROLES: 'worker' });
  try {
    must(await signUp(base, event, 'Ann'));
    const mailed = async () =>
      (await base.db.$client.query('select 1 from notices where mailed_at is not null')).rowCount === 1;
    await until(mailed);
    expect(await mailbox(web.url, env)).toContain('ann@example.org');
    // A registration that waits for the event's lock is in hand: it is answered although the process is on its way out.
    const held = await holdEvent(database.url, event.id);
    const asked = fetch(`${web.url}/events/split/register`, registering('bob'));
    await until(held.isWaitedFor);
    const stopping = web.stop();
    await until(() => unreachable(web.url));
    await held.release();
    expect((await asked).status).toBe(303);
    const stopped = await stopping;
    expect(stopped.code).toBe(0);
    expect(stopped.took).toBeLessThan(10_000);
    expect((await worker.stop()).code).toBe(0);
  } finally {
    await Promise.all([web.kill(), worker.kill()]);
    await base.db.$client.end();
    await database.drop();
  }
});

let networks = 0;

/** Each from a network of their own, as a proxy would tell: there is a limit on what comes from one. */
const registering = (name: string, more: object = {}): RequestInit => ({
  method: 'POST',
  redirect: 'manual',
  headers: { 'Sec-Fetch-Site': 'same-origin', 'X-Forwarded-For': `198.51.100.${networks++ % 250}` },
  body: new URLSearchParams({ name, email: `${name}@example.net`, ...more }),
});

const unreachable = (url: string) =>
  fetch(`${url}/healthz`).then(
    () => false,
    () => true,
  );
