import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { openBase } from '../../src/base.ts';
import { ConfigError, readConfig } from '../../src/config.ts';
import { type Base, system } from '../../src/context.ts';
import { patient } from '../../src/db/connection.ts';
import { linkByConsole } from '../../src/services/people/commands.ts';
import { NotNow } from '../../src/shared/chat.ts';
import { closedPipe, unheard } from '../../src/shared/heard.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import { greeting, makeConverse } from '../conversation.ts';

/**
 * `npm run chat [-- --as NAME]`: the bot on a terminal, on the same database as the site, which may be running. `--as EMAIL`
 * speaks for whoever has that address, roles and all. Lines can be piped in: then there is no prompt, and it ends with the
 * last of them.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { as: { type: 'string' } } });
  const { base, close } = await openBase(readConfig(), { limits: patient });
  try {
    const who = values.as ?? userInfo().username;
    const address = `term:${who.toLowerCase()}`;
    const linked =
      who.includes('@') && (await linkByConsole({ ...base, actor: system('cli') }, address, who));
    if (linked && !linked.ok) throw new Wrong(refusalText(t, linked.refusal));
    await talk(base, address);
  } finally {
    await close();
  }
}

/** An option that means nothing. */
class Wrong extends Error {}

async function talk(base: Base, address: string): Promise<void> {
  const converse = makeConverse(base);
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  const asks = process.stdin.isTTY === true;
  if (asks) print(greeting.text);
  if (asks) lines.prompt();
  for await (const text of lines) {
    if (/^(quit|exit)$/i.test(text.trim()) || (await unheard())) break;
    await converse({ address, key: randomUUID(), text })
      .then((replies) => print(replies.map((one) => one.text).join('\n\n')))
      .catch((error) => {
        base.log.error({ err: error }, 'a message could not be answered');
        print(error instanceof NotNow ? error.reply.text : t('site:errors.500.text'));
      });
    if (asks) lines.prompt();
  }
  lines.close();
}

const print = (text: string) => process.stdout.write(`${text}\n\n`);

await main().catch((error) => {
  // A wrong setting or option is told in one line; anything else is a bug, and its stack is of use.
  const told =
    error instanceof ConfigError || error instanceof Wrong || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(told ? error.message : error);
  process.exitCode = 1;
});
if (await unheard()) process.exitCode ??= closedPipe;
