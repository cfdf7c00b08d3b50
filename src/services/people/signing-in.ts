import { and, eq, gt, isNull } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { signIns } from '../../db/schema.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { parseEmail } from '../../shared/form.ts';
import { tokenFits, tokenKey, urlToken } from '../../shared/ids.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { verifiedPerson } from './proving.ts';
import { inMinutes, localPath, minutes } from './rules.ts';

/**
 * Mails a sign-in link. The answer, and the time it takes, are the same whether or not anybody is known by that
 * address; the mail tells. Refuses: invalid.
 */
export async function requestSignIn(
  ctx: Ctx,
  input: { email: string; next?: string },
): Promise<Result<null>> {
  const email = parseEmail(input.email);
  if (!email) return invalid([{ field: 'email', code: input.email.trim() ? 'email' : 'required' }]);
  await ctx.db.transaction(async (tx) => {
    const key = await makeSignIn(tx as unknown as Run, ctx, email, input.next);
    await enqueue(tx as unknown as Run, 'mail_sign_in', { key }, { maxAttempts: 5 });
  });
  return ok(null);
}

/** A sign-in link as text, for the person at the console of an embedded try-out. */
export async function signInLink(ctx: Ctx, email: string, next?: string): Promise<string> {
  const key = await makeSignIn(ctx.db, ctx, email, next);
  return `${ctx.baseUrl}/sign-in/${signInToken(ctx.secret, key)}`;
}

export const signInToken = (secret: string, key: string): string => urlToken(secret, 'sign-in', key);

async function makeSignIn(run: Run, ctx: Ctx, email: string, next?: string): Promise<string> {
  const [row] = await run
    .insert(signIns)
    .values({ email, next: localPath(next), expiresAt: inMinutes(ctx.now(), minutes.signIn) })
    .returning({ key: signIns.key });
  return row!.key;
}

/** Whether the link would still sign in: for the page that a GET shows. It consumes nothing. */
export async function peekSignIn(ctx: Ctx, token: string): Promise<Result<{ email: string }>> {
  const key = tokenKey(token);
  if (!key || !tokenFits(token, ctx.secret, 'sign-in', key)) return refuse('not_found', 'link_unknown');
  const [row] = await ctx.db.select().from(signIns).where(eq(signIns.key, key));
  if (!row) return refuse('not_found', 'link_unknown');
  if (row.usedAt || row.expiresAt <= ctx.now()) return refuse('gone', 'sign_in_expired');
  return ok({ email: row.email });
}

/** Consumes the link: it signs in once. Whoever signs in has read mail at that address, which verifies it. */
export async function consumeSignIn(
  ctx: Ctx,
  token: string,
): Promise<Result<{ personId: number; next: string }>> {
  const key = tokenKey(token);
  if (!key || !tokenFits(token, ctx.secret, 'sign-in', key)) return refuse('not_found', 'link_unknown');
  return ctx.db.transaction(async (tx) => {
    const run = tx as unknown as Run;
    const [row] = await run
      .update(signIns)
      .set({ usedAt: ctx.now() })
      .where(and(eq(signIns.key, key), isNull(signIns.usedAt), gt(signIns.expiresAt, ctx.now())))
      .returning();
    if (!row) return refuse('gone', 'sign_in_expired');
    const personId = await verifiedPerson(run, row.email, ctx.now());
    return ok({ personId, next: row.next });
  });
}
