import { eq, sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import { addresses, notices, people } from '../../db/schema.ts';
import { type RegistrationView, registrationById } from '../registrations/queries.ts';
import type { NoticeKind } from './rules.ts';

export type NoticeView = {
  id: number;
  kind: NoticeKind;
  createdAt: Date;
  mailedAt: Date | null;
  newer: NoticeKind[];
  /** Kinds of the notices about the same registration that had been sent before, in their order. */
  older: NoticeKind[];
  again: boolean;
  cancelledBy: 'self' | 'organiser' | 'event' | 'lapsed' | null;
  /** The person wants mail of every kind. */
  notify: boolean;
  registration: RegistrationView;
};

/**
 * Notices of a registration in the order in which things came about: that of their jobs, which were enqueued under the
 * event's lock. Workers that take two jobs at once may make the notices the other way round.
 */
const before = sql`((n.data->>'job')::bigint, n.id) < ((${notices.data}->>'job')::bigint, ${notices.id})`;
const after = sql`((n.data->>'job')::bigint, n.id) > ((${notices.data}->>'job')::bigint, ${notices.id})`;

const ofNotice = {
  id: notices.id,
  kind: sql<NoticeKind>`${notices.kind}`,
  createdAt: notices.createdAt,
  mailedAt: notices.mailedAt,
  registrationId: notices.registrationId,
  notify: people.notify,
  newer: sql<NoticeKind[]>`array(select n.kind from notices n
    where n.registration_id = ${notices.registrationId} and ${after})`,
  older: sql<NoticeKind[]>`array(select n.kind from notices n
    where n.registration_id = ${notices.registrationId} and ${before}
      and coalesce(n.mailed_at, n.chatted_at) is not null order by (n.data->>'job')::bigint, n.id)`,
  again: sql<boolean>`exists(select from registrations r where r.person_id = ${notices.personId}
    and r.event_id = ${notices.eventId} and r.state <> 'cancelled')`,
  cancelledBy: sql<NoticeView['cancelledBy']>`(select r.cancelled_by from registrations r
    where r.id = ${notices.registrationId})`,
};

/** A notice with what it is about, as that stands now; undefined when either is gone. */
export async function noticeById(run: Run, id: number): Promise<NoticeView | undefined> {
  const [row] = await run
    .select(ofNotice)
    .from(notices)
    .innerJoin(people, eq(people.id, notices.personId))
    .where(eq(notices.id, id));
  if (!row?.registrationId) return undefined;
  const registration = await registrationById(run, row.registrationId);
  return registration && { ...row, registration };
}

/** A chat address that the person may be written to at; undefined when it is unlinked, somebody else's, or stopped. */
export async function addressToTell(run: Run, id: number, view: NoticeView) {
  const [row] = await run.select().from(addresses).where(eq(addresses.id, id));
  return row && row.personId === view.registration.personId && !row.stoppedAt ? row.uri : undefined;
}
