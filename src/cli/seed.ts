import { rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { demoEvents } from '../demo/events.ts';
import { emptyDatabase, emptyMark, isEmpty, seedDemo } from '../demo/seed.ts';
import { t } from '../words/words.ts';
import { Problem, type Verb } from './verb.ts';

/** `seed demo`, `seed demo --empty`, `seed --empty`. */
export const seed: Verb = async (cli, args) => {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { empty: { type: 'boolean' }, yes: { type: 'boolean' } },
  });
  const demo = positionals[0] === 'demo';
  if ((!demo && !values.empty) || positionals.length > 1) throw new Problem(t('cli:usage'));
  if (values.empty) {
    // The try-out's database may go; one that somebody runs elsewhere only when they say so twice.
    if (!cli.embedded && !values.yes)
      throw new Problem(t('cli:seed.sure', { database: new URL(cli.databaseUrl).pathname.slice(1) }));
    await emptyDatabase(cli.base);
  } else if (!(await isEmpty(cli.base))) {
    throw new Problem(t('cli:seed.not_empty'));
  }
  if (!demo) {
    writeFileSync(emptyMark(cli.config.dataDir), '');
    return cli.say(t('cli:seed.emptied'));
  }
  await seedDemo(cli.base);
  rmSync(emptyMark(cli.config.dataDir), { force: true });
  cli.say(t('cli:seed.done', { events: demoEvents.length, people: 150 }));
};
