import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { type Dumped, jobLines, sequenceLines, tablesInOrder } from './dump-parts.ts';

/**
 * Writes all rows into a new file of the folder, for its owner alone, as of one moment; gives its name. It is SQL for psql and for
 * `restoreDump`, without the schema: that is the program's.
 */
export async function dumpInto(url: string, folder: string, now: Date): Promise<string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${now.toISOString().replace(/[:.]/g, '-')}.sql`);
  await withClient(url, async (client) => {
    await client.query('begin isolation level repeatable read read only');
    const target = createWriteStream(file, { mode: 0o600, flags: 'wx', flush: true });
    await pipeline(Readable.from(textOf(client)), target);
  });
  return file;
}

async function* textOf(client: pg.Client): AsyncGenerator<string | Buffer> {
  yield '-- All rows of a Turnout, for an empty one: npm run turnout -- restore FILE\nBEGIN;\n';
  for (const table of await tablesInOrder(client)) {
    yield `COPY ${named(table)} FROM stdin;\n`;
    yield* client.query(copyTo(`copy ${named(table)} to stdout`));
    yield '\\.\n';
  }
  for (const line of [...(await sequenceLines(client)), ...(await jobLines(client))]) yield `${line}\n`;
  yield 'COMMIT;\n';
}

const named = ({ table, columns }: Dumped): string =>
  `public.${pg.escapeIdentifier(table)} (${columns.map((one) => pg.escapeIdentifier(one)).join(', ')})`;

/** Puts a dump back into an empty database, all of it or nothing; gives how many rows there were. */
export const restoreDump = (url: string, file: string): Promise<number> =>
  withClient(url, async (client) => {
    const state: { copy?: Copying; rows: number } = { rows: 0 };
    for await (const line of linesOf(file)) await take(client, state, line);
    return state.rows;
  });

type Copying = { stream: NodeJS.WritableStream; over: Promise<void> };

async function take(client: pg.Client, state: { copy?: Copying; rows: number }, line: string) {
  const { copy } = state;
  if (copy && line === '\\.') {
    copy.stream.end();
    await copy.over;
    state.copy = undefined;
  } else if (copy) {
    state.rows++;
    if (!copy.stream.write(`${line}\n`)) await Promise.race([once(copy.stream, 'drain'), copy.over]);
  } else if (line.startsWith('COPY ')) {
    const stream = client.query(copyFrom(line.slice(0, -1)));
    state.copy = { stream, over: finished(stream) };
    state.copy.over.catch(() => {});
  } else if (line && !line.startsWith('--')) await client.query(line);
}

/** Lines end with \n alone here: texts may hold what others take for the end of one. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest) yield rest;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'turnout dump' });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
