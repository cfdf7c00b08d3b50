import { retryDeadJobs, retryJob } from '../jobs/commands.ts';
import { type JobRow, jobStates, listJobs } from '../jobs/queries.ts';
import { t } from '../words/words.ts';
import { type Cli, needed, orProblem, Problem, type Verb } from './verb.ts';

/** `jobs`: what waits, fails or is dead. `jobs retry ID` and `jobs retry all`. */
export const jobs: Verb = async (cli, [verb, id]) => {
  if (verb === undefined) return list(cli);
  if (verb !== 'retry') throw new Problem(t('cli:usage'));
  if (id !== 'all') orProblem(await retryJob(cli.ctx, needed(id)));
  const count = id === 'all' ? orProblem(await retryDeadJobs(cli.ctx)) : 1;
  cli.say(t('cli:jobs.retried', { count }));
};

const most = 200;

async function list(cli: Cli) {
  const rows = orderly(await Promise.all(jobStates.map((state) => listJobs(cli.ctx, state, most))));
  if (rows.length === 0) cli.say(t('cli:jobs.none'));
  for (const row of rows) cli.say(line(row));
}

const orderly = (results: Awaited<ReturnType<typeof listJobs>>[]): JobRow[] => results.flatMap(orProblem);

const line = (row: JobRow): string =>
  t('cli:jobs.row', {
    id: row.id.padStart(6),
    job: row.kind.padEnd(14),
    attempts: row.attempts,
    max: row.maxAttempts,
    next: row.state === 'dead' ? t('cli:jobs.dead') : row.runAt.toISOString(),
    error: row.lastError ?? '',
  });
