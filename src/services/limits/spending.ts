import { createHmac } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import type { PoolClient } from 'pg';
import type { Base, Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import type { Refusal } from '../../shared/result.ts';
import { type LimitName, limitsOf } from './limits.ts';
import { type Count, nameOf, type Purse, purse, type Spent, tooMany } from './rules.ts';

type Counting = Pick<Base, 'now' | 'secret' | 'limits'>;
export type Asked = Count & { asked: number };

/**
 * Asks for some of each count, in one statement whatever their number; gives a purse of what is left of them. What is not
 * taken out of it is to be given back. In a transaction the counts are locked until its end, in the order of their keys:
 * ask before anything else is locked, and where that end is near.
 */
export async function spend(base: Counting, run: Run, asked: Asked[]): Promise<Purse> {
  const all = summed(base, asked);
  if (all.length === 0) return purse([]);
  const found = await run.execute<Row>(filled(spending(), valuesOf(base, all)));
  return purse(read(all, found.rows));
}

/** Counts one more thing that the actor does; the refusal, when it is one too many. Who refuses then rolls back. */
export async function oneMore(
  ctx: Counting & Pick<Ctx, 'actor'>,
  tx: Run,
  limit: LimitName,
): Promise<{ ok: false; refusal: Refusal } | undefined> {
  const count = { limit, subject: String(ctx.actor.personId) };
  const counts = await spend(ctx, tx, [{ ...count, asked: 1 }]);
  const reached = counts.take([count]);
  return reached && { ok: false, refusal: tooMany(reached, ctx.now()) };
}

/** The same in a transaction that a connection of the pipelined pool is in. */
export const spendOn = (base: Counting, client: PoolClient, asked: Asked[]): Promise<Purse> =>
  sent(base, client, asked, { name: 'limits-spend', text: spending() });

/** The same on a connection that is in no transaction: committed at once, and nobody waits for the disk. */
export const spendAtOnce = (base: Counting, client: PoolClient, asked: Asked[]): Promise<Purse> =>
  sent(base, client, asked, { name: 'limits-spend-at-once', text: spending(quick) });

/** The names of those counts of which nothing is left just now; none of them is asked for. */
export async function reachedOn(base: Counting, client: PoolClient, counts: Count[]): Promise<Set<string>> {
  const all = summed(
    base,
    counts.map((one) => ({ ...one, asked: 0 })),
  );
  if (all.length === 0) return new Set();
  const text =
    'select key, count, until, today, today_until "todayUntil" from limits where key = any($1::text[])';
  const keys = all.map((one) => one.key);
  const { rows } = await client.query<Row>({ name: 'limits-reached', text, values: [keys] });
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const now = base.now();
  const isReached = ({ key, rule }: Keyed) => {
    const row = byKey.get(key);
    if (!row) return false;
    const { count, today } = row;
    return (
      (new Date(row.until) > now && count >= rule.most) ||
      (new Date(row.todayUntil) > now && today >= rule.daily)
    );
  };
  return new Set(all.filter(isReached).map(nameOf));
}

async function sent(
  base: Counting,
  client: PoolClient,
  asked: Asked[],
  statement: { name: string; text: string },
): Promise<Purse> {
  const all = summed(base, asked);
  if (all.length === 0) return purse([]);
  const found = await client.query<Row>({ ...statement, values: valuesOf(base, all) });
  return purse(read(all, found.rows));
}

/** Gives back what was asked for and not taken. */
export async function giveBack(base: Counting, run: Run, rest: Asked[]): Promise<void> {
  if (rest.length > 0) await run.execute(filled(givingBack(), valuesOf(base, summed(base, rest))));
}

/** The same in a transaction that a connection of the pipelined pool is in. */
export async function giveBackOn(base: Counting, client: PoolClient, rest: Asked[]): Promise<void> {
  if (rest.length === 0) return;
  await client.query({
    name: 'limits-give-back-on',
    text: givingBack(),
    values: valuesOf(base, summed(base, rest)),
  });
}

/** The same on a connection that is in no transaction. */
export async function giveBackAtOnce(base: Counting, client: PoolClient, rest: Asked[]): Promise<void> {
  if (rest.length === 0) return;
  const values = valuesOf(base, summed(base, rest));
  await client.query({ name: 'limits-give-back', text: givingBack(quick), values });
}

type Keyed = Asked & { key: string; rule: Spent['rule'] };
type Row = { key: string; count: number; until: string | Date; today: number; todayUntil: string | Date };

/** Each count once, in the order of the keys. */
function summed(base: Counting, asked: Asked[]): Keyed[] {
  const all = new Map<string, Keyed>();
  const rules = limitsOf(base);
  for (const one of asked) {
    const before = all.get(nameOf(one));
    if (before) before.asked += one.asked;
    else all.set(nameOf(one), { ...one, key: keyOf(base.secret, one), rule: rules[one.limit] });
  }
  return [...all.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** A network or a mailbox is somebody's: what is kept does not say whose. */
const keyOf = (secret: string, count: Count): string =>
  `${count.limit}:${createHmac('sha256', secret)
    .update(`limit:${nameOf(count)}`)
    .digest('base64url')
    .slice(0, 22)}`;

const valuesOf = (base: Counting, all: Keyed[]) => [
  base.now(),
  all.map((one) => one.key),
  all.map((one) => one.asked),
  all.map((one) => one.rule.seconds),
];

const given = 'unnest($2::text[], $3::int[], $4::int[]) as one(key, asked, seconds)';

/** Whether a window goes on. One that ends later than it could was begun by a clock that was wrong. */
const runs = (end: string) =>
  `l.${end} > $1::timestamptz and l.${end} <= excluded.${end} + interval '1 minute'`;

/** What is lost with the last moments before a crash of the database server is a few counts. */
const quick = `, (select set_config('synchronous_commit', 'off', true)) quick`;

const spending = (and = '') => `insert into limits as l (key, count, until, today, today_until)
  select key, asked, $1::timestamptz + make_interval(secs => seconds), asked, $1::timestamptz + interval '1 day'
  from ${given}${and}
  order by key
  on conflict (key) do update set
    count = excluded.count + case when ${runs('until')} then l.count else 0 end,
    until = case when ${runs('until')} then l.until else excluded.until end,
    today = excluded.today + case when ${runs('today_until')} then l.today else 0 end,
    today_until = case when ${runs('today_until')} then l.today_until else excluded.today_until end
  returning key, count, until, today, today_until "todayUntil"`;

/** Locked in the order of the keys, as above: two that give back wait for each other. */
const givingBack = (and = '') => `with held as materialized (
    select l.key from limits l where l.key = any($2::text[]) order by l.key for update
  ) update limits l set
    count = greatest(0, l.count - case when l.until > $1::timestamptz then one.asked else 0 end),
    today = greatest(0, l.today - case when l.today_until > $1::timestamptz then one.asked else 0 end)
  from ${given} join held using (key)${and}
  where l.key = one.key`;

/** A statement with numbered places, as Drizzle takes it within a transaction of its own. */
const filled = (text: string, values: unknown[]): SQL =>
  sql.join(
    text
      .split(/(\$\d)/)
      .map((part) => (/^\$\d$/.test(part) ? sql`${sql.param(values[Number(part[1]) - 1])}` : sql.raw(part))),
  );

function read(all: Keyed[], rows: Row[]): Spent[] {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return all.map(({ key, ...one }) => {
    const row = byKey.get(key)!;
    return { ...one, ...row, until: new Date(row.until), todayUntil: new Date(row.todayUntil) };
  });
}
