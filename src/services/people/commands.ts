import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { addresses, people, roles } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { happened } from '../../happenings.ts';
import { clean, limits, parseEmail } from '../../shared/form.ts';
import { invalid, ok, type Refusal, type Result, refuse } from '../../shared/result.ts';
import { organisesSite } from '../organising/rules.ts';
import { unlinked } from './queries.ts';

export { linkByCode, linkByConsole, mailLinkCode, showLinkCode } from './linking.ts';
export { proveByLink } from './proving.ts';
export { consumeSignIn, peekSignIn, requestSignIn, signInLink } from './signing-in.ts';

const notSignedIn: { ok: false; refusal: Refusal } = refuse('forbidden', 'not_signed_in');

/** `stop` and `start`: whether the bot may write first to the chat address that acts. */
export async function setStopped(ctx: Ctx, stopped: boolean): Promise<Result<null>> {
  await ctx.db
    .update(addresses)
    .set({ stoppedAt: stopped ? ctx.now() : null })
    .where(eq(addresses.id, ctx.actor.addressId ?? 0));
  return ok(null);
}

/** Ends the link between a chat address and the signed-in person. Refuses: not_signed_in, address_unknown. */
export async function unlinkAddress(ctx: Ctx, id: number): Promise<Result<null>> {
  const { personId } = ctx.actor;
  if (!personId) return notSignedIn;
  const [row] = await ctx.db
    .update(addresses)
    .set(unlinked(ctx.now()))
    .where(and(eq(addresses.id, id), eq(addresses.personId, personId)))
    .returning({ id: addresses.id });
  if (!row) return refuse('not_found', 'address_unknown');
  happened(ctx, { what: 'chat_unlinked', address: id });
  return ok(null);
}

/** Ends the link between the chat address that acts and its person, proved or only said. Twice is no error. */
export async function unlinkThis(ctx: Ctx): Promise<Result<null>> {
  const id = ctx.actor.addressId ?? 0;
  await ctx.db.update(addresses).set(unlinked(ctx.now())).where(eq(addresses.id, id));
  happened(ctx, { what: 'chat_unlinked', address: id });
  return ok(null);
}

/** The signed-in person's name. Refuses: not_signed_in, invalid. */
export async function rename(ctx: Ctx, raw: string): Promise<Result<null>> {
  const { personId } = ctx.actor;
  if (!personId) return notSignedIn;
  const name = clean(raw);
  if (!name) return invalid([{ field: 'name', code: 'required' }]);
  if (name.length > limits.text)
    return invalid([{ field: 'name', code: 'too_long', data: { max: limits.text, length: name.length } }]);
  await ctx.db.update(people).set({ name }).where(eq(people.id, personId));
  return ok(null);
}

/**
 * Whether notifications are mailed; sign-in links and answers to what one just did come all the same. Set by the person,
 * or by the system for whoever proved to read that mailbox. Refuses: not_signed_in.
 */
export async function setNotify(ctx: Ctx, personId: number, notify: boolean): Promise<Result<null>> {
  if (!ctx.actor.system && ctx.actor.personId !== personId) return notSignedIn;
  await ctx.db.update(people).set({ notify }).where(eq(people.id, personId));
  return ok(null);
}

/**
 * Ends every session that the signed-in person has in any browser, this one too. Chats that are linked to them stay so: those they see
 * on their page, and end one by one. Refuses: not_signed_in.
 */
export async function signOutEverywhere(ctx: Ctx): Promise<Result<null>> {
  const { personId } = ctx.actor;
  if (!personId) return notSignedIn;
  await ctx.db.transaction(async (tx) => {
    // A session that is being written just now may come back after it was deleted: the time says that it is over.
    await tx.update(people).set({ signedOutAt: ctx.now() }).where(eq(people.id, personId));
    await tx.execute(sql`delete from web_sessions where sess->>'personId' = ${String(personId)}`);
  });
  happened(ctx, { what: 'signed_out_everywhere', person: personId });
  return ok(null);
}

/** Gives the signed-in person's own calendar an address, or a new one; the old one opens nothing any more. Refuses: not_signed_in. */
export async function renewFeed(ctx: Ctx): Promise<Result<null>> {
  const { personId } = ctx.actor;
  if (!personId) return notSignedIn;
  await ctx.db.update(people).set({ feedKey: sql`gen_random_uuid()` }).where(eq(people.id, personId));
  happened(ctx, { what: 'feed_renewed' });
  return ok(null);
}

/** Gives a role, on one event or on the whole site; one that is there is changed. Refuses: not_organiser, last_organiser, invalid. */
export async function grantRole(
  ctx: Ctx,
  input: { email: string; role: 'organiser' | 'helper'; eventId: number | null; name?: string },
): Promise<Result<{ personId: number }>> {
  if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_organiser');
  const email = parseEmail(input.email);
  if (!email) return invalid([{ field: 'email', code: input.email.trim() ? 'email' : 'required' }]);
  return transact(ctx.db, async (tx) => {
    const [person] = await tx
      .insert(people)
      .values({ email, name: input.name ?? email.split('@')[0]! })
      .onConflictDoUpdate({ target: people.email, set: { email: sql`excluded.email` } })
      .returning({ id: people.id });
    const personId = person!.id;
    if (input.eventId === null && input.role === 'helper' && (await isLast(tx, { personId })))
      return refuse('conflict', 'last_organiser');
    await tx
      .insert(roles)
      .values({ personId, role: input.role, eventId: input.eventId })
      .onConflictDoUpdate({ target: [roles.personId, roles.eventId], set: { role: input.role } });
    happened(ctx, { what: 'role_given', person: personId, role: input.role, event: input.eventId });
    return ok({ personId });
  });
}

/**
 * Takes a role away: one on that event, or one on the whole site (null). Taking it away twice is not an error.
 * Refuses: not_organiser, last_organiser.
 */
export async function revokeRole(ctx: Ctx, roleId: number, eventId?: number | null): Promise<Result<null>> {
  if (!organisesSite(ctx.actor)) return refuse('forbidden', 'not_organiser');
  return transact(ctx.db, async (tx) => {
    if (await isLast(tx, { id: roleId })) return refuse('conflict', 'last_organiser');
    const there = eventId === null ? isNull(roles.eventId) : eventId && eq(roles.eventId, eventId);
    const gone = await tx
      .delete(roles)
      .where(and(eq(roles.id, roleId), there || undefined))
      .returning({ id: roles.id });
    if (gone.length > 0) happened(ctx, { what: 'role_taken', id: roleId });
    return ok(null);
  });
}

/** Whether the role, or the person, is all the organisers that the site has. Two that ask at once wait for each other. */
async function isLast(tx: Run, which: { id?: number; personId?: number }): Promise<boolean> {
  const site = await tx
    .select({ id: roles.id, personId: roles.personId })
    .from(roles)
    .where(and(eq(roles.role, 'organiser'), isNull(roles.eventId)))
    .for('update');
  return site.length === 1 && (site[0]!.id === which.id || site[0]!.personId === which.personId);
}
