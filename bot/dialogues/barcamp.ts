import type { Ctx } from '../../src/context.ts';
import { type Camp, campsAround } from '../../src/services/events/lists.ts';
import { publicEvent } from '../../src/services/events/queries.ts';
import { campsMeant } from '../../src/services/events/rules.ts';
import { t } from '../../src/words/words.ts';
import type { Item, Me, Outcome } from '../dialogue.ts';
import { whenOf } from './lines.ts';

/** `used`: how many words of the line named the BarCamp. `several`: none was named, and more than one could be meant. */
export type FoundCamp = { camp: Camp; used: 0 | 1 } | { several: Camp[] };

/**
 * The BarCamp that a line is about: the one whose slug is its first word, else the one that is meant. `old`: one that was over long ago
 * can be named by any slug; else a slug of one word alone is no reason to look, as it may be a title's.
 */
export async function findCamp(ctx: Ctx, me: Me, words: string[] = [], old = false): Promise<FoundCamp> {
  const camps = await campsAround(ctx.db, ctx.now(), me.personId);
  const [first = ''] = words;
  const known = camps.find((one) => one.slug === first.toLowerCase());
  const named =
    known ?? (/[a-z]/i.test(first) && (old || first.includes('-')) ? await oldCamp(ctx, first) : undefined);
  if (named) return { camp: named, used: 1 };
  const meant = campsMeant(camps, ctx.now());
  return meant.length === 1 ? { camp: meant[0]!, used: 0 } : { several: meant };
}

/** One that was over long ago: its sessions can still be read. */
async function oldCamp(ctx: Ctx, word: string): Promise<Camp | undefined> {
  if (!/^[a-z0-9-]{1,80}$/i.test(word)) return undefined;
  const event = await publicEvent(ctx.db, word.toLowerCase());
  return event?.kind === 'barcamp' ? { ...event, registered: false } : undefined;
}

/** For a slot `camp`: which of them; or that there is none. */
export function chooseCamp(several: Pick<Camp, 'slug' | 'name' | 'startsAt' | 'endsAt' | 'zone'>[]): Outcome {
  if (several.length === 0) return { kind: 'done', said: { text: t('bot-sessions:no_camp') } };
  return {
    kind: 'choose',
    slot: 'camp',
    text: t('bot-sessions:which_camp'),
    items: several.map(
      (one): Item => ({
        label: t('bot-sessions:camp_item', { event: one.name, when: whenOf(one) }),
        button: one.name,
        send: one.slug,
      }),
    ),
  };
}
