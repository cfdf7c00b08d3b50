import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Xmpp } from '../../src/config.ts';
import { runner } from '../../src/shared/root.ts';

const script = path.join(import.meta.dirname, 'xmpp-process.ts');

export type BotProcess = { child: ChildProcess; said(): string; kill(): Promise<void> };

/** Starts `xmpp-process.ts`, to be killed without warning. */
export function spawnBot(
  given: { xmpp: Xmpp; file: string; hang?: boolean; strict?: boolean },
  env: NodeJS.ProcessEnv = {},
): BotProcess {
  const child = spawn(process.execPath, [runner, script, JSON.stringify(given)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  return {
    child,
    said: () => said,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
