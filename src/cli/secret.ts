import { parseArgs } from 'node:util';
import type { Config } from '../config.ts';
import { changeSecret } from '../secret.ts';
import { makeSecret, putSecretAside } from '../secret-file.ts';
import { t } from '../words/words.ts';
import { sure } from './sure.ts';
import { type Cli, Problem, type Verb } from './verb.ts';

/** Opens the site whatever its secret is: for the one verb that gives it another. */
export const anySecret = async (config: Config): Promise<string> => config.secret;

/** `secret new [--yes NAME]`: goes on with SECRET as it is set, or with a new one, and says what dies with the old one. */
export const secret: Verb = async (cli, args) => {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { yes: { type: 'string' } },
  });
  if (positionals.join() !== 'new') throw new Problem(t('cli:usage'));
  cli.say(t('cli:secret.dies'));
  await sure(cli, values.yes);
  const kept = await change(cli);
  if (kept) cli.say(t('cli:secret.kept', { file: kept }));
  cli.say(t('cli:secret.changed'));
};

async function change({ config, base }: Cli): Promise<string | undefined> {
  const kept = config.secretIsSet ? undefined : putSecretAside(config.dataDir);
  await changeSecret(base.db, config.secretIsSet ? config.secret : makeSecret(config.dataDir));
  return kept;
}
