import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Base, Ctx } from '../../../src/context.ts';
import { mailLinkCode, requestSignIn } from '../../../src/services/people/commands.ts';
import { mailMyData } from '../../../src/services/privacy/commands.ts';
import { addHost } from '../../../src/services/sessions/commands.ts';
import { attendee, hold, makeCamp } from '../../support/camp.ts';
import { freshDatabase } from '../../support/database.ts';
import { as, code, makeBase, must, noon } from '../../support/factories.ts';
import { countQueries } from '../../support/queries.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let database: Awaited<ReturnType<typeof freshDatabase>>;
let base: Base;
let now = noon;

beforeAll(async () => {
  database = await freshDatabase();
  base = { ...makeBase(database.url, () => now), limits: undefined };
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});
beforeEach(async () => {
  now = noon;
  await base.db.$client.query('truncate limits, graphile_worker._private_jobs');
});

const minutes = (count: number) => {
  now = new Date(noon.getTime() + count * 60_000);
};
const from = (network: string, more: object = {}): Ctx =>
  as(base, { door: 'web', grants: [], network, ...more });
const jobs = async (kind: string) =>
  (
    await base.db.$client.query<{ priority: number }>(
      'select priority from graphile_worker.jobs where task_identifier = $1 order by id',
      [kind],
    )
  ).rows.map((row) => row.priority);

describe('sign-in mails', () => {
  it('are three in a quarter of an hour to one mailbox: of 400 in 32 seconds from 40 networks', async () => {
    for (let n = 0; n < 400; n += 20) {
      now = new Date(noon.getTime() + n * 80);
      const some = Array.from({ length: 20 }, (_, k) =>
        requestSignIn(from(`network ${(n + k) % 40}`), { email: 'Victim@example.org' }),
      );
      for (const one of await Promise.all(some)) expect(one).toEqual({ ok: true, value: null });
    }
    expect(await jobs('mail_sign_in')).toHaveLength(3);
    expect((await base.db.$client.query('select from sign_ins')).rowCount).toBe(3);
  });

  it('are ten a day to one mailbox', async () => {
    for (let quarter = 0; quarter < 90; quarter++) {
      minutes(quarter * 15);
      for (let again = 0; again < 2; again++)
        must(await requestSignIn(from(`network ${quarter}`), { email: 'daily@example.org' }));
    }
    expect(await jobs('mail_sign_in')).toHaveLength(10);
    minutes(24 * 60);
    must(await requestSignIn(from('a'), { email: 'daily@example.org' }));
    expect(await jobs('mail_sign_in')).toHaveLength(11);
  });

  it('take as many statements when none is sent', async () => {
    const asking = () => requestSignIn(from('a'), { email: 'timed@example.org' });
    const counted: number[] = [];
    for (let n = 0; n < 5; n++) counted.push(await countQueries(base.db, asking));
    expect(new Set(counted).size).toBe(1);
    expect(await jobs('mail_sign_in')).toHaveLength(3);
  });

  it('are twenty forms from one network, and then a refusal that says when', async () => {
    const all = await Promise.all(
      Array.from({ length: 25 }, (_, n) => requestSignIn(from('b'), { email: `p${n}@example.org` })),
    );
    expect(all.filter((one) => one.ok)).toHaveLength(20);
    expect(await requestSignIn(from('b'), { email: 'q@example.org' })).toMatchObject({
      refusal: { kind: 'too_many', code: 'limit_network_forms', data: { seconds: 600 } },
    });
    expect(await jobs('mail_sign_in')).toHaveLength(20);
  });

  it('go first to people who have been here, and to strangers in their turn', async () => {
    await base.db.$client.query(
      `insert into people (email, name, verified_at) values ('known@example.org', 'K', now())`,
    );
    must(await requestSignIn(from('c'), { email: 'stranger@example.org' }));
    must(await requestSignIn(from('c'), { email: 'known@example.org' }));
    expect(await jobs('mail_sign_in')).toEqual([0, -10]);
  });
});

describe('other mails that somebody can cause', () => {
  it('codes for a chat count as forms', async () => {
    const { rows } = await base.db.$client.query(
      `insert into addresses (uri) select 'web:' || n from generate_series(1, 30) n returning id`,
    );
    const asked = await Promise.all(
      rows.map(({ id }, n) => mailLinkCode(from('d', { addressId: id }), { email: `code${n}@example.org` })),
    );
    expect(asked.filter((one) => one.ok)).toHaveLength(20);
    expect(await jobs('mail_chat_code')).toHaveLength(20);
  });

  it('copies of what is on file are three an hour', async () => {
    const { rows } = await base.db.$client.query(
      `insert into people (email, name, verified_at) values ('copy@example.org', 'C', now()) returning id`,
    );
    const ctx = from('e', { personId: rows[0].id });
    for (let n = 0; n < 3; n++) must(await mailMyData(ctx));
    expect(code(await mailMyData(ctx))).toBe('limit_person_copies');
  });

  it('invitations are ten an hour by one person, whether or not they lead to a mail', async () => {
    const camp = await makeCamp(base);
    const ann = await attendee(base, camp);
    const number = await hold(ann, camp, 'Bread');
    for (let n = 0; n < 10; n++) must(await addHost(ann, camp.slug, number, `nobody${n}@example.org`));
    expect(code(await addHost(ann, camp.slug, number, 'nobody@example.org'))).toBe(
      'limit_person_invitations',
    );
  });
});
