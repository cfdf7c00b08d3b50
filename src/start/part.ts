import type { Opened } from '../base.ts';
import type { Config } from '../config.ts';
import { system } from '../context.ts';
import { signInLink } from '../services/people/commands.ts';
import { firstOrganiser } from '../services/people/members.ts';
import { mailboxUrl } from '../shared/mailbox-key.ts';
import { isAtThisComputer } from '../shared/this-computer.ts';
import { t } from '../words/words.ts';
import type { Part, Row } from './messages.ts';
import type { Running } from './roles.ts';

/** Where what this process has started is to be found. */
export async function partOf(config: Config, opened: Opened, running: Running): Promise<Part> {
  const rows: Row[] = [];
  if (running.url) rows.push(['site', config.baseUrl], ['organiser', await organiser(config, opened)]);
  if (running.url) rows.push(['chat', `${config.baseUrl}/chat`]);
  if (running.url && !config.smtpUrl) rows.push(['mailbox', mailbox(config)]);
  if (running.chat) rows.push(['xmpp', running.chat.jid ?? noXmpp(config)]);
  return { rows, howTo: running.chat?.howTo };
}

/** In the try-out the page with its key; a public site without a mail server has none, and nobody gets any mail. */
const mailbox = (config: Config): string =>
  isAtThisComputer(config.baseUrl) ? mailboxUrl(config) : t('cli:started.no_mail');

const noXmpp = ({ baseUrl }: Config): string =>
  t(isAtThisComputer(baseUrl) ? 'cli:started.no_xmpp' : 'cli:started.no_xmpp_public');

/** In the try-out, whose mail goes nowhere, the link itself: whoever reads this console owns the database anyway. */
async function organiser(config: Config, { base, embedded }: Opened): Promise<string> {
  const first = await firstOrganiser(base.db);
  if (!first) return t('cli:started.no_organiser');
  if (!embedded || config.smtpUrl)
    return t('cli:started.organiser_mail', { url: `${config.baseUrl}/sign-in` });
  const link = await signInLink({ ...base, actor: system() }, first.email, '/organise');
  return t('cli:started.organiser_link', { link });
}
