import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { el } from '../../../bot/transports/xmpp/stanza.ts';
import type { Converse } from '../../../src/shared/chat.ts';
import { describeWith } from '../../support/needs.ts';
import { openServer, type TestServer } from '../../support/prosody.ts';
import { proxyTo } from '../../support/proxy.ts';
import { startBot, type TestBot } from '../../support/xmpp-bot.ts';
import { joinAsComponent, type User } from '../../support/xmpp-user.ts';

describeWith('prosody', 'the bot with many people at once', () => {
  let server: TestServer;
  let bot: TestBot | undefined;
  /** A server with many people on it. */
  let town: User;
  beforeAll(async () => {
    server = await openServer();
    town = await joinAsComponent(server.component('other.localhost'), 'x');
  });
  afterEach(async () => {
    await bot?.stop();
    town.got.length = 0;
  });
  afterAll(async () => {
    await town?.leave();
    await server?.stop();
  });

  const say = (to: string, person: number, text: string) =>
    town.entity.send(
      el(
        'message',
        { to, from: `p${person}@other.localhost/x`, type: 'chat', id: `${person}-${text}-${Math.random()}` },
        el('body', {}, text),
      ),
    );
  const answers = () =>
    town.got
      .filter((one) => one.getChild('body'))
      .map((one) => [one.attrs.to, one.getChild('body')?.getText()]);

  const ways = { client: () => server.prosody.config, component: () => server.component() };
  describe.each(Object.keys(ways) as (keyof typeof ways)[])('as a %s', (way) => {
    test('500 messages of 20 people are answered, each one’s in order, a few at a time', async () => {
      let running = 0;
      let most = 0;
      const busy = new Set<string>();
      const converse: Converse = async ({ address, text }) => {
        // Nobody's second message is looked at while the first is in work.
        if (busy.has(address)) return [{ text: 'two at once' }];
        busy.add(address);
        most = Math.max(most, ++running);
        await sleep(Math.random() * 8);
        running--;
        busy.delete(address);
        return [{ text }];
      };
      bot = await startBot({ xmpp: ways[way](), converse, pace: { atOnce: 8 } });
      for (let n = 0; n < 25; n++)
        await Promise.all(Array.from({ length: 20 }, (_, person) => say(bot?.jid ?? '', person, `${n}`)));
      await vi.waitFor(() => expect(answers()).toHaveLength(500), { timeout: 15_000, interval: 50 });
      for (let person = 0; person < 20; person++) {
        const theirs = answers().filter(([to]) => to === `p${person}@other.localhost/x`);
        expect(theirs.map(([, text]) => text)).toEqual(Array.from({ length: 25 }, (_, n) => `${n}`));
      }
      expect(most).toBe(8);
    });

    test('when it is asked to stop it finishes what it has begun, says goodbye, and takes nothing new', async () => {
      const ann = await server.user();
      let go = () => {};
      const gate = new Promise<void>((resolve) => {
        go = resolve;
      });
      bot = await startBot({
        xmpp: ways[way](),
        converse: async ({ text }) => {
          await gate;
          return [{ text }];
        },
      });
      await ann.entity.send(el('presence', { to: bot.jid, type: 'subscribe' }));
      await ann.wait(({ name, attrs }) => name === 'presence' && attrs.from === `${bot?.jid}/turnout`);
      await ann.say(bot.jid, 'begun');
      await vi.waitFor(() => expect(bot?.heard).toHaveLength(1));
      const stopping = bot.stop();
      await ann.wait(({ name, attrs }) => name === 'presence' && attrs.type === 'unavailable');
      const late = await ann.say(`${bot.jid}/turnout`, 'too late');
      await sleep(100);
      go();
      await stopping;
      expect(bot.online()).toBe(false);
      expect(ann.texts(bot.jid)).toEqual(['begun']);
      expect(bot.heard).toHaveLength(1);
      if (way === 'component') {
        const back = await ann.wait(({ attrs }) => attrs.id === late);
        expect(back.attrs.type).toBe('error');
      } else {
        bot = await startBot({ xmpp: ways[way]() });
        await vi.waitFor(() => expect(ann.texts(bot?.jid)).toEqual(['begun', 'too late']));
      }
      await expect(bot.stop()).resolves.toBeUndefined();
    });
  });

  test('one who writes very much does not keep the others waiting', async () => {
    const converse: Converse = async ({ text }) => {
      await sleep(10);
      return [{ text }];
    };
    bot = await startBot({ xmpp: server.component(), converse, pace: { atOnce: 1 } });
    for (let n = 0; n < 100; n++) await say(bot.jid, 1, `${n}`);
    await say(bot.jid, 2, 'short question');
    await vi.waitFor(() => expect(answers().map(([, text]) => text)).toContain('short question'));
    expect(answers().length).toBeLessThan(80);
  });

  test('it does not read on while too much waits, and catches up afterwards', async () => {
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const converse: Converse = async ({ text }) => {
      await gate;
      return [{ text }];
    };
    const proxy = await proxyTo(Number(new URL(server.component().service).port));
    const xmpp = { ...server.component(), service: `xmpp://127.0.0.1:${proxy.port}` };
    const pace = { atOnce: 4, waiting: 20, pingEvery: 200, pingWithin: 200 };
    bot = await startBot({ xmpp, converse, pace });
    await say(bot.jid, 0, 'first');
    await vi.waitFor(() => expect(bot?.heard).toHaveLength(1));
    const padding = `<extra xmlns="urn:made:up">${'x'.repeat(100_000)}</extra>`;
    // More than fits into the buffers between the two.
    for (let n = 0; n < 150; n++)
      proxy.inject(
        `<message to="${bot.jid}" from="p${n}@other.localhost/x" id="${n}" type="chat"><body>hello</body>${padding}</message>`,
      );
    // Time enough to read it all.
    await sleep(1_500);
    expect(proxy.pending()).toBeGreaterThan(0);
    expect(bot.heard).toHaveLength(4);
    expect(bot.online()).toBe(true);
    go();
    await vi.waitFor(() => expect(answers()).toHaveLength(151), { timeout: 15_000, interval: 50 });
    expect(proxy.pending()).toBe(0);
    expect(proxy.connections).toHaveLength(1);
    await bot.stop();
    await proxy.close();
  });
});
