import type { Person } from '../../services/people/queries.ts';
import { manageToken, type RegistrationView } from '../../services/registrations/queries.ts';
import type { SessionAtEvent } from '../../services/sessions/across-events.ts';
import type { Invitation } from '../../services/sessions/inviting.ts';
import type { Refusal } from '../../shared/result.ts';
import { moment } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import type { PreferencesBody } from '../preferences-body.ts';
import { type FieldView, type FormErrors, fieldView, formErrors } from './form.ts';
import type { IconName } from './icons.ts';
import { type MySessions, mySessions } from './my-sessions.ts';
import { type PreferencesView, preferencesView } from './preferences.ts';
import { rowTape, type Standing, standing, standingIcons } from './registration.ts';
import type { Tape } from './tape.ts';
import { type When, whenView } from './when.ts';

export type MePage = {
  name: string;
  email: string;
  upcoming: MyRow[];
  past: MyRow[];
  sessions: MySessions;
  errors?: FormErrors;
  rename: FieldView;
  preferences: PreferencesView;
  notify: { text: string; value: string; button: string };
  addresses: { network: string; address: string; stopped: boolean; unlink: string }[];
};

export type MyRow = {
  /** The manage link. */
  href: string;
  name: string;
  when: When;
  venue: string;
  tape: Tape;
  standing: Standing;
  icon: IconName;
  state: string;
  /** For how many, where it is for more than one. */
  size?: string;
};

type Address = { id: number; uri: string; stoppedAt: Date | null };

type Given = {
  person: Person;
  upcoming: RegistrationView[];
  past: RegistrationView[];
  addresses: Address[];
  sessions: SessionAtEvent[];
  invitations: Invitation[];
  retry?: { name?: string; preferences?: PreferencesBody; refusal: Refusal };
  site: { secret: string; baseUrl: string; now: () => Date };
};

/** What the site knows of the signed-in person, and what they can change of it. */
export function mePage({
  person,
  upcoming,
  past,
  addresses,
  sessions,
  invitations,
  retry,
  site,
}: Given): MePage {
  const rename = fieldView({
    name: 'name',
    value: retry?.name ?? person.name,
    issues: retry?.refusal.issues,
    required: true,
    autocomplete: 'name',
    maxlength: 200,
    help: t('site:me.name_help'),
  });
  const preferences = preferencesView(person, retry?.preferences, retry?.refusal.issues);
  return {
    name: person.name,
    email: person.email,
    upcoming: upcoming.map((row) => myRow(row, site)),
    past: past.map((row) => myRow(row, site)),
    sessions: mySessions({ sessions, invitations, person }, site),
    errors: formErrors(retry?.refusal, [rename, ...Object.values(preferences)]),
    rename,
    preferences,
    notify: {
      text: t(person.notify ? 'site:me.notify_on' : 'site:me.notify_off'),
      value: person.notify ? 'no' : 'yes',
      button: t(person.notify ? 'site:me.notify_stop' : 'site:me.notify_start'),
    },
    addresses: addresses.map(addressView),
  };
}

function myRow(row: RegistrationView, site: Given['site']): MyRow {
  const stands = standing(row, site.now());
  return {
    href: `/r/${manageToken(site.secret, row)}`,
    name: row.event.name,
    when: whenView(row.event, site.now()),
    venue: row.event.venueName,
    tape: rowTape(row),
    standing: stands,
    icon: standingIcons[stands],
    state: t(`site:me.state.${stands}`, { rank: row.rank, until: untilOf(row) }),
    size: row.size > 1 ? t('party:size', { count: row.size }) : undefined,
  };
}

const untilOf = ({ offerExpiresAt, event }: RegistrationView): string =>
  offerExpiresAt ? moment(offerExpiresAt, event.zone) : '';

/** `xmpp:ann@example.org` as a person knows it; the website's own chat has no address that would mean anything. */
function addressView({ id, uri, stoppedAt }: Address): MePage['addresses'][number] {
  const [scheme = '', ...rest] = uri.split(':');
  return {
    network: scheme === 'web' ? t('site:me.network_web') : scheme.toUpperCase(),
    address: scheme === 'web' ? '' : rest.join(':'),
    stopped: stoppedAt !== null,
    unlink: `/me/addresses/${id}/unlink`,
  };
}
