import { eq, sql } from 'drizzle-orm';
import type { Base, Ctx } from '../../context.ts';
import { addresses, chatMessages, conversations, inbox } from '../../db/schema.ts';
import type { Deliver, Reply } from '../../shared/chat.ts';
import { clean } from '../../shared/form.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { jsonOf } from '../../shared/text.ts';
import { unlinked } from '../people/queries.ts';
import { personChat } from './rules.ts';

/** Has the bot know the signed-in person by their web chat, as if they had proved it there. Refuses: not_signed_in. */
export async function linkOwnChat(ctx: Ctx): Promise<Result<{ address: string }>> {
  const { personId } = ctx.actor;
  if (!personId) return refuse('forbidden', 'not_signed_in');
  const address = personChat(personId);
  await ctx.db
    .insert(addresses)
    .values({ uri: address, personId, linkedAt: ctx.now() })
    .onConflictDoUpdate({
      target: addresses.uri,
      set: { personId, linkedAt: ctx.now() },
      setWhere: sql`${addresses.personId} is distinct from ${personId} or ${addresses.linkedAt} is null`,
    });
  return ok({ address });
}

/** Keeps what a person said and what the bot answered, for the page to show again. The same key twice is kept once. */
export async function keepExchange(
  base: Base,
  address: string,
  said: { key: string; text: string; replies: Reply[] },
): Promise<void> {
  const text = clean(said.text);
  const own: Line[] = text ? [{ key: `${said.key}:in`, author: 'person', text }] : [];
  const answers = said.replies.map(
    (reply, index): Line => ({ ...reply, key: `${said.key}:${index}`, author: 'bot' }),
  );
  await keep(base, address, [...own, ...answers]);
}

/** Writes first to the web chat of an address: whoever has it open sees it at once, the others when they come back. */
export const deliverToWeb =
  (base: Base): Deliver =>
  (address, key, reply) =>
    keep(base, address, [{ ...reply, key, author: 'bot' }]);

/**
 * Forgets the conversation of a web chat: what was said, and where its dialogue was. `visitor`: it is also no longer
 * linked to anybody, as nobody will come back to it. Registrations stay.
 */
export async function forgetChat(
  ctx: Ctx,
  address: string,
  { visitor }: { visitor: boolean },
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await tx.delete(chatMessages).where(eq(chatMessages.address, address));
    await tx.delete(conversations).where(eq(conversations.address, address));
    await tx.delete(inbox).where(eq(inbox.address, address));
    if (visitor) await tx.update(addresses).set(unlinked(ctx.now())).where(eq(addresses.uri, address));
  });
}

type Line = Reply & { key: string; author: 'person' | 'bot' };

/**
 * The lock of the address is held from before the ids are drawn until they can be seen: whoever reads on from an id
 * misses none that was drawn earlier and committed later.
 */
async function keep({ db, now }: Base, address: string, lines: Line[]): Promise<void> {
  await db.execute(sql`
    with held as materialized (select pg_advisory_xact_lock(hashtextextended(${address}, 7287002)))
    insert into chat_messages (address, key, author, text, choices, asks, language, created_at)
    select ${address}, line->>'key', line->>'author', line->>'text', line->'choices', line->'asks', line->>'language', ${now().toISOString()}::timestamptz
    from held, jsonb_array_elements(${jsonOf(lines)}::jsonb) with ordinality as given(line, n)
    order by n
    on conflict (address, key) do nothing`);
}
