import { linkByCode, mailLinkCode } from '../../src/services/people/commands.ts';
import { parseEmail } from '../../src/shared/form.ts';
import { readCode } from '../../src/shared/ids.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Given, Me, Outcome, Slot } from '../dialogue.ts';
import { isNo, isYes } from '../engine/line.ts';
import { yesNoItems } from './fields.ts';

/**
 * `link CODE` with a code that the website shows, or `link EMAIL` for one by mail. Other dialogues come here first when
 * somebody must prove who they are: with `why` (`proof`: an e-mail has been said, but not proved), or with `offer`, the e-mail that a code may be mailed to.
 */
export const link: Dialogue = {
  name: 'link',
  slots: (given, me) => (given.offer ? [send(given), code(given)] : [who(given, me), code(given)]),
  checks: {
    send: (checking) => mailOffered(checking),
    who: (checking) => codeOrEmail(checking),
    code: (checking) => useCode(checking, 'code'),
  },
  async act({ me }) {
    const items = [
      { label: t('bot:items.my'), send: 'my' },
      { label: t('bot:items.events'), send: 'events' },
    ];
    return { kind: 'done', said: { text: t('bot:link.done', { name: me.name, email: me.email }), items } };
  },
};

const who = (given: Given, me: Me): Slot => ({
  name: 'who',
  label: t('fields:labels.email'),
  again: t('bot:link.who_again'),
  prompt: promptOf(given, me),
  items:
    given.why === 'proof' ? [{ label: t('bot:link.mail', { email: me.email }), send: me.email! }] : undefined,
});

const promptOf = ({ why }: Given, { linked, email }: Me): string => {
  if (why) return t(why === 'proof' ? 'bot:link.proof' : 'bot:link.why', { email });
  return t(linked ? 'bot:link.other' : 'bot:link.who', { email });
};

const send = (given: Given): Slot => ({
  name: 'send',
  label: t('fields:labels.email'),
  prompt: t('bot:link.send', { email: given.offer }),
  items: yesNoItems(),
});

const code = (given: Given): Slot => ({
  name: 'code',
  label: t('bot:link.code_label'),
  prompt: t('bot:link.code', { email: given.offer ?? given.who }),
  again: t('bot:link.code_again', { email: given.offer ?? given.who }),
});

async function codeOrEmail(checking: Checking): Promise<Outcome> {
  const { typed } = checking;
  if (typed.includes('@')) return mail(checking, parseEmail(typed) ?? typed, 'who');
  if (readCode(typed)) return useCode(checking, 'who');
  return { kind: 'again', slot: 'who', text: t('bot:link.neither') };
}

async function mailOffered(checking: Checking): Promise<Outcome> {
  if (isNo(checking.typed)) return { kind: 'return', slot: 'email' };
  if (!isYes(checking.typed)) return { kind: 'again', slot: 'send', text: t('bot:yes_no') };
  return mail(checking, String(checking.given.offer), 'send');
}

async function mail({ ctx }: Checking, email: string, slot: string): Promise<Outcome> {
  const result = await mailLinkCode(ctx, { email });
  if (!result.ok) return { kind: 'again', slot, text: refusalText(t, result.refusal) };
  return { kind: 'given', given: { [slot]: email }, wrote: true };
}

/** A code that is spent leads back to where a new one is asked for. */
async function useCode({ ctx, me, typed, given }: Checking, slot: 'who' | 'code'): Promise<Outcome> {
  const result = await linkByCode(ctx, typed);
  if (result.ok) return { kind: 'given', given: { who: given.who ?? '-', code: true }, wrote: true };
  // The message may be one that is taken again after it had linked already.
  const meant = given.offer ?? given.who;
  if (me.linked && meant && me.email === meant) return { kind: 'given', given: { code: true } };
  const text = refusalText(t, result.refusal);
  if (result.refusal.code === 'code_wrong' || slot === 'who')
    return { kind: 'again', slot, text, wrote: true };
  const first = given.offer ? 'send' : 'who';
  return { kind: 'again', slot: first, text, given: { send: undefined, who: undefined } };
}
