import type { SessionAtEvent } from '../../services/sessions/across-events.ts';
import type { Invitation } from '../../services/sessions/inviting.ts';
import { urlToken } from '../../shared/ids.ts';
import { when } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import { sessionTapes, sessionUrl } from './session-card.ts';
import type { Tape } from './tape.ts';

export type MySessions = {
  /** What they were asked to hold with others. */
  invitations: { href: string; title: string; text: string }[];
  groups: { heading: string; rows: MySession[] }[];
  /** Absent until they ask for one. */
  feed?: { address: string; subscribe: string };
};

export type MySession = {
  href: string;
  title: string;
  event: string;
  place: string;
  tape: Tape;
  /** For what one holds. */
  stars?: string;
};

type Given = {
  sessions: SessionAtEvent[];
  invitations: Invitation[];
  person: { id: number; feedKey: string | null };
};

/** What a person holds and what they starred, each once; and the address of their own calendar. */
export function mySessions(
  { sessions, invitations, person }: Given,
  site: { secret: string; baseUrl: string },
): MySessions {
  const holds = ({ hosts }: SessionAtEvent) => hosts.some((one) => one.personId === person.id);
  const held = sessions
    .filter(holds)
    .map((one) => ({ ...rowOf(one), stars: t('sessions:stars', { count: one.stars }) }));
  const starred = sessions.filter((one) => !holds(one)).map(rowOf);
  const groups = [
    { heading: t('sessions:mine.held'), rows: held },
    { heading: t('sessions:mine.starred'), rows: starred },
  ];
  return {
    invitations: invitations.map(({ event, number, title, by }) => ({
      href: sessionUrl(event, number, '/invitation'),
      title,
      text: t('sessions:invitation.by', { by, event: event.name }),
    })),
    groups: groups.filter((one) => one.rows.length > 0),
    feed: person.feedKey ? feedOf(site, person.feedKey) : undefined,
  };
}

function feedOf({ baseUrl, secret }: { secret: string; baseUrl: string }, key: string): MySessions['feed'] {
  const address = `${baseUrl}/schedule/${urlToken(secret, 'feed', key)}.ics`;
  return { address, subscribe: address.replace(/^https?:/, 'webcal:') };
}

const rowOf = (session: SessionAtEvent): MySession => ({
  href: sessionUrl(session.event, session.number),
  title: session.title,
  event: session.event.name,
  place: placeText(session),
  tape: sessionTapes[session.kind],
});

const placeText = ({ place, event }: SessionAtEvent): string =>
  place ? `${when(place.startsAt, place.endsAt, event.zone)}, ${place.room}` : t('sessions:unplaced');
