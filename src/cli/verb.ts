import type { Opened } from '../base.ts';
import type { Config } from '../config.ts';
import type { Ctx } from '../context.ts';
import type { Result } from '../shared/result.ts';
import { refusalText } from '../words/sentences.ts';
import { t } from '../words/words.ts';

export type Cli = Opened & {
  config: Config;
  ctx: Ctx;
  say(line: string): void;
  /** Asks whoever sits at the terminal; absent where there is none. */
  ask?(question: string): Promise<string>;
};

/** What follows the verb on the command line. Throws a Problem for what whoever typed it can mend. */
export type Verb = (cli: Cli, args: string[]) => Promise<void>;

/** Told in one line, without a stack. */
export class Problem extends Error {}

/** The value of an outcome; a refusal becomes its sentence. */
export function orProblem<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Problem(refusalText(t, result.refusal));
}

/** An argument that the verb cannot do without. */
export function needed(value: string | undefined): string {
  if (!value) throw new Problem(t('cli:usage'));
  return value;
}
