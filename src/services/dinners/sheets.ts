import { asc, eq, sql } from 'drizzle-orm';
import type { Base, Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { dinnerTables, events, restaurantSheets } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { planSheet } from '../../jobs/planned.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import type { Event } from '../events/queries.ts';
import { mayManage, maySee } from '../organising/rules.ts';
import { type Difference, differences, type Eater, makeSheet, type Sheet } from './sheet.ts';

export type RestaurantSheet = {
  now: Sheet;
  /** What the restaurant was told, and what is different since. */
  frozen?: { at: Date; sheet: Sheet; since: Difference[] };
};

/** The numbers for the restaurant, as they are and as it was told them. Three queries. Refuses: not_organiser. */
export async function restaurantSheet(ctx: Ctx, event: Event): Promise<Result<RestaurantSheet>> {
  if (!maySee(ctx.actor, event.id)) return refuse('forbidden', 'not_organiser');
  const [now, [told]] = await Promise.all([
    sheetNow(ctx.db, event),
    ctx.db.select().from(restaurantSheets).where(eq(restaurantSheets.eventId, event.id)),
  ]);
  if (!told) return ok({ now });
  const sheet = told.content as Sheet;
  return ok({ now, frozen: { at: told.frozenAt, sheet, since: differences(sheet, now) } });
}

async function sheetNow(run: Run, event: Pick<Event, 'id' | 'menu' | 'held'>): Promise<Sheet> {
  const [eaters, tables] = await Promise.all([
    run.execute<Eater>(eatersOf(event.id)),
    run
      .select({ name: dinnerTables.name })
      .from(dinnerTables)
      .where(eq(dinnerTables.eventId, event.id))
      .orderBy(asc(dinnerTables.position)),
  ]);
  return makeSheet(eaters.rows, event.menu, [...new Set(tables.map((one) => one.name))], event.held);
}

/** Everybody who has a place, a row each, of whom something was said or not. */
const eatersOf = (eventId: number) => sql`select t.name "table", coalesce(m.diets, '{}') diets,
    coalesce(m.diet_other, '') "dietOther", coalesce(m.choices, '{}'::jsonb) choices
  from registrations r cross join lateral generate_series(0, r.size - 1) n(position)
    left join members m on m.registration_id = r.id and m.position = n.position
    left join seatings s on s.registration_id = r.id and s.position = n.position
    left join dinner_tables t on t.id = s.table_id
  where r.event_id = ${eventId} and r.state = 'confirmed' order by r.id, n.position`;

/** Freezes the numbers as they are now; again, it replaces what the restaurant was told. Refuses: event_unknown, not_organiser. */
export const freezeSheet = (ctx: Ctx, slug: string): Promise<Result<null>> =>
  transact(ctx.db, async (tx) => {
    // Under the event's lock nobody comes or goes meanwhile.
    const [event] = await tx.select().from(events).where(eq(events.slug, slug)).for('no key update');
    if (!event) return refuse('not_found', 'event_unknown');
    if (!mayManage(ctx.actor, event.id)) return refuse('forbidden', 'not_organiser');
    await keep(tx, event, ctx.now());
    return ok(null);
  });

/**
 * The moment has come at which the restaurant is told. Run twice, or late, it freezes once; a sheet that an organiser has frozen
 * since then stays. Looked at again when our clock says that it is too early.
 */
export async function freezeWhenDue(base: Base, id: number): Promise<'frozen' | 'not_due' | 'nothing'> {
  return base.db.transaction(async (raw) => {
    const tx = raw as unknown as Run;
    const [event] = await tx.select().from(events).where(eq(events.id, id)).for('no key update');
    if (!event?.sheetAt || event.state !== 'published') return 'nothing';
    if (event.sheetAt > base.now()) {
      await planSheet(tx, event);
      return 'not_due';
    }
    const [told] = await tx.select().from(restaurantSheets).where(eq(restaurantSheets.eventId, id));
    if (told && told.frozenAt >= event.sheetAt) return 'nothing';
    await keep(tx, event, base.now());
    return 'frozen';
  });
}

async function keep(tx: Run, event: Event, at: Date) {
  const content = await sheetNow(tx, event);
  await tx
    .insert(restaurantSheets)
    .values({ eventId: event.id, frozenAt: at, content })
    .onConflictDoUpdate({ target: restaurantSheets.eventId, set: { frozenAt: at, content } });
}
