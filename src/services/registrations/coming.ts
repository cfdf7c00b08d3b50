import { and, asc, count, eq, gt, ne } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import { registrations } from '../../db/schema.ts';

export { mailedLink, mailedTicketToken, mailedToken, manageToken, ticketToken } from './links.ts';

/** Who is coming and said that they may be shown: names in order of registration, and the public answers. */
export const listedAttendees = (run: Run, eventId: number, limit: number, afterId = 0) =>
  run
    .select({ id: registrations.id, name: registrations.name, answers: registrations.answers })
    .from(registrations)
    .where(
      and(
        eq(registrations.eventId, eventId),
        eq(registrations.state, 'confirmed'),
        eq(registrations.listed, true),
        gt(registrations.id, afterId),
      ),
    )
    .orderBy(asc(registrations.id))
    .limit(limit);

/** Who is coming, by the ids of the people, in order of registration. */
export async function peopleOf(run: Run, eventId: number, limit: number): Promise<number[]> {
  const rows = await run
    .select({ personId: registrations.personId })
    .from(registrations)
    .where(and(eq(registrations.eventId, eventId), eq(registrations.state, 'confirmed')))
    .orderBy(asc(registrations.id))
    .limit(limit);
  return rows.map((row) => row.personId);
}

/** How many registrations an event has that are not cancelled: each of them is told when the event is. */
export async function livingAt(run: Run, eventId: number): Promise<number> {
  const [row] = await run
    .select({ count: count() })
    .from(registrations)
    .where(and(eq(registrations.eventId, eventId), ne(registrations.state, 'cancelled')));
  return row!.count;
}
