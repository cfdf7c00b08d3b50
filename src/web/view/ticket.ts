import type { RegistrationView } from '../../services/registrations/queries.ts';
import { clock } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import type { IconName } from './icons.ts';
import { rowTape, type Standing, standing, standingIcons } from './registration.ts';
import type { Tape } from './tape.ts';
import { type When, whenView } from './when.ts';

export type TicketPage = {
  standing: Standing;
  icon: IconName;
  tape: Tape;
  stateText: string;
  event: string;
  when: When;
  name: string;
  /** For how many, where it is for more than one. */
  size?: string;
  /** For whoever stands at the door. */
  door?: { action: string; registration: number };
};

type LetIn = { count: number; since: Date };

/**
 * What the code on a ticket opens: whether it is good, for what and for whom. `came`: who of the party has been let in already; the
 * door is told so before it lets the same ticket in again.
 */
export function ticketPage(
  row: RegistrationView,
  now: Date,
  { door, came }: { door?: string; came: LetIn | null },
): TicketPage {
  const { event } = row;
  const stands = standing(row, now);
  const used = came && stands === 'confirmed' ? (came.count < row.size ? 'used_partly' : 'used') : undefined;
  return {
    standing: stands,
    icon: standingIcons[stands],
    tape: rowTape(row),
    stateText: used
      ? t(`site:ticket.${used}`, { ...came, size: row.size, at: clock(came!.since, event.zone) })
      : t(`site:ticket.${stands}`),
    event: event.name,
    when: whenView(event, now),
    name: row.name,
    size: row.size > 1 ? t('party:size', { count: row.size }) : undefined,
    door: door && stands === 'confirmed' ? { action: door, registration: row.id } : undefined,
  };
}
