import type { EventWithSeries } from '../../../services/events/queries.ts';
import { moment } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';

/** What the desk says for a day after many strangers came. */
export function strangersBanner(
  event: EventWithSeries,
  href: string,
  now: Date,
): { text: string; href: string } | undefined {
  const { strangersSince: since, strangersToldAt: told } = event;
  if (!since || !told || now.getTime() - told.getTime() > 24 * 3_600_000) return undefined;
  return { text: t('strangers:banner', { since: moment(since, event.zone) }), href: `${href}/strangers` };
}
