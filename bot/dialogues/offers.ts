import { passOffer, skipOffer, takeOffer } from '../../src/services/registrations/parties.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Dialogue } from '../dialogue.ts';
import { checkOwn, type Own, ownSlot } from './own-event.ts';

/** `take EVENT`, `pass EVENT yes`, `skip EVENT`: the answers to an offer of places. */
export const take = answering('take', takeOffer);
export const pass = answering('pass', passOffer);
export const skip = answering('skip', skipOffer);

function answering(word: 'take' | 'pass' | 'skip', run: typeof takeOffer): Dialogue {
  const check = checkOwn((row) => row.state === 'offered', {
    which: t('bot-dinner:take.which'),
    none: t('bot-dinner:take.none'),
  });
  return {
    name: word,
    needsPerson: true,
    begin: () => ({}),
    slots: () => [ownSlot(t('bot-dinner:take.which'), t('bot-dinner:take.label'))],
    checks: { event: check },
    // What is given up is asked about once; the other two can be taken back.
    confirm:
      word === 'pass'
        ? (given) => ({
            question: t('bot-dinner:take.sure_pass', { event: (given.event as Own).name }),
            what: t('bot-dinner:take.what_pass'),
          })
        : undefined,
    async act({ ctx, given }) {
      const { slug, name, when, size } = given.event as Own;
      const result = await run(ctx, { event: slug });
      const people = t('party:size', { count: size });
      const text = result.ok
        ? t(`bot-dinner:take.${word}`, { event: name, when, size: people })
        : refusalText(t, result.refusal);
      return {
        kind: 'done',
        said: { text, items: [{ label: t('bot:items.my'), send: 'my' }] },
        wrote: result.ok,
      };
    },
  };
}
