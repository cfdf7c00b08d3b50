import { load } from 'cheerio';
import express from 'express';
import supertest from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { stalledLanes, watchQueue } from '../../src/jobs/stalled.ts';
import { grantRole } from '../../src/services/people/commands.ts';
import { health } from '../../src/web/health.ts';
import type { Site } from '../../src/web/http.ts';
import { asSystem, makeEvent } from '../support/factories.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
let boss: Agent;
beforeAll(async () => {
  site = await openSite();
  await grantRole(asSystem(site.base), { email: 'boss@example.org', role: 'organiser', eventId: null });
  boss = await site.signedIn('boss@example.org');
});
afterAll(() => site.close());
beforeEach(() => query('delete from graphile_worker._private_jobs'));

const query = (text: string, values: unknown[] = []) => site.base.db.$client.query(text, values);

async function addJob(
  kind: string,
  more: { attempts?: number; max?: number; error?: string; locked?: true } = {},
) {
  const added = await query(
    `select id from graphile_worker.add_job($1, '{"key":"a-secret"}', max_attempts => $2)`,
    [kind, more.max ?? 18],
  );
  await query(
    'update graphile_worker._private_jobs set attempts = $2, last_error = $3, locked_at = $4, locked_by = $5 where id = $1',
    [added.rows[0].id, more.attempts ?? 0, more.error, more.locked && new Date(), more.locked && 'somebody'],
  );
  return String(added.rows[0].id);
}

const rows = async () =>
  (await query('select id, attempts, last_error error from graphile_worker.jobs order by id')).rows;

const shown = async (path: string) => load((await boss.get(path).expect(200)).text);

