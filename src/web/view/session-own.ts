import { warningText } from '../../services/grid/messages.ts';
import { mayPlace } from '../../services/grid/rules.ts';
import type { Session } from '../../services/sessions/queries.ts';
import { holds } from '../../services/sessions/rules.ts';
import { t } from '../../words/words.ts';
import type { MergeView } from './merges.ts';
import type { SessionGiven } from './session.ts';
import { sessionUrl } from './session-card.ts';

/** What those who hold a session, and organisers, see beside it. */
export type OwnView = {
  heading: string;
  /** Said until it has a cell. */
  next?: string;
  claim?: { href: string; text: string };
  /** Why there is no claiming just now. */
  locked?: string;
  unplace?: string;
  warnings: string[];
  /** Sessions that are like it: their hosts may want to talk. */
  merges: MergeView[];
  /** A card of paper that puts it on the grid. */
  card?: string;
  edit: { href: string; text: string };
  withdraw?: string;
  restore?: string;
};

export function ownView({ event, session, actor, warnings, merges, now }: SessionGiven): OwnView {
  const own = sessionUrl(event, session.number);
  const withdrawn = session.withdrawnAt !== null;
  const over = event.endsAt <= now;
  const onGrid = event.state === 'published' && !over && !withdrawn;
  const may = onGrid && mayPlace(actor, event.id, event.gridOpen, true);
  return {
    heading: t(holds(actor, session) ? 'sessions:page.own' : 'sessions:page.own_organiser'),
    next: may && !session.place ? t('sessions:page.next') : undefined,
    claim: may ? claimLink(event, session) : undefined,
    locked: onGrid && !may ? t('sessions:page.locked') : undefined,
    unplace: may && session.place ? `${own}/unplace` : undefined,
    warnings: warnings.map((one) => warningText(t, one)),
    merges: merges.slice(0, 3),
    card: onGrid ? `${own}/card` : undefined,
    edit: { href: `${own}/edit`, text: t(over ? 'sessions:page.edit_after' : 'sessions:page.edit') },
    withdraw: withdrawn ? undefined : `${own}/withdraw`,
    restore: withdrawn ? `${own}/restore` : undefined,
  };
}

const claimLink = (event: { slug: string }, session: Session): OwnView['claim'] => ({
  href: `/events/${event.slug}/schedule?claim=${session.number}`,
  text: t(session.place ? 'sessions:page.move' : 'sessions:page.claim'),
});
