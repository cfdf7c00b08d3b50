import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, runner } from '../../src/shared/root.ts';
import { secret } from './factories.ts';

export type Turnout = {
  url: string;
  dataDir: string;
  child: ChildProcess;
  /** What it has printed so far, and what it has logged. */
  out(): string;
  log(): string;
  /** Ends it in good order; gives its exit code and the milliseconds that it took. */
  stop(): Promise<{ code: number | null; took: number }>;
  kill(): Promise<void>;
};

/** `npm start` as a process of its own, with a folder and a port of its own; comes back when it says that it runs. */
export async function startTurnout(env: Record<string, string>): Promise<Turnout> {
  const given = env.DATA_DIR;
  const dataDir = given ?? mkdtempSync(path.join(tmpdir(), 'turnout-start-'));
  const port = env.PORT ?? String(await freePort());
  const child = launch({ SECRET: secret, LOG_LEVEL: 'warn', ...env, DATA_DIR: dataDir, PORT: port });
  const said = collect(child);
  const tidy = () => {
    if (!given) rmSync(dataDir, { recursive: true, force: true });
  };
  await Promise.race([said.until('Turnout is running'), once(child, 'exit')]);
  if (child.exitCode !== null) {
    tidy();
    throw new Error(`It did not start: ${said.log()}`);
  }
  return {
    url: `http://localhost:${port}`,
    dataDir,
    child,
    out: said.out,
    log: said.log,
    stop: async () => {
      const started = performance.now();
      const code = await end(child, 'SIGTERM');
      tidy();
      return { code, took: performance.now() - started };
    },
    kill: async () => {
      await end(child, 'SIGKILL');
      tidy();
    },
  };
}

/** A start that is to fail, or a verb of the command line: its exit code and all that it said. */
export async function runToEnd(script: string, args: string[], env: Record<string, string>) {
  const child = launch({ SECRET: secret, LOG_LEVEL: 'warn', ...env }, script, args);
  const said = collect(child);
  const [code] = await once(child, 'close');
  return { code: code as number, out: said.out(), log: said.log() };
}

function launch(env: Record<string, string>, script = 'src/main.ts', args: string[] = []): ChildProcess {
  return spawn(process.execPath, [runner, script, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, TZ: process.env.TZ, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collect(child: ChildProcess) {
  let out = '';
  let log = '';
  const waiting: (() => void)[] = [];
  child.stdout!.on('data', (data) => {
    out += data;
    for (const look of waiting) look();
  });
  child.stderr!.on('data', (data) => {
    log += data;
  });
  return {
    out: () => out,
    log: () => log,
    until: (text: string) =>
      new Promise<void>((resolve) => {
        waiting.push(() => out.includes(text) && resolve());
      }),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = once(child, 'exit');
  child.kill(signal);
  const [code] = await gone;
  return code;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
