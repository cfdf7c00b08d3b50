import { sql } from 'drizzle-orm';
import type { Base } from '../../context.ts';
import type { Db } from '../../db/client.ts';
import { type Limit, limitsOf, siteGrows } from './limits.ts';
import type { Count, Reached } from './rules.ts';
import { giveBack, spend } from './spending.ts';

/** To whom a mail goes. `counted`: it is of a kind that anybody can bring about by a form, as often as they like. */
export type MailTo = { email: string; proved: boolean; counted: boolean };

/** Whether a mail may go now. `undo`: it could not be sent, and will be tried again. `later`: it is to wait. */
export type MayMail = { kind: 'now'; undo(): Promise<void> } | ({ kind: 'later' } & Reached);

/**
 * Counts a mail on its mailbox and, where nobody has proved the address, on the site: what is more than either gets is held,
 * and nothing of it is lost.
 */
export async function mayMail(base: Base, { email, proved, counted }: MailTo): Promise<MayMail> {
  const counts: Count[] = [];
  if (counted) counts.push({ limit: 'mailbox_mail', subject: email });
  if (!proved) counts.push({ limit: 'site_mail', subject: '' });
  if (counts.length === 0) return { kind: 'now', undo: async () => {} };
  const rules = limitsOf(base);
  const sized = proved ? rules : { ...rules, site_mail: await siteLimit(base) };
  const limited = { ...base, limits: sized };
  const purse = await spend(
    limited,
    base.db,
    counts.map((one) => ({ ...one, asked: 1 })),
  );
  const reached = purse.take(counts);
  if (!reached) {
    const undo = () => {
      purse.clear();
      return giveBack(limited, base.db, purse.rest());
    };
    return { kind: 'now', undo };
  }
  await giveBack(limited, base.db, purse.rest());
  return { kind: 'later', ...reached };
}

const sizes = new WeakMap<Db, { at: number; size: Promise<number> }>();

/** The site's limit, which grows with it. Looked up once a minute. */
async function siteLimit(base: Base): Promise<Limit> {
  const now = base.now().getTime();
  let known = sizes.get(base.db);
  if (!known || Math.abs(now - known.at) >= 60_000) {
    known = { at: now, size: sizeOf(base) };
    sizes.set(base.db, known);
    known.size.catch(() => sizes.delete(base.db));
  }
  const { site_mail: rule } = limitsOf(base);
  return { ...rule, most: rule.most + (await known.size) };
}

/** How many more mails than the least, by the people who have proved their address and the places of events to come. */
async function sizeOf({ db, now }: Base): Promise<number> {
  const found = await db.execute<{ people: number; places: number }>(sql`select
    (select count(*)::int from people where verified_at is not null) people,
    (select coalesce(sum(least(coalesce(capacity, ${siteGrows.unlimited}::int), ${siteGrows.mostPlaces}::int)), 0)::int from events
      where state = 'published' and ends_at > ${now().toISOString()}::timestamptz) places`);
  const { people, places } = found.rows[0]!;
  return Math.floor(people * siteGrows.aPerson + places * siteGrows.aPlace);
}
