import { t } from '../../src/words/words.ts';
import type { Checking, Given, Outcome, Slot } from '../dialogue.ts';
import { chooseCamp, findCamp } from './barcamp.ts';

/** What is kept of the BarCamp that a dialogue is about. `named`: by its slug, so lines about it say it too. */
export type KeptCamp = { id: number; slug: string; name: string; zone: string; named: boolean };

export const campSlot = (): Slot => ({
  name: 'camp',
  label: t('bot:event.label'),
  prompt: t('bot-sessions:which_camp'),
  listed: true,
});

/** Remembers how many words the line has: more than are left once the BarCamp is asked for. */
export const beginLine = (words: string[]): Given => ({ words: words.length });

/** For a slot `camp`, which comes first. `line`: whether words of a line come after it. */
export async function checkCamp({ ctx, me, typed, rest, given }: Checking): Promise<Outcome> {
  const words = typed === '' ? rest : [typed, ...rest];
  const found = await findCamp(ctx, me, words);
  if ('several' in found) {
    // An answer that names none of them is no word of the line.
    const asked = words.length > Number(given.words);
    return { ...chooseCamp(found.several), rest: asked ? rest : words } as Outcome;
  }
  const { camp, used } = found;
  const named = used === 1;
  const kept: KeptCamp = { id: camp.id, slug: camp.slug, name: camp.name, zone: camp.zone, named };
  return { kind: 'given', given: { camp: kept, line: words.length > used }, used };
}

export const campOf = (given: Given) => given.camp as KeptCamp;

/** A line about a session of the BarCamp, as it can be typed: `claim 12`, or `claim barcamp 12` where there are several. */
export const lineFor = (word: string, { slug, named }: KeptCamp, ...rest: (string | number)[]): string =>
  [word, ...(named ? [slug] : []), ...rest].join(' ');
