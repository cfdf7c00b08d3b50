import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { el, ns } from '../../../bot/transports/xmpp/stanza.ts';
import type { XmppOptions } from '../../../bot/transports/xmpp.ts';
import { NotNow } from '../../../src/shared/chat.ts';
import { t } from '../../../src/words/words.ts';
import { describeWith } from '../../support/needs.ts';
import { openServer, type TestServer } from '../../support/prosody.ts';
import { proxyTo, type TestProxy } from '../../support/proxy.ts';
import { becomesOnline, startBot, type TestBot } from '../../support/xmpp-bot.ts';
import { type BotProcess, spawnBot } from '../../support/xmpp-child.ts';
import type { User } from '../../support/xmpp-user.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describeWith(
  'prosody',
  'messages to the bot as a client are answered once, whatever happens meanwhile',
  () => {
    let server: TestServer;
    let ann: User;
    let bot: TestBot | undefined;
    let proxy: TestProxy | undefined;
    const children: BotProcess[] = [];
    beforeAll(async () => {
      server = await openServer();
    });
    beforeEach(async () => {
      ann = await server.user();
    });
    afterEach(async () => {
      await Promise.all(children.splice(0).map((child) => child.kill()));
      await bot?.stop();
      await proxy?.close();
      bot = undefined;
      proxy = undefined;
    });
    afterAll(() => server?.stop());

    const behind = async (more: Partial<XmppOptions> = {}) => {
      proxy = await proxyTo(server.prosody.port);
      const xmpp = { ...server.prosody.config, service: `xmpp://127.0.0.1:${proxy.port}` };
      bot = await startBot({ ...more, xmpp });
      return { bot, proxy };
    };
    const answered = (texts: string[]) =>
      vi.waitFor(() => expect(ann.texts('turnout@')).toEqual(texts), 8_000);
    const say = async (texts: string[]) => {
      for (const text of texts) await ann.say(server.prosody.botJid, text);
    };

    test('what came while it was away is answered in order when it comes back', async () => {
      await say(numbers(20));
      bot = await startBot({ xmpp: server.prosody.config });
      await answered(numbers(20));
      expect(bot.heard.map(({ text }) => text)).toEqual(numbers(20));
    });

    test('nothing is sent before the session is counted, and no stream ends for its counting', async () => {
      proxy = await proxyTo(server.prosody.port, { delay: 30 });
      const xmpp = { ...server.prosody.config, service: `xmpp://127.0.0.1:${proxy.port}` };
      bot = await startBot({ xmpp });
      await Promise.all(numbers(30).map((n) => bot?.send(ann.jid, `n${n}`, { text: n })));
      for (const round of ['a', 'b']) {
        proxy.cut();
        await vi.waitFor(() => expect(bot?.online()).toBe(false));
        await becomesOnline(bot);
        await Promise.all(numbers(5).map((n) => bot?.send(ann.jid, `${round}${n}`, { text: n })));
      }
      const traffic = proxy.traffic().join('\n');
      const counted = traffic.search(/^> .*<enabled /m);
      expect(counted).toBeGreaterThan(0);
      expect(traffic.slice(0, counted)).toMatch(/<enable /);
      expect(traffic.slice(0, counted)).not.toMatch(/^< .*<(presence|message)/m);
      expect(proxy.connections).toHaveLength(3);
      const log = readFileSync(path.join(server.folder, 'prosody.log'), 'utf8');
      expect(log).not.toMatch(/handled \d+ new stanzas/);
    });

    test('a connection that is cut is taken up again: nothing is lost and nothing comes twice', async () => {
      const { bot, proxy } = await behind({
        converse: async ({ text }) => {
          await sleep(20);
          return [{ text }];
        },
      });
      await say(['0', '1', '2']);
      await vi.waitFor(() => expect(bot.heard.length).toBeGreaterThan(0));
      proxy.cut();
      await say(['3', '4', '5']);
      await answered(numbers(6));
      expect(bot.heard.map(({ text }) => text)).toEqual(numbers(6));
      expect(bot.logs.said()).toContain('online again');
      await sleep(200);
      expect(ann.texts('turnout@')).toEqual(numbers(6));
    });

    test('an answer that is given while there is no connection follows later', async () => {
      let go = () => {};
      const waiting = new Promise<void>((resolve) => {
        go = resolve;
      });
      const { bot, proxy } = await behind({
        converse: async ({ text }) => {
          await waiting;
          return [{ text }];
        },
      });
      await say(['late']);
      await vi.waitFor(() => expect(bot.heard).toHaveLength(1));
      proxy.open(false);
      proxy.cut();
      await vi.waitFor(() => expect(bot.online()).toBe(false));
      go();
      await sleep(100);
      proxy.open(true);
      await answered(['late']);
      await sleep(100);
      expect(ann.texts('turnout@')).toEqual(['late']);
    });

    test('a server that is started anew in between gets its messages all the same', async () => {
      const { bot } = await behind();
      await bot.send(ann.jid, 'before', { text: 'x' });
      const before = server.prosody.pid() ?? 0;
      process.kill(before, 'SIGTERM');
      await vi.waitFor(() => expect(server.prosody.pid()).not.toBe(before), 8_000);
      await vi.waitFor(() => expect(bot.online()).toBe(true), 8_000);
      ann = await server.user();
      expect(await ann.ask(bot.jid, 'hello again')).toBe('hello again');
    });

    test('what was in work when the process was killed comes again, under the same key, to the next one', async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'turnout-xmpp-'));
      const file = path.join(folder, 'keys');
      const keys = () => {
        try {
          return readFileSync(file, 'utf8').split('\n').filter(Boolean);
        } catch {
          return [];
        }
      };
      const xmpp = server.prosody.config;
      const first = spawnBot({ xmpp, file, hang: true });
      children.push(first);
      await vi.waitFor(() => expect(first.said()).toContain('is online'), 15_000);
      await say(['one']);
      await vi.waitFor(() => expect(keys()).toHaveLength(1), 5_000);
      // Long enough for the server to ask, and be told, what was received.
      await sleep(500);
      await first.kill();
      await say(['two']);
      children.push(spawnBot({ xmpp, file }));
      await vi.waitFor(
        () => expect(ann.texts('turnout@')).toEqual(['answer to one', 'answer to two']),
        15_000,
      );
      expect(keys()).toHaveLength(3);
      expect(keys()[1]).toBe(keys()[0]);
      expect(keys()[2]).not.toBe(keys()[0]);
      rmSync(folder, { recursive: true });
    }, 40_000);

    test('one that is stopped while it works gets the message again when it is back', async () => {
      bot = await startBot({
        xmpp: server.prosody.config,
        converse: () => new Promise(() => {}),
        pace: { finishWithin: 100 },
      });
      await say(['patience']);
      // What an earlier bot left unanswered may come first.
      const keys = () => bot?.heard.filter(({ text }) => text === 'patience').map((message) => message.key);
      await vi.waitFor(() => expect(keys()).toHaveLength(1));
      const before = keys();
      await bot.stop();
      bot = await startBot({ xmpp: server.prosody.config });
      await answered(['patience']);
      expect(keys()).toEqual(before);
    });

    test('the same message sent again by the other side is the same; the same words are not', async () => {
      bot = await startBot({ xmpp: server.component() });
      const message = () => el('message', { to: bot?.jid, id: 'again', type: 'chat' }, el('body', {}, 'yes'));
      await ann.entity.send(message());
      await ann.entity.send(message());
      await ann.entity.send(el('message', { to: bot.jid, type: 'chat' }, el('body', {}, 'yes')));
      await ann.entity.send(el('message', { to: bot.jid, type: 'chat' }, el('body', {}, 'yes')));
      // A client that counts anew in each session.
      await ann.entity.send(el('message', { to: bot.jid, id: 'again', type: 'chat' }, el('body', {}, 'no')));
      await vi.waitFor(() => expect(ann.texts('turnout@')).toEqual(['yes', 'yes', 'yes', 'no']));
      expect(new Set(bot.heard.map(({ key }) => key)).size).toBe(4);
    });

    test('a client that sends again what it does not know to have arrived is heard once, and answered again later', async () => {
      bot = await startBot({ xmpp: server.prosody.config, pace: { again: 200 } });
      const id = 'c0ffee00-1234-4321-8888-00000000abcd';
      const message = () => el('message', { to: bot?.jid, id, type: 'chat' }, el('body', {}, 'register'));
      await ann.entity.send(message());
      await ann.entity.send(message());
      await answered(['register']);
      expect(bot.heard.filter(({ text }) => text === 'register')).toHaveLength(1);
      // Long after the answer it is somebody who has not had it.
      await sleep(300);
      await ann.entity.send(message());
      await answered(['register', 'register']);
      expect(new Set(bot.heard.map(({ key }) => key)).size).toBe(1);
    });

    test('a key that the sender makes up is not believed', async () => {
      bot = await startBot({ xmpp: server.prosody.config });
      const forged = () => el('stanza-id', { xmlns: ns.sid, id: 'forged', by: server.prosody.botJid });
      for (const id of ['1', '2']) {
        const message = el('message', { to: bot.jid, id, type: 'chat' }, el('body', {}, 'one'), forged());
        await ann.entity.send(message);
      }
      await vi.waitFor(() => expect(bot?.heard.filter(({ text }) => text === 'one')).toHaveLength(2));
      const [one, two] = bot.heard.filter(({ text }) => text === 'one');
      expect(one?.key).toMatch(/^archive:/);
      expect(two?.key).not.toBe(one?.key);
    });

    test('what failed for a moment is tried again under its key, and what fails for long is said', async () => {
      let failures = 1;
      bot = await startBot({
        xmpp: server.prosody.config,
        converse: async ({ text }) => {
          if (text === 'away') throw new NotNow({ text: 'Gleich wieder da', language: 'de' }, undefined);
          if (failures-- > 0) throw new Error('The database is away');
          return [{ text }];
        },
      });
      expect(await ann.ask(bot.jid, 'try')).toBe('try');
      expect(new Set(bot.heard.map(({ key }) => key)).size).toBe(1);
      failures = 9;
      expect(await ann.ask(bot.jid, 'again')).toMatch(/did not work/);
      expect(bot.logs.said()).not.toContain('again');
      expect(await ann.ask(bot.jid, 'away')).toBe('Gleich wieder da');
    });

    test('what hangs is given up, and the conversation goes on', async () => {
      bot = await startBot({
        xmpp: server.prosody.config,
        converse: async ({ text }) => (text === 'hang' ? new Promise(() => {}) : [{ text }]),
        pace: { workWithin: 100 },
      });
      await say(['hang', 'next']);
      await answered([t('xmpp:failed'), 'next']);
      expect(bot.heard).toHaveLength(2);
    });
  },
);
