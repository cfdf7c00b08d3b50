import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

/**
 * Free ports of the loopback address, as many as there are names: those of the last time while they are free, so that
 * a chat client's settings hold.
 */
export async function freePorts<Name extends string>(
  folder: string,
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const file = path.join(folder, 'ports.json');
  const before = read(file);
  const entries: [Name, number][] = [];
  for (const name of names) {
    const port = await freePort(before[name]);
    entries.push([name, port]);
  }
  const ports = Object.fromEntries(entries) as Record<Name, number>;
  writeFileSync(file, JSON.stringify(ports), { mode: 0o600 });
  return ports;
}

function read(file: string): Record<string, number | undefined> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

/** Prosody runs on without a port that is taken, and whoever connects talks to somebody else's server: looked at before. */
async function freePort(wanted = 0): Promise<number> {
  return (await listenOn(wanted)) ?? (await listenOn(0)) ?? 0;
}

function listenOn(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const { port: got } = server.address() as { port: number };
      server.close(() => resolve(got));
    });
  });
}
