import { setPriority } from 'node:os';
import { openBase } from '../base.ts';
import { type Config, type Role, readConfig } from '../config.ts';
import { seedWhenNew } from '../demo/seed.ts';
import { fail, mistake } from './failure.ts';
import type { Order, Report, Start } from './messages.ts';
import { partOf } from './part.ts';
import { startRoles } from './roles.ts';
import { exitCode, untilAskedToStop } from './signals.ts';

// The process of one role, started by `child.ts`. It ends in order when its parent says so, or is gone.

const tell = (report: Report) => process.send?.(report, undefined, undefined, () => {});

let running = false;
let asked = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
let begin: (start: Start) => void = () => {};
const ordered = new Promise<Start>((resolve) => {
  begin = resolve;
});
process.on('disconnect', stop).on('message', (order: Order) => {
  if ('start' in order) begin(order.start);
  if ('stop' in order) stop();
  if ('ping' in order) tell({ pong: true });
});

try {
  await run(process.argv[2] as Role);
} catch (error) {
  if (mistake(error)) tell({ mistake: true });
  fail(error);
}

async function run(role: Role): Promise<void> {
  const start = await ordered;
  const config: Config = { ...readConfig(), roles: [role] };
  const database = { url: start.databaseUrl, embedded: start.embedded, stop: async () => {} };
  const opened = await openBase(config, { database });
  try {
    if (start.seeds) await seedWhenNew(opened.base, config.dataDir);
    const started = await startRoles(config, opened);
    try {
      // Mails and notices have a third of what a page gets where all processors are busy. No less: somebody waits for a sign-in mail too.
      if (role === 'worker') setPriority(5);
      const stopped = untilAskedToStop(opened.base.log);
      running = true;
      tell({ ready: start.first ? await partOf(config, opened, started) : { rows: [] } });
      await stopped;
    } finally {
      await started.stop();
    }
  } finally {
    await opened.close();
  }
  process.exit(exitCode());
}

/** A terminal's Ctrl-C reaches us too: whichever comes first is the one request. While we start there is nothing to finish. */
function stop(signal?: NodeJS.Signals): void {
  if (!running) process.exit(0);
  const before = asked;
  asked = true;
  if (!before && typeof signal !== 'string') process.emit('SIGTERM', 'SIGTERM');
}
