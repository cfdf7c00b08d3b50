import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { events, people, roles } from '../../db/schema.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { mayManage, organisesSite } from '../organising/rules.ts';

/** The organiser of the whole site who has been it the longest. */
export async function firstOrganiser(run: Run): Promise<{ email: string } | undefined> {
  const [row] = await run
    .select({ email: people.email })
    .from(roles)
    .innerJoin(people, eq(people.id, roles.personId))
    .where(and(eq(roles.role, 'organiser'), isNull(roles.eventId)))
    .orderBy(roles.id)
    .limit(1);
  return row;
}

export type RoleRow = { id: number; email: string; role: 'organiser' | 'helper'; event: string | null };

/** Everyone's roles, of the whole site first; `event` is a slug. */
export const rolesOf = (run: Run): Promise<RoleRow[]> =>
  run
    .select({ id: roles.id, email: people.email, role: roles.role, event: events.slug })
    .from(roles)
    .innerJoin(people, eq(people.id, roles.personId))
    .leftJoin(events, eq(events.id, roles.eventId))
    .orderBy(sql`${events.slug} nulls first`, people.email);
export type Member = {
  roleId: number;
  personId: number;
  role: 'organiser' | 'helper';
  name: string;
  email: string;
  /** They have signed in, or otherwise read mail there. */
  verified: boolean;
};

/** Who has a role on an event, or on the whole site (null); organisers first. Refuses: not_organiser. */
export async function team(ctx: Ctx, eventId: number | null): Promise<Result<Member[]>> {
  const may = eventId === null ? organisesSite(ctx.actor) : mayManage(ctx.actor, eventId);
  if (!may) return refuse('forbidden', 'not_organiser');
  const rows = await ctx.db
    .select({
      roleId: roles.id,
      personId: people.id,
      role: roles.role,
      name: people.name,
      email: people.email,
      verified: sql<boolean>`${people.verifiedAt} is not null`,
    })
    .from(roles)
    .innerJoin(people, eq(people.id, roles.personId))
    .where(eventId === null ? isNull(roles.eventId) : eq(roles.eventId, eventId))
    .orderBy(desc(roles.role), people.email)
    .limit(500);
  return ok(rows);
}
