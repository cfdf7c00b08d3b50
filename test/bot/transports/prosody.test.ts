import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeAccount } from '../../../bot/transports/prosody/account.ts';
import { startChild } from '../../../bot/transports/prosody/child.ts';
import { files } from '../../../bot/transports/prosody/settings.ts';
import { findProsody, type Prosody, startProsody } from '../../../bot/transports/prosody.ts';
import { runner } from '../../../src/shared/root.ts';
import { t } from '../../../src/words/words.ts';
import { collectLogs, quiet } from '../../support/logs.ts';
import { describeWith, programPath } from '../../support/needs.ts';
import { isAlive } from '../../support/processes.ts';
import { becomesOnline, startBot } from '../../support/xmpp-bot.ts';
import { joinAs } from '../../support/xmpp-user.ts';

describeWith('prosody', 'the private XMPP server', () => {
  let folder: string;
  const running: Prosody[] = [];
  beforeEach(() => {
    folder = path.join(mkdtempSync(path.join(tmpdir(), 'turnout-prosody-')), 'here is "xmpp"');
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((prosody) => prosody.stop()));
    rmSync(path.dirname(folder), { recursive: true, force: true });
  });
  const start = async (options: Partial<Parameters<typeof startProsody>[0]> = {}) => {
    const prosody = await startProsody({ folder, log: quiet, program: programPath('prosody'), ...options });
    running.push(prosody);
    return prosody;
  };

  test('the program is found', () => {
    expect(findProsody()).toMatch(/prosody$/);
  });

  test('takes the bot in, and people whose account was made on the console; nobody makes one from a client', {
    timeout: 60_000,
  }, async () => {
    // Their client is plain JavaScript, which takes its time.
    const prosody = await start({ globals: () => 'default_iteration_count = 4096' });
    const bot = await startBot({ xmpp: prosody.config });
    expect(bot.jid).toBe('turnout@localhost');
    expect(await registerInBand(prosody.port, 'newcomer', 'their secret')).toContain("type='error'");
    await expect(joinAs(prosody.port, 'newcomer', 'their secret')).rejects.toThrow('not-authorized');
    prosody.addUser('Zoe.of-York@localhost', 'pässword');
    const zoe = await joinAs(prosody.port, 'zoe.of-york', 'pässword');
    expect(await zoe.ask(bot.jid, 'hello')).toBe('hello');
    await Promise.all([zoe.leave(), bot.stop()]);
  });

  test('says how to get in as its guest, at every start the same, and how another account is made', async () => {
    const before = await start();
    await before.stop();
    const prosody = await start();
    const howTo = t('xmpp:how_to', prosody);
    expect(howTo).toContain(`server 127.0.0.1 port ${prosody.port} tls disable`);
    expect(prosody.guest).toEqual(before.guest);
    const [, jid = '', password = ''] = /as (\S+), password ([\w-]{16}),/.exec(howTo)!;
    const guest = await joinAs(prosody.port, jid.split('@')[0]!, password);
    await guest.leave();
    // As the line says, but with the password beside it instead of asked for.
    const command = prosody.makeAccount.replace(/adduser ann@localhost$/, 'register ann localhost secret');
    expect(command).not.toBe(prosody.makeAccount);
    expect(spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8' })).toMatchObject({ status: 0 });
    const ann = await joinAs(prosody.port, 'ann', 'secret');
    await ann.leave();
  });

  test('keeps what it has to itself', async () => {
    const prosody = await start();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readFileSync(path.join(folder, 'data/localhost/accounts/turnout.dat'), 'utf8')).not.toContain(
      prosody.config.password,
    );
    const log = readFileSync(path.join(folder, 'prosody.log'), 'utf8');
    expect(log).toContain(`[127.0.0.1]:${prosody.port}`);
    expect(log.match(/Activated service .* on (?!no ports|\[127\.0\.0\.1\])/g)).toBeNull();
  });

  test('has the same port, the same people and their messages after a restart', async () => {
    const before = await start();
    writeAccount(files(folder).data, 'ann@localhost', 'secret', 1);
    const ann = await joinAs(before.port, 'ann', 'secret');
    await ann.say(before.botJid, 'while you are away');
    await ann.leave();
    await before.stop();
    const after = await start();
    expect(after.port).toBe(before.port);
    const bot = await startBot({ xmpp: after.config });
    await vi.waitFor(() => expect(bot.heard.map(({ text }) => text)).toEqual(['while you are away']));
    await bot.stop();
  });

  test('takes another port when its own is somebody else’s by now', async () => {
    const before = await start();
    await before.stop();
    const squatter = createServer().listen(before.port, '127.0.0.1');
    await once(squatter, 'listening');
    const after = await start();
    expect(after.port).not.toBe(before.port);
    const bot = await startBot({ xmpp: after.config });
    await bot.stop();
    squatter.close();
  });

  test('is started again when it is lost, and the bot comes back by itself', async () => {
    const logs = collectLogs();
    const prosody = await start({ log: logs.log });
    const bot = await startBot({ xmpp: prosody.config });
    const lost = prosody.pid() ?? 0;
    process.kill(lost, 'SIGKILL');
    await vi.waitFor(() => expect(bot.online()).toBe(false));
    await becomesOnline(bot);
    expect(prosody.pid()).not.toBe(lost);
    expect(logs.said()).toContain('starting it again');
    await bot.stop();
  });

  test('says in one line why it cannot start, and harms nobody', async () => {
    await expect(start({ program: '/bin/false' })).rejects.toThrow(
      /^Prosody does not start: .*prosody\.log\)$/,
    );
    await expect(start({ globals: () => 'this is no Lua' })).rejects.toThrow(
      /^Prosody does not start: .*[^\n]*$/,
    );
    const first = await start();
    await expect(start()).rejects.toThrow(/^Another Prosody runs in .* \(process \d+\)/);
    const bot = await startBot({ xmpp: first.config });
    await bot.stop();
  });

  test('ends when the process that started it is killed', async () => {
    const script = path.join(import.meta.dirname, '../../support/prosody-process.ts');
    const parent = spawn(process.execPath, [runner, script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface(parent.stdout), 'line');
    const { pid } = JSON.parse(line);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000, interval: 20 });
    expect((await start()).pid()).toBeGreaterThan(0);
  });

  test('a child that is tied by a shell ends when the pipe does, and when it is told to', async () => {
    const output = path.join(path.dirname(folder), 'output');
    const script = 'echo $$; exec sleep 60';
    for (const way of ['pipe', 'end'] as const) {
      const child = startChild('/bin/sh', ['-c', script], output, true);
      await vi.waitFor(() => expect(child.output()).toMatch(/^\d+\n/));
      const pid = Number(child.output());
      expect(isAlive(pid)).toBe(true);
      if (way === 'pipe') child.process.stdin?.destroy();
      else await child.end();
      await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
      await vi.waitFor(() => expect(child.isGone()).toBe(true));
    }
  });
});

/** XEP-0077, as a client does it before it logs in. */
async function registerInBand(port: number, name: string, password: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let got = '';
  socket.on('data', (data) => {
    got += data;
  });
  socket.write(
    `<stream:stream to='localhost' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>
<iq type='set' id='r'><query xmlns='jabber:iq:register'><username>${name}</username><password>${password}</password></query></iq>`,
  );
  for (let look = 0; look < 250 && !got.includes("id='r'"); look++) await sleep(20);
  socket.destroy();
  return got.slice(got.indexOf('<iq'));
}
