import { createInterface } from 'node:readline/promises';
import { t } from '../words/words.ts';
import { type Cli, Problem } from './verb.ts';

/** Asks at the terminal that there is; undefined where nobody sits at one. */
export const terminal = (): Cli['ask'] =>
  process.stdin.isTTY
    ? async (question) => {
        const lines = createInterface({ input: process.stdin, output: process.stdout });
        return lines.question(question).finally(() => lines.close());
      }
    : undefined;

/** What a site is called where a mistake would be dear: host and port of its address. */
export const siteName = (baseUrl: string): string => new URL(baseUrl).host;

/**
 * Goes on when the site's name was typed, at the terminal or as `--yes NAME`: nobody does that to the wrong site by habit. Throws a Problem
 * when it was not, or when there is neither.
 */
export async function sure(cli: Cli, typed: string | undefined): Promise<void> {
  const name = siteName(cli.config.baseUrl);
  if (typed === undefined && !cli.ask) throw new Problem(t('cli:sure.no_terminal', { name }));
  const answer = typed ?? (await cli.ask!(t('cli:sure.ask', { name })));
  if (answer.trim().toLowerCase() !== name)
    throw new Problem(t('cli:sure.other', { name, typed: answer.trim() }));
}
