import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';
import { root, runner } from '../src/shared/root.ts';

export type Row = { what: string; figure: string; ratio?: number; target?: string; good?: boolean };

/** A bot as on a small machine: Node takes of a large one what it can get, and gives nothing back that nobody asks for. */
const small = ['--max-old-space-size=512', '--max-semi-space-size=4'];

/** A script of this folder as a process of its own; comes back with the first line that it prints. */
export async function startScript(
  name: string,
  ...args: string[]
): Promise<{ line: string; pid: number; stop(): Promise<void> }> {
  const file = path.join(root, 'bench', name);
  const child = spawn(process.execPath, [...(name === 'bot.ts' ? small : []), runner, file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await Promise.race([firstLine(child), once(child, 'exit').then(() => undefined)]);
  if (line === undefined) throw new Error(`${name} ended before it said anything`);
  return { line, pid: child.pid!, stop: () => stop(child) };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = await once(createInterface(child.stdout!), 'line');
  return line;
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

export const median = (numbers: number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

type Load = autocannon.Options & { expect: number };

/** Requests a second over some seconds, at 32 connections. Throws when an answer has another status than expected. */
export async function load({ expect, ...options }: Load): Promise<number> {
  const result = await autocannon({ connections: 32, duration: 3, ...options });
  const others = Object.entries(result.statusCodeStats ?? {}).filter(([status]) => Number(status) !== expect);
  if (others.length > 0 || result.errors > 0)
    throw new Error(
      `${options.url}: ${result.errors} errors, statuses ${JSON.stringify(result.statusCodeStats)}`,
    );
  return result.requests.total / result.duration;
}
