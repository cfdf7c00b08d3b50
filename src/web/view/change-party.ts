import type { RegistrationView } from '../../services/registrations/queries.ts';
import type { Portions } from '../../shared/menu.ts';
import type { Refusal } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import type { MemberRow } from '../party-body.ts';
import { type FormErrors, formErrors } from './form.ts';
import { type PartyForm, partyForm } from './party.ts';

export type ChangePartyPage = {
  event: string;
  lead: string;
  back: string;
  action: string;
  errors?: FormErrors;
  party?: PartyForm;
};

type Given = {
  row: RegistrationView;
  rows: MemberRow[];
  near: unknown;
  portions: Portions;
  /** The manage link's own. */
  path: string;
  refusal?: Refusal;
};

/** The form in which a party is changed: everybody who comes, as they are on file or as they were typed. */
export function changePartyPage({ row, rows, near, portions, path, refusal }: Given): ChangePartyPage {
  const event = { ...row.event, series: null };
  // A party that an organiser has let grow beyond the event's own limit can still be edited.
  const partyMost = Math.max(event.partyMost, row.size);
  const issues = refusal?.issues ?? [];
  const party = partyForm({ event: { ...event, partyMost }, rows, near, issues, portions });
  return {
    event: event.name,
    lead: t(`party:manage.change_lead_${row.state}`),
    back: path,
    action: `${path}/party`,
    errors: formErrors(refusal, party?.fields ?? []),
    party,
  };
}
