import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../../src/log.ts';
import { type Child, startChild } from './child.ts';
import { runningIn } from './running.ts';
import { files } from './settings.ts';

/** What is to run: the program, on a folder with its configuration, at these ports. */
export type Site = { program: string; folder: string; ports: number[] };
type State = 'ready' | 'taken' | 'ended';

/** Starts the server and waits until it has its ports, or is known not to get them. */
export async function boot({ program, folder, ports }: Site): Promise<{ child: Child; state: State }> {
  const { config, log, pid } = files(folder);
  rmSync(pid, { force: true });
  const child = startChild(program, ['-F', '--config', config], log);
  const state = await settled(child, folder, ports);
  if (state !== 'ready') await child.end();
  return { child, state };
}

/** Starts the server again each time that it ends, until told to stop. */
export function keepRunning(site: Site, first: Child, log: Log): { child(): Child; stop(): Promise<void> } {
  let child = first;
  let stopped = false;
  const revive = async () => {
    for (let wait = 500; !stopped; wait = Math.min(wait * 2, 60_000)) {
      log.warn('prosody: it ended, starting it again');
      await sleep(wait, undefined, { ref: false });
      if (stopped) return;
      const again = await boot(site);
      if (again.state === 'ready') return follow(again.child);
    }
  };
  const follow = (one: Child): void => {
    child = one;
    if (stopped) void one.end();
    else if (one.isGone()) lost();
    else one.process.once('exit', lost);
  };
  const lost = () => {
    if (!stopped) revive().catch((error) => log.error({ err: error }, 'prosody: it cannot be started again'));
  };
  follow(first);
  return {
    child: () => child,
    stop: async () => {
      stopped = true;
      await child.end();
    },
  };
}

/** Its own log says whether it has the ports: a look at a port alone would find whoever has it. */
async function settled(child: Child, folder: string, ports: number[]): Promise<State> {
  for (let look = 0; look < 500 && !child.isGone(); look++) {
    const said = child.output();
    if (/Failed to open server port/.test(said)) return 'taken';
    const open = ports.every((port) => said.includes(` on [127.0.0.1]:${port}\n`));
    if (open && runningIn(folder)) return 'ready';
    await sleep(20);
  }
  return 'ended';
}

/** The line that says why it ended. */
export const lastWord = (output: string): string =>
  output
    .split('\n')
    .filter((line) => /error|warn|already|failed|cannot|unable/i.test(line))
    .at(-1)
    ?.replace(/^.*\t/, '')
    .trim() ?? 'it ended without a word';
