import { parseArgs } from 'node:util';
import { chaos, type Options } from './chaos.ts';
import { type Target, targets } from './kills.ts';
import { plants } from './plants.ts';
import { report } from './report.ts';

// `npm run chaos`: people use a site whose parts are killed one after the other; nothing that was acknowledged may be lost (docs/chaos.md).
// On an embedded Postgres of its own; with `--postgres FOLDER` on a server that it starts of the programs there; or on DATABASE_URL, an
// empty database that it may fill. `-- --kills 60 --minutes 30 --people 12 --seed N --only web,tree`: it ends with the kills or the
// minutes, whichever comes first. `--plant NAME` does something wrong at the end, which must be found: then it fails.

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '60' },
    minutes: { type: 'string', default: '30' },
    people: { type: 'string', default: '12' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string', default: targets.join(',') },
    postgres: { type: 'string' },
    plant: { type: 'string' },
  },
});

const planted = values.plant === undefined ? undefined : plants[values.plant];
if (values.plant !== undefined && !planted) wrong(`--plant is one of ${Object.keys(plants).join(', ')}`);
const only = values.only.split(',') as Target[];
if (!only.every((one) => targets.includes(one))) wrong(`--only is some of ${targets.join(',')}`);

const options: Options = {
  seed: Number(values.seed),
  kills: Number(values.kills),
  longest: Number(values.minutes) * 60_000,
  people: Number(values.people),
  binaries: values.postgres,
  databaseUrl: values.postgres ? undefined : process.env.DATABASE_URL || undefined,
  only,
  tell: console.log,
  plant: planted?.plant,
};

console.log(`seed ${options.seed}, ${options.kills} kills, ${options.people} people at once`);
const outcome = await chaos(options);
report(outcome);
process.exit(outcome.faults.length === 0 ? 0 : 1);

function wrong(why: string): never {
  console.error(why);
  process.exit(2);
}
