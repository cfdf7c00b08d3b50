import { load } from 'cheerio';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unsubscribeToken } from '../../src/services/people/unsubscribing.ts';
import { mailedToken, manageToken } from '../../src/services/registrations/queries.ts';
import { mailed, makeEvent, must, secret, signUp } from '../support/factories.ts';
import { openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

async function person(name: string) {
  const registered = must(await signUp(site.base, await makeEvent(site.base), name));
  const found = await site.base.db.$client.query('select person_id id from registrations where id = $1', [
    registered.id,
  ]);
  return { id: found.rows[0].id as number, registered };
}

const notified = async (id: number) =>
  (await site.base.db.$client.query('select notify from people where id = $1', [id])).rows[0].notify;

describe('the link that ends mails', () => {
  it('changes nothing when it is opened, however often; its button does, and can be undone', async () => {
    const ann = await person('Ann');
    const path = `/unsubscribe/${unsubscribeToken(secret, ann.id)}`;
    for (let n = 0; n < 5; n++) await site.browser().get(path).expect(200);
    await site.browser().head(path).expect(200);
    expect(await notified(ann.id)).toBe(true);
    const page = load((await site.browser().get(path)).text);
    expect(page('main').text()).toContain('ann@example.org');
    const stopped = await site.browser().post(page('main form').attr('action')!).expect(200);
    expect(await notified(ann.id)).toBe(false);
    const undo = load(stopped.text)('main form').attr('action')!;
    expect(undo).toBe(`${path}/undo`);
    await site.browser().post(undo).expect(200);
    expect(await notified(ann.id)).toBe(true);
  });

  it('works for a mail program, which sends no cookie, no origin and no word of its site (RFC 8058)', async () => {
    const bob = await person('Bob');
    const path = `/unsubscribe/${unsubscribeToken(secret, bob.id)}`;
    const first = await request(site.app).post(path).type('form').send('List-Unsubscribe=One-Click');
    expect([first.status, first.headers.location]).toEqual([200, undefined]);
    expect(await notified(bob.id)).toBe(false);
    const second = await request(site.app).post(path).field('List-Unsubscribe', 'One-Click');
    expect([second.status, await notified(bob.id)]).toEqual([200, false]);
    // The way back is for people on the page alone.
    expect((await request(site.app).post(`${path}/undo`)).status).toBe(403);
    expect(await notified(bob.id)).toBe(false);
  });

  it('is for this purpose and this person: no other token opens it', async () => {
    const [cyd, dan] = [await person('Cyd'), await person('Dan')];
    const token = unsubscribeToken(secret, cyd.id);
    const mixed = Buffer.concat([
      Buffer.from(unsubscribeToken(secret, dan.id), 'base64url').subarray(0, 16),
      Buffer.from(token, 'base64url').subarray(16),
    ]).toString('base64url');
    const wrong = [
      manageToken(secret, cyd.registered),
      mailedToken(secret, mailed(cyd.registered)),
      mixed,
      unsubscribeToken('another secret', cyd.id),
      'x',
    ];
    for (const other of wrong) {
      await site.browser().get(`/unsubscribe/${other}`).expect(404);
      await site.browser().post(`/unsubscribe/${other}`).expect(404);
    }
    await site.browser().get(`/r/${token}`).expect(404);
    await site.browser().get(`/t/${token}`).expect(404);
    await site.browser().post(`/sign-in/${token}`).expect(404);
    expect([await notified(cyd.id), await notified(dan.id)]).toEqual([true, true]);
  });

  it('keeps its page out of caches and names it to nobody', async () => {
    const eve = await person('Eve');
    const { headers } = await site.browser().get(`/unsubscribe/${unsubscribeToken(secret, eve.id)}`);
    expect([headers['cache-control'], headers['referrer-policy']]).toEqual(['no-store', 'no-referrer']);
  });
});
