import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelEvent } from '../../src/services/events/publishing.ts';
import { setCapacity } from '../../src/services/registrations/commands.ts';
import { manageToken, ticketToken } from '../../src/services/registrations/queries.ts';
import { asSystem, makeEvent, must, secret, signUp } from '../support/factories.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const questions = [
  { label: 'T-shirt', kind: 'choice', options: 'S\nM', required: 'yes' },
  { label: 'Diet', kind: 'several', options: 'Vegan\nNuts\nFish' },
  { label: 'First', kind: 'yesno' },
  { label: 'Say', kind: 'long' },
];

/** Opens the form and sends it, as a browser would. */
async function send(agent: Agent, slug: string, fields: object) {
  const nonce = load((await agent.get(`/events/${slug}/register`)).text)('[name=nonce]').val();
  return agent
    .post(`/events/${slug}/register`)
    .type('form')
    .send({ nonce, ...fields });
}
const ann = { name: 'Ann', email: 'ann@example.org' };
const h1 = (html: string) => load(html)('h1').text();

describe('registering', () => {
  it('leads to the ticket, with its code, the answers and what can be done', async () => {
    const event = await makeEvent(site.base, { questions });
    const agent = site.browser();
    const sent = await send(agent, event.slug, {
      ...ann,
      t_shirt: 'M',
      diet: ['Vegan', 'Fish'],
      listed: 'yes',
    });
    expect(sent.status).toBe(303);
    const $ = load((await agent.get(sent.headers.location!)).text);
    expect($('h1').text()).toBe('You are coming');
    expect($('svg.qr')).toHaveLength(1);
    expect(
      $('.pairs dd')
        .toArray()
        .map((one) => $(one).text()),
    ).toEqual(['Ann', 'ann@example.org', 'M', 'Vegan, Fish']);
    expect($('.manage-actions').text()).toContain('Your name is on the public list');
  });

  it('that is refused loses nothing of what was typed, and names each field', async () => {
    const event = await makeEvent(site.base, { questions });
    const typed = {
      name: ' ',
      email: 'ann@',
      diet: ['Nuts', 'Fish'],
      first: 'no',
      say: 'a\nb <i>',
      listed: 'yes',
    };
    const sent = await send(site.browser(), event.slug, typed);
    expect(sent.status).toBe(422);
    const $ = load(sent.text);
    expect(
      $('#errors a')
        .toArray()
        .map((one) => $(one).attr('href')),
    ).toEqual(['#f-name', '#f-email', '#f-t_shirt-1']);
    for (const one of $('#errors a').toArray()) expect($($(one).attr('href')!)).toHaveLength(1);
    expect($('[name=email]').val()).toBe('ann@');
    expect(
      $('[name=diet]:checked')
        .toArray()
        .map((one) => $(one).val()),
    ).toEqual(['Nuts', 'Fish']);
    expect($('[name=first]:checked').val()).toBe('no');
    expect($('[name=say]').text()).toBe('a\nb <i>');
    expect($('[name=listed]').is(':checked')).toBe(true);
    expect($('[name=email]').attr('aria-invalid')).toBe('true');
    expect($(`#${$('[name=email]').attr('aria-describedby')!.split(' ')[1]}`).text()).toContain(
      'e-mail address',
    );
  });

  it('twice with one form is one registration; the same form with another address is another', async () => {
    const event = await makeEvent(site.base);
    const agent = site.browser();
    const nonce = load((await agent.get(`/events/${event.slug}/register`)).text)('[name=nonce]').val();
    const post = (fields: object) =>
      agent
        .post(`/events/${event.slug}/register`)
        .type('form')
        .send({ nonce, ...fields });
    const sent = await Promise.all(Array.from({ length: 5 }, () => post(ann)));
    expect(new Set(sent.map((one) => one.headers.location)).size).toBe(1);
    const friend = await post({ name: 'Bob', email: 'bob@example.org' });
    expect(friend.status).toBe(303);
    expect(friend.headers.location).not.toBe(sent[0]!.headers.location);
  });

  it('is refused to somebody who is registered, however they write their address', async () => {
    const event = await makeEvent(site.base);
    must(await signUp(site.base, event, 'Ann'));
    const sent = await send(site.browser(), event.slug, { name: 'Ann', email: ' ANN@example.org ' });
    expect(sent.status).toBe(409);
    expect(sent.text).toContain('ann@example.org is already registered');
    expect(sent.text).not.toContain('/r/');
    expect(load(sent.text)('[name=email]').val()).toBe(' ANN@example.org ');
  });

  it('fills in what is known of those who are signed in, and points them to what they have', async () => {
    const event = await makeEvent(site.base);
    const agent = await site.signedIn('ann@example.org');
    const before = load((await agent.get(`/events/${event.slug}/register`)).text);
    expect(before('[name=email]').val()).toBe('ann@example.org');
    must(await signUp(site.base, event, 'Ann'));
    const after = load((await agent.get(`/events/${event.slug}/register`)).text);
    expect(after('[name=email]').val()).toBe('');
    expect(after('.notice a').attr('href')).toMatch(/^\/r\//);
  });

  it('is refused before anybody types, with the reason and where there are places', async () => {
    const { base } = site;
    const other = await makeEvent(base, { name: 'Another one', capacity: '9', startsAt: '2026-05-02T19:00' });
    const full = await makeEvent(base, { capacity: '0', waitingList: '' });
    const later = await makeEvent(base, { opensAt: '2026-05-02T10:00' });
    const closed = await makeEvent(base, { closesAt: '2026-05-01T10:00' });
    const dropped = await makeEvent(base);
    must(await cancelEvent(asSystem(base), dropped.slug, ''));
    const expected: [string, number, string][] = [
      [full.slug, 409, 'All places are taken'],
      [later.slug, 409, 'Registration is not open yet'],
      [closed.slug, 410, 'Registration is closed'],
      [dropped.slug, 410, 'This event is cancelled'],
    ];
    for (const [slug, status, heading] of expected) {
      const answer = await site.browser().get(`/events/${slug}/register`);
      expect([answer.status, h1(answer.text)]).toEqual([status, heading]);
      expect(answer.text).toContain(`/events/${other.slug}`);
      expect(answer.text).not.toContain('<form');
      const sent = await site.browser().post(`/events/${slug}/register`).type('form').send(ann);
      expect(sent.status).toBe(status);
      expect(load(sent.text)('[name=email]').val()).toBe('ann@example.org');
    }
  });
});

describe('a registration', () => {
  it('waits with its place in the line, moves up, is cancelled, and can be made again', async () => {
    const { base } = site;
    const event = await makeEvent(base, { capacity: '1' });
    must(await signUp(base, event, 'First'));
    const agent = site.browser();
    const wes = { name: 'Wes', email: 'wes@example.org' };
    const path = (await send(agent, event.slug, wes)).headers.location!;
    const waiting = load((await agent.get(path)).text);
    expect(waiting('h1').text()).toBe('You are on the waiting list');
    expect(waiting('.ticket-rank').text()).toBe('You are next in the line.');
    expect(waiting('svg.qr')).toHaveLength(0);
    must(await setCapacity(asSystem(base), event.slug, 2, true));
    expect(h1((await agent.get(path)).text)).toBe('You are coming');
    const cancelled = await agent.post(`${path}/cancel`);
    expect(cancelled.headers.location).toBe(`${path}?said=cancelled`);
    const after = load((await agent.get(cancelled.headers.location!)).text);
    expect(after('h1').text()).toBe('Your registration is cancelled');
    expect(after('[role=status]').text()).toContain('Your registration is cancelled.');
    expect(after('form[action$="/cancel"]')).toHaveLength(0);
    expect(after('.actions a').first().attr('href')).toBe(`/events/${event.slug}/register`);
    expect((await agent.post(`${path}/cancel`)).status).toBe(303);
    const again = await send(agent, event.slug, wes);
    expect(again.status).toBe(303);
    expect(again.headers.location).toMatch(/^\/r\//);
    expect(again.headers.location).not.toBe(path);
  });

  it('is put on the public list and taken off it', async () => {
    const event = await makeEvent(site.base);
    const row = must(await signUp(site.base, event, 'Zaphod'));
    const path = `/r/${manageToken(secret, row)}`;
    const agent = site.browser();
    const names = async () => load((await agent.get(`/events/${event.slug}`)).text)('.names').text();
    await agent.post(`${path}/listed`).type('form').send({ listed: 'yes' }).expect(303);
    expect(await names()).toContain('Zaphod');
    await agent.post(`${path}/listed`).type('form').send({ listed: 'no' }).expect(303);
    expect(await names()).toBe('');
  });

  it('is opened, cancelled and listed by its own link alone', async () => {
    const event = await makeEvent(site.base);
    const row = must(await signUp(site.base, event, 'Ann'));
    const other = must(await signUp(site.base, event, 'Bob'));
    const ticket = ticketToken(secret, row);
    const mixed = manageToken(secret, { key: row.key, generation: 1 });
    const agent = await site.signedIn('bob@example.org');
    for (const token of [ticket, mixed, 'x', `${manageToken(secret, other).slice(0, -1)}!`]) {
      expect((await agent.get(`/r/${token}`)).status).toBe(404);
      expect((await agent.post(`/r/${token}/cancel`)).status).toBe(404);
      expect((await agent.post(`/r/${token}/listed`)).status).toBe(404);
    }
    expect((await agent.get(`/t/${manageToken(secret, row)}`)).status).toBe(404);
  });

  it('changes nothing by being looked at', async () => {
    const event = await makeEvent(site.base);
    const row = must(await signUp(site.base, event, 'Ann'));
    const path = `/r/${manageToken(secret, row)}`;
    for (const one of [path, `${path}/cancel`, `${path}/listed`]) {
      await site.browser().get(one);
      await site.browser().head(one);
    }
    expect(h1((await site.browser().get(path)).text)).toBe('You are coming');
  });

  it('of a cancelled event is no ticket any more, and says why', async () => {
    const event = await makeEvent(site.base);
    const row = must(await signUp(site.base, event, 'Ann'));
    must(await cancelEvent(asSystem(site.base), event.slug, 'The cook is ill.'));
    const page = load((await site.browser().get(`/r/${manageToken(secret, row)}`)).text);
    expect(page('h1').text()).toBe('This event is cancelled');
    expect(page('.ticket-main').text()).toContain('The cook is ill.');
    expect(page('svg.qr')).toHaveLength(0);
    const ticket = load((await site.browser().get(`/t/${ticketToken(secret, row)}`)).text);
    expect(ticket('.ticket-state').text()).toContain('Not valid');
  });
});

describe('a ticket', () => {
  it('says whether it is good and whose it is, and nothing more', async () => {
    const event = await makeEvent(site.base, { questions });
    const row = must(await signUp(site.base, event, 'Ann', { answers: { t_shirt: 'M', say: 'private' } }));
    const $ = load((await site.browser().get(`/t/${ticketToken(secret, row)}`)).text);
    expect($('.ticket-state').text()).toContain('A valid ticket');
    expect($('h1').text()).toBe('Ann');
    expect($('main').text()).not.toMatch(/private|@example/);
  });

  it('that is none of ours is not found', async () => {
    expect((await site.browser().get('/t/nonsense')).status).toBe(404);
  });
});

describe('what holds a key', () => {
  it('is kept by no cache and named to no other site', async () => {
    const event = await makeEvent(site.base);
    const row = must(await signUp(site.base, event, 'Ann'));
    const me = await site.signedIn('ann@example.org');
    const paths = [
      `/r/${manageToken(secret, row)}`,
      `/t/${ticketToken(secret, row)}`,
      '/r/nonsense',
      '/sign-in',
      '/me',
    ];
    for (const path of paths) {
      const { headers } = await me.get(path);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['x-robots-tag']).toBe('noindex');
    }
    const own = await me.get(`/events/${event.slug}`);
    expect(own.text).toContain('/r/');
    expect(own.headers['cache-control']).toBe('private, no-store');
    expect((await site.browser().get(`/events/${event.slug}/register`)).headers['cache-control']).toBe(
      'no-store',
    );
  });

  it('stays ours when the request says another host', async () => {
    const event = await makeEvent(site.base);
    const row = must(await signUp(site.base, event, 'Ann'));
    const paths = [
      '/',
      `/events/${event.slug}`,
      `/r/${manageToken(secret, row)}`,
      `/events/${event.slug}/register`,
    ];
    for (const path of paths) {
      const forged = await site
        .browser()
        .get(path)
        .set({ Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' });
      expect(forged.status).toBe(200);
      expect(forged.text).not.toContain('evil.example');
    }
    const sent = await site
      .browser()
      .post(`/events/${event.slug}/register`)
      .set('Host', 'evil.example')
      .type('form')
      .send({ name: 'Bert', email: 'bert@example.org' });
    expect(sent.headers.location).toMatch(/^\/r\//);
  });
});
