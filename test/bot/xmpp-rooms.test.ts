import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { makeConverse } from '../../bot/conversation.ts';
import { el, ns } from '../../bot/transports/xmpp/stanza.ts';
import type { Base, Ctx } from '../../src/context.ts';
import { inviteBot } from '../../src/services/chatrooms/commands.ts';
import { roomsToBeIn } from '../../src/services/chatrooms/queries.ts';
import { placeSession } from '../../src/services/grid/commands.ts';
import { roomDesk } from '../../src/start/chat.ts';
import { attendee, type Camp, hold, makeCamp } from '../support/camp.ts';
import { freshDatabase } from '../support/database.ts';
import { asSystem, asVisitor, code, makeBase, must } from '../support/factories.ts';
import { describeWith } from '../support/needs.ts';
import { openServer, type TestServer } from '../support/prosody.ts';
import { startBot, type TestBot } from '../support/xmpp-bot.ts';
import type { User } from '../support/xmpp-user.ts';

const quick = { roomsEvery: 100 };

describeWith('prosody', 'the bot in a room', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let now = new Date('2026-05-30T08:30:00Z');
  let base: Base;
  let server: TestServer;
  let camp: Camp;
  let host: Ctx;
  let ann: User;
  let bob: User;
  let bot: TestBot | undefined;
  let rooms = 0;
  beforeAll(async () => {
    database = await freshDatabase();
    base = makeBase(database.url, () => now);
    server = await openServer();
    now = new Date('2026-05-01T12:00:00Z');
    camp = await makeCamp(base);
    host = await attendee(base, camp, 'Cyd');
    await hold(host, camp, 'Bread at home', 0);
    now = new Date('2026-05-30T09:10:00Z');
  });
  afterEach(async () => {
    await bot?.stop();
    await Promise.all([ann, bob].map((user) => user?.leave()));
  });
  afterAll(async () => {
    await server?.stop();
    await base?.db.$client.end();
    await database?.drop();
  });

  const enter = (user: User, room: string, nick: string) =>
    user.entity.send(el('presence', { to: `${room}/${nick}` }, el('x', { xmlns: ns.muc })));
  const says = (user: User, room: string, text: string) =>
    user.entity.send(el('message', { to: room, type: 'groupchat' }, el('body', {}, text)));
  const said = (user: User, room: string) => user.texts(`${room}/turnout`);

  /** A room with Ann, who opened it and is its owner, and Bob; and the bot, which was invited to it. */
  async function open(announces: boolean, way: 'client' | 'component' = 'client') {
    const room = `camp${++rooms}@muc.localhost`;
    [ann, bob] = [await server.user(), await server.user()];
    await enter(ann, room, 'ann');
    await ann.wait(({ name, attrs }) => name === 'presence' && attrs.from === `${room}/ann`);
    await enter(bob, room, 'bob');
    must(await inviteBot(asSystem(base), camp.slug, { room, announces }));
    const xmpp = way === 'client' ? server.prosody.config : server.component();
    const start = () => startBot({ xmpp, converse: makeConverse(base), rooms: roomDesk(base), pace: quick });
    bot = await start();
    const inside = () =>
      ann.wait(({ name, attrs }) => name === 'presence' && attrs.from === `${room}/turnout` && !attrs.type);
    await inside();
    return { room, start, inside };
  }

  test.each(['client', 'component'] as const)('answers when it is spoken to, as a %s', async (way) => {
    const { room } = await open(false, way);
    await says(ann, room, 'I wonder what is on now');
    await says(ann, room, 'turnout: now');
    await vi.waitFor(() => expect(said(bob, room)).toHaveLength(1), 5_000);
    expect(said(bob, room)[0]).toMatch(/^ann: .*10:00.*\n.*Red: .*Bread at home/s);
    await says(bob, room, '!next');
    await vi.waitFor(() => expect(said(bob, room)).toHaveLength(2), 5_000);
    expect(said(bob, room)[1]).toMatch(/^bob: .*10:30/);
    await says(bob, room, 'turnout, register talks Bob bob@example.org');
    await vi.waitFor(() => expect(said(bob, room)).toHaveLength(3), 5_000);
    expect(said(bob, room)[2]).toBe(`bob: Let us do that in private: write to me at ${bot!.jid}.`);
    await says(bob, room, 'turnout: make tea');
    await says(bob, room, 'turnout');
    await vi.waitFor(() => expect(said(bob, room)).toHaveLength(5), 5_000);
    expect(said(bob, room)[3]).toContain('Here I know: now, next');
    const people = await base.db.$client.query(`select from people where email = 'bob@example.org'`);
    expect(people.rows).toHaveLength(0);
    expect(bot!.heard).toEqual([]);
  });

  test('says what begins and what changes, once, where it was asked to', async () => {
    const { room } = await open(true);
    const number = await hold(host, camp, 'Solar panels', 2);
    await vi.waitFor(() => expect(said(bob, room)).toHaveLength(1), 5_000);
    expect(said(bob, room)[0]).toBe(`New: “Solar panels” (#${number}) is in Red at 10:30.`);
    must(await placeSession(host, { event: camp.slug, session: number, ...camp.cells[3]! }));
    await vi.waitFor(() => expect(said(bob, room)).toHaveLength(2), 5_000);
    expect(said(bob, room)[1]).toBe(`Moved: “Solar panels” (#${number}) is now in Blue at 10:30.`);
    now = new Date('2026-05-30T09:26:00Z');
    await vi.waitFor(() => expect(said(bob, room)).toHaveLength(3), 5_000);
    expect(said(bob, room)[2]).toBe(`At 10:30:\nBlue: Solar panels (#${number})`);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(said(bob, room)).toHaveLength(3);
    now = new Date('2026-05-30T09:10:00Z');
  });

  test('comes back after a restart, leaves when a moderator says so, and stays away then', async () => {
    const { room, start, inside } = await open(false);
    await bot!.stop();
    await ann.wait(({ attrs }) => attrs.from === `${room}/turnout` && attrs.type === 'unavailable');
    ann.got.length = 0;
    bot = await start();
    await inside();
    await says(bob, room, 'turnout: leave');
    await vi.waitFor(() => expect(said(ann, room)[0]).toContain('A moderator'), 5_000);
    ann.got.length = 0;
    await says(ann, room, 'turnout: leave');
    await ann.wait(({ attrs }) => attrs.from === `${room}/turnout` && attrs.type === 'unavailable');
    expect(said(ann, room)).toEqual(['Goodbye.']);
    expect((await roomsToBeIn(base)).map(({ jid }) => jid)).not.toContain(room);
  });

  test('that puts it out is left alone', async () => {
    const { room } = await open(false);
    const item = el('item', { nick: 'turnout', role: 'none' });
    const admin = el('query', { xmlns: 'http://jabber.org/protocol/muc#admin' }, item);
    await ann.entity.send(el('iq', { type: 'set', to: room, id: 'kick' }, admin));
    await vi.waitFor(
      async () => expect((await roomsToBeIn(base)).map(({ jid }) => jid)).not.toContain(room),
      5_000,
    );
  });

  test('is invited by organisers alone, to a room', async () => {
    const asked = { room: 'camp@muc.localhost', announces: false };
    expect(code(await inviteBot(asVisitor(base), camp.slug, asked))).toBe('not_organiser');
    for (const room of ['camp', 'a b@c', 'x@y/z', '<x>@y', 'a@b@c'])
      expect(code(await inviteBot(asSystem(base), camp.slug, { ...asked, room }))).toBe('invalid');
    expect(code(await inviteBot(asSystem(base), 'nowhere', asked))).toBe('event_unknown');
  });
});
