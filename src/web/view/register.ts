import type { EventWithSeries } from '../../services/events/queries.ts';
import { phase, placeState } from '../../services/events/rules.ts';
import type { Field } from '../../shared/form.ts';
import type { Portions } from '../../shared/menu.ts';
import type { Refusal } from '../../shared/result.ts';
import { when } from '../../shared/time.ts';
import { refusalText } from '../../words/sentences.ts';
import { t } from '../../words/words.ts';
import type { MemberRow } from '../party-body.ts';
import { costLines, type EventCard, eventCard, proofSaid } from './events.ts';
import { type FieldView, type FormErrors, fieldView, formErrors, questionView } from './form.ts';
import { type PartyForm, partyForm } from './party.ts';

type About = { name: string; href: string; when: string; venue: string; cost: string[] };

export type RegisterPage = {
  event: About;
  action: string;
  heading: string;
  waiting?: string;
  /** What is asked of an address that nobody has proved; not of whoever is signed in. */
  proof?: string;
  /** Of the signed-in person's own registration, if there is one. */
  own?: string;
  errors?: FormErrors;
  base: FieldView[];
  questions: FieldView[];
  party?: PartyForm;
  listed: FieldView;
  nonce: string;
  /** The token of a link for the wall, and what is to be said of it. */
  entrance?: string;
  entranceNote?: string;
  /** Of a quiet event: that the ticket comes by mail. */
  quiet?: string;
  submit: string;
};

export type RegisterGiven = {
  event: EventWithSeries;
  /** What was typed, or what is known of the person. */
  typed: Record<string, unknown>;
  nonce: string;
  refusal?: Refusal;
  own?: string;
  /** Somebody is signed in who is not registered yet: their address is proved. */
  proved?: boolean;
  /** Who comes, and what is left of the dishes that the kitchen can only make so many of. */
  rows: MemberRow[];
  portions: Portions;
};

/** The form to register with: name, e-mail, the event's own questions, the public list. */
export function registerPage(given: RegisterGiven): RegisterPage {
  const { event, typed, nonce, refusal, own } = given;
  const issues = refusal?.issues ?? [];
  const waits = placeState(event).kind === 'waiting_list';
  const base = baseViews(typed, issues);
  const questions = event.questions.map((field) => questionView(helped(field), typed[field.name], issues));
  const party = partyForm({ ...given, near: typed.near, issues });
  return {
    event: about(event),
    action: `/events/${event.slug}/register`,
    quiet: event.quiet ? t('site:register.quiet') : undefined,
    heading: t(waits ? 'site:register.heading_waiting' : 'site:register.heading'),
    waiting: waits
      ? t(event.line === 'offer' ? 'site:register.waiting_offer' : 'site:register.waiting')
      : undefined,
    proof: given.proved ? undefined : proofSaid(event),
    own,
    errors: formErrors(refusal, [...base, ...(party?.fields ?? []), ...questions]),
    base,
    questions,
    party,
    listed: fieldView({
      name: 'listed',
      control: 'checkbox',
      value: typed.listed,
      help: t('site:register.listed_help'),
    }),
    nonce,
    entrance: tokenOf(typed.entrance),
    entranceNote: entranceNote(typed),
    submit: t(waits ? 'site:register.submit_waiting' : 'site:register.submit'),
  };
}

const tokenOf = (entrance: unknown): string | undefined =>
  typeof entrance === 'string' && /^[\w-]{43}$/.test(entrance) ? entrance : undefined;

/** Said when the form is shown first. */
const entranceNote = ({ entranceOpen }: Record<string, unknown>): string | undefined =>
  typeof entranceOpen === 'boolean'
    ? t(entranceOpen ? 'site:register.entrance' : 'site:register.entrance_ended')
    : undefined;

const about = (event: EventWithSeries): About => ({
  name: event.name,
  href: `/events/${event.slug}`,
  when: when(event.startsAt, event.endsAt, event.zone),
  venue: event.venueName,
  cost: costLines(event),
});

function baseViews(typed: Record<string, unknown>, issues: Refusal['issues']): FieldView[] {
  const both = { issues, required: true };
  return [
    fieldView({ ...both, name: 'name', value: typed.name, autocomplete: 'name', maxlength: 200 }),
    fieldView({
      ...both,
      name: 'email',
      type: 'email',
      value: typed.email,
      autocomplete: 'email',
      help: t('site:register.email_help'),
      maxlength: 254,
    }),
  ];
}

/** A question whose answer others will see says so. */
const helped = (field: Field): Field =>
  field.audience === 'public'
    ? { ...field, help: [field.help, t('site:register.public')].filter(Boolean).join(' ') }
    : field;

export type ClosedPage = { event: About; heading: string; text: string; instead: EventCard[] };

/** Why nobody can register for the event just now, and up to three others that have places: of its series first. */
export function closedPage(
  event: EventWithSeries,
  refusal: Refusal,
  coming: EventWithSeries[],
  now: Date,
): ClosedPage {
  const others = coming.filter((one) => one.id !== event.id && hasPlaces(one, now));
  const near = (one: EventWithSeries) => (event.seriesId !== null && one.seriesId === event.seriesId ? 0 : 1);
  return {
    event: about(event),
    heading: t(`site:register.closed.${refusal.code}`),
    text: refusalText(t, refusal),
    instead: others
      .sort((a, b) => near(a) - near(b))
      .slice(0, 3)
      .map((one) => eventCard(one, now)),
  };
}

const hasPlaces = (event: EventWithSeries, now: Date): boolean =>
  phase(event, now) === 'open' && ['free', 'unlimited'].includes(placeState(event).kind);
