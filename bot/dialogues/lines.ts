import type { EventWithSeries } from '../../src/services/events/queries.ts';
import { phase, placeState } from '../../src/services/events/rules.ts';
import { moment, when } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import type { Item } from '../dialogue.ts';

/** How many items of a list are shown before `more`. */
export const pageSize = 5;

/** When an event is. */
export const whenOf = (event: { startsAt: Date; endsAt: Date; zone: string }): string =>
  when(event.startsAt, event.endsAt, event.zone);

/** What one must know of an event's places, in three words. */
export function placesText(event: EventWithSeries, now: Date): string {
  const at = phase(event, now);
  if (at === 'not_open') return t('site:places.not_open', { opens: moment(event.opensAt!, event.zone) });
  if (at !== 'open') return t(`site:places.${at}`);
  const places = placeState(event);
  if (places.kind === 'free') return t('site:places.free', { count: places.left });
  if (places.kind === 'waiting_list') return t('site:places.waiting_list', { count: places.waiting });
  return t(`site:places.${places.kind}`);
}

/** An event as an item of a list; `send` is said when it is chosen. */
export const eventItem = (event: EventWithSeries, now: Date, send: string): Item => ({
  label: t('bot:event_item', { event: event.name, when: whenOf(event), places: placesText(event, now) }),
  button: event.name,
  send,
});

/** A cursor as JSON keeps it. */
export type Cursor = { at: string; id: number };
export const cursorOf = (event: { startsAt: Date; id: number }): Cursor => ({
  at: event.startsAt.toISOString(),
  id: event.id,
});
export const readCursor = (kept: unknown) => {
  const cursor = kept as Cursor | undefined;
  return cursor && { startsAt: new Date(cursor.at), id: cursor.id };
};

/** A page of a list that was asked for with one more than it shows, and the cursor after it. */
export function pageOf<R extends { startsAt: Date; id: number }>(rows: R[]): { rows: R[]; more?: Cursor } {
  const shown = rows.slice(0, pageSize);
  return { rows: shown, more: rows.length > pageSize ? cursorOf(shown.at(-1)!) : undefined };
}
