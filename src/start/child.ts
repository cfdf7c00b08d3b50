import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '../config.ts';
import type { Log } from '../log.ts';
import { forkable } from '../shared/root.ts';
import { t } from '../words/words.ts';
import type { Order, Part, Report } from './messages.ts';
import { lookIn } from './pulse.ts';

export type Child = {
  /** What it says when it runs for the first time. Rejects with a `Mistake` when it cannot, by what an operator can mend. */
  ready: Promise<Part>;
  /** Gives whether it ended in order. */
  stop(): Promise<boolean>;
};

/** The child has said in a line what an operator can mend. */
export class Mistake extends Error {}

type Options = { seeds?: boolean; database: Promise<{ url: string; embedded: boolean }>; log: Log };

/** Of a child that has lived so long since it was ready nobody says that it cannot live. Milliseconds. */
const healthy = 10_000;
/** The longest pause before a child is started again, and how many ends in a row are called a loop. */
const [longestPause, loop] = [30_000, 3];

/** The process of a role, and another one each time that it ends unasked: at once, then with growing pauses, for ever. */
export function keepChild(role: Role, { seeds = false, database, log }: Options): Child {
  let child: ChildProcess;
  let stopping = false;
  let first = true;
  let ends = 0;
  let readyAt: number | undefined;
  let settle: { resolve(part: Part): void; reject(error: Error): void };
  const ready = new Promise<Part>((resolve, reject) => {
    settle = { resolve, reject };
  });
  const [script, args] = forkable('src/start/role.ts');
  const start = () => {
    readyAt = undefined;
    let mistaken = false;
    // Loads its sources while the database is being started.
    child = fork(script, [...args, role]);
    const mine = child;
    const looking = lookIn(mine, () =>
      log.error({ role }, 'a process does not answer for a minute: it is ended'),
    );
    mine.on('message', (report: Report) => {
      if ('ready' in report) {
        readyAt = performance.now();
        first = false;
        settle.resolve(report.ready);
      } else if ('mistake' in report) mistaken = true;
      // `node --watch` is told by our child what it has read; we pass it on for theirs.
      else if (!('pong' in report)) process.send?.(report);
    });
    const ended = (what: object) => {
      looking.stop();
      if (stopping) return;
      if (first && mistaken) return settle.reject(new Mistake());
      log.error({ role, ...what }, 'a process ended unasked and is started again');
      ends = readyAt !== undefined && performance.now() - readyAt > healthy ? 1 : ends + 1;
      void again();
    };
    mine.on('error', (error) => {
      log.error({ err: error, role }, 'a process could not be reached');
      // One that could not be made, as there are too many processes or files, has no exit.
      if (mine.pid === undefined) ended({ err: error });
    });
    mine.once('exit', (code, signal) => ended({ code, signal }));
    database.then(
      ({ url, embedded }) =>
        order(mine, { start: { databaseUrl: url, embedded, first, seeds: seeds && first } }),
      () => {},
    );
  };
  const again = async () => {
    const pause = ends < 2 ? 0 : Math.min(500 * 2 ** (ends - 1), longestPause);
    if (ends === loop) console.error(t('cli:loop', { role, count: ends }));
    if (ends >= loop) log.error({ role, ends, pause }, 'a process ends again and again');
    await sleep(pause);
    if (!stopping) start();
  };
  start();
  return {
    ready,
    stop: async () => {
      stopping = true;
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return true;
      const code = new Promise((resolve) => child.once('exit', resolve));
      // One that still loads its sources hears nothing, and has nothing to finish.
      const starting = readyAt === undefined;
      if (starting) child.kill('SIGTERM');
      else order(child, { stop: true });
      return (await code) === 0 || starting;
    },
  };
}

/** One that has just ended is told nothing. */
const order = (child: ChildProcess, what: Order): void => {
  if (child.connected) child.send(what, () => {});
};
