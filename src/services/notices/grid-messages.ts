import type { Cell } from '../../db/schema.ts';
import { type Message, type Mood, oneLine } from '../../shared/message.ts';
import { clock, when, zoneNote } from '../../shared/time.ts';
import type { T } from '../../words/words.ts';
import { greeting } from './greeting.ts';
import { type Fate, fateOf, type ToldSession } from './grid-rules.ts';
import type { GridNotice } from './queries.ts';

type Links = { baseUrl: string; unsubscribe: string };

const moods: Record<Fate, Mood> = { placed: 'good', moved: 'change', unplaced: 'wait', withdrawn: 'bad' };

/** What became of sessions, as a mail. There is one session or more, each with a fate. */
export function gridMessage(t: T, view: GridNotice, { baseUrl, unsubscribe }: Links): Message {
  const { event, sessions } = view;
  const [one, ...more] = sessions as [ToldSession, ...ToldSession[]];
  const key = more.length > 0 ? 'several' : fateOf(one)!;
  const data = { event: event.name, title: oneLine(one.title), count: sessions.length };
  return {
    subject: t(`grid-mail:subject.${key}`, data),
    heading: t(`grid-mail:heading.${key}`, data),
    mood: more.length > 0 ? 'change' : moods[fateOf(one)!],
    parts: [
      { kind: 'text', text: greeting(t, view.name) },
      { kind: 'text', text: t('grid-mail:lead', data) },
      { kind: 'facts', facts: sessions.map((session) => fact(t, session, event.zone)) },
      { kind: 'button', text: t('grid-mail:button'), href: scheduleUrl(view, baseUrl) },
    ],
    footer: [
      { text: t('grid-mail:footer') },
      { text: t('mail:footer.site'), href: baseUrl },
      ...(sessions.every((session) => session.host)
        ? []
        : [{ text: t('mail:footer.unsubscribe'), href: unsubscribe }]),
    ],
  };
}

/** More would be a flood: the schedule has them all. */
const most = 8;

/** What became of sessions, as the bot tells it: a line each. */
export function gridReply(t: T, view: GridNotice, baseUrl: string): string {
  const { event, sessions } = view;
  if (view.kind === 'session_soon') return soonReply(t, view);
  const rest = sessions.length - most;
  return [
    t('grid-mail:chat.lead', { event: event.name }),
    ...sessions.slice(0, most).map((session) => line(t, session, event.zone)),
    ...(rest > 0 ? [t('grid-mail:chat.rest', { count: rest })] : []),
    scheduleUrl(view, baseUrl),
  ].join('\n');
}

/** What is about to begin: a line each. */
const soonReply = (t: T, { event, sessions }: GridNotice): string =>
  sessions
    .map(({ number, title, after }) => {
      const { room, startsAt } = after!;
      const data = { number, title: oneLine(title), room, at: clock(new Date(startsAt), event.zone) };
      return t('grid-mail:chat.soon', {
        ...data,
        event: event.name,
        zone: zoneNote(event.zone, new Date(startsAt)),
      });
    })
    .join('\n');

function fact(t: T, session: ToldSession, zone: string) {
  const name = { number: session.number, title: oneLine(session.title) };
  return {
    label: t(session.host ? 'grid-mail:session_own' : 'grid-mail:session', name),
    text: t(`grid-mail:fate.${fateOf(session)}`, places(t, session, zone)),
  };
}

const line = (t: T, session: ToldSession, zone: string): string =>
  t(`grid-mail:chat.${fateOf(session)}`, {
    number: session.number,
    title: oneLine(session.title),
    ...places(t, session, zone),
  });

const places = (t: T, { before, after }: ToldSession, zone: string) => ({
  before: before && cellText(t, before, zone),
  after: after && cellText(t, after, zone),
});

const cellText = (t: T, { room, startsAt, endsAt }: Cell, zone: string): string =>
  t('grid-mail:cell', { room, when: when(new Date(startsAt), new Date(endsAt), zone) });

const scheduleUrl = ({ event }: GridNotice, baseUrl: string) => `${baseUrl}/events/${event.slug}/schedule`;
