import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that has package.json, views, public and migrations: of the sources as well as of what was compiled from them. */
export const root = above(import.meta.dirname);

/** Runs a program of ours: `node <runner> src/main.ts …`. */
export const runner = join(root, 'src/run.mjs');

/** What `fork` takes for a program of ours, by its path from the root: as it is, or compiled where we are compiled ourselves. */
export const forkable = (entry: string): [script: string, args: string[]] =>
  import.meta.filename.endsWith('.ts') ? [join(root, entry), []] : [runner, [entry]];

function above(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : above(dirname(folder));
}
