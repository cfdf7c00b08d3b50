import type { Person } from '../../services/people/queries.ts';
import { t } from '../../words/words.ts';

export type UnsubscribePage = { text: string; always: string; action: string; button: string; done: boolean };

/** Whether mails come, and the button that changes it. `path` is the link's own. */
export const unsubscribePage = ({ email, notify }: Person, path: string): UnsubscribePage => ({
  text: t(`mail:unsubscribe.${notify ? 'on' : 'off'}`, { email }),
  always: t('mail:unsubscribe.always'),
  action: notify ? path : `${path}/undo`,
  button: t(`mail:unsubscribe.${notify ? 'stop' : 'start'}`),
  done: !notify,
});
