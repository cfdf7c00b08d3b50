import { phase } from '../../services/events/rules.ts';
import type { MemberRow, RegistrationView } from '../../services/registrations/queries.ts';
import { answerText } from '../../shared/form.ts';
import { moment } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import type { IconName } from './icons.ts';
import { type OfferView, offerView, type PartyView, partyView } from './manage-party.ts';
import { qrSvg } from './qr.ts';
import { type Tape, tapeOf } from './tape.ts';
import { type When, whenView } from './when.ts';

/** What a registration is worth now: its own state, unless the event itself is cancelled or over. */
export type Standing = RegistrationView['state'] | 'event_cancelled' | 'over';

export function standing({ state, event }: RegistrationView, now: Date): Standing {
  const at = phase(event, now);
  if (at === 'cancelled') return 'event_cancelled';
  return state !== 'cancelled' && at === 'over' ? 'over' : state;
}

export const standingIcons: Record<Standing, IconName> = {
  confirmed: 'success',
  offered: 'bell',
  waitlisted: 'hourglass',
  cancelled: 'cross',
  event_cancelled: 'warning',
  over: 'info',
};

export type ManagePage = {
  standing: Standing;
  icon: IconName;
  tape: Tape;
  heading: string;
  event: { name: string; href: string; when: When; venue: string[] };
  /** What the organisers say of a cancelled event. */
  message?: string;
  name: string;
  email: string;
  answers: { label: string; text: string }[];
  rank?: { text: string; help: string };
  party?: PartyView;
  offer?: OfferView;
  /** What is asked of somebody whose address nobody has proved, or why it is over. */
  proof?: {
    heading?: string;
    text?: string;
    action?: string;
    button?: string;
    signIn?: { text: string; href: string; link: string };
  };
  /** They were asked whether they still come, and have not said so; or they have. */
  coming?: { text: string; action?: string };
  /** An SVG, made here. */
  qr?: string;
  mailed?: string;
  calendar?: string;
  cancel?: { action: string; sure: string };
  listed?: { text: string; action: string; value: string; button: string };
  again?: string;
};

type Given = {
  members: MemberRow[];
  /** Where they sit. */
  tables: string[];
  /** Whether the link was shown or mailed, and its own path. */
  way: 'shown' | 'mailed';
  path: string;
  /** What the QR code says. */
  ticket: string;
  now: Date;
};

/** What the manage link opens: ticket, answers, and what can be done. */
export function managePage(row: RegistrationView, given: Given): ManagePage {
  const { path, ticket, now } = given;
  const { event } = row;
  const stands = standing(row, now);
  const living = stands === 'confirmed' || stands === 'offered' || stands === 'waitlisted';
  return {
    standing: stands,
    icon: standingIcons[stands],
    tape: rowTape(row),
    heading: t(`site:manage.heading.${stands}`),
    event: eventOf(row, now),
    message: stands === 'event_cancelled' ? event.cancelMessage || undefined : undefined,
    name: row.name,
    email: row.email,
    answers: answered(row),
    rank:
      stands === 'waitlisted' && row.rank
        ? {
            text: t('site:manage.rank', { count: row.rank }),
            help: t(event.line === 'offer' ? 'site:manage.rank_help_offer' : 'site:manage.rank_help'),
          }
        : undefined,
    party: partyView(row, given.members, {
      tables: given.tables,
      change: living && row.event.partyMost + row.event.menu.length > 1 ? `${path}/party` : undefined,
    }),
    proof: proofView(row, given, living),
    coming: stands === 'confirmed' ? comingView(row, path) : undefined,
    offer: stands === 'offered' ? offerView(row, path) : undefined,
    qr: stands === 'confirmed' ? qrSvg(ticket, t('site:manage.ticket_label')) : undefined,
    mailed: living ? t('site:manage.mailed', { email: row.email }) : undefined,
    calendar: living ? `/events/${event.slug}.ics` : undefined,
    cancel: living ? { action: `${path}/cancel`, sure: t(`site:manage.cancel_sure.${stands}`) } : undefined,
    listed: living ? listed(row, path) : undefined,
    again:
      stands === 'cancelled' && phase(event, now) === 'open' ? `/events/${event.slug}/register` : undefined,
  };
}

/** On a link that was mailed a button proves the address; one that was shown says where the button is. */
function proofView(row: RegistrationView, { way, path }: Given, living: boolean): ManagePage['proof'] {
  const { email, proveBy, event, verified } = row;
  if (row.state === 'cancelled' && row.cancelledBy === 'unproved') return { text: t('proof:page.lost') };
  if (verified || !living) return undefined;
  const until = proveBy ? { until: moment(proveBy, event.zone) } : undefined;
  if (way === 'mailed')
    return {
      heading: t('proof:page.mailed', { email }),
      text: until ? t('proof:page.mailed_until', until) : t('proof:page.mailed_any'),
      action: `${path}/prove`,
      button: t('proof:page.button'),
    };
  return (
    until && {
      heading: t('proof:page.shown', { email }),
      text: t('proof:page.shown_until', until),
      signIn: { text: t('proof:page.shown_more'), href: '/sign-in', link: t('proof:page.sign_in') },
    }
  );
}

function comingView(
  { reconfirmAskedAt, reconfirmedAt, size }: RegistrationView,
  path: string,
): ManagePage['coming'] {
  if (reconfirmedAt) return { text: t('reconfirm:page.said') };
  if (!reconfirmAskedAt) return undefined;
  return { text: t('reconfirm:page.asked', { count: size }), action: `${path}/coming` };
}

export const rowTape = ({ seriesSlug, event }: RegistrationView): Tape => tapeOf(seriesSlug ?? event.slug);

const eventOf = ({ event }: RegistrationView, now: Date): ManagePage['event'] => ({
  name: event.name,
  href: `/events/${event.slug}`,
  when: whenView(event, now),
  venue: [event.venueName, event.venueAddress].filter(Boolean),
});

const answered = (row: RegistrationView): ManagePage['answers'] =>
  row.event.questions
    .map((one) => ({
      label: one.label,
      text: answerText(row.answers[one.name], { yes: t('site:yes'), no: t('site:no') }),
    }))
    .filter((one) => one.text !== '');

const listed = (row: RegistrationView, path: string): ManagePage['listed'] => ({
  text: t(row.listed ? 'site:manage.listed_on' : 'site:manage.listed_off'),
  action: `${path}/listed`,
  value: row.listed ? 'no' : 'yes',
  button: t(row.listed ? 'site:manage.hide' : 'site:manage.show'),
});
