import { openBase } from './base.ts';
import { jobs } from './cli/jobs.ts';
import { exportList } from './cli/lists.ts';
import { mailbox } from './cli/mailbox.ts';
import { organiser, signIn } from './cli/organiser.ts';
import { restore } from './cli/restore.ts';
import { anySecret, secret } from './cli/secret.ts';
import { seed } from './cli/seed.ts';
import { terminal } from './cli/sure.ts';
import { token } from './cli/token.ts';
import { type Cli, Problem, type Verb } from './cli/verb.ts';
import { ConfigError, readConfig } from './config.ts';
import { system } from './context.ts';
import { patient } from './db/connection.ts';
import { outageOf } from './db/outage.ts';
import { databaseMistake } from './mistakes.ts';
import { closedPipe, unheard } from './shared/heard.ts';
import { t } from './words/words.ts';

// Maintenance: `npm run turnout -- <verb>`. The same commands as everywhere, by an actor that may do all.

const verbs: Record<string, Verb> = {
  organiser,
  'sign-in': signIn,
  mailbox,
  export: exportList,
  seed,
  jobs,
  token,
  restore,
  secret,
  migrate: async () => {},
};

process.exitCode = await heard(await run(process.argv.slice(2)));

async function run([verb = 'help', ...args]: string[]): Promise<number> {
  if (!Object.hasOwn(verbs, verb)) return usage(verb);
  try {
    const config = readConfig();
    const opened = await openBase(config, {
      limits: patient,
      ...(verb === 'secret' && { settle: anySecret }),
    });
    const cli: Cli = {
      ...opened,
      config,
      ctx: { ...opened.base, actor: system() },
      say: console.log,
      ask: terminal(),
    };
    try {
      await verbs[verb]!(cli, args);
      return 0;
    } catch (error) {
      const isOurs = error === (await unheard()) || !outageOf(error);
      throw (isOurs ? undefined : databaseMistake(error, opened.databaseUrl)) ?? error;
    } finally {
      await opened.close();
    }
  } catch (error) {
    // What could not be written is told at the end.
    if (error === (await unheard())) return 0;
    const mistyped = error instanceof Problem || isBadOption(error);
    const mendable = mistyped || error instanceof ConfigError;
    console.error(mendable ? (error as Error).message : ((error as Error).stack ?? error));
    return mistyped ? 2 : 1;
  }
}

/**
 * The exit code, where not all that was said has arrived: whoever reads no further (`… | head -1`) wants to hear nothing of it; a full disk
 * is told.
 */
async function heard(code: number): Promise<number> {
  const error = await unheard();
  if (!error) return code;
  if (error.code === 'EPIPE') return code || closedPipe;
  console.error(t('cli:unheard', { why: error.code ?? error.message }));
  return code || 1;
}

function usage(verb: string): number {
  const asked = ['help', '--help', '-h'].includes(verb);
  if (!asked) console.error(t('cli:unknown', { verb }));
  console[asked ? 'log' : 'error'](t('cli:usage'));
  return asked ? 0 : 2;
}

function isBadOption(error: unknown): boolean {
  return String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
}
