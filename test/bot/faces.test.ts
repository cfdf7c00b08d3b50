import { afterAll, beforeAll, expect, it } from 'vitest';
import { commands, makeConverse } from '../../bot/conversation.ts';
import { personChat } from '../../src/services/chats/rules.ts';
import { grantRole, linkByConsole } from '../../src/services/people/commands.ts';
import { personByEmail } from '../../src/services/people/queries.ts';
import { cancelByToken } from '../../src/services/registrations/commands.ts';
import { makeCampWorld } from '../support/camp-world.ts';
import { lastCode } from '../support/dialog.ts';
import { by, guests } from '../support/dinners.ts';
import {
  byChat,
  byForms,
  byGateway,
  byLine,
  byWeb,
  type Script,
  stored,
  unlike,
  type Walk,
} from '../support/faces.ts';
import { asSystem, asVisitor, makeEvent, must, noon, signUp } from '../support/factories.ts';
import { describeWith } from '../support/needs.ts';
import { openServer, type TestServer } from '../support/prosody.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';
import { makeWorld } from '../support/world.ts';
import { startBot, type TestBot } from '../support/xmpp-bot.ts';
import type { User } from '../support/xmpp-user.ts';

// One dialogue, many faces: every dialogue is walked step by step in a chat, in one line, on the website, by way of a gateway
// in the Imified style, and in the windows of an XMPP client. What is said in the end is the same, and so is the database after each of them.

const ann = 'ann@example.org';
const key = 'a-key-of-the-tests';

/** In this order, each on top of what the ones before have done. Ann holds sessions 1 and 2, organises, and has three offers. */
const scripts: Script[] = [
  { word: 'menu' },
  { word: 'help' },
  { word: 'whoami' },
  { word: 'events' },
  { word: 'event', answers: { event: 'geek-dinner' } },
  {
    word: 'register',
    answers: {
      ...{ event: 'supper', size: '2', dish0_main: 'Risotto', diet0: 'vegan, no salt' },
      ...{ guest1: 'Bo', dish1_main: 'Roast lamb', listed: 'yes' },
    },
  },
  { word: 'register', answers: { event: 'geek-dinner', diet: 'vegan', listed: 'no' } },
  { word: 'my' },
  { word: 'party', answers: { event: 'supper' } },
  { word: 'coming', answers: { event: 'geek-dinner' } },
  { word: 'unregister', answers: { event: 'geek-dinner' } },
  { word: 'take', answers: { event: 'first' } },
  { word: 'pass', answers: { event: 'second' } },
  { word: 'skip', answers: { event: 'third' } },
  { word: 'schedule', answers: { series: 'web-week' } },
  {
    word: 'propose',
    answers: {
      title: 'Cancel culture',
      abstract: 'Of yoghurt.',
      kind: 'workshop',
      minutes: '30',
      tags: 'food',
    },
  },
  { word: 'claim', answers: { session: '#2', at: 'sat 10:30', room: 'Red' } },
  { word: 'move', answers: { session: '#2', at: 'sat 11:00', room: 'Blue' } },
  { word: 'swap', answers: { session: '#1', other: '#2' } },
  { word: 'off', answers: { session: '#2' } },
  { word: 'withdraw', answers: { session: '#2' } },
  { word: 'restore', answers: { session: '#2' } },
  { word: 'star', answers: { numbers: '3 5' } },
  { word: 'unstar', answers: { numbers: '3' } },
  { word: 'sessions' },
  { word: 'session', answers: { number: '#3' } },
  { word: 'now' },
  { word: 'next' },
  { word: 'room', answers: { room: 'Red' } },
  { word: 'at', answers: { at: 'sat 10:00' } },
  { word: 'find', answers: { words: 'bread' } },
  { word: 'mine' },
  { word: 'name', answers: { name: 'Ann “Help” Lee' } },
  { word: 'attendees', answers: { event: 'supper' } },
  { word: 'checkin', answers: { event: 'supper', who: 'Bo' } },
  { word: 'announce', answers: { event: 'supper', text: 'The door is round the corner.' } },
  { word: 'export', answers: { event: 'supper' } },
  { word: 'invite', answers: { event: 'barcamp', room: 'camp@muc.example.org', announces: 'yes' } },
  { word: 'signin' },
  { word: 'mydata' },
  { word: 'notices' },
  { word: 'quiet', answers: { hours: '22:00 7:00', zone: 'Europe/Berlin' } },
  { word: 'zone', answers: { zone: 'Europe/London' } },
  { word: 'language', answers: { language: 'de' } },
  { word: 'language', answers: { language: 'en' } },
  { word: 'remind', answers: { minutes: '10 min' } },
  { word: 'stop' },
  { word: 'start' },
  { word: 'unlink' },
  { word: 'link', answers: { who: ann, code: lastCode } },
  { word: 'forget', answers: { email: ann } },
];

