import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signInLink } from '../../src/services/people/commands.ts';
import { makeCamp } from '../support/camp.ts';
import { asSystem, makeEvent } from '../support/factories.ts';
import { openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
let event: { slug: string };
beforeAll(async () => {
  site = await openSite({ baseUrl: 'https://events.example.org', imified: { key: 'a-key-of-the-tests' } });
  event = await makeEvent(site.base);
  await makeCamp(site.base);
});
afterAll(() => site.close());

/** What an answer tells a browser, whatever it is an answer to. */
const wanted = {
  'content-security-policy':
    "default-src 'self';img-src 'self' data:;object-src 'none';base-uri 'none';frame-ancestors 'none';form-action 'self'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'cross-origin-opener-policy': 'same-origin',
};

/** Of devices and powers that no page here needs: none may be asked for, by no frame either. */
const switchedOff = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'publickey-credentials-get'];

const headersOf = async (path: string, method: 'get' | 'post' = 'get') => {
  const answer = await site.browser()[method](path);
  return { status: answer.status, headers: answer.headers };
};

describe('the headers of security', () => {
  it('are on every sort of answer', async () => {
    const asked: [string, number][] = [
      ['/healthz', 200],
      ['/readyz', 200],
      ['/', 200],
      // The second time from the kept pages.
      [`/events/${event.slug}`, 200],
      [`/events/${event.slug}`, 200],
      ['/assets/1/site.css', 200],
      ['/robots.txt', 200],
      ['/events.ics', 200],
      [`/events/${event.slug}/cover.svg`, 200],
      ['/me', 303],
      ['/nothing', 404],
      ['/r/nonsense', 404],
      ['/%E0%A4%A', 404],
      ['/r/%E0%A4%A', 400],
    ];
    for (const [path, status] of asked) {
      const { headers, ...answer } = await headersOf(path);
      expect([path, answer.status]).toEqual([path, status]);
      expect([path, headers]).toMatchObject([path, wanted]);
      for (const feature of switchedOff)
        expect(headers['permissions-policy']?.split(', ')).toContain(`${feature}=()`);
      expect(headers['permissions-policy']).not.toMatch(/\*|self/);
      expect(headers['x-powered-by']).toBeUndefined();
    }
    for (const path of ['/sign-out', '/bot/imified', '/organise/jobs/held', '/healthz'])
      expect([path, (await headersOf(path, 'post')).headers]).toMatchObject([path, wanted]);
  });

  it('do not ask for HTTPS where people come by HTTP', async () => {
    const plain = await openSite({ baseUrl: 'http://localhost:3000' });
    for (const path of ['/healthz', '/']) {
      const { headers } = await plain.browser().get(path);
      expect(headers['strict-transport-security']).toBeUndefined();
      expect(headers['permissions-policy']).toContain('camera=()');
    }
    await plain.close();
  });
});

describe('signing out', () => {
  it('takes the cookies away, and what the browser has kept', async () => {
    const signIn = async () => {
      const link = await signInLink(asSystem(site.base), 'ann@example.org');
      const sent = await site.browser().post(new URL(link).pathname).expect(303);
      return sent.headers['set-cookie']![0]!.split(';')[0]!;
    };
    // A browser sends it by HTTPS alone, so it is sent by hand here.
    for (const way of ['/sign-out', '/me/sign-out-everywhere']) {
      const cookie = await signIn();
      expect(cookie).toMatch(/^__Host-turnout=/);
      await site.browser().get('/me').set('Cookie', cookie).expect(200);
      const out = await site.browser().post(way).set('Cookie', cookie).expect(303);
      expect(out.headers['clear-site-data']).toBe('"cache", "storage"');
      const gone = 'Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure';
      expect(out.headers['set-cookie']).toEqual([
        `__Host-turnout=; ${gone}`,
        `__Host-turnout_link=; ${gone}`,
      ]);
      await site.browser().get('/me').set('Cookie', cookie).expect(303);
    }
  });
});
