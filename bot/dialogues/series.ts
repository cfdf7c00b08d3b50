import type { Ctx } from '../../src/context.ts';
import { upcomingEvents } from '../../src/services/events/lists.ts';
import {
  allSeries,
  type EventWithSeries,
  eventsOfSeries,
  publicEvent,
  type Series,
  seriesBySlug,
} from '../../src/services/events/queries.ts';
import { slugify } from '../../src/shared/ids.ts';
import { clock, dayOf, longDay, shortDay, zoneNote } from '../../src/shared/time.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Item, Outcome } from '../dialogue.ts';
import { nearest } from '../engine/near.ts';
import { campsToday, dayOfToday, gridOfEvent, gridSaid } from './camp-schedule.ts';
import type { KeptCamp } from './camp-slot.ts';
import { shortened } from './fields.ts';
import { findEvent } from './lookup.ts';

const dayPage = 6;

/**
 * `schedule SERIES`: the days of a web week, or of whatever belongs together; an event's name stands for its series. A BarCamp that
 * is named, or that is on today, has a grid: that is shown instead, or a day of it.
 */
export const schedule: Dialogue = {
  name: 'schedule',
  also: ['week', 'programme', 'program'],
  slots: () => [
    { name: 'series', label: t('bot:schedule.label'), prompt: t('bot:schedule.which'), listed: true },
  ],
  checks: { series: which },
  async act(doing) {
    const { ctx, given } = doing;
    if (given.camp) return { kind: 'done', said: await gridSaid(doing) };
    const series = await seriesBySlug(ctx.db, String(given.series));
    if (!series) return { kind: 'done', said: { text: t('bot:schedule.none') } };
    const rows = (await eventsOfSeries(ctx.db, series.id)).filter((event) => event.endsAt > ctx.now());
    const from = Number(given.from ?? 0);
    const shown = rows.slice(from, from + dayPage);
    if (shown.length === 0)
      return { kind: 'done', said: { text: t('bot:schedule.over', { series: series.name }) } };
    const more = rows.length > from + dayPage ? { series: series.slug, from: from + dayPage } : undefined;
    const after = t(more ? 'bot:events.after_more' : 'bot:events.after');
    return { kind: 'done', said: { text: series.name, items: days(shown), after, more } };
  },
};

function days(events: EventWithSeries[]): Item[] {
  return events.map((event, index) => {
    const day = dayOf(event.startsAt, event.zone);
    const before = events[index - 1];
    const news = !before || dayOf(before.startsAt, before.zone) !== day;
    return {
      heading: news ? longDay(event.startsAt, event.zone) : undefined,
      label: t(event.state === 'cancelled' ? 'bot:schedule.cancelled' : 'bot:schedule.item', {
        hours: hours(event),
        event: event.name,
      }),
      button: event.name,
      send: `event ${event.slug}`,
    };
  });
}

/** The day stands above: it is only named again where the end is on another. */
function hours({ startsAt, endsAt, zone }: EventWithSeries): string {
  const sameDay = dayOf(startsAt, zone) === dayOf(endsAt, zone);
  const end = sameDay ? clock(endsAt, zone) : ` ${shortDay(endsAt, zone)}, ${clock(endsAt, zone)}`;
  return `${clock(startsAt, zone)}–${end} (${zoneNote(zone, startsAt)})`.replace('– ', ' – ');
}

/** `about`: words that may name a day of it. */
const grid = (camp: KeptCamp, used: number, about = ''): Outcome => ({
  kind: 'given',
  given: { series: '', camp, about },
  used,
});

async function which({ ctx, me, typed, rest }: Checking): Promise<Outcome> {
  const line = shortened([typed, ...rest].join(' ').trim(), 100);
  const coming = await comingSeries(ctx);
  const given = (series: Series): Outcome => ({
    kind: 'given',
    given: { series: series.slug },
    used: rest.length + 1,
  });
  if (line === '') {
    const today = await campsToday({ ctx, me });
    if (today.length === 1) return grid(today[0]!, 1);
    if (today.length > 1) return choose(today, t('bot-sessions:which_camp'));
    if (coming.length === 0) return { kind: 'done', said: { text: t('bot:schedule.none') } };
    return coming.length === 1 ? given(coming[0]!) : choose(coming, t('bot:schedule.which'));
  }
  const numbered = /^\d{1,2}$/.test(line) ? coming[Number(line) - 1] : undefined;
  if (numbered) return given(numbered);
  const [all, whole] = await Promise.all([allSeries(ctx.db), publicEvent(ctx.db, slugify(line))]);
  const exact = whole && !isSeries(all, line) && (await gridOfEvent({ ctx }, whole));
  if (exact) return grid(exact, rest.length + 1);
  const found = named(all, line);
  if (found.length === 1) return given(found[0]!);
  if (found.length > 1) return choose(found, t('bot:event_several', { typed: shortened(line, 40) }));
  const event = await findEvent(ctx, typed, rest);
  const camp = 'event' in event ? await gridOfEvent({ ctx }, event.event) : undefined;
  if (camp && 'used' in event) return grid(camp, rest.length + 1, rest.slice(event.used - 1).join(' '));
  if ('event' in event) return event.event.series ? given(event.event.series) : alone(event.event);
  const day = await dayOfToday({ ctx, me }, line);
  if (day) return grid(day, rest.length + 1, line);
  if (coming.length === 0) return { kind: 'done', said: { text: t('bot:schedule.none') } };
  return choose(coming, t('bot:schedule.unknown', { typed: shortened(line, 40) }));
}

const alone = ({ name, slug }: EventWithSeries): Outcome => ({
  kind: 'done',
  said: { text: t('bot:schedule.alone', { event: name }), items: [{ label: name, send: `event ${slug}` }] },
});

async function comingSeries(ctx: Ctx): Promise<Series[]> {
  const events = await upcomingEvents(ctx.db, ctx.now());
  const found = new Map(events.flatMap(({ series }) => (series ? [[series.id, series]] : [])));
  return [...found.values()];
}

const isSeries = (all: Series[], line: string) =>
  all.some((one) => one.slug === slugify(line) || one.name.toLowerCase() === line.toLowerCase());

function named(all: Series[], line: string): Series[] {
  const text = line.toLowerCase();
  const slug = slugify(line);
  const exact = all.filter((one) => one.slug === slug || one.name.toLowerCase() === text);
  if (exact.length > 0) return exact;
  const holding = all.filter(
    (one) => one.slug.includes(slug || text) || one.name.toLowerCase().includes(text),
  );
  return (
    holding.length > 0 ? holding : all.filter((one) => nearest(text, [one.slug, one.name]).length > 0)
  ).slice(0, 6);
}

const choose = (series: { name: string; slug: string }[], text: string): Outcome => ({
  kind: 'choose',
  slot: 'series',
  text,
  items: series.map(({ name, slug }) => ({ label: name, send: slug })),
});
