import { and, eq, gt, gte, isNull, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { people, signIns } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { happened } from '../../happenings.ts';
import { parseEmail } from '../../shared/form.ts';
import { tokenFits, tokenKey, urlToken } from '../../shared/ids.ts';
import { invalid, ok, type Result, refuse } from '../../shared/result.ts';
import { type Count, formsOf, tooMany } from '../limits/rules.ts';
import { giveBack, spend } from '../limits/spending.ts';
import { verifiedPerson } from './proving.ts';
import { inMinutes, localPath, minutes } from './rules.ts';

/**
 * Mails a sign-in link. The answer, and the time it takes, are the same whether or not anybody is known by that
 * address, and whether or not it has had as many mails as it gets; the mail tells. Refuses: invalid, limit_network_forms.
 */
export async function requestSignIn(
  ctx: Ctx,
  input: { email: string; next?: string },
): Promise<Result<null>> {
  const email = parseEmail(input.email);
  if (!email) return invalid([{ field: 'email', code: input.email.trim() ? 'email' : 'required' }]);
  const mailbox: Count[] = [{ limit: 'mailbox_sign_in', subject: email }];
  const forms = formsOf(ctx.actor);
  return transact(ctx.db, async (tx) => {
    const purse = await spend(
      ctx,
      tx,
      [...mailbox, ...forms].map((one) => ({ ...one, asked: 1 })),
    );
    const reached = purse.take(forms);
    if (reached) return { ok: false, refusal: tooMany(reached, ctx.now()) };
    // Two statements either way.
    if (purse.take(mailbox)) await giveBack(ctx, tx, purse.rest());
    else await mailSignIn(tx, ctx, email, input.next);
    happened(ctx, { what: 'sign_in_asked' });
    return ok(null);
  });
}

/**
 * A newer link ends those before it; of two that are asked for at once the mailbox's count, which is locked by now, makes one the later.
 * A mail to somebody who has never been here waits its turn behind those to people who have.
 */
async function mailSignIn(run: Run, ctx: Ctx, email: string, next?: string): Promise<void> {
  await run.execute(sql`with ended as (
      update sign_ins set used_at = ${ctx.now().toISOString()} where email = ${email} and used_at is null
    ), made as (
      insert into sign_ins (email, next, expires_at, created_at)
      values (${email}, ${localPath(next)}, ${inMinutes(ctx.now(), minutes.signIn).toISOString()}, ${ctx.now().toISOString()})
      returning key
    ) select graphile_worker.add_job('mail_sign_in', json_build_object('key', key), max_attempts => 5, priority =>
        case when exists (select from people where email = ${email} and verified_at is not null) then -10 else 0 end)
      from made`);
}

/** A sign-in link as text, for the person at the console of an embedded try-out. */
export async function signInLink(ctx: Ctx, email: string, next?: string): Promise<string> {
  const key = await ctx.db.transaction((tx) => makeSignIn(tx as unknown as Run, ctx, email, next));
  return `${ctx.baseUrl}/sign-in/${signInToken(ctx.secret, key)}`;
}

export const signInToken = (secret: string, key: string): string => urlToken(secret, 'sign-in', key);

async function makeSignIn(run: Run, ctx: Ctx, email: string, next?: string): Promise<string> {
  await run
    .update(signIns)
    .set({ usedAt: ctx.now() })
    .where(and(eq(signIns.email, email), isNull(signIns.usedAt)));
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
    if (!row) {
      happened(ctx, { what: 'sign_in_refused', code: 'sign_in_expired' });
      return refuse('gone', 'sign_in_expired');
    }
    const personId = await verifiedPerson(run, row.email, ctx.now());
    // Signed out everywhere by a clock that was ahead, they would be nobody until then.
    await run
      .update(people)
      .set({ signedOutAt: new Date(ctx.now().getTime() - 1) })
      .where(and(eq(people.id, personId), gte(people.signedOutAt, ctx.now())));
    happened(ctx, { what: 'signed_in', person: personId });
    return ok({ personId, next: row.next });
  });
}
