import { mailboxUrl } from '../shared/mailbox-key.ts';
import { isAtThisComputer } from '../shared/this-computer.ts';
import { t } from '../words/words.ts';
import { Problem, type Verb } from './verb.ts';

/** `mailbox`: the address of the mailbox page, with its key. */
export const mailbox: Verb = async ({ config, say }) => {
  if (config.smtpUrl) throw new Problem(t('cli:mailbox.none'));
  if (!isAtThisComputer(config.baseUrl)) throw new Problem(t('cli:mailbox.public'));
  say(mailboxUrl(config));
};
