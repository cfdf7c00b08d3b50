import { makeConverse } from '../../bot/conversation.ts';
import type { Base, Ctx } from '../../src/context.ts';
import { announce } from '../../src/services/announcements/commands.ts';
import { freezeSheet } from '../../src/services/dinners/sheets.ts';
import type { Event } from '../../src/services/events/queries.ts';
import { grantRole, requestSignIn, showLinkCode } from '../../src/services/people/commands.ts';
import { personByEmail } from '../../src/services/people/queries.ts';
import { mailMyData } from '../../src/services/privacy/commands.ts';
import { knowGatewayUser, makeToken } from '../../src/services/programs/commands.ts';
import { addHost, editSession, setStar } from '../../src/services/sessions/commands.ts';
import { attendee, hold, makeCamp } from './camp.ts';
import { as, asSystem, makeEvent, must, signUp } from './factories.ts';
import type { Agent, TestSite } from './site.ts';

/** In every text of hers, in whatever case; nobody else says it of themselves. */
export const canary = 'zqcanary';
export const email = `${canary}@example.org`;
const name = 'Zqcanary Quill';

export type Zq = { ctx: Ctx; person: number; dinner: Event; browser: Agent };

/** Somebody of whom there is something in every corner, all by the doors that people use. */
export async function makeZq({ base, signedIn }: TestSite): Promise<Zq> {
  const browser = await signedIn(email);
  await grantRole(asSystem(base), { email: 'boss@example.org', role: 'organiser', eventId: null });
  await grantRole(asSystem(base), { email, role: 'organiser', eventId: null });
  const person = (await personByEmail(base.db, email))!.id;
  const ctx = as(base, {
    door: 'web',
    personId: person,
    proved: true,
    grants: [{ role: 'organiser', eventId: null }],
  });
  const dinner = await makeDinner(base);
  await makeSessions(base, ctx);
  must(
    await announce(ctx, dinner.slug, {
      text: 'See you at seven.',
      audience: 'everyone',
      requestKey: `${canary}-a`,
    }),
  );
  await makeChats(base, ctx);
  await browser
    .post('/chat')
    .type('form')
    .send({ text: `register ${dinner.slug} ${canary}-half` })
    .expect(303);
  must(await requestSignIn(ctx, { email, next: `/events/${canary}-next` }));
  must(await mailMyData(ctx));
  return { ctx, person, dinner, browser };
}

async function makeDinner(base: Base): Promise<Event> {
  const questions = [{ label: 'What do you do?', kind: 'text' }];
  const dinner = await makeEvent(base, { name: 'Supper', capacity: '20', partyMost: '4', questions });
  const members = [{ dietOther: `no ${canary}-beans` }, { name: 'Zqcanary Junior', diets: ['vegan'] }];
  const answers = { what_do_you_do: `${canary}-answer` };
  must(
    await signUp(base, dinner, name, {
      email,
      members,
      answers,
      near: `${canary}-near`,
      listed: true,
      requestKey: `${canary}-r`,
    }),
  );
  must(await signUp(base, dinner, 'Bob', { near: 'Zqcanary Quill and Cyd' }));
  must(await freezeSheet(asSystem(base), dinner.slug));
  return dinner;
}

async function makeSessions(base: Base, ctx: Ctx) {
  const camp = await makeCamp(base);
  must(await signUp(base, camp.event, name, { email }));
  const bob = await attendee(base, camp, 'Bob');
  const texts = {
    title: `${canary}-title`,
    ...{ abstract: `${canary}-abstract`, tags: `${canary}-tag`, features: `${canary}-wish`, kind: 'talk' },
  };
  const alone = await hold(ctx, camp, texts.title, 0, texts);
  const links = [{ kind: 'slides', url: `https://example.org/${canary}-slides`, title: '' }];
  must(await editSession(ctx, camp.slug, alone, { ...texts, links }));
  const shared = await hold(bob, camp, 'Bob’s own');
  must(await setStar(ctx, camp.slug, shared, true));
  must(await addHost(asSystem(base), camp.slug, shared, email));
  const other = await hold(bob, camp, 'Another of Bob’s');
  must(await addHost(bob, camp.slug, other, email));
}

/** A linked one, one that only says so, one that was linked before, one by way of a gateway; and Bob's, who speaks of her. */
async function makeChats(base: Base, ctx: Ctx) {
  const converse = makeConverse(base);
  const say = (address: string, ...lines: string[]) =>
    lines.reduce<Promise<unknown>>(
      (before, text, n) => before.then(() => converse({ address, key: `${address}-${n}`, text })),
      Promise.resolve(),
    );
  const link = async () => `link ${must(await showLinkCode(ctx)).code}`;
  await say(
    `xmpp:${canary}-home@chat.example`,
    await link(),
    `name "Zqcanary Quill"`,
    'register supper',
    'Zqcanary Half',
  );
  await say(`xmpp:${canary}-before@chat.example`, await link(), 'whoami', 'unlink');
  await say(`imified:Jabber:${canary}-gateway`, await link(), `zqcanary-nonsense`);
  await knowGatewayUser(base, {
    uri: `imified:Jabber:${canary}-gateway`,
    network: 'Jabber',
    user: `${canary}-user`,
  });
  await say(
    'xmpp:bob@chat.example',
    'propose "With Zqcanary Quill"',
    `register supper "Zqcanary Quill" ${email}`,
  );
  const { token } = must(await makeToken(asSystem(base), 'a program'));
  await base.db.$client.query(
    `insert into pushes (token_id, address_id, text) select (select id from api_tokens), id, $1 from addresses where uri = $2`,
    [`${canary}-pushed`, `xmpp:${canary}-home@chat.example`],
  );
  return token;
}
