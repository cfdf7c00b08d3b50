import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  rename,
  setNotify,
  showLinkCode,
  signInLink,
  unlinkAddress,
} from '../../src/services/people/commands.ts';
import { addressesOf, personByEmail } from '../../src/services/people/queries.ts';
import { actorOfAddress } from '../../src/services/people/speakers.ts';
import { cancelByToken } from '../../src/services/registrations/commands.ts';
import { manageToken } from '../../src/services/registrations/queries.ts';
import { linkChat } from '../pages/world.ts';
import { as, asSystem, asVisitor, code, makeEvent, must, secret, signUp } from '../support/factories.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
let ann: Agent;
beforeAll(async () => {
  site = await openSite();
  ann = await site.signedIn('ann@example.org');
});
afterAll(() => site.close());

const me = async (agent = ann) => load((await agent.get('/me').expect(200)).text);
const post = (path: string, fields: object = {}, agent = ann) => agent.post(path).type('form').send(fields);

describe('/me', () => {
  it('asks those who are not signed in to sign in, and comes back', async () => {
    const answer = await site.browser().get('/me');
    expect([answer.status, answer.headers.location]).toEqual([303, '/sign-in?next=%2Fme']);
    expect((await post('/me/name', { name: 'Eve' }, site.browser())).status).toBe(403);
  });

  it('shows that there is nothing yet, then what is coming, waiting, cancelled and past', async () => {
    expect((await me())('.empty-heading').text()).toBe('Nothing yet.');
    const { base } = site;
    const early = { ...base, now: () => new Date('2026-03-01T12:00:00Z') };
    const [going, full, left] = [
      await makeEvent(base, { name: 'Going' }),
      await makeEvent(base, { name: 'Full', capacity: '0' }),
      await makeEvent(base, { name: 'Left' }),
    ];
    const past = await makeEvent(early, {
      name: 'Past',
      startsAt: '2026-04-01T19:00',
      endsAt: '2026-04-01T20:00',
    });
    for (const event of [going, full]) must(await signUp(base, event, 'Ann'));
    must(await signUp(early, past, 'Ann'));
    const row = must(await signUp(base, left, 'Ann'));
    must(await cancelByToken(asVisitor(base), manageToken(secret, row)));
    const $ = await me();
    const rows = (selector: string) =>
      $(selector)
        .toArray()
        .map((one) => [$(one).find('.mine-name').text(), $(one).find('.stands').text().trim()]);
    expect(rows('.mine:not(.mine-past) li')).toEqual([
      ['Going', 'You are coming'],
      ['Full', 'Number 1 in the line'],
    ]);
    expect(rows('.mine-past li')).toEqual([
      ['Left', 'You cancelled'],
      ['Past', 'You were registered'],
    ]);
    await ann.get($('.mine a').first().attr('href')!).expect(200);
  });

  it('changes the name, and keeps what was typed when it is refused', async () => {
    await post('/me/name', { name: '  Ann Other ' }).expect(303);
    expect((await me())('h1').text()).toBe('Hello, Ann Other.');
    const refused = await post('/me/name', { name: 'x'.repeat(201) });
    expect(refused.status).toBe(422);
    expect(load(refused.text)('[name=name]').val()).toBe('x'.repeat(201));
    expect(refused.text).toContain('at most 200 characters; this one has 201');
    expect((await post('/me/name', {})).status).toBe(422);
  });

  it('stops mail and starts it again', async () => {
    const notify = async () => (await personByEmail(site.base.db, 'ann@example.org'))!.notify;
    await post('/me/notify', { notify: 'no' }).expect(303);
    expect(await notify()).toBe(false);
    expect((await me())('[name=notify]').val()).toBe('yes');
    await post('/me/notify', { notify: 'yes' }).expect(303);
    expect(await notify()).toBe(true);
  });

  it('shows a code that links a chat, once; and ends the link', async () => {
    const shown = await post('/me/chat-code');
    expect(load(shown.text)('.code').text()).toMatch(/^link [A-Z2-9]{4}-[A-Z2-9]{4}$/);
    expect(shown.headers['cache-control']).toBe('no-store');
    await linkChat(site.base, 'ann@example.org', 'xmpp:ann@example.org');
    const $ = await me();
    expect($('.linked strong').text()).toBe('ann@example.org');
    await post($('.linked form').attr('action')!).expect(303);
    expect((await me())('.linked')).toHaveLength(0);
  });

  it('unlinks nobody else’s chat', async () => {
    await site.signedIn('bob@example.org');
    await linkChat(site.base, 'bob@example.org', 'xmpp:bob@example.org');
    const bob = (await personByEmail(site.base.db, 'bob@example.org'))!;
    const [address] = await addressesOf(site.base.db, bob.id);
    for (const id of [address!.id, 'x', '99999999999'])
      expect((await post(`/me/addresses/${id}/unlink`)).status).toBe(404);
    expect(await addressesOf(site.base.db, bob.id)).toHaveLength(1);
  });

  it('ends with signing out: the session is worth nothing afterwards', async () => {
    const link = new URL(await signInLink(asSystem(site.base), 'cyd@example.org')).pathname;
    const agent = site.browser();
    const cookie = (await agent.post(link)).headers['set-cookie']![0]!.split(';')[0]!;
    const status = async () => (await site.browser().get('/me').set('Cookie', cookie)).status;
    expect(await status()).toBe(200);
    await post('/sign-out', {}, agent).expect(303);
    expect(await status()).toBe(303);
  });
});

