import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';
import { addresses, type NoticedChange, notices, people } from '../../db/schema.ts';
import { type Event, eventById } from '../events/queries.ts';
import type { Person } from '../people/queries.ts';
import { languageOf, nobodysDomain } from '../people/rules.ts';
import { type RegistrationView, registrationById } from '../registrations/queries.ts';
import type { ToldSession } from './grid-rules.ts';
import { toldSessions } from './grid-sessions.ts';
import type { GridKind, NoticeKind, OrganiserKind, RegistrationKind } from './rules.ts';
import { strangersSince } from './strangers.ts';

type Common = {
  id: number;
  createdAt: Date;
  mailedAt: Date | null;
  personId: number;
  email: string;
  /** Somebody has read mail there. */
  proved: boolean;
  /** The person wants mail of every kind. */
  notify: boolean;
};

/** About a registration, or the event that it is for. */
export type RegistrationNotice = Common & {
  kind: RegistrationKind;
  newer: RegistrationKind[];
  /** Kinds of the notices about the same registration that had been sent before, in their order. */
  older: RegistrationKind[];
  again: boolean;
  /** What organisers say, of an announcement. */
  announcement: string | null;
  registration: RegistrationView;
};

/** About sessions that the person starred or holds. */
export type GridNotice = Common & {
  kind: GridKind;
  name: string;
  event: Pick<Event, 'slug' | 'name' | 'zone' | 'state' | 'endsAt'>;
  sessions: ToldSession[];
};

/** To somebody who organises the event. */
export type OrganiserNotice = Common & {
  kind: OrganiserKind;
  name: string;
  event: Event;
  strangers: { count: number; unproved: number };
};

export type NoticeView = RegistrationNotice | GridNotice | OrganiserNotice;

export const isToOrganiser = (view: NoticeView): view is OrganiserNotice => view.kind === 'strangers';

export const isOfGrid = (view: NoticeView): view is GridNotice =>
  view.kind === 'grid_changed' || view.kind === 'session_soon';

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
  eventId: notices.eventId,
  changes: sql<NoticedChange[]>`coalesce(${notices.data}->'changes', '[]')`,
  personId: people.id,
  email: people.email,
  proved: sql<boolean>`${people.verifiedAt} is not null`,
  name: people.name,
  notify: people.notify,
  newer: sql<RegistrationKind[]>`array(select n.kind from notices n
    where n.registration_id = ${notices.registrationId} and ${after})`,
  older: sql<RegistrationKind[]>`array(select n.kind from notices n
    where n.registration_id = ${notices.registrationId} and ${before}
      and coalesce(n.mailed_at, n.chatted_at) is not null order by (n.data->>'job')::bigint, n.id)`,
  again: sql<boolean>`exists(select from registrations r where r.person_id = ${notices.personId}
    and r.event_id = ${notices.eventId} and r.state <> 'cancelled')`,
  announcement: sql<string | null>`(select a.text from announcements a
    where a.id = (${notices.data}->>'announcement')::int)`,
};

/** A notice with what it is about, as that stands now; undefined when that is gone, or they have been forgotten. */
export async function noticeById(run: Run, id: number): Promise<NoticeView | undefined> {
  const [row] = await run
    .select(ofNotice)
    .from(notices)
    .innerJoin(people, eq(people.id, notices.personId))
    .where(and(eq(notices.id, id), sql`${people.email} not like ${`%@${nobodysDomain}`}`));
  if (!row) return undefined;
  const { kind, registrationId, eventId, changes } = row;
  if (kind === 'grid_changed' || kind === 'session_soon') {
    const event = eventId ? await eventById(run, eventId) : undefined;
    const sessions = await toldSessions(run, changes, row.personId);
    return event && { ...row, kind, event, sessions };
  }
  if (kind === 'strangers') {
    const event = eventId ? await eventById(run, eventId) : undefined;
    return event && { ...row, kind, event, strangers: await strangersSince(run, event) };
  }
  const registration = registrationId ? await registrationById(run, registrationId) : undefined;
  return registration && { ...row, kind, registration };
}

/** Whom a chat address speaks for, as far as writing there first goes. */
export type ToTell = Pick<Person, 'muted' | 'quietFrom' | 'quietTo' | 'zone' | 'language'> & {
  uri: string;
  personId: number;
};

/** Undefined when nobody is to be written to there: it is nobody's, or they said `stop`. */
export async function addressToTell(run: Run, id: number): Promise<ToTell | undefined> {
  const [row] = await run
    .select({ address: addresses, person: people })
    .from(addresses)
    .innerJoin(people, eq(people.id, addresses.personId))
    .where(and(eq(addresses.id, id), isNull(addresses.stoppedAt)));
  if (!row) return undefined;
  const { address, person } = row;
  const language = languageOf(person, address);
  return { ...person, uri: address.uri, personId: person.id, language };
}
