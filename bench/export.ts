import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { pino } from 'pino';
import { system } from '../src/context.ts';
import { connect } from '../src/db/client.ts';
import { exportAttendees } from '../src/services/registrations/export.ts';
import { t } from '../src/words/words.ts';
import { median, type Row } from './support.ts';

const people = 100_000;
const slug = 'export';

/** A CSV of 100,000 attendees with three answers each, against `COPY` of the same columns; and how far memory rises. */
export async function exporting(url: string): Promise<Row[]> {
  await fill(url);
  const db = connect(url, console.error);
  const base = { db, now: () => new Date(), log: pino({ level: 'silent' }), secret: '', baseUrl: '' };
  const ours: number[] = [];
  const theirs: number[] = [];
  let memory = 0;
  for (let round = 0; round < 5; round++) {
    theirs.push(await timed(() => copy(url)));
    const before = process.memoryUsage().rss;
    let highest = before;
    const watch = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage().rss);
    }, 5);
    ours.push(
      await timed(async () => {
        const made = await exportAttendees({ ...base, actor: system() }, slug, { format: 'csv', t });
        if (!made.ok) throw new Error(made.refusal.code);
        await pipeline(Readable.from(made.value.chunks), sink());
      }),
    );
    clearInterval(watch);
    memory = Math.max(memory, round === 0 ? 0 : highest - before);
  }
  await db.$client.end();
  const [we, they] = [median(ours), median(theirs)];
  return [
    { what: '`COPY` of 100,000 attendees', figure: `${Math.round(they)} ms` },
    {
      what: 'the CSV export of them',
      figure: `${Math.round(we)} ms`,
      ratio: we / they,
      target: '<= 2',
      good: we / they <= 2,
    },
    { what: 'memory above the first export', figure: `${Math.round(memory / 1e6)} MB` },
  ];
}

async function copy(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  const statement = `copy (select r.id, r.name, p.email, r.state, r.door, r.created_at, r.listed, r.answers->>'diet', r.answers->>'size',
    r.answers->>'note' from registrations r join people p on p.id = r.person_id join events e on e.id = r.event_id
    where e.slug = '${slug}' order by r.id) to stdout with (format csv, header)`;
  await pipeline(client.query(copyTo(statement)), sink());
  await client.end();
}

const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function fill(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  const questions = ['diet', 'size', 'note'].map((name) => ({ name, kind: 'text', label: name }));
  await client.query(
    `with event as (
      insert into events (slug, kind, name, starts_at, ends_at, zone, state, taken, next_position, published_at, questions)
      values ($1, 'meetup', $1, now() + interval '9 days', now() + interval '10 days', 'Europe/London', 'published', $2::int, $2::int + 1, now(), $3)
      returning id
    ), new as (
      insert into people (email, name) select $1 || n || '@example.org', 'Person ' || n from generate_series(1, $2::int) n returning id, name
    )
    insert into registrations (event_id, person_id, name, state, position, door, answers)
    select event.id, new.id, new.name, 'confirmed', row_number() over (), 'import',
      '{"diet": "vegetarian", "size": "XL", "note": "=comes, with \\"quotes\\""}' from event, new`,
    [slug, people, JSON.stringify(questions)],
  );
  await client.query('analyze registrations');
  await client.end();
}
