import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');

/** What the linter says of a file, by the project's own rules. */
function lint(text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'turnout-lint-'));
  const { linter } = JSON.parse(readFileSync(path.join(root, 'biome.json'), 'utf8'));
  writeFileSync(path.join(folder, 'biome.json'), JSON.stringify({ linter }));
  writeFileSync(path.join(folder, 'handler.ts'), text);
  const biome = path.join(root, 'node_modules/.bin/biome');
  const { stdout, stderr } = spawnSync(biome, ['lint', 'handler.ts'], { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true, force: true });
  return stdout + stderr;
}

const handler = (body: string) => `async function show(_site: string): Promise<void> {}
export const handler = (site: string) => ${body};
`;

it('a handler that neither awaits nor returns its promise does not pass the linter', {
  timeout: 60_000,
}, () => {
  expect(lint(handler('{ show(site); }'))).toContain('noFloatingPromises');
  expect(lint(handler('show(site)'))).not.toContain('noFloatingPromises');
});

// A clock that jumps, as on a laptop that slept, ends no wait early and makes none longer.
it('waits and windows of a process are not measured by the wall clock', () => {
  const files = ['src', 'bot'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => path.join(folder, file)),
  );
  const walled = files.filter((file) => readFileSync(path.join(root, file), 'utf8').includes('Date.now'));
  // The age of a file, and a name.
  expect(walled.sort()).toEqual(['src/db/embedded/cluster.ts', 'src/db/embedded/stuck.ts']);
});
