import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, lstatSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { User } from './user.ts';

/** A Unix socket in a folder that only the server's user may enter; on Windows loopback with a password. */
export type Address = { kind: 'socket'; folder: string } | { kind: 'tcp'; port: number; password: string };

const socketName = '.s.PGSQL.5432';
/** What fits into sun_path on every system, with some room. */
const longest = 100;

/** Where the server of this folder listens: the same at every start, so that pools find it again. */
export async function addressOf(home: string, user: User | undefined): Promise<Address> {
  if (process.platform === 'win32') return recorded(home, 'address.json', tcpAddress);
  // A comma or a quote would split the list that the setting is.
  const fits = Buffer.byteLength(path.join(home, socketName)) <= longest && !/[,"]/.test(home);
  if (fits) return { kind: 'socket', folder: home };
  return recorded(home, 'address.json', () => shortFolder(user), isOurs);
}

/** For `pg`, libpq and `new URL` alike: the parameter `host` overrides the name before the path. */
export function urlOf(address: Address): string {
  if (address.kind === 'tcp')
    return `postgres://turnout:${address.password}@127.0.0.1:${address.port}/turnout`;
  return `postgres://turnout@localhost/turnout?host=${encodeURIComponent(address.folder)}`;
}

/** What `net.connect` takes. */
export const target = (address: Address): { path: string } | { host: string; port: number } =>
  address.kind === 'tcp'
    ? { host: '127.0.0.1', port: address.port }
    : { path: path.join(address.folder, socketName) };

async function recorded(
  home: string,
  name: string,
  make: () => Address | Promise<Address>,
  good: (address: Address) => boolean = () => true,
): Promise<Address> {
  const file = path.join(home, name);
  const before = read(file);
  if (before && good(before)) return before;
  const made = await make();
  // Two first starts at once: the one that writes first is followed by both.
  if (!write(file, made, before ? 'w' : 'wx')) return read(file) ?? made;
  return made;
}

function read(file: string): Address | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Address;
  } catch {
    return undefined;
  }
}

function write(file: string, address: Address, flag: 'w' | 'wx'): boolean {
  try {
    writeFileSync(file, JSON.stringify(address), { flag, mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

/** `/tmp` when even TMPDIR is long. The folder is private to us from the start, so that nobody can lay a socket there. */
function shortFolder(user: User | undefined): Address {
  const base = Buffer.byteLength(tmpdir()) < 60 && !/[,"]/.test(tmpdir()) ? tmpdir() : '/tmp';
  const folder = mkdtempSync(path.join(base, 'turnout-'));
  if (user) chownSync(folder, user.uid, user.gid);
  return { kind: 'socket', folder };
}

/** A temporary folder may have been swept away, and made again by somebody else. */
function isOurs(address: Address): boolean {
  if (address.kind !== 'socket') return true;
  const found = lstatSync(address.folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && (found.mode & 0o077) === 0;
}

async function tcpAddress(): Promise<Address> {
  const server = createServer().listen(0, '127.0.0.1');
  // Rejects at an error.
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return { kind: 'tcp', port, password: randomBytes(24).toString('base64url') };
}
