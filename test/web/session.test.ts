import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestSignIn, signInLink } from '../../src/services/people/commands.ts';
import { addressesOf, personByEmail } from '../../src/services/people/queries.ts';
import { signInToken } from '../../src/services/people/signing-in.ts';
import { asSystem, asVisitor, must, noon, secret } from '../support/factories.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';

const day = 24 * 3600_000;
let now = noon;
let site: TestSite;
beforeAll(async () => {
  site = await openSite({ now: () => now });
});
afterAll(() => site.close());

const isSignedIn = async (agent: Agent) => (await agent.get('/me')).status === 200;
const query = async (text: string, values: unknown[] = []) =>
  (await site.base.db.$client.query(text, values)).rows;

describe('signing out everywhere', () => {
  it('ends every session of the person, one that is written just then too, and leaves chats and others alone', async () => {
    const [here, there] = [await site.signedIn('ann@example.org'), await site.signedIn('ann@example.org')];
    const other = await site.signedIn('bob@example.org');
    await here.post('/chat').type('form').send({ text: 'menu' });
    const { id } = (await personByEmail(site.base.db, 'ann@example.org'))!;
    const kept = await query(`select * from web_sessions where sess->>'personId' = $1`, [String(id)]);
    expect(kept).toHaveLength(2);
    const page = await here.get('/me');
    expect(page.text).toContain('action="/me/sign-out-everywhere"');
    await here.post('/me/sign-out-everywhere').expect(303).expect('Location', '/?said=signed_out_everywhere');
    expect(await query(`select 1 from web_sessions where sess->>'personId' = $1`, [String(id)])).toEqual([]);
    // A request that was under way puts its session back.
    for (const { sid, sess, expire } of kept)
      await query('insert into web_sessions values ($1, $2, $3)', [sid, sess, expire]);
    for (const agent of [here, there]) expect(await isSignedIn(agent)).toBe(false);
    expect(await isSignedIn(other)).toBe(true);
    expect(await addressesOf(site.base.db, id)).toMatchObject([{ uri: `web:person-${id}` }]);
    now = new Date(now.getTime() + 1000);
    expect(await isSignedIn(await site.signedIn('ann@example.org'))).toBe(true);
  });
});

describe('a session', () => {
  it('ends when it was not used for thirty days, and lives as long as it is; that costs one write a day', async () => {
    const [used, idle] = [await site.signedIn('cat@example.org'), await site.signedIn('dan@example.org')];
    const seen = async () =>
      (
        await query(
          `select sess->>'seenAt' seen from web_sessions s join people p on p.id::text = s.sess->>'personId' where email = 'cat@example.org'`,
        )
      )[0].seen;
    const first = await seen();
    for (let hours = 1; hours < 24; hours += 8) {
      now = new Date(Number(first) + hours * 3600_000);
      expect(await isSignedIn(used)).toBe(true);
      expect(await seen()).toBe(first);
    }
    for (let n = 0; n < 3; n++) {
      now = new Date(now.getTime() + 20 * day);
      expect(await isSignedIn(used)).toBe(true);
    }
    expect(Number(await seen())).toBe(now.getTime());
    expect(await isSignedIn(idle)).toBe(false);
    now = new Date(now.getTime() + 30 * day + 1);
    expect(await isSignedIn(used)).toBe(false);
  });

  it('that is used every day ends ninety days after signing in', async () => {
    now = new Date(now.getTime() + day);
    const used = await site.signedIn('hal@example.org');
    const begun = now.getTime();
    for (let days = 15; days <= 90; days += 15) {
      now = new Date(begun + days * day);
      expect(await isSignedIn(used)).toBe(true);
    }
    now = new Date(begun + 90 * day + 1);
    expect(await isSignedIn(used)).toBe(false);
    expect(await isSignedIn(await site.signedIn('hal@example.org'))).toBe(true);
  });

  it('has a cookie and a row that end with it', async () => {
    const link = await signInLink(asSystem(site.base), 'eva@example.org');
    const sent = await site.browser().post(new URL(link).pathname).expect(303);
    const until = new Date(/Expires=([^;]+)/.exec(String(sent.get('set-cookie')))![1]!);
    expect(Math.round((until.getTime() - Date.now()) / day)).toBe(30);
  });
});

describe('a sign-in link', () => {
  it('ends with a newer one, whoever asked for that; of many that were asked for at once one works', async () => {
    const ctx = { ...asVisitor(site.base), now: () => now };
    const email = 'fay@example.org';
    const old = await signInLink({ ...asSystem(site.base), now: () => now }, email);
    await Promise.all(Array.from({ length: 12 }, async () => must(await requestSignIn(ctx, { email }))));
    const keys = await query('select key from sign_ins where email = $1', [email]);
    const paths = [new URL(old).pathname, ...keys.map(({ key }) => `/sign-in/${signInToken(secret, key)}`)];
    const answers = await Promise.all(
      [...new Set(paths)].map(async (path) => (await site.browser().post(path)).status),
    );
    expect(answers.filter((status) => status === 303)).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set([303, 410]));
  });
});
