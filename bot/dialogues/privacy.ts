import { requestSignIn, unlinkThis } from '../../src/services/people/commands.ts';
import { mailMyData } from '../../src/services/privacy/commands.ts';
import { forgetMe } from '../../src/services/registrations/forgetting.ts';
import type { Refusal } from '../../src/shared/result.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Dialogue, Me, Outcome, Slot } from '../dialogue.ts';

/** `unlink`: this chat and its person have nothing to do with each other any more; `link` undoes it. */
export const unlink: Dialogue = {
  name: 'unlink',
  async act({ ctx, me }) {
    if (!me.email) return said(t('privacy:unlink.unknown'));
    const result = await unlinkThis(ctx);
    return result.ok ? said(t('privacy:unlink.done', { email: me.email })) : refused(result.refusal);
  },
};

/** `sign in`: a link for the website. By mail, as what is said in a chat is kept. */
export const signIn: Dialogue = {
  name: 'signin',
  also: ['sign in', 'login', 'log in'],
  needsPerson: true,
  async act({ ctx, me }) {
    const result = await requestSignIn(ctx, { email: me.email! });
    return result.ok ? said(t('privacy:sign_in.done', { email: me.email })) : refused(result.refusal);
  },
};

/** `my data`: all that is on file, by mail. */
export const myData: Dialogue = {
  name: 'mydata',
  also: ['my data', 'data'],
  needsPerson: true,
  async act({ ctx, me }) {
    const result = await mailMyData(ctx);
    return result.ok ? said(t('privacy:my_data.done', { email: me.email })) : refused(result.refusal);
  },
};

/** `forget me`: typed in full, as it cannot be undone. Whoever has only said who they are proves it first. */
export const forget: Dialogue = {
  name: 'forget',
  also: ['forget me'],
  needsPerson: true,
  begin: () => ({}),
  slots: (_given, me) => [emailSlot(me)],
  async act({ ctx, me }) {
    const result = await forgetMe(ctx);
    if (result.ok) return { ...said(t('privacy:forget.done')), gone: true };
    if (result.refusal.code !== 'prove_first') return refused(result.refusal);
    return {
      kind: 'first',
      dialogue: 'link',
      given: { offer: me.email },
      text: refusalText(t, result.refusal),
    };
  },
};

const emailSlot = (me: Me): Slot => ({
  name: 'email',
  label: t('privacy:forget.label'),
  prompt: t('privacy:forget.prompt', { email: me.email }),
  again: t('privacy:forget.again'),
  free: true,
  read: (text) =>
    text.trim().toLowerCase() === me.email
      ? { value: text }
      : { error: t('privacy:forget.wrong', { email: me.email }) },
});

const said = (text: string): Outcome => ({ kind: 'done', said: { text }, wrote: true });
const refused = (refusal: Refusal): Outcome => ({ kind: 'done', said: { text: refusalText(t, refusal) } });
