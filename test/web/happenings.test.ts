import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  grantRole,
  linkByCode,
  mailLinkCode,
  revokeRole,
  showLinkCode,
  unlinkThis,
} from '../../src/services/people/commands.ts';
import { personByEmail } from '../../src/services/people/queries.ts';
import { actorOfAddress } from '../../src/services/people/speakers.ts';
import { makeToken, revokeToken } from '../../src/services/programs/commands.ts';
import { revokeLink } from '../../src/services/registrations/commands.ts';
import { as, asSystem, makeEvent, must, signUp } from '../support/factories.ts';
import { openSite, type TestSite } from '../support/site.ts';

// What happens to people's security is in the log, and nobody's address is.

const lines: string[] = [];
let site: TestSite;
beforeAll(async () => {
  // Everything that is logged, with nothing taken out of it.
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  site = await openSite({ log });
});
afterAll(() => site.close());

it('a whole journey is told by ids, and finds no address that was planted', async () => {
  const planted = ['planted.person@example.org', 'planted.jid@chat.example', '203.0.113.77', 'Planted Name'];
  const [email, jid, ip, name] = planted as [string, string, string, string];
  const ctx = { ...asSystem(site.base), log: site.site.log };
  const event = await makeEvent(site.base);
  const made = must(await signUp(site.base, event, name, { email }));
  const person = await site.signedIn(email);
  const asked = site.browser().post('/sign-in').set('X-Forwarded-For', ip).type('form');
  await asked.send({ email }).expect(200);
  await person.post('/sign-in/nonsense').set('X-Forwarded-For', ip).expect(404);
  await site.browser().get(`/organise/events/${event.slug}?q=${email}`).set('X-Forwarded-For', ip);
  await person.get(`/organise/events/${encodeURIComponent(email)}`).set('X-Forwarded-For', ip);
  await person.get(`/organise/events/${event.slug}`).set('X-Forwarded-For', ip).expect(403);
  await person
    .post('/events/planted.person@example.org/register')
    .set('Sec-Fetch-Site', 'cross-site')
    .expect(403);
  await person.post('/me/feed').expect(303);
  const { id } = (await personByEmail(site.base.db, email))!;
  const chat = {
    ...as(site.base, (await actorOfAddress(site.base.db, `xmpp:${jid}`)).actor),
    log: site.site.log,
  };
  must(await mailLinkCode(chat, { email }));
  await linkByCode(chat, 'ABCD-EFGH');
  const web = { ...as(site.base, { door: 'web', personId: id, grants: [] }), log: site.site.log };
  must(await linkByCode(chat, must(await showLinkCode(web)).code));
  must(await unlinkThis(chat));
  must(await grantRole(ctx, { email, role: 'helper', eventId: event.id }));
  const { rows } = await site.base.db.$client.query('select id from roles where person_id = $1', [id]);
  must(await revokeRole(ctx, rows[0].id));
  must(await revokeLink(ctx, event.slug, made.id));
  must(await makeToken(ctx, name));
  must(await revokeToken(ctx, name));
  await person.post('/me/sign-out-everywhere').expect(303);

  const all = lines.join('');
  for (const text of [...planted, encodeURIComponent(email)]) expect(all).not.toContain(text);
  const told = lines.map((line) => JSON.parse(line)).filter((line) => line.msg === 'security');
  const happened = told.map(({ what }) => what);
  for (const what of [
    'sign_in_asked',
    'code_asked',
    'signed_in',
    'code_refused',
    'chat_linked',
    'chat_unlinked',
    'role_given',
    'role_taken',
    'link_revoked',
  ])
    expect(happened).toContain(what);
  for (const what of [
    'feed_renewed',
    'token_made',
    'token_revoked',
    'signed_out_everywhere',
    'request_refused',
  ])
    expect(happened).toContain(what);
  expect(told.find(({ what }) => what === 'signed_in')).toMatchObject({ person: id, door: 'web' });
  expect(told.find(({ what }) => what === 'code_refused')).toMatchObject({
    code: 'code_wrong',
    chat: chat.actor.addressId,
  });
  expect(told.find(({ route }) => route === 'GET /organise/events/:slug')).toMatchObject({
    status: 403,
    by: id,
  });
});
