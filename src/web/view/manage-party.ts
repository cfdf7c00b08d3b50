import { platesSaid } from '../../services/registrations/messages.ts';
import type { MemberRow, RegistrationView } from '../../services/registrations/queries.ts';
import { moment } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import { takesParty } from './party.ts';

export type PartyView = {
  size: string;
  members: { name: string; text: string }[];
  near?: string;
  table?: string;
  change?: string;
};

/** Who comes, as the manage page and `/me` show it; undefined where everybody comes alone and nothing is asked. */
export function partyView(
  row: RegistrationView,
  members: MemberRow[],
  { tables, change }: { tables: string[]; change?: string },
): PartyView | undefined {
  if (!takesParty({ ...row.event, series: null }) && row.size === 1) return undefined;
  return {
    size: t('party:size', { count: row.size }),
    members: members.map((one) => ({
      name: one.name ?? t('party:guest_of', { name: row.name }),
      text: platesText(row, one),
    })),
    near: row.near || undefined,
    table: tables.length > 0 ? tables.join(', ') : undefined,
    change,
  };
}

/** What one eats: dishes in the order of the menu, diets, and what they wrote. */
export function platesText({ event }: Pick<RegistrationView, 'event'>, member: MemberRow): string {
  return platesSaid(t, event.menu, member);
}

export type OfferView = {
  text: string;
  answerBy: string;
  take: { action: string; text: string };
  pass: { action: string };
  /** Until it has been asked for once. */
  skip?: { action: string };
};

/** The places that are held for a party, and what can be answered. */
export const offerView = (row: RegistrationView, path: string): OfferView => ({
  text: t('party:offer.held', {
    count: row.size,
    until: row.offerExpiresAt ? moment(row.offerExpiresAt, row.event.zone) : '',
  }),
  answerBy: t('party:offer.answer_by'),
  take: { action: `${path}/take`, text: t(row.size > 1 ? 'party:offer.take_other' : 'party:offer.take') },
  pass: { action: `${path}/pass` },
  skip: row.skippedAt ? undefined : { action: `${path}/skip` },
});
