import { phase } from '../../services/events/rules.ts';
import type { RegistrationView } from '../../services/registrations/queries.ts';
import { answerText } from '../../shared/form.ts';
import { longDay, when } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import type { IconName } from './icons.ts';
import { qrSvg } from './qr.ts';

export type ManagePage = {
  state: RegistrationView['state'];
  icon: IconName;
  stateText: string;
  event: { name: string; href: string; when: string; venue: string; calendar: string };
  name: string;
  email: string;
  answers: { label: string; text: string }[];
  rank?: { text: string; help: string };
  /** An SVG, made here. */
  qr?: string;
  mailed?: string;
  over: boolean;
  cancel?: { action: string; sure: string };
  listed?: { text: string; action: string; value: string; button: string };
  again?: string;
};

const stateIcons = { confirmed: 'success', waitlisted: 'hourglass', cancelled: 'cross' } as const;

/** What the manage link opens: ticket, answers, and what can be done. `path` is the link's own. */
export function managePage(row: RegistrationView, path: string, ticketUrl: string, now: Date): ManagePage {
  const { event, state } = row;
  const at = phase(event, now);
  const living = state !== 'cancelled' && (at === 'open' || at === 'closed' || at === 'not_open');
  return {
    state,
    icon: stateIcons[state],
    stateText: t(`site:manage.state.${state}`),
    event: {
      name: event.name,
      href: `/events/${event.slug}`,
      when: when(event.startsAt, event.endsAt, event.zone),
      venue: [event.venueName, event.venueAddress].filter(Boolean).join(', '),
      calendar: `/events/${event.slug}.ics`,
    },
    name: row.name,
    email: row.email,
    answers: event.questions.map((one) => ({
      label: one.label,
      text:
        answerText(row.answers[one.name], { yes: t('site:yes'), no: t('site:no') }) ||
        t('site:manage.nothing_answered'),
    })),
    rank:
      state === 'waitlisted' && row.rank
        ? { text: t('site:manage.rank', { count: row.rank }), help: t('site:manage.rank_help') }
        : undefined,
    qr: state === 'confirmed' && at !== 'over' ? qrSvg(ticketUrl, t('site:manage.ticket_label')) : undefined,
    mailed: living ? t('site:manage.mailed', { email: row.email }) : undefined,
    over: at === 'over',
    cancel: living
      ? {
          action: `${path}/cancel`,
          sure: t(state === 'confirmed' ? 'site:manage.cancel_sure' : 'site:manage.cancel_sure_waiting'),
        }
      : undefined,
    listed: living ? listed(row, path) : undefined,
    again: state === 'cancelled' && at === 'open' ? `/events/${event.slug}/register` : undefined,
  };
}

const listed = (row: RegistrationView, path: string): ManagePage['listed'] => ({
  text: t(row.listed ? 'site:manage.listed_on' : 'site:manage.listed_off'),
  action: `${path}/listed`,
  value: row.listed ? 'no' : 'yes',
  button: t(row.listed ? 'site:manage.hide' : 'site:manage.show'),
});

export type TicketPage = {
  state: string;
  icon: IconName;
  stateText: string;
  event: string;
  day: string;
  name: string;
};

/** What the code on a ticket opens: whether it is good, for what and for whom. */
export const ticketPage = (row: RegistrationView): TicketPage => ({
  state: row.state,
  icon: stateIcons[row.state],
  stateText: t(`site:ticket.${row.state}`),
  event: row.event.name,
  day: longDay(row.event.startsAt, row.event.zone),
  name: row.name,
});
