import { desc, eq, sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { announcements, events, people, registrations } from '../../db/schema.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { mayManage } from '../organising/rules.ts';
import type { Audience } from './rules.ts';

/** Whom an announcement reaches: registrations by audience. */
export type Reach = Record<Audience, number>;

/** How many registrations an announcement would reach now. Refuses: event_unknown, not_organiser. */
export async function reachOf(ctx: Ctx, slug: string): Promise<Result<Reach>> {
  const [row] = await ctx.db
    .select({
      id: events.id,
      coming: sql<number>`count(*) filter (where ${registrations.state} = 'confirmed')::int`,
      everyone: sql<number>`count(*) filter (where ${registrations.state} <> 'cancelled')::int`,
    })
    .from(events)
    .leftJoin(registrations, eq(registrations.eventId, events.id))
    .where(eq(events.slug, slug))
    .groupBy(events.id);
  if (!row) return refuse('not_found', 'event_unknown');
  if (!mayManage(ctx.actor, row.id)) return refuse('forbidden', 'not_organiser');
  return ok({ coming: row.coming, everyone: row.everyone });
}

/** What was announced, the latest first. `by`: whoever did it. */
export const announcementsOf = (run: Run, eventId: number, limit: number) =>
  run
    .select({
      id: announcements.id,
      text: announcements.text,
      audience: announcements.audience,
      createdAt: announcements.createdAt,
      by: people.name,
    })
    .from(announcements)
    .leftJoin(people, eq(people.id, announcements.personId))
    .where(eq(announcements.eventId, eventId))
    .orderBy(desc(announcements.id))
    .limit(limit);
