import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, openSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { outageOf } from '../src/db/outage.ts';
import { toFolder } from '../src/jobs/mail/folder.ts';

// Files on a full disk, which is /dev/full: it takes nothing. What Postgres says on one: test/web/away.test.ts.

const folder = mkdtempSync(path.join(tmpdir(), 'turnout-full-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a mail that finds no room as a file is to be tried again, and leaves nothing behind', async () => {
  const id = 'notice-1';
  const letter = { id, at: new Date(0), to: { name: 'Ann', email: 'ann@example.net' } } as never;
  const mail = { from: 'a@example.org', to: 'ann@example.net', subject: 'Hello', text: 'Hello' };
  const name = `00000000000000-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
  symlinkSync('/dev/full', path.join(folder, `${name}.eml.${process.pid}.part`));
  const transport = toFolder(folder);
  const error = await transport.send(letter, mail).catch((thrown: unknown) => thrown);
  expect(outageOf(error)).toBe('full');
  expect(readdirSync(folder)).toEqual([]);
  await transport.send(letter, mail);
  expect(readdirSync(folder).sort()).toEqual([`${name}.eml`, `${name}.json`]);
});

it('a log that finds no room costs its lines, and nothing else', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/crashing.ts', 'nothing'], {
    cwd: path.join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', openSync('/dev/full', 'w')],
  });
  let said = '';
  child.stdout!.on('data', (data) => {
    said += data;
  });
  const [code] = await once(child, 'close');
  expect([code, said]).toEqual([0, 'ready\nin order\n']);
});