describe('the commands behind it', () => {
  it('refuse nobody, and one person what is another’s', async () => {
    const bob = (await personByEmail(site.base.db, 'bob@example.org'))!;
    const nobody = asVisitor(site.base);
    const chat = as(site.base, (await actorOfAddress(site.base.db, 'xmpp:eve@example.org')).actor);
    for (const ctx of [nobody, chat]) {
      expect(code(await rename(ctx, 'Eve'))).toBe('not_signed_in');
      expect(code(await setNotify(ctx, bob.id, false))).toBe('not_signed_in');
      expect(code(await showLinkCode(ctx))).toBe('not_signed_in');
      expect(code(await unlinkAddress(ctx, 1))).toBe('not_signed_in');
    }
    const annId = (await personByEmail(site.base.db, 'ann@example.org'))!.id;
    const asAnn = as(site.base, { door: 'web', personId: annId, grants: [] });
    expect(code(await setNotify(asAnn, bob.id, false))).toBe('not_signed_in');
    expect((await personByEmail(site.base.db, 'bob@example.org'))!.notify).toBe(true);
  });

  it('keeps what the bot tells somebody, and says what is wrong with it, as it was typed', async () => {
    const good = {
      tell: ['places', 'changes'],
      language: 'de',
      zone: 'Europe/Berlin',
      from: '22:00',
      to: '07:00',
      remind: '10',
    };
    expect((await post('/me/preferences', good)).headers.location).toBe('/me?said=preferences_saved#bot');
    const person = await personByEmail(site.base.db, 'ann@example.org');
    expect(person).toMatchObject({
      ...{ muted: ['reconfirm', 'sessions', 'reminders', 'announcements'], zone: 'Europe/Berlin' },
      ...{ quietFrom: 1320, quietTo: 420, remind: 10, language: 'de' },
    });
    const bad = await post('/me/preferences', { ...good, to: '', remind: 'soon' });
    expect(bad.status).toBe(422);
    const $ = load(bad.text);
    expect([$('#f-from').val(), $('#f-to').val(), $('#f-remind').val()]).toEqual(['22:00', '', 'soon']);
    expect($('#f-from-error').text()).toContain('two different times');
    expect($('#f-remind-error').text()).toContain('a whole number of minutes from 1 to 120');
    expect($('#f-language option:selected').text()).toBe('Deutsch');
    expect($('input[name="tell"]:checked')).toHaveLength(2);
    expect((await post('/me/preferences', { from: '22:00', to: '07:00' })).text).toContain(
      'need your time zone',
    );
    expect((await post('/me/preferences', { tell: { a: 'b' }, zone: ['x'] })).status).toBe(422);
    expect((await post('/me/preferences', good, site.browser())).status).toBe(403);
  });
});
