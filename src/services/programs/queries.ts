import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Base } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { addresses, apiTokens, botStatus, people, pushes } from '../../db/schema.ts';
import { tokenFits, tokenKey } from '../../shared/ids.ts';
import type { Quiet } from '../people/rules.ts';

/** A program that has shown a token. */
export type Caller = { id: number; name: string };

/** Whose token it is; undefined when it is none, or was revoked. Notes that it is in use, once a minute. */
export async function callerOf(base: Base, token: string): Promise<Caller | undefined> {
  const key = tokenKey(token);
  if (!key || !tokenFits(token, base.secret, 'api', key)) return undefined;
  const [row] = await base.db
    .select()
    .from(apiTokens)
    .where(and(eq(apiTokens.key, key), isNull(apiTokens.revokedAt)));
  if (!row) return undefined;
  const now = base.now();
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() > 60_000)
    await base.db.update(apiTokens).set({ lastUsedAt: now }).where(eq(apiTokens.id, row.id));
  return { id: row.id, name: row.name };
}

export const allTokens = (run: Run) => run.select().from(apiTokens).orderBy(desc(apiTokens.id)).limit(200);

/** Somebody who has written to the bot, as programs know them. Times are null where nothing was said since. */
export type Named = {
  id: number;
  uri: string;
  userkey: string;
  network: string;
  user: string;
  stopped: boolean;
  created: Date;
  last: Date | null;
};

type Row = Omit<Named, 'created' | 'last'> & { created: string; last: string | null };

/** People of the website's chat and of the terminal are not those of a network: nobody else can name them. */
const named = sql`select a.id, a.uri, coalesce(case when g.address_id is not null then split_part(a.uri, ':', 3) end, a.user_key::text) userkey,
    coalesce(g.network, 'jabber') network, coalesce(nullif(g."user", ''), case when g.address_id is null then substr(a.uri, 6) else '' end) "user",
    a.stopped_at is not null stopped, a.created_at created, c.updated_at last
  from addresses a join conversations c on c.address = a.uri left join gateway_users g on g.address_id = a.id
  where (a.uri like 'xmpp:%' or g.address_id is not null)`;

const read = ({ created, last, ...row }: Row): Named => ({
  ...row,
  created: new Date(created),
  last: last ? new Date(last) : null,
});

/** Those with these keys, in any order; a key of nobody is left out. */
export async function byUserKeys(run: Run, keys: string[]): Promise<Named[]> {
  const found = await run.execute<Row>(
    sql`select * from (${named}) one where userkey = any(${sql.param(keys)}::text[])`,
  );
  return found.rows.map(read);
}

/** By a name on a network, as `ann@example.org` on Jabber. */
export async function byNetwork(run: Run, network: string, user: string): Promise<Named[]> {
  const found = await run.execute<Row>(sql`select * from (${named}) one
    where network = ${network.toLowerCase()} and lower("user") = ${user.toLowerCase()} limit 2`);
  return found.rows.map(read);
}

/** So many are told at once: whoever has more asks for those who wrote last. */
const most = 5000;

/** Everybody who has written to the bot, on one network when it is named; who wrote last first. */
export async function allNamed(run: Run, network = ''): Promise<Named[]> {
  const there = network ? sql`and coalesce(g.network, 'jabber') = ${network.toLowerCase()}` : sql``;
  const found = await run.execute<Row>(
    sql`${named} ${there} order by c.updated_at desc, a.id desc limit ${most}`,
  );
  return found.rows.map(read);
}

/** A pushed message that is still to be sent, and where to; undefined when it is sent, or they have said `stop` since. */
export async function pushToSend(
  run: Run,
  id: number,
): Promise<(Quiet & { uri: string; text: string }) | undefined> {
  const { quietFrom, quietTo, zone } = people;
  const [row] = await run
    .select({ uri: addresses.uri, text: pushes.text, quietFrom, quietTo, zone })
    .from(pushes)
    .innerJoin(addresses, eq(addresses.id, pushes.addressId))
    .leftJoin(people, eq(people.id, addresses.personId))
    .where(and(eq(pushes.id, id), isNull(pushes.sentAt), isNull(addresses.stoppedAt)));
  return row;
}

/** What a program has the bot show of itself; empty when none has. */
export async function statusOfBot(run: Run): Promise<{ status: string; message: string }> {
  const [row] = await run.select().from(botStatus);
  return { status: row?.status ?? '', message: row?.message ?? '' };
}
