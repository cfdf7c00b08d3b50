import { createHash, createHmac, pbkdf2Sync, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Writes the account of `name@host` as Prosody's `internal_hashed` keeps it: keys of SCRAM-SHA-1 (RFC 5802, 3), never the password.
 * The running server reads it at the next login; no program has to be called with a password among its arguments.
 */
export function writeAccount(data: string, jid: string, password: string, rounds = 10_000): void {
  const [name = '', host = ''] = jid.toLowerCase().split('@');
  const folder = path.join(data, encoded(host), 'accounts');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${encoded(name)}.dat`);
  writeFileSync(`${file}~`, account(password, rounds), { mode: 0o600 });
  chmodSync(`${file}~`, 0o600);
  renameSync(`${file}~`, file);
}

/** File names as Prosody's `util.datamanager` makes them. */
const encoded = (text: string): string =>
  Buffer.from(text)
    .toString('latin1')
    .replace(/[^A-Za-z0-9]/g, (one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0')}`);

function account(password: string, rounds: number): string {
  const salt = randomUUID();
  const salted = pbkdf2Sync(password, salt, rounds, 20, 'sha1');
  const key = (purpose: string) => createHmac('sha1', salted).update(purpose).digest();
  const stored = createHash('sha1').update(key('Client Key')).digest('hex');
  return `return {
  ["iteration_count"] = ${rounds};
  ["salt"] = "${salt}";
  ["stored_key"] = "${stored}";
  ["server_key"] = "${key('Server Key').toString('hex')}";
};
`;
}
