import type { Choice, Reply } from '../../shared/chat.ts';
import type { Message, Mood, Part } from '../../shared/message.ts';
import { moment, when } from '../../shared/time.ts';
import type { T } from '../../words/words.ts';
import { mailedLink, mailedTicketToken } from '../registrations/queries.ts';
import { greeting } from './greeting.ts';
import { gridMessage, gridReply } from './grid-messages.ts';
import { isOfGrid, isToOrganiser, type NoticeView, type RegistrationNotice } from './queries.ts';
import { isOnAgain, noticeRules, type RegistrationKind, withoutProof } from './rules.ts';
import { strangersMessage, strangersReply } from './strangers.ts';

export type Links = { baseUrl: string; secret: string; unsubscribe: string };

const moods: Record<RegistrationKind, Mood> = {
  confirmed: 'good',
  promoted: 'good',
  offered: 'good',
  lapsed: 'bad',
  prove: 'change',
  unproved: 'bad',
  waitlisted: 'wait',
  moved_to_waiting: 'wait',
  cancelled: 'bad',
  event_cancelled: 'bad',
  event_changed: 'change',
  announced: 'plain',
  reconfirm: 'plain',
  party: 'change',
  link: 'plain',
};

/** A notice as a mail. */
export function noticeMessage(t: T, view: NoticeView, links: Links): Message {
  if (isToOrganiser(view)) return strangersMessage(t, view, links);
  return isOfGrid(view) ? gridMessage(t, view, links) : registrationMessage(t, view, links);
}

function registrationMessage(t: T, view: RegistrationNotice, links: Links): Message {
  const { kind, registration } = view;
  const words = isOnAgain(kind, view.older) ? 'event_on_again' : kind;
  const said = (part: string) => t(`mail:${words}.${part}`, { event: registration.event.name });
  const byOrganiser = kind === 'cancelled' && registration.cancelledBy !== 'self';
  return {
    subject: said('subject'),
    heading: said('heading'),
    mood: moods[kind],
    parts: [
      { kind: 'text', text: greeting(t, registration.name) },
      { kind: 'text', text: said(byOrganiser ? 'lead_organiser' : 'lead') },
      ...quoted(view),
      { kind: 'facts', facts: facts(t, view) },
      ...ticket(t, view, links),
      ...proof(t, view),
      { kind: 'button', text: said('button'), href: target(view, links) },
      { kind: 'text', text: said(isAsked(view) ? 'more_offer' : 'more') },
      ...calendarHint(t, view),
    ],
    footer: [
      { text: t('mail:footer.registered') },
      { text: t('mail:footer.site'), href: links.baseUrl },
      ...(endable(view) ? [{ text: t('mail:footer.unsubscribe'), href: links.unsubscribe }] : []),
    ],
  };
}

/** Whether those who wait are asked before they get a place. */
const isAsked = ({ kind, registration }: RegistrationNotice): boolean =>
  registration.event.line === 'offer' && (kind === 'waitlisted' || kind === 'moved_to_waiting');

/** Mails that a click on "unsubscribe" ends. */
export const endable = (view: NoticeView): boolean =>
  isOfGrid(view)
    ? view.sessions.some((session) => !session.host)
    : noticeRules[view.kind].mail === 'unless_stopped';

/** Whoever comes, or was to come, has it in a calendar: the file puts it there, changes it, or strikes it out. */
export const hasCalendar = ({ kind, registration }: RegistrationNotice): boolean =>
  registration.state === 'confirmed' && kind !== 'link' && kind !== 'reconfirm' && kind !== 'announced';

function calendarHint(t: T, view: RegistrationNotice): Part[] {
  if (!hasCalendar(view)) return [];
  return [{ kind: 'text', text: t(view.kind === 'event_cancelled' ? 'mail:calendar_off' : 'mail:calendar') }];
}

/** Notices as the bot tells them: several in one message. What can be answered is numbered through. */
export function noticesReply(t: T, views: NoticeView[], baseUrl: string): Reply {
  const choices: Choice[] = [];
  const parts = views.map((view) => {
    const text = replyOf(t, view, baseUrl);
    const mine = choicesOf(t, view);
    const lines = mine.map(({ label }, n) => `${choices.length + n + 1} - ${label}`);
    choices.push(...mine);
    return [text, ...lines, mine.length > 0 && t('mail:chat.any_time', { lines: linesOf(mine) })]
      .filter(Boolean)
      .join('\n');
  });
  const head = views.length > 1 ? [t('mail:chat.several', { count: views.length })] : [];
  const stop = t('mail:chat.stop', { sort: noticeRules[views[0]!.kind].sort });
  const text = [...head, ...parts].join('\n\n');
  return { text: `${text}\n${stop}`, choices: choices.length > 0 ? choices : undefined };
}

