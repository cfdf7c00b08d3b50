import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, runner } from '../src/shared/root.ts';
import { familyOf, killed, roleOf } from '../test/support/family.ts';
import { freePort } from '../test/support/turnout.ts';

export const roles = ['web', 'worker', 'bot'] as const;
export type Role = (typeof roles)[number];
export const secret = 'a secret for chaos alone, long enough';
export const imifiedKey = 'a key for chaos alone';

/** Turnout as `npm start` runs it, started again by us alone when the whole tree is gone, as whatever supervises a service does. */
export type Site = {
  url: string;
  log(): string;
  pidOf(role: Role): number | undefined;
  /** The process that is started, and all below it. */
  family(): ReturnType<typeof familyOf>;
  killParent(): void;
  /** With all that it has started, and what these have. */
  killTree(): void;
  /** The exit codes of those that ended although nobody had asked or killed them. */
  unasked(): (number | null)[];
  stop(): Promise<number | null>;
};

export async function startSite(env: Record<string, string>): Promise<Site> {
  const port = String(await freePort());
  const url = `http://localhost:${port}`;
  let stopping = false;
  let asked = false;
  let log = '';
  const unasked: (number | null)[] = [];
  let parent: ChildProcess;
  const start = () => {
    asked = false;
    parent = spawn(process.execPath, [runner, 'src/main.ts'], {
      cwd: root,
      env: {
        ...{ PATH: process.env.PATH, SECRET: secret, IMIFIED_KEY: imifiedKey, LOG_LEVEL: 'warn' },
        ...{ ...env, PORT: port },
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    parent.stderr!.on('data', (data) => {
      log = (log + data).slice(-500_000);
    });
    parent.once('exit', async (code) => {
      if (stopping) return;
      if (!asked) unasked.push(code);
      await sleep(500);
      if (!stopping) start();
    });
  };
  const stop = async () => {
    stopping = true;
    if (parent.exitCode !== null || parent.signalCode !== null) return parent.exitCode;
    const gone = once(parent, 'exit');
    parent.kill('SIGTERM');
    const [code] = await gone;
    return code;
  };
  start();
  const site: Site = {
    url,
    log: () => log,
    pidOf: (role) => roleOf(parent.pid!, role),
    family: () => familyOf(parent.pid!),
    killParent: () => {
      asked = true;
      killed(parent.pid);
    },
    killTree: () => {
      asked = true;
      for (const { pid } of familyOf(parent.pid!)) killed(pid);
    },
    unasked: () => unasked,
    stop,
  };
  const why = () => `it did not start: ${log.slice(-2_000)}`;
  await waitUntil(() => isReady(url), 300_000, why).catch((error) =>
    stop().then(() => Promise.reject(error)),
  );
  return site;
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
