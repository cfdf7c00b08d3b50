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

process.exitCode = await run(process.argv.slice(2));

async function run([verb = 'help', ...args]: string[]): Promise<number> {
  if (!Object.hasOwn(verbs, verb)) return usage(verb);
  try {
    const config = readConfig();
    const opened = await openBase(config, { settle: verb === 'secret' ? anySecret : undefined });
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
    } finally {
      await opened.close();
    }
  } catch (error) {
    const mendable = error instanceof Problem || error instanceof ConfigError || isBadOption(error);
    console.error(mendable ? (error as Error).message : ((error as Error).stack ?? error));
    return mendable ? 2 : 1;
  }
}

function usage(verb: string): number {
  const asked = ['help', '--help', '-h'].includes(verb);
  if (!asked) console.error(t('cli:unknown', { verb }));
  console[asked ? 'log' : 'error'](t('cli:usage'));
  return asked ? 0 : 2;
}

const isBadOption = (error: unknown) =>
  String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
