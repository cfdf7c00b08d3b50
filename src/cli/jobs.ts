import { retryDeadJobs, retryJob } from '../jobs/commands.ts';
import { type JobRow, jobStates, listJobs } from '../jobs/queries.ts';
import { t } from '../words/words.ts';
import { type Cli, needed, orProblem, Problem, type Verb } from './verb.ts';

/** How many of each state are listed. */
const most = 200;

/** `jobs`: what waits, fails or is dead; `jobs retry ID`, `jobs retry all` (the dead ones). */
export const jobs: Verb = async (cli, [verb, which]) => {
  if (!verb) return list(cli);
  if (verb !== 'retry') throw new Problem(t('cli:usage'));
  const id = needed(which);
  const count = id === 'all' ? orProblem(await retryDeadJobs(cli.ctx)) : await retryOne(cli, id);
  cli.say(t('cli:jobs.retried', { count }));
};

async function retryOne(cli: Cli, id: string): Promise<number> {
  orProblem(await retryJob(cli.ctx, id));
  return 1;
}

async function list(cli: Cli) {
  const lists = await Promise.all(jobStates.map((state) => listJobs(cli.ctx, state, most)));
  const rows = lists.flatMap(orProblem);
  if (rows.length === 0) cli.say(t('cli:jobs.none'));
  for (const row of rows) cli.say(line(row));
}

const line = ({ id, kind, state, attempts, maxAttempts, runAt, lastError }: JobRow): string =>
  t('cli:jobs.row', {
    id,
    job: kind,
    attempts,
    max: maxAttempts,
    next: state === 'dead' ? t('cli:jobs.dead') : runAt.toISOString(),
    error: lastError ?? '',
  }).trimEnd();
