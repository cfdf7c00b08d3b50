import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { addresses, people, registrations } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { registrationByToken } from '../registrations/queries.ts';
import { unlinked } from './queries.ts';

/**
 * The person of an address that has just been proved to be read by them; made when new. What unproved chat addresses
 * had claimed of that person ends here. The first proof ends all links and tickets that were shown until then, as whoever typed
 * the address has them, and mails where the registrations are, unless that is only `opened`, which they have open.
 */
export async function verifiedPerson(run: Run, email: string, now: Date, opened?: number): Promise<number> {
  const { id, first } = await prove(run, email, now);
  await run
    .update(addresses)
    .set(unlinked(now))
    .where(and(eq(addresses.personId, id), isNull(addresses.linkedAt)));
  if (first) await endShownLinks(run, id, opened);
  return id;
}

/** The row's lock makes the end of an unproved registration and its proof wait for each other; see `readSubjects`. */
async function prove(run: Run, email: string, now: Date): Promise<{ id: number; first: boolean }> {
  const name = email.split('@')[0] ?? email;
  const [made] = await run
    .insert(people)
    .values({ email, name, verifiedAt: now })
    .onConflictDoNothing({ target: people.email })
    .returning({ id: people.id });
  if (made) return { id: made.id, first: false };
  const [proved] = await run
    .update(people)
    .set({ verifiedAt: now })
    .where(and(eq(people.email, email), isNull(people.verifiedAt)))
    .returning({ id: people.id });
  if (proved) return { id: proved.id, first: true };
  const [known] = await run.select({ id: people.id }).from(people).where(eq(people.email, email));
  return { id: known!.id, first: false };
}

/** Those that were mailed stay: only whoever reads the mailbox has them. */
async function endShownLinks(run: Run, person: number, opened?: number) {
  const theirs = await run
    .update(registrations)
    .set({
      generation: sql`${registrations.generation} + 1`,
      proveBy: null,
      proveRemindAt: null,
      proveAskedAt: null,
    })
    .where(eq(registrations.personId, person))
    .returning({ id: registrations.id, state: registrations.state });
  const others = theirs.filter(({ id, state }) => state !== 'cancelled' && id !== opened);
  if (others.length > 0) await enqueue(run, 'mail_links', { person });
}

/**
 * Whoever presses something on the page of a link that was mailed has read that mailbox, as if they had signed in; but it signs
 * nobody in. `lost`: the registration had ended before. Twice is no error. Refuses: link_unknown, prove_by_mail (the link was shown).
 */
export async function proveByLink(ctx: Ctx, token: string): Promise<Result<{ lost: boolean }>> {
  const found = await registrationByToken(ctx, token);
  if (!found) return refuse('not_found', 'link_unknown');
  if (found.way !== 'mailed') return refuse('forbidden', 'prove_by_mail', { email: found.email });
  if (found.verified) return ok({ lost: found.state === 'cancelled' });
  return transact(ctx.db, async (tx) => {
    await verifiedPerson(tx, found.email, ctx.now(), found.id);
    // After the lock: it may have ended while we waited.
    const living = await tx
      .select({ id: registrations.id })
      .from(registrations)
      .where(and(eq(registrations.id, found.id), ne(registrations.state, 'cancelled')));
    return ok({ lost: living.length === 0 });
  });
}
