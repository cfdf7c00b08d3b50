import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

// Runs a program of this project: `node src/run.mjs src/main.ts …`. Its TypeScript is compiled at the first start and kept for as long
// as none of its files changes; `--compile` only does that, for an image whose files cannot be written later.

const root = path.join(import.meta.dirname, '..');
const cache = path.join(root, 'node_modules/.cache/turnout');
/** In milliseconds: a program that was replaced may still run, and load a part of itself. */
const keptFor = 24 * 3600 * 1000;

const [first, ...others] = process.argv.slice(2);
if (first === '--compile') for (const entry of others) await compiled(entry);
else await run(first, others);

async function run(entry, args) {
  const file = await compiled(entry).catch((error) => {
    const why = error.errors ? '' : `: ${error.message}`;
    console.error(
      `${entry} could not be compiled into node_modules/.cache${why}. Who owns that folder can: npm run compile`,
    );
    process.exit(1);
  });
  process.argv = [process.argv[0], path.resolve(root, entry), ...args];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(file).href);
}

/** The compiled program of a source file, whose path is from the root of the project unless it is absolute. */
async function compiled(source) {
  const entry = path.relative(root, path.resolve(root, source));
  const note = path.join(cache, `${entry.replace(/\W+/g, '-')}.json`);
  const kept = read(note);
  if (
    kept &&
    kept.compiler === compiler() &&
    Object.entries(kept.inputs).every(([file, is]) => print(file) === is)
  )
    return path.join(cache, kept.folder, kept.file);
  return compile(entry, note);
}

async function compile(entry, note) {
  const { build } = await import('esbuild');
  const folder = randomUUID();
  tidy();
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: path.join(cache, folder),
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    metafile: true,
    logLevel: 'error',
  });
  const inputs = Object.fromEntries(Object.keys(metafile.inputs).map((file) => [file, print(file)]));
  const file = `${path.basename(entry, '.ts')}.js`;
  // Whoever starts at the same time reads the whole of one note or of the other.
  writeFileSync(`${note}.${folder}`, JSON.stringify({ compiler: compiler(), folder, file, inputs }));
  renameSync(`${note}.${folder}`, note);
  return path.join(cache, folder, file);
}

/** What else a program depends on: the compiler, and how it is asked. */
function compiler() {
  const { version } = read(path.join(root, 'node_modules/esbuild/package.json')) ?? {};
  return `${version} ${print('src/run.mjs')}`;
}

function print(file) {
  try {
    return createHash('sha1')
      .update(readFileSync(path.join(root, file)))
      .digest('base64');
  } catch {
    return undefined;
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Removes what no note names any more. */
function tidy() {
  const all = list(cache);
  const named = new Set(
    all.filter((one) => one.endsWith('.json')).map((one) => read(path.join(cache, one))?.folder),
  );
  for (const one of all.filter((one) => !one.endsWith('.json') && !named.has(one))) {
    const at = path.join(cache, one);
    if (Date.now() - (statSync(at, { throwIfNoEntry: false })?.mtimeMs ?? 0) > keptFor)
      rmSync(at, { recursive: true, force: true });
  }
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
