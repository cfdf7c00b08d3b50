import type { Session } from '../../services/sessions/queries.ts';
import { likelyMerges } from '../../services/sessions/rules.ts';
import { t } from '../../words/words.ts';
import { hostNames, sessionUrl } from './session-card.ts';

/** Another session that this one might be held together with: whom to talk to, and why. */
export type MergeView = { number: number; title: string; href: string; hosts: string; common: string };

type Alike = { other: Session; common: string[] };

/** The sessions that each is like, by its number, what has most in common first; those that are like no other are left out. */
export function allMerges(event: { slug: string }, sessions: Session[]): Map<number, MergeView[]> {
  const known = new Map(sessions.map((one) => [one.number, one]));
  const found = new Map<number, Alike[]>();
  for (const { pair, common } of likelyMerges(sessions))
    for (const [one, other] of [pair, pair.toReversed()] as [number, number][]) {
      const alike = found.get(one) ?? [];
      alike.push({ other: known.get(other)!, common });
      found.set(one, alike);
    }
  return new Map([...found].map(([number, alike]) => [number, views(event, alike)]));
}

const views = (event: { slug: string }, alike: Alike[]): MergeView[] =>
  alike
    .sort((a, b) => b.common.length - a.common.length || a.other.number - b.other.number)
    .map(({ other, common }) => ({
      number: other.number,
      title: other.title,
      href: sessionUrl(event, other.number),
      hosts: hostNames(other),
      common: t('grid:merges.common', { words: common.join(', ') }),
    }));

/** `Perhaps one session together with 5 (Elif), 6 (Idris) and more`: the first two, for those who listen. */
export function mergeSummary(merges: MergeView[]): string {
  const others = merges.slice(0, 2).map((one) => `${one.number} (${one.hosts})`);
  return merges.length > 2
    ? t('grid:merges.summary_more', { others: others.join(', ') })
    : t('grid:merges.summary', { others: others.join(', ') });
}