describe('the page of jobs', () => {
  it('says that there are none', async () => {
    const page = await shown('/organise/jobs');
    expect(page('.empty-heading').text()).toBe('Nothing waits.');
    expect(
      page('.tabs a')
        .toArray()
        .map((one) => page(one).text()),
    ).toEqual(['Waiting (0)', 'Failing (0)', 'Given up (0)']);
  });

  it('says how long the oldest has waited, and how large the tables are', async () => {
    expect((await shown('/organise/jobs')).text()).toContain('No job is late.');
    await addJob('tell');
    const late = new Date(site.base.now().getTime() - 300_000);
    await query('update graphile_worker._private_jobs set run_at = $1', [late]);
    const page = await shown('/organise/jobs');
    expect(page.text()).toContain('has waited for 5 min.');
    expect(page('details summary').text()).toMatch(/^The database takes [\d.]+ MB$/);
    expect(page('details tbody tr')).toHaveLength(12);
  });

  it('shows what waits, what fails with its error and next try, and what was given up; no payload', async () => {
    await addJob('mail_notice');
    await addJob('tell', { attempts: 1, locked: true });
    await addJob('mail_sign_in', { attempts: 3, error: 'ESOCKET: connection refused' });
    await addJob('chat_notice', { attempts: 18, error: 'not there' });
    await addJob('mail_chat_code', { attempts: 18 });
    const first = await shown('/organise/jobs');
    expect(first('a[aria-current]').text()).toContain('Given up (2)');
    expect(
      first('.table-cards tbody tr')
        .toArray()
        .map((one) => first(one).text()),
    ).toEqual([
      expect.stringContaining('not there'),
      expect.stringContaining('The program ended in the middle of it.'),
    ]);
    const failing = await shown('/organise/jobs?state=failing');
    expect(failing('tbody').text()).toContain('Mail with a sign-in link');
    expect(failing('tbody').text()).toContain('ESOCKET: connection refused');
    expect(failing('tbody').text()).toContain('3 of 18');
    const waiting = await shown('/organise/jobs?state=waiting');
    expect(waiting('.table-cards tbody tr')).toHaveLength(2);
    expect(waiting('.table-cards tbody form')).toHaveLength(2);
    for (const page of [first, failing, waiting]) expect(page.html()).not.toContain('a-secret');
  });

  it('tries one again, drops one, and tries all dead ones again', async () => {
    const [failing, dead, other] = [
      await addJob('mail_notice', { attempts: 4, error: 'x' }),
      await addJob('mail_notice', { attempts: 5, max: 5, error: 'x' }),
      await addJob('tell', { attempts: 18, error: 'x' }),
    ];
    const page = await shown('/organise/jobs?state=failing');
    const retry = page('tbody form').first();
    expect(retry.attr('action')).toBe(`/organise/jobs/${failing}/retry`);
    const sent = await boss.post(retry.attr('action')!).type('form').send({ state: 'failing' });
    expect(sent.headers.location).toBe('/organise/jobs?state=failing&said=job_retried');
    await boss.post(`/organise/jobs/${other}/drop`).expect(303);
    await boss.post('/organise/jobs/retry-dead').expect(303);
    expect((await rows()).map((row) => [row.id, row.attempts])).toEqual([
      [failing, 0],
      [dead, 0],
    ]);
    expect((await shown(sent.headers.location!))('.notice-ok').text()).toContain('The job is tried now.');
  });

  it('leaves alone what is being done, and says when a job is gone', async () => {
    const busy = await addJob('tell', { attempts: 1, locked: true });
    for (const path of [
      `${busy}/drop`,
      `${busy}/retry`,
      '999999/drop',
      'x/drop',
      '99999999999999999999/retry',
    ])
      await boss.post(`/organise/jobs/${path}`).expect(404);
    expect(await rows()).toHaveLength(1);
  });

  it('comes in pages, the next to run first', async () => {
    await query(`select graphile_worker.add_job('tell', '{}', run_at => now() + n * interval '1 hour')
      from generate_series(1, 120) n`);
    const seen: string[] = [];
    let path: string | undefined = '/organise/jobs?state=waiting';
    for (let n = 0; path && n < 5; n++) {
      const page = await shown(path);
      seen.push(
        ...page('.table-cards tbody th .small')
          .toArray()
          .map((one) => page(one).text()),
      );
      path = page('a[rel=next]').attr('href');
    }
    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
    const ids = seen.map((text) => Number(text.replace('number ', '')));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  it('is for those who organise the whole site', async () => {
    const id = await addJob('tell');
    const event = await makeEvent(site.base);
    await grantRole(asSystem(site.base), { email: 'one@example.org', role: 'organiser', eventId: event.id });
    await query(`delete from graphile_worker._private_jobs where id <> $1`, [id]);
    await site
      .browser()
      .get('/organise/jobs')
      .expect(303)
      .expect('Location', /^\/sign-in/);
    for (const who of [await site.signedIn('one@example.org'), await site.signedIn('any@example.org')]) {
      expect((await who.get('/organise/jobs').expect(403)).text).not.toContain('Telling');
      for (const path of [`${id}/drop`, `${id}/retry`, 'retry-dead'])
        await who.post(`/organise/jobs/${path}`).expect(403);
    }
    await site.browser().post(`/organise/jobs/${id}/drop`).expect(403);
    expect(await rows()).toHaveLength(1);
  });
});

describe('a queue that stands still', () => {
  const wait = (id: string, minutes: number) =>
    query(
      `update graphile_worker._private_jobs set run_at = now() - make_interval(mins => $2) where id = $1`,
      [id, minutes],
    );
  const begun = (id: string, seconds: number) =>
    query(
      `update graphile_worker._private_jobs set locked_by = 'somebody', locked_at = now() - make_interval(secs => $2)
        where id = $1`,
      [id, seconds],
    );
  const lanes = async () => (await stalledLanes(site.base)).map(({ lane, waiting }) => [lane, waiting]);

  it('is one of which nothing was done for a minute though something waits', async () => {
    const [mail, other, tell] = [
      await addJob('mail_notice'),
      await addJob('mail_data'),
      await addJob('tell'),
    ];
    expect(await lanes()).toEqual([]);
    await wait(mail, 2);
    await wait(tell, 2);
    expect(await lanes()).toEqual([
      ['mail', 1],
      ['quick', 1],
    ]);
    // One that has much to do begins another all the time.
    await begun(other, 5);
    expect(await lanes()).toEqual([['quick', 1]]);
    // No job takes so long: whoever has them does nothing.
    await begun(other, 240);
    await begun(mail, 240);
    expect(await lanes()).toEqual([
      ['mail', 2],
      ['quick', 1],
    ]);
  });

  it('is said to organisers and at /readyz', async () => {
    await wait(await addJob('mail_notice'), 2);
    const page = await shown('/organise/jobs');
    expect(page('.notice').text()).toContain('no mail has been sent, though 1 waits');
    const watch = watchQueue(site.base, undefined, 50);
    try {
      await vi.waitFor(() => expect(watch.stalled()).toHaveLength(1));
      const app = express().use(
        health({ ...site.base, stalled: watch.stalled, stopping: () => false } as Site),
      );
      const asked = await supertest(app).get('/readyz').expect(200);
      expect(asked.text).toMatch(/^ready\nFor a minute no mail has been sent, though 1 waits: .*\n$/);
    } finally {
      await watch.stop();
    }
  });
});
