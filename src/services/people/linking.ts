import { createHmac } from 'node:crypto';
import { and, desc, eq, gt, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { addresses, chatCodes } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { happened } from '../../happenings.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { parseEmail } from '../../shared/form.ts';
import { codeHash, readCode, shownCode, spokenCode } from '../../shared/ids.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { formsOf, tooMany } from '../limits/rules.ts';
import { spend } from '../limits/spending.ts';
import { verifiedPerson } from './proving.ts';
import { codesADay, guesses, inMinutes, minutes } from './rules.ts';

/** A code for the signed-in person to tell the bot: `link ABCD-EFGH`. Refuses: not_signed_in. */
export async function showLinkCode(ctx: Ctx): Promise<Result<{ code: string; minutes: number }>> {
  const { personId } = ctx.actor;
  if (!personId) return refuse('forbidden', 'not_signed_in');
  const code = spokenCode();
  await ctx.db.insert(chatCodes).values({
    hash: codeHash(ctx.secret, code),
    personId,
    expiresAt: inMinutes(ctx.now(), minutes.webCode),
  });
  return ok({ code: shownCode(code), minutes: minutes.webCode });
}

/**
 * Mails a code to the e-mail that a chat address gave; told to the bot by that same address, it links the two. One that the address
 * was mailed before ends: one code waits at a time. Refuses: invalid,
 * limit_chat_forms, limit_network_forms, too_many_codes (so many a day from one address, and to one mailbox).
 */
export async function mailLinkCode(ctx: Ctx, input: { email: string }): Promise<Result<{ email: string }>> {
  const email = parseEmail(input.email);
  const { addressId } = ctx.actor;
  if (!email || !addressId) return invalid([{ field: 'email', code: 'email' }]);
  const forms = formsOf(ctx.actor);
  return transact(ctx.db, async (tx) => {
    const counts = await spend(
      ctx,
      tx,
      forms.map((one) => ({ ...one, asked: 1 })),
    );
    const reached = counts.take(forms);
    if (reached) return { ok: false, refusal: tooMany(reached, ctx.now()) };
    if ((await codesMailed(tx, ctx, addressId, email)) >= codesADay)
      return refuse('too_many', 'too_many_codes');
    await tx
      .update(chatCodes)
      .set({ usedAt: ctx.now() })
      .where(and(eq(chatCodes.addressId, addressId), isNull(chatCodes.usedAt)));
    const [row] = await tx
      .insert(chatCodes)
      .values({
        hash: '',
        addressId,
        email,
        expiresAt: inMinutes(ctx.now(), minutes.mailCode),
        createdAt: ctx.now(),
      })
      .returning({ id: chatCodes.id });
    await enqueue(tx, 'mail_chat_code', { code: row!.id }, { maxAttempts: 5 });
    happened(ctx, { what: 'code_asked' });
    return ok({ email });
  });
}

/** The codes of the last 24 hours, from the address or to the mailbox, whichever are more. Who asks for the same at once waits. */
async function codesMailed(tx: Run, ctx: Ctx, addressId: number, email: string): Promise<number> {
  const locks = [`address ${addressId}`, `mailbox ${email}`];
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(name, 7287003))
    from unnest(${sql.param(locks)}::text[]) with ordinality as locks(name, n) order by n`);
  const [count] = await tx
    .select({
      mine: sql<number>`count(*) filter (where ${chatCodes.addressId} = ${addressId})::int`,
      theirs: sql<number>`count(*) filter (where ${chatCodes.email} = ${email})::int`,
    })
    .from(chatCodes)
    .where(
      and(
        gt(chatCodes.createdAt, inMinutes(ctx.now(), -24 * 60)),
        isNotNull(chatCodes.addressId),
        or(eq(chatCodes.addressId, addressId), eq(chatCodes.email, email)),
      ),
    );
  return Math.max(count!.mine, count!.theirs);
}

/** The eight letters of a mailed code. Derived, not stored: neither the table nor the queue gives it away. */
export function mailedCode(secret: string, id: number): string {
  const digest = createHmac('sha256', secret).update(`mailed-code:${id}`).digest();
  return shownCode(spokenCode(digest.subarray(0, 8)));
}

/**
 * Links the chat address that acts to the person of the code: one that was mailed for it, or one that the website shows.
 * Refuses: code_wrong, code_spent.
 */
export async function linkByCode(ctx: Ctx, typed: string): Promise<Result<{ personId: number }>> {
  const { addressId } = ctx.actor;
  if (!addressId) return refuse('forbidden', 'not_signed_in');
  const code = readCode(typed);
  if (!code) return refuse('not_found', 'code_wrong');
  const shown = await useShownCode(ctx, code);
  const person = shown ? ok(shown) : await useMailedCode(ctx, addressId, code);
  if (!person.ok) {
    happened(ctx, { what: 'code_refused', code: person.refusal.code });
    return person;
  }
  happened(ctx, { what: 'chat_linked', person: person.value });
  await ctx.db
    .update(addresses)
    .set({ personId: person.value, linkedAt: ctx.now(), stoppedAt: null })
    .where(eq(addresses.id, addressId));
  return ok({ personId: person.value });
}

async function useShownCode(ctx: Ctx, code: string): Promise<number | undefined> {
  const [row] = await ctx.db
    .update(chatCodes)
    .set({ usedAt: ctx.now() })
    .where(
      and(
        eq(chatCodes.hash, codeHash(ctx.secret, code)),
        isNull(chatCodes.usedAt),
        gt(chatCodes.expiresAt, ctx.now()),
      ),
    )
    .returning({ personId: chatCodes.personId });
  return row?.personId ?? undefined;
}

/** A wrong guess is counted, and is committed: the fifth spends the code. Without one that waits every code is wrong. */
async function useMailedCode(ctx: Ctx, addressId: number, code: string): Promise<Result<number>> {
  return ctx.db.transaction(async (tx) => {
    const run = tx as unknown as Run;
    const [row] = await run
      .select()
      .from(chatCodes)
      .where(eq(chatCodes.addressId, addressId))
      .orderBy(desc(chatCodes.id))
      .limit(1)
      .for('update');
    if (!row?.email) return refuse('not_found', 'code_wrong');
    const right = mailedCode(ctx.secret, row.id) === shownCode(code);
    if (row.attempts >= guesses || (right && (row.usedAt || row.expiresAt <= ctx.now())))
      return refuse('gone', 'code_spent');
    await run
      .update(chatCodes)
      .set(right ? { usedAt: ctx.now() } : { attempts: row.attempts + 1 })
      .where(eq(chatCodes.id, row.id));
    return right ? ok(await verifiedPerson(run, row.email, ctx.now())) : refuse('not_found', 'code_wrong');
  });
}

/**
 * Links a chat address to whoever has that e-mail without a code: for the console of the machine itself, whose user can read
 * the database anyway. Refuses: not_signed_in (anybody but the system), invalid.
 */
export async function linkByConsole(ctx: Ctx, uri: string, typed: string): Promise<Result<null>> {
  if (!ctx.actor.system) return refuse('forbidden', 'not_signed_in');
  const email = parseEmail(typed);
  if (!email) return invalid([{ field: 'email', code: 'email' }]);
  return transact(ctx.db, async (tx) => {
    const linked = { personId: await verifiedPerson(tx, email, ctx.now()), linkedAt: ctx.now() };
    await tx
      .insert(addresses)
      .values({ uri, ...linked })
      .onConflictDoUpdate({ target: addresses.uri, set: linked });
    return ok(null);
  });
}
