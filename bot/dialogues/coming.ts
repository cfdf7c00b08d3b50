import { reconfirm } from '../../src/services/registrations/reconfirm.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Dialogue } from '../dialogue.ts';
import { checkOwn, type Own, ownSlot } from './own-event.ts';

/** `coming EVENT`: the answer to "still coming?"; the other one is `unregister`, also as `not coming`. */
export const coming: Dialogue = {
  name: 'coming',
  also: ['still coming'],
  needsPerson: true,
  begin: () => ({}),
  slots: () => [ownSlot(t('reconfirm:which'), t('bot:event.label'))],
  checks: {
    event: checkOwn((row) => row.state === 'confirmed', {
      which: t('reconfirm:which'),
      none: t('reconfirm:none'),
    }),
  },
  async act({ ctx, given }) {
    const { slug, name, when } = given.event as Own;
    const result = await reconfirm(ctx, { event: slug });
    const text = result.ok ? t('reconfirm:thanks', { event: name, when }) : refusalText(t, result.refusal);
    return { kind: 'done', said: { text }, wrote: result.ok };
  },
};
