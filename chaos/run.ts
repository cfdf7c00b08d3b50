import { parseArgs } from 'node:util';
import { chaos, type Options } from './chaos.ts';

// `npm run chaos`: people use a site whose parts are killed one after the other; nothing that was acknowledged may be lost. On an embedded
// Postgres of its own, or on DATABASE_URL, an empty database that it may fill. `-- --kills 60 --people 12 --seed N`; `--break` plants a
// fault at the end, which must be found: then it fails.

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '60' },
    people: { type: 'string', default: '12' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    break: { type: 'boolean', default: false },
  },
});

const options: Options = {
  seed: Number(values.seed),
  kills: Number(values.kills),
  people: Number(values.people),
  databaseUrl: process.env.DATABASE_URL || undefined,
  tell: console.log,
  // A registration that was acknowledged goes, and its event's counters with it.
  plant: values.break
    ? (db, { told }) =>
        db.query('delete from registrations where person_id = (select id from people where email = $1)', [
          told.find((one) => !one.arrived)?.email,
        ])
    : undefined,
};

console.log(`seed ${options.seed}, ${options.kills} kills, ${options.people} people at once`);
const { faults, back, counts, jobsDone, mails } = await chaos(options);
const all = Object.entries(back).map(([target, took]) => {
  const sorted = [...took].sort((a, b) => a - b);
  return {
    killed: target,
    times: took.length,
    'ready again, median ms': sorted[sorted.length >> 1],
    'at most': sorted.at(-1),
  };
});
console.table(all);
console.table([counts]);
console.log(
  `jobs done ${jobsDone} ms after the last request; mails ${mails.sent}, of them copies ${mails.copies}`,
);
for (const { rule, what } of faults) console.log(`BROKEN: ${rule}: ${what}`);
console.log(
  faults.length === 0 ? 'Nothing acknowledged is lost, nothing is half-written.' : `${faults.length} faults`,
);
process.exit(faults.length === 0 ? 0 : 1);
