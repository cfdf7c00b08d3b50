import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dumpInto } from '../db/dump.ts';
import { demoEvents } from '../demo/events.ts';
import { type Found, notOfDemo, rowsThere } from '../demo/mark.ts';
import { emptyDatabase, emptyMark, isEmpty, seedDemo } from '../demo/seed.ts';
import { t } from '../words/words.ts';
import { siteName, sure } from './sure.ts';
import { type Cli, Problem, type Verb } from './verb.ts';

type Given = { everything?: boolean; yes?: string };

/** `seed demo`, `seed demo --empty`, `seed --empty`; with --empty also `--everything`, and `--yes NAME` where nobody can be asked. */
export const seed: Verb = async (cli, args) => {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { empty: { type: 'boolean' }, everything: { type: 'boolean' }, yes: { type: 'string' } },
  });
  const demo = positionals[0] === 'demo';
  if ((!demo && !values.empty) || positionals.length > 1) throw new Problem(t('cli:usage'));
  if (values.empty) await empty(cli, values);
  else if (!(await isEmpty(cli.base))) throw new Problem(t('cli:seed.not_empty'));
  if (!demo) {
    writeFileSync(emptyMark(cli.config.dataDir), '');
    return cli.say(t('cli:seed.emptied'));
  }
  await seedDemo(cli.base);
  rmSync(emptyMark(cli.config.dataDir), { force: true });
  cli.say(t('cli:seed.done', { events: demoEvents.length, people: 150 }));
};

/** Says what goes, refuses where that is not the demo's alone, asks, and writes a dump before anything goes. */
async function empty(cli: Cli, { everything, yes }: Given): Promise<void> {
  const all = await rowsThere(cli.base.db);
  if (all.length === 0) return emptyDatabase(cli.base);
  const real = await notOfDemo(cli.base.db);
  const name = siteName(cli.config.baseUrl);
  if (real.length > 0 && !everything) throw new Problem(t('cli:seed.real', { list: listed(real), name }));
  cli.say(t('cli:seed.goes', { list: listed(all), name }));
  if (real.length > 0) cli.say(t('cli:seed.real_goes', { list: listed(real) }));
  await sure(cli, yes);
  const file = await dumpInto(cli.databaseUrl, join(cli.config.dataDir, 'dumps'), cli.base.now());
  cli.say(t('cli:seed.dumped', { file }));
  await emptyDatabase(cli.base);
}

const listed = (found: Found[]): string =>
  found.map(({ kind, count }) => t(`cli:seed.kinds.${kind}`, { count })).join(', ');
