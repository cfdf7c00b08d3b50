import type { Actor } from '../../context.ts';
import type { Db } from '../../db/client.ts';
import { addresses } from '../../db/schema.ts';
import type { Person } from './queries.ts';
import { languageOf } from './rules.ts';

/**
 * A chat address as an actor. It acts for its person when it has proved to be them, or while nobody has: a provisional
 * link to an address that its owner has since verified is worth nothing.
 */
export async function actorOfAddress(db: Db, uri: string): Promise<ChatActor> {
  const found = async () =>
    (
      await db.$client.query<SpeakerRow>({
        name: 'speaker',
        text: `select ${speakerSql('$1')}`,
        values: [uri],
      })
    ).rows[0]!;
  const known = speakerOf(await found());
  if (known) return known;
  // Whoever writes for the first time gets an address; of two messages at once one makes it.
  await db.insert(addresses).values({ uri }).onConflictDoNothing();
  return speakerOf(await found())!;
}

/** What `speakerOf` reads, as columns of a statement that is asked with every message; `uri` is its parameter. */
export const speakerSql = (uri: string): string => `(
    select json_build_object('id', a.id, 'linked', a.linked_at is not null, 'stopped', a.stopped_at is not null,
      'person', case when p.id is not null then json_build_object('id', p.id, 'email', p.email, 'name', p.name, 'verifiedAt', p.verified_at,
        'notify', p.notify, 'feedKey', p.feed_key, 'zone', p.zone, 'muted', p.muted, 'quietFrom', p.quiet_from, 'quietTo', p.quiet_to,
        'remind', p.remind, 'language', p.language) end,
      'language', a.language,
      'grants', case when a.linked_at is not null then (
        select json_agg(json_build_object('role', r.role, 'eventId', r.event_id) order by r.id) from roles r where r.person_id = p.id) end)
    from addresses a left join people p on p.id = a.person_id where a.uri = ${uri}) speaker`;

export type SpeakerRow = {
  speaker: null | {
    id: number;
    linked: boolean;
    stopped: boolean;
    language: string | null;
    person: (Omit<Person, 'verifiedAt' | 'signedOutAt'> & { verifiedAt: string | null }) | null;
    grants: Actor['grants'] | null;
  };
};

/** Undefined: nobody has written from there yet. */
export function speakerOf({ speaker }: SpeakerRow): ChatActor | undefined {
  if (!speaker) return undefined;
  const { id, linked, stopped, language, person, grants } = speaker;
  const speaks = person && (linked || !person.verifiedAt) ? person : undefined;
  return {
    actor: {
      ...{ door: 'chat', addressId: id, personId: speaks?.id, grants: (speaks && grants) ?? [] },
      ...(speaks && linked && { proved: true }),
    },
    person: speaks && {
      ...speaks,
      signedOutAt: null,
      verifiedAt: speaks.verifiedAt ? new Date(speaks.verifiedAt) : null,
    },
    linked: Boolean(speaks && linked),
    stopped,
    language: languageOf(person, { language, linkedAt: linked || null }) ?? undefined,
  };
}

export type ChatActor = {
  actor: Actor;
  /** Whom the address acts for. */
  person?: Person;
  /** The address has proved to be theirs. */
  linked: boolean;
  /** It asked not to be written to first. */
  stopped: boolean;
  /** The one that was chosen: their own, else that of the address. */
  language?: string;
};
