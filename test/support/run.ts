import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findPrograms, provide } from './programs.ts';

// What `npm test` runs: finds or installs the programs that some suites need, then hands the arguments on to Vitest.
provide();

const folder = mkdtempSync(path.join(tmpdir(), 'turnout-run-'));
const skipped = path.join(folder, 'skipped');
writeFileSync(skipped, '');
const vitest = path.join(
  path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);
const run = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, ...findPrograms(), SKIPPED_SUITES: skipped },
});
report(readFileSync(skipped, 'utf8').split('\n').filter(Boolean));
rmSync(folder, { recursive: true, force: true });
process.exitCode = run.status ?? 1;

function report(suites: string[]): void {
  if (suites.length === 0) return;
  const line = '!'.repeat(72);
  console.error(
    `${line}\nNOT TESTED, a program is missing:\n${suites.map((one) => `  ${one}`).join('\n')}\n${line}`,
  );
}
