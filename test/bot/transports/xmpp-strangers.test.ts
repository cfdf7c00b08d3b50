import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { el, ns } from '../../../bot/transports/xmpp/stanza.ts';
import type { Stanza } from '../../../bot/transports/xmpp/types.ts';
import type { XmppOptions } from '../../../bot/transports/xmpp.ts';
import { t } from '../../../src/words/words.ts';
import { describeWith } from '../../support/needs.ts';
import { openServer, type TestServer } from '../../support/prosody.ts';
import { startBot, type TestBot } from '../../support/xmpp-bot.ts';
import { joinAs, joinAsComponent, type User } from '../../support/xmpp-user.ts';

const body = (text: string) => el('body', {}, text);

describeWith('prosody', 'the bot answers people, and nothing else', () => {
  let server: TestServer;
  let ann: User;
  const bots: TestBot[] = [];
  const others: User[] = [];
  beforeAll(async () => {
    server = await openServer();
    ann = await server.user();
  });
  beforeEach(() => {
    ann.got.length = 0;
  });
  afterEach(async () => {
    await Promise.all(bots.splice(0).map((bot) => bot.stop()));
    await Promise.all(others.splice(0).map((other) => other.leave()));
  });
  afterAll(() => server?.stop());

  const start = async (options: Parameters<typeof startBot>[0]) => {
    const bot = await startBot(options);
    bots.push(bot);
    return bot;
  };
  const join = async (domain: string, name: string) => {
    const user = await joinAsComponent(server.component(domain), name);
    others.push(user);
    return user;
  };
  /** All that was sent before has been looked at when this is answered. */
  const fence = async (bot: TestBot, from = ann) => {
    await from.ask(bot.jid, 'fence');
    return bot.heard.map(({ address, text }) => [address, text]).filter(([, text]) => text !== 'fence');
  };

  const ways = { client: () => server.prosody.config, component: () => server.component() };
  describe.each(Object.keys(ways) as (keyof typeof ways)[])('as a %s', (way) => {
    let bot: TestBot;
    beforeEach(async () => {
      bot = await start({ xmpp: ways[way]() } as XmppOptions);
    });

    test.each(['groupchat', 'headline', 'error'])('not a message of the type %s', async (type) => {
      await ann.entity.send(el('message', { to: bot.jid, id: 'x', type }, body('help')));
      await ann.entity.send(el('message', { to: `${bot.jid}/turnout`, id: 'x', type }, body('help')));
      expect(await fence(bot)).toEqual([]);
      expect(ann.texts()).toEqual(['fence']);
    });

    test('a message without a type, and none without words', async () => {
      await ann.entity.send(el('message', { to: bot.jid, id: 'x' }, body('plain')));
      await ann.entity.send(el('message', { to: bot.jid, id: 'y', type: 'chat' }, body('  ')));
      await ann.entity.send(el('message', { to: bot.jid, id: 'z', type: 'chat' }, el('subject', {}, 'hm')));
      expect(await fence(bot)).toEqual([[`xmpp:${ann.jid}`, 'plain']]);
      const answer = await ann.wait((one) => one.getChild('body')?.getText() === 'plain');
      expect(answer.attrs.type ?? 'normal').toBe('normal');
    });

    test('nobody who is only quoted: a copy that says who wrote it is not believed', async () => {
      const said = el('message', { from: 'victim@localhost', to: bot.jid, type: 'chat' }, body('cancel'));
      const forwarded = () => el('forwarded', { xmlns: ns.forward }, said);
      const wrappers = [
        el('received', { xmlns: ns.carbons }, forwarded()),
        el('sent', { xmlns: ns.carbons }, forwarded()),
        el('result', { xmlns: ns.mam, id: '1' }, forwarded()),
        forwarded(),
      ];
      for (const wrapper of wrappers)
        await ann.entity.send(el('message', { to: bot.jid, type: 'chat' }, body('cancel'), wrapper));
      expect(await fence(bot)).toEqual([]);
    });

    test('a message is from whom the server says, whatever stands in it', async () => {
      const delay = el('delay', { xmlns: ns.delay, from: 'victim@localhost', stamp: '2001-01-01T00:00:00Z' });
      await ann.say(bot.jid, 'mine', delay);
      expect(await fence(bot)).toEqual([[`xmpp:${ann.jid}`, 'mine']]);
    });

    test('no invitation to a room', async () => {
      const room = 'party@muc.localhost';
      await ann.entity.send(
        el('presence', { to: `${room}/ann` }, el('x', { xmlns: 'http://jabber.org/protocol/muc' })),
      );
      await ann.wait(({ attrs }) => attrs.from?.startsWith(room) ?? false);
      const invite = el('x', { xmlns: ns.mucUser }, el('invite', { to: bot.jid }, el('reason', {}, 'Come!')));
      await ann.entity.send(el('message', { to: room }, invite));
      await ann.entity.send(
        el('message', { to: bot.jid }, body('Come!'), el('x', { xmlns: ns.conference, jid: room })),
      );
      expect(await fence(bot)).toEqual([]);
    });

    test('nobody in a room, of whatever age the room service is', async () => {
      const rooms = await join('old.localhost', 'room');
      rooms.entity.iqCallee.get(ns.discoInfo, 'query', () =>
        el(
          'query',
          { xmlns: ns.discoInfo },
          el('identity', { category: 'conference', type: 'text', name: 'Old' }),
        ),
      );
      const from = 'room@old.localhost/nick';
      await rooms.entity.send(el('message', { to: bot.jid, from, type: 'chat', id: 'pm' }, body('help')));
      await rooms.entity.send(
        el('message', { to: bot.jid, from, type: 'chat' }, body('help'), el('x', { xmlns: ns.mucUser })),
      );
      await sleep(150);
      expect(await fence(bot)).toEqual([]);
      expect(rooms.texts()).toEqual([]);
    });

    test('nobody in a room whose service does not say what it is', async () => {
      const rooms = await join('other.localhost', 'room');
      const say = (from: string, ...more: Stanza[]) =>
        rooms.entity.send(el('message', { to: bot.jid, from, type: 'chat' }, body('help'), ...more));
      await say('marked@other.localhost/nick', el('x', { xmlns: ns.mucUser }));
      await say('person@other.localhost/phone');
      await rooms.wait((one) => one.getChild('body') !== undefined);
      const x = el('x', { xmlns: ns.mucUser }, el('item', { role: 'participant' }));
      await rooms.entity.send(el('presence', { to: bot.jid, from: 'room@other.localhost/nick' }, x));
      await say('room@other.localhost/nick');
      await sleep(150);
      expect(await fence(bot)).toEqual([['xmpp:person@other.localhost', 'help']]);
    });

    test('no server and no service that has something to say', async () => {
      const other = await join('other.localhost', 'x');
      await other.entity.send(
        el('message', { to: bot.jid, from: 'other.localhost', type: 'chat' }, body('Maintenance at noon')),
      );
      await sleep(100);
      expect(await fence(bot)).toEqual([]);
      expect(other.texts()).toEqual([]);
    });
  });

  test('not itself, from another of its devices or its own domain', async () => {
    const config = server.prosody.config;
    const client = await start({ xmpp: config });
    const phone = await joinAs(server.prosody.port, 'turnout', config.password);
    others.push(phone);
    await phone.say(client.jid, 'cancel');
    await phone.say(`${client.jid}/turnout`, 'cancel');
    const sent = el(
      'sent',
      { xmlns: ns.carbons },
      el('forwarded', { xmlns: ns.forward }, el('message', {}, body('x'))),
    );
    await phone.say(`${client.jid}/turnout`, 'cancel', sent);
    expect(await fence(client)).toEqual([]);

    const component = await start({ xmpp: server.component() });
    await component.send('else@bot.localhost', 'self', { text: 'echo' });
    await component.send(component.jid, 'self2', { text: 'echo' });
    expect(await fence(component)).toEqual([]);
  });

  test('two bots that answer each other come to an end, and one of them says why', async () => {
    const pace = { perPerson: 5 };
    const one = await start({ xmpp: server.prosody.config, pace });
    const two = await start({ xmpp: server.component(), pace });
    await one.send(two.jid, 'hello', { text: 'hello' });
    await vi.waitFor(() => expect(two.heard.length).toBe(5));
    await sleep(500);
    expect([one.heard.length, two.heard.length]).toEqual([5, 5]);
    const words = [...one.heard, ...two.heard].map(({ text }) => text);
    expect(words.filter((text) => text !== 'hello')).toEqual([]);
    // Others are served all the while.
    expect(await ann.ask(one.jid, 'and me?')).toBe('and me?');
  });

  test('one who writes too much is told once, and then met with silence', async () => {
    const bot = await start({ xmpp: server.prosody.config, pace: { perPerson: 3 } });
    for (const n of '123456') await ann.say(bot.jid, n);
    await vi.waitFor(() => expect(ann.texts()).toEqual(['1', '2', '3', t('xmpp:too_many')]));
    const bob = await server.user();
    expect(await bob.ask(bot.jid, 'hello')).toBe('hello');
    expect(ann.texts()).toHaveLength(4);
  });

  test('a server whose people write too much together is told so; those of another are not', async () => {
    const bot = await start({ xmpp: server.component(), pace: { perDomain: 4 } });
    const swarm = await join('other.localhost', 'x');
    for (let n = 0; n < 10; n++)
      await swarm.entity.send(
        el('message', { to: bot.jid, from: `p${n}@other.localhost/x`, type: 'chat' }, body(`${n}`)),
      );
    await vi.waitFor(() => expect(swarm.texts()).toHaveLength(5));
    expect(await ann.ask(bot.jid, 'hello')).toBe('hello');
    expect(swarm.texts().sort()).toEqual(['0', '1', '2', '3', t('xmpp:too_many')]);
  });

  test('one that asks for presence whenever it is asked does not do so for ever', async () => {
    const bot = await start({ xmpp: server.component() });
    const eager = await join('other.localhost', 'x');
    const ask = () => eager.entity.send(el('presence', { to: bot.jid, from: eager.jid, type: 'subscribe' }));
    const asks = (stanza: Stanza) => stanza.name === 'presence' && stanza.attrs.type === 'subscribe';
    eager.entity.on('stanza', (stanza: Stanza) => {
      if (asks(stanza)) void ask();
    });
    await ask();
    await eager.wait(asks);
    await sleep(300);
    expect(eager.got.filter(asks)).toHaveLength(1);
  });
});
