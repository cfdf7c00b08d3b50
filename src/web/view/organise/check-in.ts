import type { DoorList, DoorParty } from '../../../services/arrivals/queries.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import type { Refusal } from '../../../shared/result.ts';
import { clock } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { type FieldView, type FormErrors, fieldView, formErrors } from '../form.ts';
import type { Desk } from './desk.ts';

type PersonView = { position: number; name: string; came?: string };
type PartyView = {
  id: number;
  name: string;
  people: PersonView[];
  /** Why they are not let in. */
  state?: string;
  /** Some of a party of several are still to come. */
  all: boolean;
};

export type CheckInPage = {
  desk: Desk;
  action: string;
  search: FieldView;
  q: string;
  counts: string;
  errors?: FormErrors;
  parties: PartyView[];
  more?: string;
  nobody: { heading: string; text: string; link: { href: string; text: string } };
  wall: string;
};

type Given = { desk: Desk; event: EventWithSeries; list: DoorList; search: string; refusal?: Refusal };

export const checkInPage = ({ desk, event, list, search, refusal }: Given): CheckInPage => ({
  desk,
  action: `${desk.href}/check-in`,
  search: fieldView({
    name: 'q',
    type: 'search',
    label: t('door:search'),
    help: t('door:search_help'),
    value: search,
    maxlength: 300,
    autocomplete: 'off',
  }),
  q: search,
  counts: t('door:counts', { count: list.expected, arrived: list.arrived }),
  errors: formErrors(refusal, []),
  parties: list.parties.map((party) => partyView(party, event.zone)),
  more: list.more ? t('door:more') : undefined,
  nobody: {
    heading: t(list.badCode ? 'door:bad_code_heading' : 'door:nobody_heading'),
    text: t(list.badCode ? 'door:bad_code' : 'door:nobody'),
    link: { href: `${desk.href}/attendees/new`, text: t('door:add') },
  },
  wall: `${desk.href}/wall`,
});

function partyView({ id, name, state, people }: DoorParty, zone: string): PartyView {
  const shown = people.map((one) => ({
    position: one.position,
    name: one.name ?? t('party:guest_of', { name }),
    came: one.at ? t('door:came', { at: clock(new Date(one.at), zone) }) : undefined,
  }));
  return {
    id,
    name,
    people: shown,
    state: state === 'confirmed' ? undefined : t(`door:states.${state}`),
    all: shown.length > 1 && shown.some((one) => !one.came),
  };
}
