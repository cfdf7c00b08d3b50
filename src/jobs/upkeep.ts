import { type SQL, sql } from 'drizzle-orm';
import type { Base } from '../context.ts';
import type { Run } from '../db/client.ts';
import { removeAddresses } from '../services/registrations/erasing-chats.ts';
import { endOverdueOffers } from '../services/registrations/overdue.ts';
import type { Mailer } from './mail/mailer.ts';
import { sizesOf } from './queries.ts';
import { mailFileDays, type Retention, retentions } from './retention.ts';

const day = 24 * 3600 * 1000;

/** Rows that go in one statement, and statements in one hour: what is more goes in the next. */
const [batch, most] = [2_000, 50];

/** What is to be done once an hour: the end of what is of no use any more, and of offers without an end. Says how large everything is. */
export async function upkeep(base: Base, mailer: Pick<Mailer, 'forgetBefore'>): Promise<void> {
  const removed = await endOld(base);
  const mails = await mailer.forgetBefore(new Date(base.now().getTime() - mailFileDays * day));
  await endOverdueOffers(base);
  base.log.info({ removed: { ...removed, mails }, ...(await sizesOf(base)) }, 'upkeep');
}

/** Ends what is over, as src/jobs/retention.ts says; gives how many rows of each table there were. */
export async function endOld(base: Base, size = batch): Promise<Record<string, number>> {
  const removed: Record<string, number> = {};
  for (const one of retentions) {
    const before = sql`${new Date(base.now().getTime() - one.days * day).toISOString()}::timestamptz`;
    const count = await inBatches(() => endBatch(base, one, one.over(before), size), size);
    if (count > 0) removed[one.table] = (removed[one.table] ?? 0) + count;
  }
  return removed;
}

async function inBatches(end: () => Promise<number>, size: number): Promise<number> {
  let all = 0;
  for (let n = 0; n < most; n++) {
    const count = await end();
    all += count;
    if (count < size) break;
  }
  return all;
}

/** In a statement of its own, which holds its locks for a moment only. Rows that somebody works on are left for another time. */
async function endBatch({ db }: Base, one: Retention, over: SQL, size: number): Promise<number> {
  const table = sql.raw(one.table);
  const old = sql`array(select t.ctid from ${table} t where ${over} limit ${size} for update skip locked)`;
  if (one.table === 'addresses') return endAddresses(db, old);
  const what = one.set ? sql`update ${table} set ${sql.raw(one.set)}` : sql`delete from ${table}`;
  const result = await db.execute(sql`${what} where ctid = any(${old})`);
  return result.rowCount ?? 0;
}

/** An address goes with all that was said there, and with the session of the browser that said it. Registrations stay. */
async function endAddresses(db: Base['db'], old: SQL): Promise<number> {
  return db.transaction(async (tx) => {
    const found = await tx.execute<{ id: number; uri: string }>(
      sql`select id, uri from addresses where ctid = any(${old})`,
    );
    if (found.rows.length === 0) return 0;
    await removeAddresses(tx as unknown as Run, found.rows);
    return found.rows.length;
  });
}
