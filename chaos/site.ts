import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, runner } from '../src/root.ts';
import { freePort } from '../test/support/turnout.ts';

export type Role = 'web' | 'worker' | 'bot';
export const secret = 'a secret for chaos alone, long enough';

/** Turnout as `npm start` runs it, started again by us alone when the whole tree is gone, as whatever supervises a service does. */
export type Site = {
  url: string;
  log(): string;
  pidOf(role: Role): number | undefined;
  killParent(): void;
  killTree(): void;
  /** The exit codes of those that ended although nobody had asked or killed them. */
  unasked(): (number | null)[];
  stop(): Promise<number | null>;
};

export async function startSite(env: Record<string, string>): Promise<Site> {
  const port = String(await freePort());
  const url = `http://localhost:${port}`;
  let stopping = false;
  let killed = false;
  let log = '';
  const unasked: (number | null)[] = [];
  let parent: ChildProcess;
  const start = () => {
    killed = false;
    parent = spawn(process.execPath, [runner, 'src/main.ts'], {
      cwd: root,
      env: { PATH: process.env.PATH, SECRET: secret, LOG_LEVEL: 'warn', ...env, PORT: port },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    parent.stderr!.on('data', (data) => {
      log = (log + data).slice(-500_000);
    });
    parent.once('exit', async (code) => {
      if (stopping) return;
      if (!killed) unasked.push(code);
      await sleep(500);
      if (!stopping) start();
    });
  };
  start();
  await waitUntil(
    () => isReady(url),
    300_000,
    () => `it did not start: ${log.slice(-2_000)}`,
  );
  const kill = (pid: number | undefined) => {
    if (pid) process.kill(pid, 'SIGKILL');
  };
  return {
    url,
    log: () => log,
    pidOf: (role) => childOf(parent.pid!, role),
    killParent: () => {
      killed = true;
      parent.kill('SIGKILL');
    },
    killTree: () => {
      killed = true;
      const children = (['web', 'worker', 'bot'] as const).map((role) => childOf(parent.pid!, role));
      for (const pid of [parent.pid, ...children]) kill(pid);
    },
    unasked: () => unasked,
    stop: async () => {
      stopping = true;
      if (parent.exitCode !== null || parent.signalCode !== null) return parent.exitCode;
      parent.kill('SIGTERM');
      const [code] = await once(parent, 'exit');
      return code;
    },
  };
}

export const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) }).then(
    (answer) => answer.status === 200,
    () => false,
  );

/** Looks ten times a second; gives the milliseconds that it took. Throws after `longest`. */
export async function waitUntil(
  holds: () => Promise<boolean> | boolean,
  longest: number,
  why: () => string,
): Promise<number> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > longest) throw new Error(why());
    await sleep(100);
  }
  return Math.round(performance.now() - began);
}

function childOf(parent: number, role: Role): number | undefined {
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'pid=,ppid=,command=', '-A'], { encoding: 'utf8' });
  for (const line of stdout.split('\n')) {
    const [, pid, ppid, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(ppid) === parent && command.endsWith(`role.ts ${role}`)) return Number(pid);
  }
  return undefined;
}

/** The server of an embedded Postgres. */
export function postmasterOf(folder: string): number | undefined {
  try {
    return Number(readFileSync(path.join(folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return undefined;
  }
}
