import { announce as run } from '../../src/services/announcements/commands.ts';
import { reachOf } from '../../src/services/announcements/queries.ts';
import { longest } from '../../src/services/announcements/rules.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Outcome, Slot } from '../dialogue.ts';
import { shortened } from './fields.ts';
import { checkOrganised, type Organised, organisedSlot, said } from './organised.ts';

type Reached = Organised & { count: number };

/** `announce EVENT "The door is round the corner."`: to those who have a place, after a look at it and a count. */
export const announce: Dialogue = {
  name: 'announce',
  needsPerson: true,
  begin: () => ({}),
  slots: () => [organisedSlot(), textSlot()],
  checks: { event: reached },
  confirm(given) {
    const { name, count } = given.event as Reached;
    return {
      head: t('announce:bot.check', { event: name, count }),
      question: t('announce:bot.question'),
      what: t('announce:bot.what', { event: name }),
    };
  },
  async act({ ctx, given, key }) {
    const { slug, name, count } = given.event as Reached;
    const result = await run(ctx, slug, { text: given.text, requestKey: key });
    if (!result.ok) return said(refusalText(t, result.refusal));
    return { ...said(t('announce:bot.done', { event: name, count })), wrote: true };
  },
};

/** With how many it would reach: that is asked before the text is, so that nobody writes to an event that is not theirs. */
async function reached(checking: Checking): Promise<Outcome> {
  const outcome = await checkOrganised('manage')(checking);
  if (outcome.kind !== 'given') return outcome;
  const event = outcome.given.event as Organised;
  const reach = await reachOf(checking.ctx, event.slug);
  if (!reach.ok) return said(refusalText(t, reach.refusal));
  return { ...outcome, given: { event: { ...event, count: reach.value.coming } satisfies Reached } };
}

const textSlot = (): Slot => ({
  name: 'text',
  label: t('announce:bot.label_text'),
  prompt: t('announce:bot.text', { max: longest }),
  free: true,
  read: (text) =>
    text.length > longest
      ? { error: t('announce:bot.long', { length: text.length, max: longest }) }
      : { value: text },
  shown: (value) => shortened(String(value), 300),
});
