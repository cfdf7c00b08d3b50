import { createHmac } from 'node:crypto';
import { and, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { addresses, chatCodes } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { parseEmail } from '../../shared/form.ts';
import { codeHash, spokenCode } from '../../shared/ids.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { formsOf, tooMany } from '../limits/rules.ts';
import { spend } from '../limits/spending.ts';
import { verifiedPerson } from './proving.ts';
import { guesses, inMinutes, minutes } from './rules.ts';

/** A code for the signed-in person to tell the bot: `link ABCD-EFGH`. Refuses: not_signed_in. */
export async function showLinkCode(ctx: Ctx): Promise<Result<{ code: string; minutes: number }>> {
  const { personId } = ctx.actor;
  if (!personId) return refuse('forbidden', 'not_signed_in');
  const code = spokenCode(8);
  await ctx.db.insert(chatCodes).values({
    hash: codeHash(ctx.secret, code),
    personId,
    expiresAt: inMinutes(ctx.now(), minutes.webCode),
  });
  return ok({ code: `${code.slice(0, 4)}-${code.slice(4)}`, minutes: minutes.webCode });
}

/**
 * Mails a code to the e-mail that a chat address gave; told to the bot by that same address, it links the two.
 * Refuses: invalid, limit_chat_forms, limit_network_forms, too_many_codes (five an hour from one address, five to one mailbox).
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
    const hourAgo = inMinutes(ctx.now(), -60);
    const [count] = await tx
      .select({
        mine: sql<number>`count(*) filter (where ${chatCodes.addressId} = ${addressId})::int`,
        theirs: sql<number>`count(*) filter (where ${chatCodes.email} = ${email})::int`,
      })
      .from(chatCodes)
      .where(and(gt(chatCodes.createdAt, hourAgo), sql`${chatCodes.addressId} is not null`));
    if (count!.mine >= 5 || count!.theirs >= 5) return refuse('too_many', 'too_many_codes');
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
    return ok({ email });
  });
}

/** The six digits of a mailed code. Derived, not stored: neither the table nor the queue gives it away. */
export function mailedCode(secret: string, id: number): string {
  const digest = createHmac('sha256', secret).update(`mailed-code:${id}`).digest();
  return String(digest.readUInt32BE(0) % 1_000_000).padStart(6, '0');
}

/** Links the chat address that acts to the person of the code. Refuses: code_wrong, code_spent. */
export async function linkByCode(ctx: Ctx, typed: string): Promise<Result<{ personId: number }>> {
  const code = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const { addressId } = ctx.actor;
  if (!addressId) return refuse('forbidden', 'not_signed_in');
  const person = /^\d{6}$/.test(code)
    ? await useMailedCode(ctx, addressId, code)
    : await useShownCode(ctx, code);
  if (!person.ok) return person;
  await ctx.db
    .update(addresses)
    .set({ personId: person.value, linkedAt: ctx.now(), stoppedAt: null })
    .where(eq(addresses.id, addressId));
  return ok({ personId: person.value });
}

async function useShownCode(ctx: Ctx, code: string): Promise<Result<number>> {
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
  return row?.personId ? ok(row.personId) : refuse('not_found', 'code_wrong');
}

/** A wrong guess is counted, and is committed: the fifth spends the code. */
async function useMailedCode(ctx: Ctx, addressId: number, code: string): Promise<Result<number>> {
  return ctx.db.transaction(async (tx) => {
    const run = tx as unknown as Run;
    const [row] = await run
      .select()
      .from(chatCodes)
      .where(
        and(
          eq(chatCodes.addressId, addressId),
          isNull(chatCodes.usedAt),
          gt(chatCodes.expiresAt, ctx.now()),
          lt(chatCodes.attempts, guesses),
        ),
      )
      .orderBy(desc(chatCodes.id))
      .limit(1)
      .for('update');
    if (!row?.email) return refuse('gone', 'code_spent');
    const right = mailedCode(ctx.secret, row.id) === code;
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
