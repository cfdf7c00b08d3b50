import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../support/database.ts';
import { isAlive, roleOf } from '../support/processes.ts';
import { freePort, runToEnd, startTurnout, type Turnout } from '../support/turnout.ts';

// `npm start`: one small parent, and a process a role.

const noXmpp = { XMPP_SERVICE: 'xmpp://127.0.0.1:1', XMPP_JID: 'turnout@localhost', XMPP_PASSWORD: 'x' };

let folder: string;
let running: Turnout;
let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'turnout-family-'));
  database = await freshDatabase();
  running = await startTurnout({ ...noXmpp, DATA_DIR: folder, DATABASE_URL: database.url });
}, 240_000);
afterAll(async () => {
  await running.kill();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const pidOf = (role: string) => roleOf(running.child.pid!, role);
const isReady = async () => (await fetch(`${running.url}/readyz`)).ok;
const room = { timeout: 120_000, interval: 100 };

describe('one parent, and a process a role', { timeout: 240_000 }, () => {
  it.each(['web', 'worker', 'bot'])(
    '%s comes back when it is killed, and nothing else ends',
    async (role) => {
      const before = Object.fromEntries(['web', 'worker', 'bot'].map((one) => [one, pidOf(one)]));
      process.kill(before[role]!, 'SIGKILL');
      await vi.waitFor(() => expect([undefined, before[role]]).not.toContain(pidOf(role)), room);
      await vi.waitFor(async () => expect(await isReady()).toBe(true), room);
      for (const other of ['web', 'worker', 'bot'])
        if (other !== role) expect(pidOf(other)).toBe(before[other]);
      expect(running.log()).toContain('a process ended unasked and is started again');
    },
  );

  it('leaves nobody behind when the parent is killed', async () => {
    const pids = ['web', 'worker', 'bot'].map((role) => pidOf(role)!);
    await running.kill();
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), room);
  });

  it('says an operator’s mistake once, in the line of the child that made out what it is, and ends with 1', async () => {
    const port = await freePort();
    const taken = createServer().listen(port, '127.0.0.1');
    const { code, log } = await runToEnd('src/main.ts', [], {
      ...noXmpp,
      DATA_DIR: folder,
      PORT: String(port),
    });
    taken.close();
    expect(code).toBe(1);
    expect(log.trim()).toMatch(new RegExp(`^PORT is ${port}, which is taken[^\\n]*$`));
  });
});
