import { and, eq, gt, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { addresses, events, registrations, roles } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { nobodysDomain } from '../people/rules.ts';
import { settling } from './settling.ts';

/**
 * Forgets the actor: their coming registrations are cancelled first, by the way that gives their places on, then all that
 * says who they are goes; what stays counts people and names nobody. Begun again it goes on where it was.
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
    await erase(tx, person);
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

/** Shown where a name would stand. */
const nobody = '–';

/** One statement a table. */
async function erase(run: Run, person: number) {
  const theirs = sql`(select id from registrations where person_id = ${person})`;
  const chats = sql`(select uri from addresses where person_id = ${person} and linked_at is not null)`;
  const email = sql`(select email from people where id = ${person})`;
  await run.execute(sql`delete from members where registration_id in ${theirs}`);
  await run.execute(sql`delete from seatings where registration_id in ${theirs}`);
  await run.execute(sql`delete from notices where person_id = ${person}`);
  await run.execute(sql`update registrations set name = ${nobody}, answers = '{}', near = '', listed = false,
    address_id = null, request_key = null, generation = generation + 1, mail_generation = mail_generation + 1,
    prove_by = null, prove_remind_at = null where person_id = ${person}`);
  await run.execute(sql`delete from stars where person_id = ${person}`);
  await run.execute(sql`delete from host_invitations where person_id = ${person} or invited_by = ${person}`);
  await run.execute(sql`update session_hosts set name = ${nobody} where person_id = ${person}`);
  for (const table of ['conversations', 'inbox', 'chat_messages'])
    await run.execute(
      sql`delete from ${sql.identifier(table)} where split_part(address, ' ', 1) in ${chats}`,
    );
  const theirChats = sql`(select id from addresses where person_id = ${person})`;
  await run.execute(sql`delete from pushes where address_id in ${theirChats}`);
  await run.execute(sql`delete from chat_notices where address_id in ${theirChats}`);
  await run.execute(sql`delete from gateway_users where address_id in ${theirChats}`);
  await run.execute(sql`delete from chat_codes where person_id = ${person} or email = ${email}
    or address_id in (select id from addresses where person_id = ${person})`);
  await run.execute(sql`delete from sign_ins where email = ${email}`);
  await run.execute(sql`delete from web_sessions where sess->>'personId' = ${String(person)}`);
  await run.execute(
    sql`update addresses set person_id = null, linked_at = null, language = null where person_id = ${person}`,
  );
  await run.execute(sql`delete from roles where person_id = ${person}`);
  await run.execute(sql`update people set email = 'forgotten-' || id || ${`@${nobodysDomain}`}, name = ${nobody},
    verified_at = null, notify = false, feed_key = null, zone = null, language = null, muted = '{}', quiet_from = null, quiet_to = null,
    remind = null where id = ${person}`);
  // The public pages show names: touching the event's row tells every process that keeps them.
  await run.execute(sql`update events set updated_at = now() where id in (
    select event_id from registrations where person_id = ${person}
    union select s.event_id from sessions s join session_hosts h on h.session_id = s.id where h.person_id = ${person})`);
}