type Stage = TestSite & { agent: Agent };
type Face = { site: Stage; walk(script: Script, walked: Walk): Promise<Walk> };

async function openFace(address: (site: TestSite) => Promise<string>): Promise<Stage> {
  const site = await openSite({ now: () => noon, chatPace: 1_000, imified: { key } });
  await makeWorld(site.base);
  await makeCampWorld(site.base);
  await makeEvent(site.base, {
    ...{
      name: 'Supper',
      slug: 'supper',
      capacity: '8',
      partyMost: '5',
      menu: 'Main:\nRoast lamb | 2\nRisotto',
    },
    ...{ startsAt: '2026-06-10T19:00', endsAt: '2026-06-10T22:00' },
  });
  for (const name of ['First', 'Second', 'Third']) await offer(site, name);
  const system = asSystem(site.base);
  const uri = await address(site);
  must(await linkByConsole(system, uri, ann));
  for (const email of [ann, 'zoe@example.org'])
    must(await grantRole(system, { email, role: 'organiser', eventId: null }));
  return { ...site, agent: await site.signedIn(ann) };
}

/** An event at which Zoe has given her place back, and Ann, who waited, has been offered it. */
async function offer(site: TestSite, name: string) {
  const event = await makeEvent(site.base, {
    ...{ name, slug: name.toLowerCase(), capacity: '1', line: 'offer', offerHours: '48' },
    ...{ startsAt: '2026-06-20T19:00', endsAt: '2026-06-20T22:00' },
  });
  const zoe = must(await signUp(site.base, event, 'Zoe', { members: guests(1) }));
  must(await signUp(site.base, event, 'Ann', { members: guests(1) }));
  must(await signUp(site.base, event, 'Bob', { members: guests(1) }));
  must(await cancelByToken(asVisitor(site.base), by(zoe).token));
}

describeWith('prosody', 'one dialogue', () => {
  let server: TestServer;
  let bot: TestBot;
  let user: User;
  let faces: Record<'chat' | 'line' | 'web' | 'gateway' | 'forms', Face>;
  beforeAll(async () => {
    server = await openServer();
    user = await server.user('ann');
    const [chat, line, web, gateway, forms] = await Promise.all([
      openFace(async () => 'test:ann'),
      openFace(async () => 'test:ann'),
      openFace(async ({ base }) => personChat((await personByEmail(base.db, ann))!.id)),
      openFace(async () => 'imified:jabber:ann'),
      openFace(async () => `xmpp:${user.jid}`),
    ]);
    bot = await startBot({ xmpp: server.component(), commands, converse: makeConverse(forms.base) });
    const talk = makeConverse(chat.base);
    const lines = makeConverse(line.base);
    faces = {
      chat: { site: chat, walk: (script) => byChat(chat.base, talk, 'test:ann', script) },
      line: { site: line, walk: (script, { exchanges }) => byLine(lines, 'test:ann', script, exchanges) },
      web: { site: web, walk: (_script, { exchanges }) => byWeb(web.agent, exchanges) },
      gateway: { site: gateway, walk: (_script, { exchanges }) => byGateway(gateway.app, key, exchanges) },
      forms: { site: forms, walk: (script) => byForms(forms.base, user, bot.jid, script) },
    };
  }, 60_000);
  afterAll(async () => {
    await bot?.stop();
    await server?.stop();
    await Promise.all(Object.values(faces ?? {}).map(({ site }) => site.close()));
  });

  it('is each of those that there are', () => {
    expect([...new Set(scripts.map(({ word }) => word))].sort()).toEqual(
      commands.map(({ word }) => word).sort(),
    );
  });

  it.each(scripts.map((script) => [script.word, script] as const))(
    'has every face: %s',
    async (_word, script) => {
      const { chat, ...others } = faces;
      const walked = await chat.walk(script, { end: '', exchanges: [] });
      const after = await stored(chat.site.base);
      for (const [name, face] of Object.entries(others)) {
        const walk = await face.walk(script, walked);
        expect([name, walk.end]).toEqual([name, walked.end]);
        expect([name, ...unlike(after, await stored(face.site.base))]).toEqual([name]);
        // Whoever is signed in on the website is linked again as soon as they write there.
        if (name === 'gateway') expect(walk.exchanges).toEqual(walked.exchanges);
        if (name === 'web' && script.word !== 'link') expect(walk.exchanges).toEqual(walked.exchanges);
      }
    },
  );
});
