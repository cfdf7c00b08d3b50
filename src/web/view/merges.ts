import type { Session } from '../../services/sessions/queries.ts';
import { likelyMerges } from '../../services/sessions/rules.ts';
import { t } from '../../words/words.ts';
import { hostNames, sessionUrl } from './session-card.ts';

/** Another session that this one might be held together with: whom to talk to, and why. */
export type MergeView = { number: number; title: string; href: string; hosts: string; common: string };

/** The sessions that one is like, of all those of its event. */
export const mergesOf = (event: { slug: string }, session: Session, sessions: Session[]): MergeView[] =>
  sessions
    .filter((other) => other.number !== session.number)
    .flatMap((other) =>
      likelyMerges([session, other]).map(({ common }) => ({
        number: other.number,
        title: other.title,
        href: sessionUrl(event, other.number),
        hosts: hostNames(other),
        common: t('grid:merges.common', { words: common.join(', ') }),
      })),
    );
