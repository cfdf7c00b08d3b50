import { restoreDump } from '../db/dump.ts';
import { isEmpty } from '../demo/seed.ts';
import { t } from '../words/words.ts';
import { needed, Problem, type Verb } from './verb.ts';

/** `restore FILE`: puts a dump back into a database that is empty. */
export const restore: Verb = async (cli, [file]) => {
  if (!(await isEmpty(cli.base))) throw new Problem(t('cli:restore.not_empty'));
  const rows = await restoreDump(cli.databaseUrl, needed(file)).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new Problem(t('cli:restore.no_file', { file })) : error;
  });
  cli.say(t('cli:restore.done', { file, rows }));
};
