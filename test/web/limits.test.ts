import { load } from 'cheerio';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { grantRole } from '../../src/services/people/commands.ts';
import { asSystem, makeEvent, must } from '../support/factories.ts';
import { openSite, type TestSite } from '../support/site.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let site: TestSite;
beforeAll(async () => {
  site = await openSite({ limits: undefined });
  must(await grantRole(asSystem(site.base), { email: 'org@example.org', role: 'organiser', eventId: null }));
});
afterAll(() => site.close());
beforeEach(async () => {
  await site.base.db.$client.query('truncate limits');
});

let made = 0;
const registers = (slug: string, ip: string, more: object = {}) =>
  site
    .browser()
    .post(`/events/${slug}/register`)
    .set('X-Forwarded-For', ip)
    .type('form')
    .send({ name: 'Ann', email: `web${++made}@example.org`, ...more });
/** The statuses of so many that are sent at once, in numerical order. */
const statuses = async (count: number, send: () => Promise<{ status: number }>) => {
  const all = await Promise.all(Array.from({ length: count }, async () => (await send()).status));
  return all.sort();
};
const times = (count: number, status: number) => Array.from({ length: count }, () => status);

describe('limits on the website', () => {
  it('the twenty-first form of a network comes back as it was typed, with when to send it again', async () => {
    const event = await makeEvent(site.base);
    const ip = '203.0.113.50';
    expect(await statuses(20, () => registers(event.slug, ip))).toEqual(times(20, 303));
    const refused = await registers(event.slug, ip, { name: 'Typed & kept', email: 'kept@example.org' });
    expect([refused.status, refused.get('Retry-After')]).toEqual([429, '600']);
    const page = load(refused.text);
    expect(page('input[name=name]').val()).toBe('Typed & kept');
    expect(page('input[name=email]').val()).toBe('kept@example.org');
    expect(page('[role=alert]').text()).toContain('10 minutes');
    // Signing in is a form that mails, too, and the same network's.
    const asked = await site
      .browser()
      .post('/sign-in')
      .set('X-Forwarded-For', ip)
      .type('form')
      .send({ email: 'kept@example.org' });
    expect([asked.status, asked.get('Retry-After')]).toEqual([429, '600']);
    expect(load(asked.text)('input[name=email]').val()).toBe('kept@example.org');
    expect((await registers(event.slug, '203.0.113.51')).status).toBe(303);
  });

  it('all addresses of an IPv6 /64 are one network, and IPv4 in IPv6 dress is IPv4', async () => {
    const event = await makeEvent(site.base);
    let host = 0;
    const six = () => registers(event.slug, `2001:db8:1:2::${(++host).toString(16)}`);
    expect(await statuses(22, six)).toEqual([...times(20, 303), 429, 429]);
    expect((await registers(event.slug, '2001:db8:1:3::1')).status).toBe(303);
    expect(await statuses(20, () => registers(event.slug, '198.51.100.9'))).toEqual(times(20, 303));
    expect((await registers(event.slug, '::ffff:198.51.100.9')).status).toBe(429);
  });

  it('a sign-in form says the same however many mails the mailbox has had', async () => {
    let network = 0;
    const ask = () =>
      site
        .browser()
        .post('/sign-in')
        .set('X-Forwarded-For', `198.51.100.${++network}`)
        .type('form')
        .send({ email: 'often@example.org' });
    const answers = [await ask(), await ask(), await ask(), await ask(), await ask()];
    expect(new Set(answers.map((one) => `${one.status} ${one.text}`)).size).toBe(1);
    const { rows } = await site.base.db.$client.query(
      `select count(*)::int n from sign_ins where email = 'often@example.org'`,
    );
    expect(rows).toEqual([{ n: 3 }]);
  });

  it('a new web chat for each form is one network all the same', async () => {
    const event = await makeEvent(site.base, { kind: 'meetup' });
    const say = async () => {
      const text = `register ${event.slug} Ann chat${++made}@example.org yes`;
      const answer = await site
        .browser()
        .post('/chat')
        .set('X-Forwarded-For', '198.51.100.200')
        .set('Accept', 'application/json')
        .type('form')
        .send({ text });
      return String(answer.body.html);
    };
    const said = await Promise.all(Array.from({ length: 23 }, say));
    expect(said.filter((html) => html.includes('You are coming'))).toHaveLength(20);
    expect(said.filter((html) => html.includes('Many forms have come from your network'))).toHaveLength(3);
  });
});

describe('a link for the wall', () => {
  it('is opened by organisers, shown as a code, carried by the form, and ended', async () => {
    const event = await makeEvent(site.base);
    const organiser = await site.signedIn('org@example.org');
    const wall = `/organise/events/${event.slug}/wall`;
    expect((await organiser.get(wall)).text).toContain('No link is open');
    expect((await organiser.post(wall).type('form').send({ hours: '1000' })).status).toBe(422);
    expect((await organiser.post(wall).type('form').send({ hours: '2' })).status).toBe(303);
    const shown = load((await organiser.get(wall)).text);
    const href = String(shown('a.desk-url').attr('href'));
    expect(shown('svg.qr')).toHaveLength(1);
    const form = load((await site.browser().get(href.slice(site.base.baseUrl.length))).text);
    expect(form('.notice').text()).toContain('link on the wall');
    const entrance = form('input[name=entrance]').val();
    const room = '198.51.100.77';
    await statuses(20, () => registers(event.slug, room));
    expect(await statuses(25, () => registers(event.slug, room, { entrance }))).toEqual(times(25, 303));
    // A form that comes back for something else still has it.
    const bad = await registers(event.slug, room, { entrance, email: 'x' });
    expect(load(bad.text)('input[name=entrance]').val()).toBe(entrance);
    expect((await organiser.post(wall).type('form').send({ do: 'close' })).status).toBe(303);
    const late = await registers(event.slug, room, { entrance });
    expect(late.status).toBe(429);
    expect(late.text).toContain('The link on the wall has ended');
    expect((await site.browser().get(href.slice(site.base.baseUrl.length))).text).toContain('has ended');
  });
});
