import type { EventWithSeries } from '../../../services/events/queries.ts';
import type { GridChange } from '../../../services/grid/queries.ts';
import { clock, dayOf, longDay, shortDay, zoneName } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { sessionUrl } from '../session-card.ts';
import { scheduleUrl } from './cells.ts';

/** What changed on the grid, the latest first. */
export type ChangesPage = {
  event: { name: string; href: string };
  grid: string;
  lead: string;
  days: { heading: string; changes: { time: string; text: string; title: string; href: string }[] }[];
  older?: string;
  empty: { heading: string; text: string };
};

type Given = { event: EventWithSeries; changes: GridChange[]; after: number; most: number };

export function changesPage({ event, changes, after, most }: Given): ChangesPage {
  const shown = changes.slice(0, most);
  const last = shown.at(-1);
  const query = new URLSearchParams({ ...(after && { after: String(after) }), before: String(last?.id) });
  return {
    event: { name: event.name, href: `/events/${event.slug}` },
    grid: scheduleUrl(event),
    lead: t(after ? 'schedule:changes.since' : 'schedule:changes.lead', { zone: zoneName(event.zone) }),
    days: byDay(event, shown),
    older: changes.length > most ? scheduleUrl(event, `/changes?${query}`) : undefined,
    empty: {
      heading: t('schedule:changes.none_heading'),
      text: t(after ? 'schedule:changes.none_since' : 'schedule:changes.none'),
    },
  };
}

function byDay(event: EventWithSeries, changes: GridChange[]): ChangesPage['days'] {
  const days = new Map<string, ChangesPage['days'][number]>();
  for (const change of changes) {
    const key = dayOf(change.createdAt, event.zone);
    const day = days.get(key) ?? { heading: longDay(change.createdAt, event.zone), changes: [] };
    days.set(key, day);
    day.changes.push({
      time: clock(change.createdAt, event.zone),
      title: change.title,
      href: sessionUrl(event, change.number),
      text: changeText(event, change),
    });
  }
  return [...days.values()];
}

const changeText = ({ zone }: EventWithSeries, { kind, before, after }: GridChange): string =>
  t(`schedule:changes.${kind}${before ? '' : '_new'}`, {
    before: cellText(before, zone),
    after: cellText(after, zone),
  });

/** `Red, Sat 30 May, 10:15`. */
function cellText(cell: GridChange['before'], zone: string): string {
  if (!cell) return '';
  const at = new Date(cell.startsAt);
  return `${cell.room}, ${shortDay(at, zone)}, ${clock(at, zone)}`;
}
