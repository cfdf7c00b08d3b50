import type { Ctx } from '../../src/context.ts';
import { findEvents, upcomingEvents } from '../../src/services/events/lists.ts';
import { type EventWithSeries, publicEvent } from '../../src/services/events/queries.ts';
import { slugify } from '../../src/shared/ids.ts';
import { cut } from '../../src/shared/text.ts';
import { nearest } from '../engine/near.ts';

/** `used`: how many words of the line named the event. */
export type Found = { event: EventWithSeries; used: number } | { several: EventWithSeries[]; near?: true };

const mostWords = 5;

/**
 * The event that a word of a line names, with as many of the words after it as still belong to a name: by its slug, by
 * a part of its slug or name, or by what was nearly one. `several` is empty when nothing is like it.
 */
export async function findEvent(ctx: Ctx, typed: string, rest: string[] = []): Promise<Found> {
  const words = [typed, ...rest].slice(0, mostWords);
  const tries = words.map((_, index) => cut(words.slice(0, index + 1).join(' '), 100));
  const found = await Promise.all(tries.map((text) => named(ctx, text)));
  const last = found.findLastIndex((events) => events.length > 0);
  if (last < 0) return { several: await alike(ctx, typed), near: true };
  const events = found[last]!;
  return events.length === 1 ? { event: events[0]!, used: last + 1 } : { several: events };
}

/** One event when the text is its slug or whole name, else all that hold it. */
async function named(ctx: Ctx, text: string): Promise<EventWithSeries[]> {
  // Each word must leave something in a slug: a name in another script after an event's is no part of it.
  const parts = text.split(/\s+/).map((word) => slugify(word));
  const slug = parts.includes('') ? '' : slugify(text);
  const [exact, holding] = await Promise.all([
    slug ? publicEvent(ctx.db, slug) : undefined,
    text.length > 1 ? findEvents(ctx.db, text, ctx.now()) : [],
  ]);
  if (exact) return [exact];
  const whole = holding.filter((event) => event.name.toLowerCase() === text.toLowerCase());
  return whole.length === 1 ? whole : holding;
}

async function alike(ctx: Ctx, typed: string): Promise<EventWithSeries[]> {
  const coming = await upcomingEvents(ctx.db, ctx.now());
  const near = coming.filter(({ slug, name }) => {
    const parts = [slug, name, ...slug.split('-').filter((part) => part.length > 3)];
    return nearest(typed, parts, 1).length > 0;
  });
  return near.slice(0, mostWords);
}
