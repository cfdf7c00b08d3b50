import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { secret as verb } from '../src/cli/secret.ts';
import { Problem } from '../src/cli/verb.ts';
import { ConfigError, readConfig } from '../src/config.ts';
import type { Base } from '../src/context.ts';
import { settledSecret } from '../src/secret.ts';
import { freshDatabase } from './support/database.ts';
import { asSystem, makeBase, makeEvent, signUp } from './support/factories.ts';

let base: Base;
let database: { url: string; drop(): Promise<void> };
let folder: string;
const folders: string[] = [];
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
});
beforeEach(async () => {
  await base.db.$client.query('truncate settings, people cascade');
  folder = mkdtempSync(path.join(tmpdir(), 'turnout-secret-'));
  folders.push(folder);
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

const file = () => path.join(folder, 'secret');
const start = (env: Record<string, string> = {}) =>
  settledSecret(readConfig({ DATA_DIR: folder, ...env }), base.db);
const stopped = (env?: Record<string, string>) =>
  start(env).then(
    () => 'it started',
    (error) => (error instanceof ConfigError ? error.message : Promise.reject(error)),
  );
const long = 'a secret that is long enough for us';

describe('the secret of a site', () => {
  it('is made once, by whichever of many processes is first', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => start()));
    expect(new Set(all).size).toBe(1);
    expect(readFileSync(file(), 'utf8')).toBe(all[0]);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['secret']);
    expect(await start()).toBe(all[0]);
  });

  it('is not made anew where links are in mailboxes: the start says the ways out in one line', async () => {
    await start();
    await signUp(base, await makeEvent(base));
    const kept = readFileSync(file(), 'utf8');
    rmSync(file());
    expect(await stopped()).toMatch(/^The secret of this site is missing[^\n]*SECRET[^\n]*secret new$/);
    writeFileSync(file(), '');
    expect(await stopped()).toContain('is missing');
    expect(await stopped({ SECRET: long })).toMatch(/^SECRET is not the secret of this site[^\n]*$/);
    expect(await start({ SECRET: kept })).toBe(kept);
    writeFileSync(file(), long);
    expect(await stopped()).toMatch(/^The secret in [^\n]* is not the one of this site[^\n]*$/);
  });

  it('of a site from before fingerprints is remembered where there is one, and missed where there is none', async () => {
    await signUp(base, await makeEvent(base));
    expect(await stopped()).toContain('is missing');
    expect(existsSync(file())).toBe(false);
    expect(await start({ SECRET: long })).toBe(long);
    expect(await stopped({ SECRET: `${long}!` })).toContain('is not the secret');
  });

  it('is changed by a command of its own, which says what dies, and asks', async () => {
    const first = await start();
    await signUp(base, await makeEvent(base));
    const said: string[] = [];
    const run = (env: Record<string, string>, ...args: string[]) =>
      verb(
        {
          ...{ base, databaseUrl: database.url, embedded: true, close: async () => {}, ctx: asSystem(base) },
          ...{ config: readConfig({ DATA_DIR: folder, ...env }), say: (line: string) => said.push(line) },
        },
        args,
      );
    await expect(run({}, 'new')).rejects.toThrow(Problem);
    expect(await start()).toBe(first);
    await run({}, 'new', '--yes', 'localhost:3000');
    expect(said.join('\n')).toMatch(/every link that was mailed[\s\S]*secret\.before-/);
    const second = await start();
    expect(second).not.toBe(first);
    await run({ SECRET: long }, 'new', '--yes', 'localhost:3000');
    expect(await start({ SECRET: long })).toBe(long);
    expect(await stopped()).toContain('is not the one of this site');
  });
});
