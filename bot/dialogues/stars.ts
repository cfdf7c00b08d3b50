import { setStar } from '../../src/services/sessions/commands.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Outcome } from '../dialogue.ts';
import { beginLine, campOf, campSlot, checkCamp, lineFor } from './camp-slot.ts';
import { shortened } from './fields.ts';

const most = 20;

/** Shows interest in sessions, or takes it back: as many numbers as one likes. */
const starring = (name: 'star' | 'unstar', starred: boolean): Dialogue => ({
  name,
  needsPerson: true,
  begin: beginLine,
  slots: () => [
    campSlot(),
    {
      name: 'numbers',
      label: t('bot-sessions:session'),
      prompt: t(`bot-sessions:which.${name}`),
    },
  ],
  checks: { camp: checkCamp, numbers: readNumbers },
  async act({ ctx, given }): Promise<Outcome> {
    const camp = campOf(given);
    const results = await Promise.all(
      (given.numbers as number[]).map((number) => setStar(ctx, camp.slug, number, starred)),
    );
    const done = results.flatMap((one) => (one.ok ? [one.value] : []));
    const titles = done.map(({ number, title }) => `#${number} ${title}`);
    const text = [
      ...(titles.length > 0 ? [t(`bot-sessions:${name}red`), ...titles] : []),
      ...results.flatMap((one) => (one.ok ? [] : [refusalText(t, one.refusal)])),
    ].join('\n');
    const undo = starred ? 'unstar' : 'star';
    const numbers = done.map((one) => one.number);
    const items = [{ label: t(`bot-sessions:items.${undo}`), send: lineFor(undo, camp, ...numbers) }];
    return { kind: 'done', said: { text, items: done.length > 0 ? items : [] }, wrote: true };
  },
});

/** `star 3 12`. */
export const star = starring('star', true);
/** `unstar 3`. */
export const unstar = starring('unstar', false);

async function readNumbers({ typed, rest }: Checking): Promise<Outcome> {
  const words = [typed, ...rest]
    .join(' ')
    .split(/[\s,]+/)
    .filter(Boolean);
  const wrong = words.find((word) => !/^#?\d{1,6}$/.test(word));
  const numbers = [...new Set(words.map((word) => Number(word.replace('#', ''))))].slice(0, most);
  if (wrong !== undefined || numbers.length === 0)
    return {
      kind: 'again',
      slot: 'numbers',
      text: t('bot-sessions:not_numbers', { typed: shortened(wrong ?? '', 40) }),
    };
  return { kind: 'given', given: { numbers }, used: rest.length + 1 };
}
