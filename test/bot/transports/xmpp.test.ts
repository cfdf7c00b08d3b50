import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { el, ns } from '../../../bot/transports/xmpp/stanza.ts';
import { t } from '../../../src/words/words.ts';
import { describeWith } from '../../support/needs.ts';
import { openServer, type TestServer } from '../../support/prosody.ts';
import { startBot, type TestBot } from '../../support/xmpp-bot.ts';
import { isReceiptFor, type User } from '../../support/xmpp-user.ts';

const odd = 'Zoë 👩‍👩‍👧‍👦 🇳🇴 ‏שלום עולם‎ ‮مرحبا‬ a\tb\nc & <d> "e" ]]> \u00a0 é';

describeWith('prosody', 'the bot on XMPP', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openServer();
  });
  afterAll(() => server?.stop());

  const ways = {
    'as a client': () => server.prosody.config,
    'as a client over a WebSocket': () => server.webSocket(),
    'as a component': () => server.component(),
  };
  describe.each(Object.keys(ways) as (keyof typeof ways)[])('%s', (way) => {
    let bot: TestBot;
    let ann: User;
    let status = '';
    beforeAll(async () => {
      bot = await startBot({
        xmpp: ways[way](),
        name: 'Turnout of the test',
        version: '1.2.3',
        converse: async ({ text }) => {
          if (text === 'slow') await sleep(250);
          if (text === 'long') return [{ text: 'word '.repeat(1_000) }];
          if (text === 'two') return [{ text: 'one' }, { text: 'two' }];
          return text === 'nothing' ? [] : [{ text }];
        },
        status: async () => status,
        pace: { typingAfter: 50, roomsEvery: 100 },
      });
      ann = await server.user();
    });
    afterAll(() => bot?.stop());
    beforeEach(() => {
      ann.got.length = 0;
    });

    test('shows what it is told to show of itself', async () => {
      const ann = await server.user();
      await ann.entity.send(el('presence', { to: bot.jid, type: 'subscribe' }));
      const shows = (text: string) =>
        ann.wait(
          (one) =>
            one.name === 'presence' &&
            one.attrs.from === `${bot.jid}/turnout` &&
            one.getChild('status')?.getText() === text,
        );
      await shows(t('xmpp:status'));
      status = 'away: At the BarCamp';
      await shows(status);
      status = '';
    });

    test('lets people see it, and answers in words', async () => {
      const ann = await server.user();
      await ann.entity.send(el('presence', { to: bot.jid, type: 'subscribe' }));
      await ann.wait(({ name, attrs }) => name === 'presence' && attrs.type === 'subscribed');
      await ann.wait(({ name, attrs }) => name === 'presence' && attrs.type === 'subscribe');
      const here = await ann.wait(
        ({ name, attrs }) =>
          name === 'presence' && attrs.type === undefined && attrs.from === `${bot.jid}/turnout`,
      );
      expect(here.getChild('status')?.getText()).toBe(t('xmpp:status'));
      expect(await ann.ask(bot.jid, 'hello')).toBe('hello');
      expect(bot.heard.at(-1)).toMatchObject({ address: `xmpp:${ann.jid}`, text: 'hello' });
    });

    test('shows itself to one who comes back', async () => {
      const ann = await server.user();
      await ann.entity.send(el('presence', { to: bot.jid, type: 'subscribe' }));
      await ann.wait(({ name, attrs }) => name === 'presence' && attrs.type === 'subscribed');
      await ann.wait(({ attrs, name }) => name === 'presence' && attrs.from === `${bot.jid}/turnout`);
      await ann.entity.send(el('presence', { type: 'unavailable' }));
      ann.got.length = 0;
      await ann.entity.send(el('presence'));
      await ann.wait(({ attrs, name }) => name === 'presence' && attrs.from === `${bot.jid}/turnout`);
    });

    test('says what it is to software that asks', async () => {
      const to = `${bot.jid}/turnout`;
      const info = (await ann.query(to, el('query', { xmlns: ns.discoInfo }))).getChild(
        'query',
        ns.discoInfo,
      );
      expect(info?.getChild('identity')?.attrs).toEqual({
        category: 'client',
        type: 'bot',
        name: 'Turnout of the test',
      });
      const features = info?.getChildren('feature').map(({ attrs }) => attrs.var);
      expect(features).toEqual(
        expect.arrayContaining([ns.ping, ns.receipts, ns.states, ns.version, ns.discoInfo]),
      );
      const items = await ann.query(to, el('query', { xmlns: ns.discoItems }));
      expect(items.attrs.type).toBe('result');
      const version = await ann.query(to, el('query', { xmlns: ns.version }));
      expect(version.getChild('query')?.getChild('name')?.getText()).toBe('Turnout of the test');
      expect(version.getChild('query')?.getChild('version')?.getText()).toBe('1.2.3');
      expect((await ann.query(to, el('ping', { xmlns: ns.ping }))).attrs.type).toBe('result');
      const time = await ann.query(to, el('time', { xmlns: ns.time }));
      expect(time.getChild('time')?.getChild('utc')?.getText()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    });

    test('says the same in short with its presence', async () => {
      const ann = await server.user();
      await ann.entity.send(el('presence', { to: bot.jid, type: 'subscribe' }));
      const here = await ann.wait(
        ({ attrs, name }) =>
          name === 'presence' && attrs.type === undefined && attrs.from === `${bot.jid}/turnout`,
      );
      const { node, ver, hash } = here.getChild('c', ns.caps)?.attrs ?? {};
      const asked = el('query', { xmlns: ns.discoInfo, node: `${node}#${ver}` });
      const info = (await ann.query(`${bot.jid}/turnout`, asked)).getChild('query', ns.discoInfo);
      expect(info?.attrs.node).toBe(`${node}#${ver}`);
      // XEP-0115, 5.1.
      const features = info
        ?.getChildren('feature')
        .map(({ attrs }) => `${attrs.var}<`)
        .sort();
      const text = `client/bot//Turnout of the test<${features?.join('')}`;
      expect([hash, ver]).toEqual(['sha-1', createHash('sha1').update(text).digest('base64')]);
    });

    test('refuses what it does not know, and does not send it back', async () => {
      const answer = await ann.query(
        `${bot.jid}/turnout`,
        el('query', { xmlns: 'urn:made:up' }, el('secret')),
      );
      expect(answer.attrs.type).toBe('error');
      expect(answer.getChild('error')?.getChild('service-unavailable', ns.stanzas)).toBeDefined();
      expect(answer.getChildElements().map(({ name }) => name)).toEqual(['error']);
    });

    test('confirms a message where that is asked for', async () => {
      const id = await ann.say(bot.jid, 'hello', el('request', { xmlns: ns.receipts }));
      await ann.wait(isReceiptFor(id));
      await ann.wait((one) => one.getChild('body')?.getText() === 'hello');
      await ann.ask(bot.jid, 'again');
      expect(ann.got.filter((one) => one.getChild('received', ns.receipts))).toHaveLength(1);
    });

    test('is shown typing while it works, to a client that shows that', async () => {
      await ann.ask(bot.jid, 'slow', el('active', { xmlns: ns.states }));
      const states = ann.got.flatMap((one) =>
        ['composing', 'active'].filter((state) => one.getChild(state, ns.states)),
      );
      expect(states).toEqual(['composing', 'active']);
      await ann.ask(bot.jid, 'slow');
      expect(ann.got.filter((one) => one.getChild('composing', ns.states))).toHaveLength(1);
    });

    test('gives back every character as it was', async () => {
      expect(await ann.ask(bot.jid, odd)).toBe(odd);
    });

    test('gives several answers, and a long one in parts, in order', async () => {
      await ann.say(bot.jid, 'nothing');
      await ann.say(bot.jid, 'two');
      await ann.say(bot.jid, 'long');
      await ann.ask(bot.jid, 'end');
      await ann.wait((one) => one.getChild('body')?.getText() === 'end');
      const [one, two, ...parts] = ann.texts(bot.jid);
      expect([one, two, parts.pop()]).toEqual(['one', 'two', 'end']);
      expect(parts.every((part) => part.length <= 2_000)).toBe(true);
      expect(parts.join(' ')).toBe('word '.repeat(1_000).trim());
      const ids = ann.got.filter((stanza) => stanza.getChild('body')).map(({ attrs }) => attrs.id);
      expect(new Set(ids).size).toBe(ids.length);
    });

    test('answers a message that is too long, or encrypted, with a line of its own', async () => {
      const before = bot.heard.length;
      expect(await ann.ask(bot.jid, 'x'.repeat(4_001))).toBe(t('xmpp:too_long', { max: 4_000 }));
      const omemo = el('encrypted', { xmlns: ns.omemo });
      expect(await ann.ask(bot.jid, 'This message is encrypted', omemo)).toBe(t('xmpp:encrypted'));
      expect(bot.heard).toHaveLength(before);
    });

    test('understands a reply without what it quotes', async () => {
      const quote = '> 🎟 Which one?\n';
      const range = el('body', { start: '0', end: String([...quote].length) });
      const fallback = el('fallback', { xmlns: ns.fallback, for: ns.reply }, range);
      expect(await ann.ask(bot.jid, `${quote}2`, fallback)).toBe('2');
    });

    test('writes to somebody first, with the id it was given', async () => {
      await bot.send(ann.jid, 'notice-7', { text: 'A place is free' });
      const stanza = await ann.wait(({ attrs }) => attrs.id === 'notice-7');
      expect(stanza.getChild('body')?.getText()).toBe('A place is free');
      expect(stanza.attrs).toMatchObject({ type: 'chat', from: `${bot.jid}/turnout` });
    });

    test('gives up on an address that there is not, and says no more about it', async () => {
      await expect(bot.send('nobody@localhost', 'notice-8', { text: 'x' })).resolves.toBeUndefined();
    });
  });

  test('a component leaves the list of one who does not want it any more', async () => {
    const bot = await startBot({ xmpp: server.component() });
    const ann = await server.user();
    await ann.entity.send(el('presence', { to: bot.jid, type: 'subscribe' }));
    await ann.wait(({ name, attrs }) => name === 'presence' && attrs.type === 'subscribe');
    await ann.entity.send(el('presence', { to: bot.jid, type: 'subscribed' }));
    await ann.entity.send(el('presence', { to: bot.jid, type: 'unsubscribe' }));
    await ann.wait(({ name, attrs }) => name === 'presence' && attrs.type === 'unsubscribe');
    await bot.stop();
  });
});
