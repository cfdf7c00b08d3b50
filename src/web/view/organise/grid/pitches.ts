import type { EventWithSeries } from '../../../../services/events/queries.ts';
import type { GridRoom } from '../../../../services/grid/queries.ts';
import { suggestedRoom } from '../../../../services/grid/rules.ts';
import type { Session } from '../../../../services/sessions/queries.ts';
import { pitchOrder } from '../../../../services/sessions/rules.ts';
import { t } from '../../../../words/words.ts';
import { allMerges, type MergeView, mergeSummary } from '../../merges.ts';
import { scheduleUrl, whereText } from '../../schedule/cells.ts';
import { hostNames, sessionTapes, sessionUrl } from '../../session-card.ts';
import type { Tape } from '../../tape.ts';
import { type Desk, deskUrl } from '../desk.ts';

export type PitchesPage = {
  desk: Desk;
  lead: string;
  filter: { href: string; text: string; current: boolean }[];
  pitches: Pitch[];
  empty: { heading: string; text: string; link?: { href: string; text: string } };
  doors: string;
};

type Pitch = {
  number: number;
  title: string;
  href: string;
  hosts: string;
  tape: Tape;
  newcomer: boolean;
  notes: string;
  stars: number;
  starsText: string;
  /** Where it would fit, while it is nowhere. */
  room?: string;
  where?: string;
  place?: { href: string; text: string };
  merges: MergeView[];
  together: string;
};

type Given = {
  desk: Desk;
  event: EventWithSeries;
  sessions: Session[];
  rooms: GridRoom[];
  /** The one who looks puts sessions on the grid. */
  places: boolean;
  /** Only those that wait for a place. */
  waiting: boolean;
};

export function pitchesPage({ desk, event, sessions, rooms, places, waiting }: Given): PitchesPage {
  const shown = pitchOrder(sessions).filter((one) => !waiting || !one.place);
  const left = sessions.filter((one) => !one.place).length;
  const merges = allMerges(event, sessions);
  const here = deskUrl(event, '/pitches');
  return {
    desk,
    lead: t('grid:pitches.lead'),
    filter: [
      { href: here, text: t('grid:pitches.all', { count: sessions.length }), current: !waiting },
      { href: `${here}?waiting`, text: t('grid:pitches.waiting', { count: left }), current: waiting },
    ],
    pitches: shown.map((session) => ({
      ...pitchOf(event, session, rooms, places),
      ...mergesIn(merges.get(session.number) ?? []),
    })),
    empty: emptyOf(event, sessions.length > 0),
    doors: deskUrl(event, '/doors.pdf'),
  };
}

function pitchOf(
  event: EventWithSeries,
  session: Session,
  rooms: GridRoom[],
  places: boolean,
): Omit<Pitch, 'merges' | 'together'> {
  const { number, title, stars, place } = session;
  return {
    number,
    title,
    href: sessionUrl(event, number),
    hosts: hostNames(session),
    tape: sessionTapes[session.kind],
    newcomer: session.newcomer,
    notes: notesOf(session),
    stars,
    starsText: t('grid:pitches.stars', { count: stars }),
    room: place ? undefined : roomText(rooms, stars),
    where: place ? t('grid:pitches.is', { where: whereText(event, place.room, place.startsAt) }) : undefined,
    place: places
      ? {
          href: scheduleUrl(event, `?claim=${number}`),
          text: t(place ? 'schedule:mine.move' : 'grid:pitches.place'),
        }
      : undefined,
  };
}

const mergesIn = (merges: MergeView[]): Pick<Pitch, 'merges' | 'together'> => ({
  merges,
  together: mergeSummary(merges),
});

const notesOf = ({ kind, minutes, features }: Session): string =>
  [
    t(`sessions:kinds.${kind}`),
    minutes === null ? '' : t('schedule:minutes', { count: minutes }),
    ...features,
  ]
    .filter(Boolean)
    .join(' · ');

function roomText(rooms: GridRoom[], stars: number): string | undefined {
  const room = suggestedRoom(rooms, stars);
  if (!room) return undefined;
  const small = room.capacity !== null && room.capacity < stars;
  return t(small ? 'grid:pitches.room_largest' : 'grid:pitches.room', { room: room.name });
}

const emptyOf = (event: EventWithSeries, some: boolean): PitchesPage['empty'] =>
  some
    ? { heading: t('grid:pitches.done_heading'), text: t('grid:pitches.done') }
    : {
        heading: t('grid:pitches.none_heading'),
        text: t('grid:pitches.none'),
        link: { href: `/events/${event.slug}/sessions/new`, text: t('schedule:propose') },
      };
