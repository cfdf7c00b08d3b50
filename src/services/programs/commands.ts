import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Base, Ctx } from '../../context.ts';
import { apiTokens, botStatus, gatewayUsers, pushes } from '../../db/schema.ts';
import { happened } from '../../happenings.ts';
import { attempts } from '../../jobs/enqueue.ts';
import { clean } from '../../shared/form.ts';
import { urlToken } from '../../shared/ids.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { organisesSite } from '../organising/rules.ts';
import type { Caller, Named } from './queries.ts';
import { longest, longestStatus, mayBePushed } from './rules.ts';

/** Makes a token for a program, which is shown this once. Refuses: not_organiser, token_name, token_taken. */
export async function makeToken(ctx: Ctx, raw: string): Promise<Result<{ token: string }>> {
  if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_organiser');
  const name = clean(raw);
  if (!name || name.length > 100) return refuse('invalid', 'token_name');
  const [row] = await ctx.db.insert(apiTokens).values({ name }).onConflictDoNothing().returning();
  if (!row) return refuse('conflict', 'token_taken');
  happened(ctx, { what: 'token_made', token: row.id });
  return ok({ token: urlToken(ctx.secret, 'api', row.key) });
}

/** Ends a token; its name is free again. Refuses: not_organiser, token_unknown. */
export async function revokeToken(ctx: Ctx, name: string): Promise<Result<null>> {
  if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_organiser');
  const gone = sql`${apiTokens.name} || ${` (${ctx.now().toISOString()})`}`;
  const rows = await ctx.db
    .update(apiTokens)
    .set({ revokedAt: ctx.now(), name: gone })
    .where(and(eq(apiTokens.name, name), isNull(apiTokens.revokedAt)))
    .returning({ id: apiTokens.id });
  for (const { id } of rows) happened(ctx, { what: 'token_revoked', token: id });
  return rows.length > 0 ? ok(null) : refuse('not_found', 'token_unknown');
}

/**
 * Writes to people who have written to the bot: to all of them or to none, by the queue. Refuses: push_message (empty or too long),
 * push_stopped, push_unreachable (they came by way of a gateway).
 */
export async function push(
  base: Base,
  caller: Caller,
  to: Named[],
  raw: string,
): Promise<Result<{ count: number }>> {
  const text = clean(raw);
  if (!text || text.length > longest) return refuse('invalid', 'push_message', { max: longest });
  const refused = to.map(mayBePushed).find((one) => one !== undefined);
  if (refused) return refuse('forbidden', refused);
  const ids = to.map(({ id }) => id);
  // The messages and their jobs, in one statement. Whoever says `stop` meanwhile is asked for again when it is sent.
  const made = await base.db.execute(sql`with made as (
      insert into ${pushes} (token_id, address_id, text, created_at)
      select ${caller.id}::int, id, ${text}::text, ${base.now().toISOString()}::timestamptz from unnest(${sql.param(ids)}::int[]) id
      returning id
    ) select graphile_worker.add_job('chat_push', json_build_object('push', id), max_attempts => ${attempts}) from made`);
  return ok({ count: made.rows.length });
}

/** What the bot shows of itself. Refuses: push_status (too long). */
export async function setBotStatus(
  base: Base,
  raw: { status: string; message: string },
): Promise<Result<null>> {
  const [status, message] = [clean(raw.status), clean(raw.message)];
  if (status.length > longestStatus || message.length > longestStatus)
    return refuse('invalid', 'push_status', { max: longestStatus });
  const values = { id: 1, status, message };
  await base.db.insert(botStatus).values(values).onConflictDoUpdate({ target: botStatus.id, set: values });
  return ok(null);
}

/** Remembers how a gateway calls somebody. */
export async function knowGatewayUser(
  base: Base,
  { uri, network, user }: { uri: string; network: string; user: string },
): Promise<void> {
  await base.db.execute(sql`insert into ${gatewayUsers} (address_id, network, "user")
    select id, ${network}, ${user} from addresses where uri = ${uri}
    on conflict (address_id) do update set "user" = excluded."user" where gateway_users."user" <> excluded."user"`);
}

/** Marks that the network has taken a pushed message. */
export async function markPushed(base: Base, id: number): Promise<void> {
  await base.db
    .update(pushes)
    .set({ sentAt: base.now() })
    .where(and(eq(pushes.id, id), isNull(pushes.sentAt)));
}
