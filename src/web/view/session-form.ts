import type { EventWithSeries } from '../../services/events/queries.ts';
import type { Session, Tag } from '../../services/sessions/queries.ts';
import { languageNames } from '../../shared/languages.ts';
import type { Refusal } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import { differences, type SessionForm } from '../sessions/form-body.ts';
import { type FieldView, type FormErrors, formErrors } from './form.ts';
import { markdownHtml } from './markdown.ts';
import { sessionUrl } from './session-card.ts';
import { type HostsView, hostsView, linkRows, sessionFieldViews } from './session-form-fields.ts';

type Link = { href: string; text: string };
/** Words that a script offers to add to a field. */
type Suggestion = { field: string; word: string; label: string };

export type SessionFormPage = {
  event: { name: string; href: string; sessions: string };
  /** Of the session that is edited. */
  session?: Link;
  heading: string;
  lead?: string;
  action: string;
  errors?: FormErrors;
  /** What helps with the refusal, in another tab. */
  mend?: Link;
  differences: { label: string; theirs: string; yours: string }[];
  hidden: { name: string; value: string }[];
  title: FieldView;
  abstract: FieldView;
  /** The abstract as it will look, sanitised, when that was asked for. */
  about?: string;
  choices: FieldView[];
  short: FieldView[];
  wishes: { field: FieldView; suggestions: Suggestion[] }[];
  links: { legend: string; fields: FieldView[] }[];
  hosts?: HostsView;
  languages: string[];
  submit: string;
  cancel: Link;
};

export type SessionFormGiven = {
  event: EventWithSeries;
  /** Absent: the form proposes a new one. */
  session?: Session;
  form: SessionForm;
  nonce?: string;
  /** Where on the grid a new session is to go. */
  cell?: string;
  refusal?: Refusal;
  preview?: boolean;
  rooms: { features: string[] }[];
  tags: Tag[];
  personId?: number;
};

/** The form of a session, proposed or edited, with whatever was typed and what is wrong with it. */
export function sessionFormPage(given: SessionFormGiven): SessionFormPage {
  const { event, session, form, refusal } = given;
  const issues = refusal?.issues ?? [];
  const features = [...new Set(given.rooms.flatMap((room) => room.features))].slice(0, 16);
  const views = sessionFieldViews(form, issues, features);
  const view = (name: string) => views.find((one) => one.name === name)!;
  const links = session ? linkRows(form, issues) : [];
  const hosts = session && hostsView(session, form, issues, given.personId);
  const own = session && sessionUrl(event, session.number);
  const sessions = `/events/${event.slug}/sessions`;
  const fields = [...views, ...links.flatMap((row) => row.fields), ...(hosts ? [hosts.email] : [])];
  return {
    event: { name: event.name, href: `/events/${event.slug}`, sessions },
    session: session && { href: own!, text: session.title },
    heading: t(session ? 'sessions:form.edit_heading' : 'sessions:form.heading'),
    lead: session ? undefined : t('sessions:form.lead'),
    action: own ? `${own}/edit` : `${sessions}/new`,
    errors: formErrors(refusal, fields),
    mend: refusal && mendOf(refusal, event, own ? `${own}/edit` : `${sessions}/new`),
    differences:
      session && refusal?.code === 'session_changed'
        ? differences(form, session).map((one) => ({ ...one, label: labelOf(one.name) }))
        : [],
    hidden: session
      ? ['seen', 'was'].map((name) => ({ name, value: form.typed[name] ?? '' }))
      : [
          { name: 'nonce', value: given.nonce ?? '' },
          ...(given.cell ? [{ name: 'cell', value: given.cell }] : []),
        ],
    title: view('title'),
    abstract: view('abstract'),
    about: given.preview ? markdownHtml(form.typed.abstract ?? '') : undefined,
    choices: [view('kind'), view('level')],
    short: [view('minutes'), view('language')],
    wishes: [
      { field: view('features'), suggestions: suggest(view('features'), features, 'add_feature') },
      {
        field: view('tags'),
        suggestions: suggest(
          view('tags'),
          given.tags.map((one) => one.tag),
          'add_tag',
        ),
      },
    ],
    links,
    hosts,
    languages: languageNames,
    submit: t(session ? 'sessions:form.save' : 'sessions:form.submit'),
    cancel: own
      ? { href: own, text: t('sessions:form.cancel') }
      : { href: sessions, text: t('sessions:join.back') },
  };
}

const labelOf = (name: string): string =>
  name === 'links' ? t('sessions:form.links') : t(`fields:labels.${name}`);

const suggest = (field: FieldView, words: string[], key: 'add_feature' | 'add_tag'): Suggestion[] =>
  words.map((word) => ({ field: field.id, word, label: t(`sessions:form.${key}`, { word }) }));

/** Who is not signed in, or not registered, can become it beside the form. */
function mendOf(refusal: Refusal, event: EventWithSeries, path: string): Link | undefined {
  if (refusal.code === 'not_signed_in')
    return { href: `/sign-in?next=${encodeURIComponent(path)}`, text: t('sessions:form.sign_in') };
  if (refusal.code === 'not_attending')
    return { href: `/events/${event.slug}/register`, text: t('sessions:form.register') };
  return undefined;
}
