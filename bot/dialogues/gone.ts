import type { Ctx } from '../../src/context.ts';
import { pastOf } from '../../src/services/registrations/queries.ts';
import { t } from '../../src/words/words.ts';
import type { Said } from '../dialogue.ts';
import { whenOf } from './lines.ts';

/** That a registration is cancelled. */
export const cancelledSaid = (event: string, when: string): Said => ({
  text: t('site:registration.cancelled', { event, when }),
  items: [{ label: t('bot:items.events'), send: 'events' }],
});

/** Whether these words are all of an event's name or slug. */
export const isCalled = ({ slug, name }: { slug: string; name: string }, words: string): boolean =>
  [slug, name.toLowerCase()].includes(words);

/**
 * The cancelled registration for an event to come that the beginning of a line names: the line itself may have cancelled it, and comes again
 * as its answer was lost.
 */
export async function cancelledBefore(ctx: Ctx, person: number, words: string[]): Promise<Said | undefined> {
  const past = await pastOf(ctx.db, person, ctx.now());
  const rows = past.filter(({ event, state }) => state === 'cancelled' && event.endsAt > ctx.now());
  for (let used = Math.min(words.length, 5); used > 0; used--) {
    const text = words.slice(0, used).join(' ').toLowerCase();
    const row = rows.find(({ event }) => isCalled(event, text));
    if (row) return cancelledSaid(row.event.name, whenOf(row.event));
  }
  return undefined;
}