function replyOf(t: T, view: NoticeView, baseUrl: string): string {
  if (isToOrganiser(view)) return strangersReply(t, view, baseUrl);
  return isOfGrid(view) ? gridReply(t, view, baseUrl) : registrationReply(t, view);
}

const linesOf = (choices: Choice[]): string => choices.map(({ value }) => value).join(', ');

/** What can be answered at once, by number or by button. */
function choicesOf(t: T, view: NoticeView): Choice[] {
  if (view.kind === 'reconfirm')
    return [
      { value: `coming ${slugOf(view)}`, label: t('reconfirm:offer.yes') },
      { value: `not coming ${slugOf(view)}`, label: t('reconfirm:offer.no') },
    ];
  if (view.kind !== 'offered') return [];
  return (['take', 'pass', 'skip'] as const).map((word) => ({
    value: `${word} ${slugOf(view)}`,
    label: t(`bot-dinner:offer.${word}`),
  }));
}

const slugOf = (view: NoticeView): string =>
  'registration' in view ? view.registration.event.slug : view.event.slug;

/** Who is asked to prove their address reads so beside the link. */
function proof(t: T, { kind, registration }: RegistrationNotice): Part[] {
  const { proveBy, verified, state, event } = registration;
  if (!proveBy || verified || state === 'cancelled' || kind === 'prove' || withoutProof.includes(kind))
    return [];
  return [{ kind: 'text', text: t('proof:mail', { until: moment(proveBy, event.zone) }) }];
}

function registrationReply(t: T, { kind, registration, older, announcement }: RegistrationNotice): string {
  const { event } = registration;
  const message = kind === 'event_cancelled' && event.cancelMessage;
  const words = message ? 'event_cancelled_message' : isOnAgain(kind, older) ? 'event_on_again' : kind;
  return t(`mail:chat.${words}`, {
    event: event.name,
    when: when(event.startsAt, event.endsAt, event.zone),
    where: event.venueName && `, ${event.venueName}`,
    rank: registration.rank ?? 0,
    slug: event.slug,
    party: t('party:size', { count: registration.size }),
    until: kind === 'prove' ? provedBy(registration) : until(registration),
    email: registration.email,
    message: message || announcement,
  });
}

function facts(t: T, { kind, registration }: RegistrationNotice) {
  const { event, rank, state } = registration;
  const venue = [event.venueName, event.venueAddress].filter(Boolean).join('\n');
  const waits = state === 'waitlisted' && kind !== 'event_cancelled';
  const rows: [string, string | false | null][] = [
    ['event', event.name],
    ['when', when(event.startsAt, event.endsAt, event.zone)],
    ['where', venue],
    [
      'party',
      registration.size > 1 || kind === 'party' ? t('party:size', { count: registration.size }) : false,
    ],
    ['cost', event.cost],
    ['deposit', event.deposit],
    ['state', kind === 'link' && t(`mail:state.${state}`)],
    ['until', kind === 'offered' && until(registration)],
    ['prove', kind === 'prove' && provedBy(registration)],
    ['line', waits && rank !== null && t('mail:rank', { count: rank })],
  ];
  return rows.flatMap(([label, text]) => (text ? [{ label: t(`mail:facts.${label}`), text }] : []));
}

/** Until when an offer stands. */
const until = ({ offerExpiresAt, event }: RegistrationNotice['registration']): string =>
  offerExpiresAt ? moment(offerExpiresAt, event.zone) : '';

const provedBy = ({ proveBy, event }: RegistrationNotice['registration']): string =>
  proveBy ? moment(proveBy, event.zone) : '';

function quoted({ kind, registration, announcement }: RegistrationNotice): Part[] {
  const text = kind === 'event_cancelled' ? registration.event.cancelMessage : announcement;
  return text ? [{ kind: 'quote', text }] : [];
}

function ticket(t: T, { kind, registration }: RegistrationNotice, { baseUrl, secret }: Links): Part[] {
  if (registration.state !== 'confirmed' || kind === 'event_cancelled' || kind === 'announced') return [];
  return [
    {
      kind: 'ticket',
      text: t('mail:ticket'),
      href: `${baseUrl}/t/${mailedTicketToken(secret, registration)}`,
    },
  ];
}

function target({ kind, registration }: RegistrationNotice, links: Links): string {
  if (kind === 'event_cancelled') return `${links.baseUrl}/events`;
  if (kind === 'cancelled') return `${links.baseUrl}/events/${registration.event.slug}`;
  if (kind === 'lapsed' || kind === 'unproved')
    return `${links.baseUrl}/events/${registration.event.slug}/register`;
  return mailedLink(links, registration);
}
