import type { Ctx } from '../../context.ts';
import { transact } from '../../db/transact.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { oneMore } from '../limits/spending.ts';

/** Mails what is on file of the actor to their own address; asked for several times, it comes once. Refuses: not_signed_in, limit_person_copies. */
export async function mailMyData(ctx: Ctx): Promise<Result<null>> {
  const person = ctx.actor.personId;
  if (!person) return refuse('forbidden', 'not_signed_in');
  const asked = Math.floor(ctx.now().getTime() / 1000);
  return transact(ctx.db, async (tx) => {
    const reached = await oneMore(ctx, tx, 'person_copies');
    if (reached) return reached;
    await enqueue(tx, 'mail_data', { person, asked }, { key: `mail_data:${person}`, maxAttempts: 5 });
    return ok(null);
  });
}
