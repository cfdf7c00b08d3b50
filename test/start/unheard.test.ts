import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase } from '../support/database.ts';
import { secret } from '../support/factories.ts';
import { until } from '../support/processes.ts';
import { freePort } from '../support/turnout.ts';

let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

it('`npm start 2>/dev/full | head -1`: nobody hears it, and it goes on', { timeout: 240_000 }, async () => {
  const port = String(await freePort());
  const child = spawn(process.execPath, ['src/run.mjs', 'src/main.ts'], {
    cwd: path.join(import.meta.dirname, '../..'),
    env: { PATH: process.env.PATH, PORT: port, DATABASE_URL: database.url, SECRET: secret, ...quiet },
    stdio: ['ignore', 'pipe', openSync('/dev/full', 'w')],
  });
  const gone = once(child, 'exit');
  try {
    await once(child.stdout!, 'data');
    child.stdout!.destroy();
    // Each is a line of the log.
    const look = () =>
      fetch(`http://127.0.0.1:${port}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until(look);
    for (let n = 0; n < 20; n++) expect((await fetch(`http://127.0.0.1:${port}/events`)).status).toBe(200);
    expect(child.exitCode).toBeNull();
  } finally {
    child.kill('SIGTERM');
  }
  expect(await gone).toEqual([0, null]);
});

/** Two roles below their parent, without a network. The mail server is not there: one more line. */
const quiet = {
  LOG_LEVEL: 'debug',
  ROLES: 'web,worker',
  SMTP_URL: 'smtp://127.0.0.1:1',
};
