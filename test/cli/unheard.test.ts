import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../src/context.ts';
import { freshDatabase } from '../support/database.ts';
import { makeBase, makeEvent, must, secret, signUp } from '../support/factories.ts';
import { fillEvent } from '../support/many.ts';

// `turnout … | head -1`, `turnout … > /dev/full`, and files that cannot be written: a line or silence, never a stack.

const root = path.join(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'turnout-unheard-'));
let base: Base;
let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  const large = await makeEvent(base, { slug: 'large', name: 'Large' });
  await fillEvent(base, large, 5000);
  must(await signUp(base, await makeEvent(base, { slug: 'small', name: 'Small' }), 'Ann'));
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

type Way = { to: 'all' | 'head' | 'nobody' | 'full'; stderr?: 'full'; script?: string; input?: string };

/** Runs a verb with its output read whole, to its first bytes, by nobody, or on a full disk. */
function run(args: string[], { to, stderr, script = 'src/cli.ts', input }: Way) {
  const child = spawn(process.execPath, ['src/run.mjs', script, ...args], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: database.url,
      SECRET: secret,
      LOG_LEVEL: 'warn',
      DATA_DIR: folder,
    },
    stdio: [
      input === undefined ? 'ignore' : 'pipe',
      to === 'full' ? openSync('/dev/full', 'w') : 'pipe',
      stderr === 'full' ? openSync('/dev/full', 'w') : 'pipe',
    ],
  });
  child.stdin?.on('error', () => {}).end(input);
  let [out, err] = ['', ''];
  if (to === 'nobody') child.stdout?.destroy();
  child.stdout?.on('data', (data) => {
    out += data;
    if (to === 'head') child.stdout?.destroy();
  });
  child.stderr?.on('data', (data) => {
    err += data;
  });
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, out, err })),
  );
}

const full = existsSync('/dev/full');

describe('a verb of the command line', { timeout: 120_000 }, () => {
  it('that nobody listens to any more ends without a word', async () => {
    const head = await run(['export', 'large'], { to: 'head' });
    expect(head.out).toContain('Number,Name,');
    expect([head.code, head.err]).toEqual([141, '']);
    for (const args of [
      ['export', 'large', '--format', 'xlsx'],
      ['organiser', 'list'],
      ['sign-in', 'ann@example.org'],
      ['help'],
    ])
      expect([args, await run(args, { to: 'nobody' })]).toEqual([args, { code: 141, out: '', err: '' }]);
  });

  it('does what it was asked to all the same', async () => {
    const args = ['organiser', 'add', 'unheard@example.org'];
    expect(await run(args, { to: 'nobody' })).toEqual({ code: 141, out: '', err: '' });
    const found = await base.db.$client.query(
      `select 1 from roles r join people p on p.id = r.person_id where p.email = 'unheard@example.org'`,
    );
    expect(found.rowCount).toBe(1);
  });

  it.runIf(full)('says in one line that its output did not fit on the disk', async () => {
    for (const args of [
      ['export', 'large'],
      ['organiser', 'list'],
    ])
      expect([args, await run(args, { to: 'full' })]).toEqual([
        args,
        { code: 1, out: '', err: 'Not all of it could be written to standard output (ENOSPC).\n' },
      ]);
    expect((await run(['export', 'large'], { to: 'full', stderr: 'full' })).code).toBe(1);
    expect((await run(['nonsense'], { to: 'all', stderr: 'full' })).code).toBe(2);
  });

  it('says in one line where no file can be written, and leaves none that is not whole', async () => {
    const file = path.join(folder, 'a-file');
    writeFileSync(file, 'mine');
    for (const [output, why] of [
      [path.join(folder, 'nowhere', 'list.csv'), 'ENOENT'],
      [path.join(file, 'list.csv'), 'ENOTDIR'],
    ] as const) {
      const err = `--output: ${output} cannot be written (${why}): name a file in a folder of yours, on a disk with room.\n`;
      expect(await run(['export', 'small', '--output', output], { to: 'all' })).toEqual({
        code: 2,
        out: '',
        err,
      });
      expect(existsSync(output)).toBe(false);
    }
    const told = await run(['export', 'small', '--output', file], { to: 'all' });
    expect(told).toEqual({ code: 2, out: '', err: `${file} is there already, and was left as it is.\n` });
    const good = path.join(folder, 'list.csv');
    expect(await run(['export', 'small', '--output', good], { to: 'all' })).toEqual({
      ...{ code: 0, out: `${good}\n`, err: '' },
    });
  });

  it('the bot on a terminal stops when nobody reads it', async () => {
    const way = { to: 'nobody', script: 'bot/transports/terminal.ts', input: 'menu\n'.repeat(50) } as const;
    expect(await run([], way)).toEqual({ code: 141, out: '', err: '' });
  });
});
