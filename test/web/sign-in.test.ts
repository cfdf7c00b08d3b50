import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestSignIn, signInLink } from '../../src/services/people/commands.ts';
import { asSystem, asVisitor } from '../support/factories.ts';
import { openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

describe('signing in', () => {
  it('mails a link, says the same to everybody, and refuses what is no address', async () => {
    const asked = await site.browser().post('/sign-in').type('form').send({ email: 'new@example.org' });
    expect(asked.status).toBe(200);
    const bad = await site.browser().post('/sign-in').type('form').send({ email: 'new@' });
    expect(bad.status).toBe(422);
    expect(bad.text).toContain('value="new@"');
  });

  it('shows a button for any number of GETs, and consumes the link once', async () => {
    const link = new URL(await signInLink(asSystem(site.base), 'ann@example.org', '/me')).pathname;
    const scanner = site.browser();
    for (let n = 0; n < 5; n++) expect((await scanner.get(link)).status).toBe(200);
    const ann = site.browser();
    const signed = await Promise.all(Array.from({ length: 10 }, () => site.browser().post(link)));
    expect(signed.filter((one) => one.status === 303)).toHaveLength(1);
    expect(signed.filter((one) => one.status === 410)).toHaveLength(9);
    expect((await ann.post(link)).status).toBe(410);
  });

  it('goes on to a local path only', async () => {
    for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)']) {
      const page = await site.browser().get(`/sign-in?next=${encodeURIComponent(next)}`);
      expect(page.text).toContain('name="next" value="/me"');
    }
  });

  it('refuses a form of another site, and one whose sender says nothing', async () => {
    const sent = (...headers: [string, string][]) =>
      site
        .browser()
        .post('/sign-in')
        .unset('Sec-Fetch-Site')
        .set(Object.fromEntries(headers))
        .type('form')
        .send({ email: 'ann@example.org' });
    expect((await sent()).status).toBe(403);
    expect((await sent(['Sec-Fetch-Site', 'cross-site'])).status).toBe(403);
    expect((await sent(['Sec-Fetch-Site', 'same-site'])).status).toBe(403);
    expect((await sent(['Origin', 'http://evil.example'])).status).toBe(403);
    // Only the address that the site is known by: whoever asks can write what they like into Host.
    const rebound = await sent(['Origin', 'http://evil.example'], ['Host', 'evil.example']);
    expect([rebound.status, rebound.text.includes('http://localhost:3000')]).toEqual([403, true]);
    expect((await sent(['Origin', 'http://127.0.0.1:3000'], ['Host', '127.0.0.1:3000'])).status).toBe(403);
    expect((await sent(['Origin', 'http://localhost:3000'])).status).toBe(200);
    expect((await sent(['Sec-Fetch-Site', 'same-origin'], ['Origin', 'http://127.0.0.1:3000'])).status).toBe(
      200,
    );
  });

  it('is a command that refuses what is no address', async () => {
    expect(await requestSignIn(asVisitor(site.base), { email: '' })).toMatchObject({ ok: false });
  });
});
