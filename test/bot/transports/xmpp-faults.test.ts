import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { writeAccount } from '../../../bot/transports/prosody/account.ts';
import { files } from '../../../bot/transports/prosody/settings.ts';
import { startProsody } from '../../../bot/transports/prosody.ts';
import type { XmppOptions } from '../../../bot/transports/xmpp.ts';
import type { Xmpp } from '../../../src/config.ts';
import { quiet, warning } from '../../support/logs.ts';
import { describeWith, programPath } from '../../support/needs.ts';
import { openServer, type TestServer } from '../../support/prosody.ts';
import { proxyTo, type TestProxy } from '../../support/proxy.ts';
import { becomesOnline, startBot, type TestBot } from '../../support/xmpp-bot.ts';
import { joinAsComponent, type User } from '../../support/xmpp-user.ts';

const deep = (levels: number) => '<a>'.repeat(levels) + '</a>'.repeat(levels);

describeWith('prosody', 'the bot, when the network and the server are as they are', () => {
  let server: TestServer;
  let ann: User;
  let bot: TestBot;
  let proxy: TestProxy;
  beforeAll(async () => {
    server = await openServer();
    ann = await server.user();
  });
  afterAll(() => server?.stop());
  afterEach(async () => {
    await bot?.stop();
    await proxy?.close();
    ann.got.length = 0;
  });

  const ways = { client: () => server.prosody.config as Xmpp, component: () => server.component() };
  const behind = async (xmpp: Xmpp, more: Partial<XmppOptions> = {}) => {
    proxy = await proxyTo(Number(new URL(xmpp.service).port));
    const options = { ...more, xmpp: { ...xmpp, service: `xmpp://127.0.0.1:${proxy.port}` } };
    bot = await startBot(options);
    return bot;
  };

  test('logs in with one answer after a log-in that was cut short', async () => {
    const { service, ...us } = ways.client();
    // The server's challenge is on its way for a while.
    proxy = await proxyTo(Number(new URL(service).port), { delay: 100 });
    const options = { xmpp: { ...us, service: `xmpp://127.0.0.1:${proxy.port}` } as Xmpp, wait: false };
    bot = await startBot({ ...options, pace: { backoff: 20, backoffMost: 20 } });
    const said = (what: string) => proxy.sent().split(what).length - 1;
    for (const time of [1, 2, 3]) {
      await vi.waitFor(() => expect(said('<auth ')).toBe(time), { timeout: 10_000, interval: 5 });
      proxy.cut();
    }
    await becomesOnline(bot);
    expect([said('<auth '), said('<response ')]).toEqual([4, 1]);
    expect(bot.logs.said()).not.toContain('malformed-request');
  });

  describe.each(Object.keys(ways) as (keyof typeof ways)[])('as a %s', (way) => {
    const quick = { pingEvery: 150, pingWithin: 150 };

    test('reads a character whose bytes come one by one', async () => {
      await behind(ways[way]());
      proxy.splitBytes();
      const text = 'Zoë 🎟️ שלום 漢字 👩‍👩‍👧‍👦';
      expect(await ann.ask(bot.jid, text)).toBe(text);
      expect(bot.heard.map((message) => message.text)).toEqual([text]);
    });

    test('writes what XML does not allow without it, and what follows arrives', async () => {
      const bad = 'a\u0000b\u0008c\u001fd\ufffee\uffff\ud800f\udc00g 🎟';
      await behind(ways[way](), { converse: async ({ text }) => [{ text: text === 'bad' ? bad : text }] });
      expect(await ann.ask(bot.jid, 'bad')).toBe('abcdefg 🎟');
      expect(await ann.ask(bot.jid, 'innocent')).toBe('innocent');
      await bot.send(ann.jid, `n\u0001-${way}`, { text: 'x\u0002y' });
      expect((await ann.wait(({ attrs }) => attrs.id === `n-${way}`)).getChild('body')?.getText()).toBe('xy');
      expect(proxy.connections).toHaveLength(1);
    });

    test('survives what cannot be parsed, with one connection more', async () => {
      await behind(ways[way]());
      proxy.inject(
        `<message from="${ann.here}" to="${bot.jid}" type="chat"><body>&nope; &#1;</body></message>`,
      );
      await vi.waitFor(() => expect(proxy.connections).toHaveLength(2));
      await becomesOnline(bot);
      expect(await ann.ask(bot.jid, 'still there?')).toBe('still there?');
      expect(proxy.connections).toHaveLength(2);
    });

    test('finds out that it has gone deaf, and connects again', async () => {
      await behind(ways[way](), { pace: quick });
      await sleep(400);
      expect(proxy.connections).toHaveLength(1);
      proxy.inject('<!DOCTYPE x [');
      const answered = ann.ask(bot.jid, 'still there?');
      await vi.waitFor(() => expect(proxy.connections).toHaveLength(2), 3_000);
      await becomesOnline(bot);
      // A component's server hands a message over once: what fell into the deaf moment is gone.
      expect(await (way === 'client' ? answered : ann.ask(bot.jid, 'still there?'))).toBe('still there?');
      answered.catch(() => {});
    });

    test('is not brought down by a stanza of 20,000 levels', async () => {
      await behind(ways[way]());
      const to = `${bot.jid}/turnout`;
      // Prosody's archive would refuse it.
      const message = `<message to="${to}" id="d" type="chat"><no-store xmlns="urn:xmpp:hints"/>`;
      await ann.entity.write(`${message}<body>deep</body>${deep(20_000)}</message>`);
      await ann.wait((one) => one.getChild('body')?.getText() === 'deep');
      await ann.entity.write(`<iq to="${to}" id="deep-iq" type="get">${deep(20_000)}</iq>`);
      const refused = await ann.wait(({ attrs }) => attrs.id === 'deep-iq');
      expect(refused.attrs.type).toBe('error');
      expect(await ann.ask(bot.jid, 'and now?')).toBe('and now?');
      expect(proxy.connections).toHaveLength(1);
    });

    test('reads a very long text without standing still', async () => {
      await behind(ways[way]());
      const before = process.cpuUsage().user;
      proxy.inject(`<made-up xmlns="urn:made:up">${'x'.repeat(6_000_000)}</made-up>`);
      expect(await ann.ask(bot.jid, 'done?')).toBe('done?');
      // The parser as it comes needs several seconds for it.
      expect((process.cpuUsage().user - before) / 1_000).toBeLessThan(1_000);
    });

    test('says that a message is sent only when the server has it', async () => {
      await behind(ways[way]());
      await bot.send(ann.jid, 'first', { text: 'one' });
      proxy.swallow();
      const second = bot.send(ann.jid, 'second', { text: 'two' });
      second.catch(() => {});
      await vi.waitFor(() => expect(proxy.sent()).toContain('"second"'));
      expect(await Promise.race([second.then(() => 'sent'), sleep(300, 'waiting')])).toBe('waiting');
      process.kill(server.prosody.pid() ?? 0, 'SIGKILL');
      proxy.open(true);
      await expect(second).rejects.toThrow();
      await expect(bot.send(ann.jid, 'third', { text: 'three' })).rejects.toThrow('not connected');
      await becomesOnline(bot);
      // As the queue does it: again, with the same id.
      await bot.send('late@localhost', 'second', { text: 'two' });
      ann = await server.user();
    });

    test('gives up on a message that a server takes in silence, hangs up, and writes it again', async () => {
      await behind(ways[way](), { pace: { ...quick, confirmWithin: 100, connectWithin: 1_000 } });
      proxy.swallow();
      await expect(bot.send(ann.jid, `hung-${way}`, { text: 'one' })).rejects.toThrow(/has not said|lost/);
      await vi.waitFor(() => expect(bot.online()).toBe(false), 8_000);
      proxy.open(true);
      await becomesOnline(bot);
      await bot.send(ann.jid, `hung-${way}`, { text: 'one' });
      await ann.wait(({ attrs }) => attrs.id === `hung-${way}`);
      expect(await ann.ask(bot.jid, 'still there?')).toBe('still there?');
    });

    test('says that a message has to be tried again when the other side is not there yet', async () => {
      bot = await startBot({ xmpp: ways[way]() });
      await expect(bot.send('bob@old.localhost', 'later', { text: 'x' })).rejects.toThrow('came back');
      const old = await joinAsComponent(server.component('old.localhost'), 'bob');
      await bot.send(old.jid, 'later', { text: 'x' });
      await old.wait(({ attrs }) => attrs.id === 'later');
      await old.leave();
    });

    test('does not wait for a second small packet to be allowed', async () => {
      await behind(ways[way]());
      const times: number[] = [];
      for (let i = 0; i < 15; i++) {
        const start = performance.now();
        await bot.send(ann.jid, `t${i}-${way}`, { text: 'x' });
        times.push(performance.now() - start);
      }
      // Nagle's algorithm and a late acknowledgement make it 40 ms and more, each time.
      expect(times.sort((a, b) => a - b)[7]).toBeLessThan(38);
    });

    test('sends no secret over a stream that is not encrypted, unless to this machine', async () => {
      const xmpp = ways[way]();
      proxy = await proxyTo(Number(new URL(xmpp.service).port));
      const options = { xmpp: { ...xmpp, service: `xmpp://127.0.0.1:${proxy.port}` }, trust: () => false };
      bot = await startBot({ ...options, wait: false });
      await vi.waitFor(() => expect(bot.logs.said()).toContain('not encrypted'));
      expect(proxy.sent()).not.toMatch(/<auth|<handshake/);
      expect(bot.online()).toBe(false);
      expect(bot.logs.lines.filter(({ level }) => level > warning)).toHaveLength(1);
    });

    test('says once that the server refuses it, and soon does not hurry any more to try again', async () => {
      const xmpp = ways[way]();
      const wrong = xmpp.mode === 'client' ? { ...xmpp, password: 'x' } : { ...xmpp, secret: 'x' };
      proxy = await proxyTo(Number(new URL(xmpp.service).port));
      bot = await startBot({ xmpp: { ...wrong, service: `xmpp://127.0.0.1:${proxy.port}` }, wait: false });
      await vi.waitFor(() => expect(bot.logs.said()).toContain('the server refuses'));
      // One that has just begun is given the benefit of the doubt, five times.
      await vi.waitFor(() => expect(proxy.connections).toHaveLength(6), 8_000);
      await sleep(600);
      expect(proxy.connections).toHaveLength(6);
      const errors = bot.logs.lines.filter(({ level }) => level > warning);
      expect(errors.map(({ msg }) => msg)).toEqual([
        expect.stringContaining(way === 'client' ? 'XMPP_PASSWORD' : 'XMPP_COMPONENT_SECRET'),
      ]);
      expect(bot.logs.said()).not.toContain(
        server.prosody.config.mode === 'client' ? server.prosody.config.password : '?',
      );
    });

    test('lets another one that is connected as it be, and says so', async () => {
      const xmpp = ways[way]();
      const first = await startBot({ xmpp });
      bot = await startBot({ xmpp, wait: false });
      const said = () => [...first.logs.lines, ...bot.logs.lines].filter(({ level }) => level > warning);
      await vi.waitFor(() =>
        expect(
          said()
            .map(({ msg }) => msg)
            .join(),
        ).toContain('another process'),
      );
      await sleep(400);
      expect(said()).toHaveLength(1);
      expect([first.online(), bot.online()].sort()).toEqual([false, true]);
      await first.stop();
    });

    test('tries again for ever, in longer and longer steps, when there is no server', async () => {
      const xmpp = ways[way]();
      proxy = await proxyTo(Number(new URL(xmpp.service).port));
      proxy.open(false);
      const start = Date.now();
      bot = await startBot({ xmpp: { ...xmpp, service: `xmpp://127.0.0.1:${proxy.port}` }, wait: false });
      expect(Date.now() - start).toBeLessThan(1_000);
      await vi.waitFor(() => expect(proxy.connections.length).toBeGreaterThan(5), 8_000);
      const gaps = proxy.connections.slice(1).map((at, index) => at - (proxy.connections[index] ?? 0));
      // 30 to 60 ms at first, then 60 to 120, and never more than 400.
      expect(gaps[4]).toBeGreaterThan(190);
      expect(gaps[4]).toBeGreaterThan(2 * (gaps[0] ?? 0));
      expect(bot.online()).toBe(false);
      proxy.open(true);
      await becomesOnline(bot);
      expect(bot.logs.lines.filter(({ level }) => level >= warning)).toHaveLength(1);
    });
  });

  test('asks again soon when it is refused what it was given before', async () => {
    const xmpp = ways.client() as Xmpp & { mode: 'client' };
    await behind(xmpp);
    // As a server that has just begun, and does not know its accounts yet.
    server.prosody.addUser(xmpp.jid, 'another');
    proxy.cut();
    await vi.waitFor(() => expect(bot.logs.said()).toContain('not-authorized'), 8_000);
    expect(bot.online()).toBe(false);
    server.prosody.addUser(xmpp.jid, xmpp.password);
    await becomesOnline(bot);
  });

  test('does without stream management where the server does not have it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'turnout-prosody-'));
    const program = programPath('prosody');
    const plain = await startProsody({
      folder,
      log: quiet,
      program,
      hosts: 'modules_disabled = { "smacks" }',
    });
    bot = await startBot({ xmpp: plain.config });
    writeAccount(files(folder).data, 'echo@localhost', 'secret', 1);
    const echo = await startBot({ xmpp: { ...plain.config, jid: 'echo@localhost', password: 'secret' } });
    await bot.send('echo@localhost', 'one', { text: 'one' });
    await vi.waitFor(() => expect(bot.heard[0]?.text).toBe('one'));
    await echo.stop();
    await bot.stop();
    await plain.stop();
    rmSync(folder, { recursive: true });
  });
});
