import type { Paper, PlaceCard } from '../../../feeds/papers.ts';
import type { Hall } from '../../../services/dinners/hall.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import { moment, when } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { platesText } from '../manage-party.ts';
import { guestName } from './tables.ts';

/** A card for everybody, table by table, and last for those who sit nowhere yet. */
export const cardsOf = (event: EventWithSeries, { tables, guests }: Hall): PlaceCard[] =>
  [...tables, undefined].flatMap((table) =>
    guests
      .filter((one) => (table ? one.tableId === table.id : !tables.some(({ id }) => id === one.tableId)))
      .map((one) => ({
        name: guestName(one),
        table: table?.name ?? '',
        below: platesText({ event } as Parameters<typeof platesText>[0], one),
      })),
  );

/** Who sits at each table, then everybody by name with their table, to hang at the door. */
export function planOf(event: EventWithSeries, { tables, guests }: Hall, now: Date): Paper {
  const nameOf = new Map(tables.map((one) => [one.id, one.name]));
  const collate = new Intl.Collator('en').compare;
  const names = guests.map((one): [string, string] => [
    guestName(one),
    (one.tableId !== null && nameOf.get(one.tableId)) || '–',
  ]);
  return {
    title: event.name,
    lead: [[when(event.startsAt, event.endsAt, event.zone), event.venueName].filter(Boolean).join(', ')],
    foot: t('tables:as_of', { at: moment(now, event.zone) }),
    sections: [
      ...tables.map((table) => {
        const people = guests.filter((one) => one.tableId === table.id);
        return {
          heading: table.name,
          right: t('tables:fill', { people: people.length, seats: table.seats }),
          rows: people.map((one): [string, string] => [guestName(one), '']),
        };
      }),
      { heading: t('tables:by_name'), rows: names.sort(([a], [b]) => collate(a, b)) },
    ],
  };
}
