import { slugify } from '../../src/shared/ids.ts';
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
export const checkCamp = (checking: Checking): Promise<Outcome> => check(checking, false);

/** The same for what only reads: any BarCamp that there was can be named. */
export const checkAnyCamp = (checking: Checking): Promise<Outcome> => check(checking, true);

async function check({ ctx, me, typed, rest, given }: Checking, old: boolean): Promise<Outcome> {
  const words = typed === '' ? rest : [typed, ...rest];
  const found = await findCamp(ctx, me, words, old);
  if ('several' in found) {
    // An answer that names none of them is no word of the line.
    const asked = words.length > Number(given.words);
    return { ...chooseCamp(found.several), rest: asked ? rest : words } as Outcome;
  }
  const { camp, used } = found;
  return { kind: 'given', given: { camp: keepCamp(camp, used === 1), line: words.length > used }, used };
}

/** The same where the BarCamp is all that a line names: `sessions zine fair` is `sessions zine-fair`. */
export function checkNamedCamp(checking: Checking): Promise<Outcome> {
  const slug = slugify([checking.typed, ...checking.rest].join(' '));
  return slug.includes('-') && checking.rest.length > 0 ? byName(checking, slug) : checkAnyCamp(checking);
}

async function byName(checking: Checking, slug: string): Promise<Outcome> {
  const found = await findCamp(checking.ctx, checking.me, [slug]);
  if (!('camp' in found) || found.used === 0) return checkAnyCamp(checking);
  const used = checking.rest.length + (checking.typed === '' ? 0 : 1);
  return { kind: 'given', given: { camp: keepCamp(found.camp, true), line: false }, used };
}

type Kept = Omit<KeptCamp, 'named'>;
export const keepCamp = ({ id, slug, name, zone }: Kept, named: boolean): KeptCamp => ({
  id,
  slug,
  name,
  zone,
  named,
});

export const campOf = (given: Given) => given.camp as KeptCamp;

/** A line about a session of the BarCamp, as it can be typed: `claim 12`, or `claim barcamp 12` where there are several. */
export const lineFor = (word: string, { slug, named }: KeptCamp, ...rest: (string | number)[]): string =>
  [word, ...(named ? [slug] : []), ...rest].join(' ');
