import { load } from 'cheerio';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../src/services/limits/limits.ts';
import { grantRole, requestSignIn } from '../../src/services/people/commands.ts';
import { asSystem, asVisitor, makeEvent, must } from '../support/factories.ts';
import { idle, openWorker } from '../support/jobs.ts';
import { generous } from '../support/limits.ts';
import { collectLogs } from '../support/logs.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';
import { type SmtpSink, startSmtp } from '../support/smtp.ts';

// The site's circuit breaker: mails to addresses that nobody has proved are held when they are too many.

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const written = collectLogs();
let site: TestSite;
let smtp: SmtpSink;
let worker: { stop(): Promise<void> };
const agents = {} as Record<'boss' | 'own' | 'helper' | 'ann' | 'nobody', Agent>;
beforeAll(async () => {
  const few = { ...generous, site_mail: { ...limits.site_mail, most: 5 } };
  site = await openSite({ now: () => new Date(), limits: few, log: written.log });
  smtp = await startSmtp();
  worker = await openWorker(site.site, site.url, smtp.url);
  const event = await makeEvent(site.base, { draft: true });
  const give = async (name: string, role: 'organiser' | 'helper', eventId: number | null) =>
    must(await grantRole(asSystem(site.base), { email: `${name}@example.org`, role, eventId }));
  await give('boss', 'organiser', null);
  await give('own', 'organiser', event.id);
  await give('helper', 'helper', event.id);
  for (const name of ['boss', 'own', 'helper', 'ann'] as const)
    agents[name] = await site.signedIn(`${name}@example.org`);
  agents.nobody = site.browser();
});
afterAll(async () => {
  await worker.stop();
  await smtp.close();
  await site.close();
});

let made = 0;
/** Strangers who ask for a link to sign in with: some of these mails are held. */
async function flood(count: number) {
  for (let n = 0; n < count; n++)
    must(await requestSignIn(asVisitor(site.site), { email: `stranger${++made}@example.org` }));
  await idle(site.base);
}
beforeEach(async () => {
  await site.base.db.$client.query('truncate limits, graphile_worker._private_jobs');
  smtp.received.length = 0;
});

const pages = ['/organise', '/organise/jobs'];
const panel = async (agent: Agent, path: string) => {
  const answer = await agent.get(path);
  return { status: answer.status, shown: load(answer.text)('#held').text().replace(/\s+/g, ' ').trim() };
};

describe('the panel of held mails', () => {
  it('is there while mails are held, for organisers of the site alone', async () => {
    await flood(5);
    for (const path of pages) expect(await panel(agents.boss, path)).toEqual({ status: 200, shown: '' });
    // The people who have proved their address add two and a half to the five: seven are sent.
    await flood(9);
    const held = 14 - smtp.received.length;
    expect(smtp.received.length).toBe(7);
    for (const path of pages) {
      const { status, shown } = await panel(agents.boss, path);
      expect(status).toBe(200);
      expect(shown).toContain(`${held} mails to addresses that nobody has proved are held`);
    }
    for (const name of ['own', 'helper'] as const) {
      expect(await panel(agents[name], '/organise')).toEqual({ status: 200, shown: '' });
      expect((await agents[name].get('/organise/jobs')).status).toBe(403);
    }
    for (const name of ['ann', 'nobody'] as const)
      for (const path of pages) {
        const answer = await agents[name].get(path);
        expect([303, 403]).toContain(answer.status);
        expect(answer.text).not.toContain('held');
      }
  });

  it('lets them go with its button, which nobody else can press', async () => {
    await flood(12);
    expect(smtp.received.length).toBe(7);
    for (const name of ['own', 'helper', 'ann', 'nobody'] as const)
      expect((await agents[name].post('/organise/jobs/held')).status).toBe(403);
    await idle(site.base);
    expect(smtp.received.length).toBe(7);
    const page = load((await agents.boss.get('/organise')).text);
    const form = page('#held form');
    expect(form.attr('method')).toBe('post');
    const sent = await agents.boss.post(form.attr('action')!);
    expect([sent.status, sent.headers.location]).toEqual([303, '/organise/jobs?said=held_gone']);
    await idle(site.base);
    expect(smtp.received.length).toBe(12);
    expect(new Set(smtp.received.map(({ to }) => to[0])).size).toBe(12);
    for (const path of pages) expect((await panel(agents.boss, path)).shown).toBe('');
    expect(written.lines.filter(({ msg }) => msg.includes('has let held mails go'))).toHaveLength(1);
  });
});
