import { setTimeout as sleep } from 'node:timers/promises';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeConverse } from '../bot/conversation.ts';
import { perMinute } from '../bot/transports/xmpp/limits.ts';
import { makeEvent, must, noon, signUp } from './support/factories.ts';
import { idle, jobs, openWorker } from './support/jobs.ts';
import { type Agent, openSite, type TestSite } from './support/site.ts';
import { type SmtpSink, startSmtp } from './support/smtp.ts';

// The machine's clock is set an hour on, or back: nobody is locked out, and nothing waits longer than it has to.

const hour = 3_600_000;
const days = 24 * hour;
/** The site's clock, which runs with the machine's. */
const began = Date.now();
const now = () => new Date(noon.getTime() + Date.now() - began);
const jump = (hours: number) => vi.useFakeTimers({ toFake: ['Date'], now: began + hours * hour });

let site: TestSite;
let smtp: SmtpSink;
beforeAll(async () => {
  site = await openSite({ now });
  smtp = await startSmtp();
});
afterAll(async () => {
  await smtp?.close();
  await site?.close();
});
afterEach(() => void vi.useRealTimers());

const isSignedIn = async (agent: Agent) => (await agent.get('/me')).status === 200;

describe.each([
  ['on', 1],
  ['back', -1],
])('a clock that is set an hour %s', (_, hours) => {
  it('ends no session, and keeps nobody from signing in again', { timeout: 30_000 }, async () => {
    const email = `ann${hours}@example.org`;
    const agent = await site.signedIn(email);
    jump(hours);
    expect(await isSignedIn(agent)).toBe(true);
    await agent.post('/me/name').type('form').send({ name: 'Ann' }).expect(303);
    const other = await site.signedIn(email);
    await other.post('/me/sign-out-everywhere').expect(303);
    jump(0);
    expect([await isSignedIn(agent), await isSignedIn(other)]).toEqual([false, false]);
    expect(await isSignedIn(await site.signedIn(email))).toBe(true);
  });

  it('lets a dialogue go on, or begins it anew', { timeout: 30_000 }, async () => {
    const { slug } = await makeEvent(site.base, { slug: `dinner${hours + 1}` });
    const converse = makeConverse(site.base);
    let key = 0;
    const say = async (text: string) => {
      const replies = await converse({ address: `xmpp:ann${hours}@chat`, key: `${++key}`, text });
      return replies.map((one) => one.text).join('\n');
    };
    expect(await say(`register ${slug}`)).toContain('name');
    jump(hours);
    const answer = await say(hours > 0 ? `register ${slug}` : 'Ann');
    expect(answer).toContain(hours > 0 ? 'name' : 'e-mail');
  });

  it('holds up no job', { timeout: 60_000 }, async () => {
    const worker = await openWorker(site.base, site.url, smtp.url);
    jump(hours);
    const event = await makeEvent(site.base, { startsAt: '2026-05-27T19:00', endsAt: '2026-05-27T22:00' });
    must(await signUp(site.base, event, `Bob${hours + 1}`));
    await idle(site.base);
    expect(await jobs(site.base, 'all')).toBe(0);
    expect(smtp.received.filter(({ to }) => to.includes(`bob${hours + 1}@example.org`))).toHaveLength(1);
    await worker.stop();
  });

  it('makes no window of a process longer', async () => {
    const verdict = perMinute(1);
    const limiter = new RateLimiterMemory({ points: 1, duration: 1 });
    const consumed = () =>
      limiter.consume('ann').then(
        () => true,
        () => false,
      );
    expect([verdict('ann'), await consumed()]).toEqual(['answer', true]);
    jump(hours);
    expect(verdict('ann')).toBe('warn');
    await sleep(1_100);
    expect(await consumed()).toBe(true);
  });
});

it('a session that was used a year ahead of time ends thirty days later all the same', async () => {
  const agent = await site.signedIn('cat@example.org');
  jump(2);
  expect(await isSignedIn(agent)).toBe(true);
  vi.useFakeTimers({ toFake: ['Date'], now: began + 31 * days });
  expect(await isSignedIn(agent)).toBe(false);
});
