import { and, eq, gt, isNotNull, isNull, ne } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { addresses, events, registrations, roles } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { erase } from './erasing.ts';
import { settling } from './settling.ts';

/**
 * Forgets the actor: their coming registrations are cancelled first, by the way that gives their places on, then all that
 * says who they are goes, as docs/privacy.md lists it; what stays counts people and names nobody. Begun again it goes on where it was.
 * Refuses: not_signed_in, prove_first (a chat address that has proved nothing), last_organiser.
 */
export async function forgetMe(ctx: Ctx): Promise<Result<null>> {
  const person = ctx.actor.personId;
  if (!person) return refuse('forbidden', 'not_signed_in');
  if (ctx.actor.door === 'chat' && !(await proved(ctx, person))) return refuse('forbidden', 'prove_first');
  if (await isLastOrganiser(ctx.db, person)) return refuse('conflict', 'last_organiser');
  const coming = await ctx.db
    .select({ id: registrations.id, slug: events.slug })
    .from(registrations)
    .innerJoin(events, eq(events.id, registrations.eventId))
    .where(
      and(
        eq(registrations.personId, person),
        ne(registrations.state, 'cancelled'),
        gt(events.endsAt, ctx.now()),
      ),
    );
  const gone = await Promise.all(
    coming.map(({ id, slug }) => settling(ctx, slug, { kind: 'cancel', id, by: 'self' })),
  );
  const refused = gone.find((one) => !one.ok);
  if (refused && !refused.ok) return refused;
  return transact(ctx.db, async (tx) => {
    await erase(tx, ctx, person);
    return ok(null);
  });
}

async function proved(ctx: Ctx, person: number): Promise<boolean> {
  const rows = await ctx.db
    .select({ id: addresses.id })
    .from(addresses)
    .where(
      and(
        eq(addresses.id, ctx.actor.addressId ?? 0),
        eq(addresses.personId, person),
        isNotNull(addresses.linkedAt),
      ),
    );
  return rows.length > 0;
}

async function isLastOrganiser(run: Run, person: number): Promise<boolean> {
  const site = await run
    .select({ personId: roles.personId })
    .from(roles)
    .where(and(eq(roles.role, 'organiser'), isNull(roles.eventId)));
  return site.length === 1 && site[0]!.personId === person;
}
