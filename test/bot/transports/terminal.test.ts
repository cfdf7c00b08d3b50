import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Base } from '../../../src/context.ts';
import { root, runner } from '../../../src/shared/root.ts';
import { freshDatabase } from '../../support/database.ts';
import { makeBase, makeEvent } from '../../support/factories.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'turnout-chat-'));

// Each conversation is a process of its own.
vi.setConfig({ testTimeout: 60_000 });

let base: Base;
let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  const year = new Date().getFullYear() + 1;
  await makeEvent(base, {
    name: 'Geek dinner',
    startsAt: `${year}-05-27T19:00`,
    endsAt: `${year}-05-27T22:00`,
  });
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** `npm run chat` with lines piped in; comes back when it has ended. */
function chat(
  lines: string,
  args: string[] = [],
  env = {},
): Promise<{ out: string; err: string; code: number | null }> {
  const child = spawn(process.execPath, [runner, 'bot/transports/terminal.ts', ...args], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: database.url, DATA_DIR: folder, BASE_URL: '', ...env },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  child.stdin.end(lines);
  return new Promise((resolve) => child.on('close', (code) => resolve({ out, err, code })));
}

describe('the terminal', () => {
  it('answers what is piped in, in order, and ends', async () => {
    const { out, err, code } = await chat(
      'events\nregister geek-dinner Ann ann@example.org yes\nmy\nexit\nmenu\n',
      ['--as', 'ann'],
    );
    expect(err).toBe('');
    expect(code).toBe(0);
    const [coming, registered, mine, ...rest] = out.split('\n\n');
    expect(coming).toContain('1 - Geek dinner');
    expect(registered).toContain('You are coming to Geek dinner');
    expect(mine).toContain('You are registered for:');
    expect(rest).toEqual(['']);
  });

  it('is another conversation for another name, and goes on where it was for the same', async () => {
    const [bob, ann] = await Promise.all([
      chat('my\n', ['--as', 'bob']),
      chat('my\nunregister\n', ['--as', 'ann']),
    ]);
    expect(bob.out).toContain('I do not know yet who you are');
    expect(ann.out).toContain('Cancel your place at Geek dinner');
    expect((await chat('yes\n', ['--as', 'ann'])).out).toContain('is cancelled');
  });

  it('speaks for whoever has the address that it is given', async () => {
    const ann = await chat('whoami\n', ['--as', 'Ann@Example.org']);
    expect(ann.out).toContain('ann@example.org');
    expect(ann.out).not.toContain('not know');
    const wrong = await chat('whoami\n', ['--as', 'ann@']);
    expect(wrong).toMatchObject({ out: '', code: 1 });
    expect(wrong.err.trim().split('\n')).toHaveLength(1);
  });

  it('says in one line what is wrong with a setting', async () => {
    const wrong = await chat('menu\n', [], { DATABASE_URL: 'mysql://nowhere' });
    expect(wrong).toMatchObject({ out: '', code: 1 });
    expect(wrong.err.trim().split('\n')).toEqual([expect.stringContaining('DATABASE_URL')]);
  });
});
