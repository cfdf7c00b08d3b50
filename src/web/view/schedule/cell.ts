import type { Actor } from '../../../context.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import type { Grid } from '../../../services/grid/queries.ts';
import { keyOf, mayPlace } from '../../../services/grid/rules.ts';
import { mayManage } from '../../../services/organising/rules.ts';
import { holds } from '../../../services/sessions/rules.ts';
import { when } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { sessionUrl } from '../session-card.ts';
import { cellViews, type SlipView, scheduleUrl, whereText } from './cells.ts';

/** One cell of the grid: who has it, or what one could put there. */
export type CellPage = {
  event: { name: string; href: string };
  grid: string;
  where: string;
  when: string;
  room: string;
  /** It is taken. */
  session?: SlipView;
  /** Why nobody can put anything there. */
  closed?: string;
  key: string;
  choices: { number: number; title: string; action: string; where?: string }[];
  propose: string;
  signIn?: string;
};

type Given = { event: EventWithSeries; grid: Grid; actor: Actor; key: string; now: Date };

/** Undefined when there is no such cell. */
export function cellPage({ event, grid, actor, key, now }: Given): CellPage | undefined {
  const cell = cellViews(event, grid, grid.slots).get(key);
  const slot = grid.slots.find((one) => key.endsWith(`-${one.id}`));
  const room = grid.rooms.find((one) => key.startsWith(`${one.id}-`));
  if (!cell || !slot || !room) return undefined;
  const open = mayPlace(actor, event.id, event.gridOpen, true);
  const over = slot.endsAt <= now || event.state === 'cancelled';
  const manages = mayManage(actor, event.id);
  const mine = grid.sessions.filter((one) => holds(actor, one) || (manages && !one.place));
  return {
    event: { name: event.name, href: `/events/${event.slug}` },
    grid: scheduleUrl(event),
    where: cell.where,
    when: when(slot.startsAt, slot.endsAt, event.zone),
    room: [room.capacity && t('schedule:room_holds', { count: room.capacity }), ...room.features]
      .filter(Boolean)
      .join(' · '),
    session: cell.session,
    closed: over ? t('schedule:cell.over') : open ? undefined : t('schedule:locked'),
    key: keyOf({ roomId: room.id, slotId: slot.id }),
    choices: mine.map((one) => ({
      number: one.number,
      title: one.title,
      action: sessionUrl(event, one.number, '/place'),
      where: one.place
        ? t('schedule:choosing.is', { where: whereText(event, one.place.room, one.place.startsAt) })
        : undefined,
    })),
    propose: `/events/${event.slug}/sessions/new?cell=${key}`,
    signIn: actor.personId
      ? undefined
      : `/sign-in?next=${encodeURIComponent(scheduleUrl(event, `/cell/${key}`))}`,
  };
}
