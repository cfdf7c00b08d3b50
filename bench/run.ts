import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { connect } from '../src/db/client.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { seedDemo } from '../src/demo/seed.ts';
import { chat } from './chat.ts';
import { exporting } from './export.ts';
import { flood } from './flood.ts';
import { limited } from './limits.ts';
import { page } from './page.ts';
import { registrations } from './registrations.ts';
import type { Row } from './support.ts';

// `npm run bench`: ratios against simpler designs, all in one run on one machine; medians of three rounds (five for exports).
// Absolute figures depend on the machine. An argument picks a part: registrations, limits, flood, page, chat, export.

const parts: Record<string, (url: string) => Promise<Row[]>> = {
  registrations,
  limits: limited,
  flood,
  page: (url) => page(url, 'geek-dinner'),
  chat,
  export: exporting,
};

const folder = mkdtempSync(path.join(tmpdir(), 'turnout-bench-'));
const server = await startEmbedded(path.join(folder, 'postgres'));
try {
  await migrate(server.url);
  await seed(server.url);
  const asked = process.argv.slice(2);
  let missed = 0;
  for (const [name, measure] of Object.entries(parts)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    for (const row of await measure(server.url)) {
      console.log(line(row));
      if (row.good === false) missed++;
    }
  }
  process.exitCode = missed > 0 ? 1 : 0;
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();

async function seed(url: string): Promise<void> {
  const db = connect(url, console.error);
  const log = pino({ level: 'silent' });
  await seedDemo({
    db,
    now: () => new Date(),
    log,
    secret: 'only for measuring',
    baseUrl: 'http://localhost',
  });
  await db.$client.end();
}

function line({ what, figure, ratio, target, good }: Row): string {
  const compared = ratio === undefined ? '' : `${ratio.toFixed(2)}x`;
  const judged = good === undefined ? '' : good ? `ok (${target})` : `MISSED (${target})`;
  return [what.padEnd(62), figure.padStart(12), compared.padStart(8), judged].join('  ').trimEnd();
}
