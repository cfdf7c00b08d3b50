import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { type Base, type Ctx, system } from '../context.ts';
import { takeLock } from '../db/lock.ts';
import { createEvent } from '../services/events/commands.ts';
import { publishEvent } from '../services/events/publishing.ts';
import type { Event } from '../services/events/queries.ts';
import { grantRole } from '../services/people/commands.ts';
import { importAttendees } from '../services/registrations/commands.ts';
import type { Field } from '../shared/form.ts';
import { must } from '../shared/result.ts';
import { dayOf, plusDays } from '../shared/time.ts';
import { demoParty, seedTables } from './dinner.ts';
import { type DemoEvent, demoEvents, demoZone } from './events.ts';
import { seedGrid } from './grid.ts';
import { markDemo } from './mark.ts';
import { type DemoPerson, demoPeople } from './people.ts';
import { demoGrids } from './sessions.ts';

export const demoOrganiser = { email: 'organiser@example.org', name: 'Robin Taylor' };

/**
 * Fills a database with a demo week: events of the coming days and one past, some 150 people, an organiser. Makes it by
 * the commands that everybody uses, at times of the past weeks, and tells nobody.
 */
export async function seedDemo(base: Base): Promise<void> {
  must(await grantRole(at(base, 0), { ...demoOrganiser, role: 'organiser', eventId: null }));
  const people = demoPeople(150);
  for (const demo of demoEvents) await seedEvent(base, demo, people);
  await base.db.execute(sql`update events e set grid_told =
    coalesce((select max(id) from grid_changes c where c.event_id = e.id), 0)`);
  await markDemo(base.db);
}

/** Who asked for an empty site gets no demo at the next start: this file in DATA_DIR says so. */
export const emptyMark = (dataDir: string): string => join(dataDir, 'no-demo');

/** Seeds a database that nobody has used yet. Of processes that start at once one seeds and the others wait. */
export async function seedWhenNew(base: Base, dataDir: string): Promise<void> {
  if (existsSync(emptyMark(dataDir))) return;
  const client = await base.db.$client.connect();
  try {
    await takeLock(client, lock);
    if (await isEmpty(base)) await seedDemo(base);
    await client.query('select pg_advisory_unlock($1)', [lock]);
  } finally {
    // Ending the session gives the lock back also when something threw.
    client.release(true);
  }
}

/** Any number that nobody else uses. */
const lock = 7_287_003;

/** Removes all that people made, the demo's or not, and what the queue was to do; the schema and the site's own settings stay. */
export async function emptyDatabase(base: Base): Promise<void> {
  const found = await base.db.execute<{
    tables: string;
  }>(sql`select string_agg(format('public.%I', tablename), ', ') tables
    from pg_tables where schemaname = 'public' and tablename <> 'settings'`);
  await base.db.execute(sql`truncate ${sql.raw(found.rows[0]!.tables)} restart identity cascade`);
  await base.db.execute(sql`delete from graphile_worker._private_jobs`);
}

/** Whether nobody has used the database yet. */
export async function isEmpty(base: Base): Promise<boolean> {
  const found = await base.db.execute<{ used: boolean }>(
    sql`select exists (select 1 from events) or exists (select 1 from people) used`,
  );
  return !found.rows[0]!.used;
}

/** The commands as they would have run so many days ago. */
const at = (base: Base, daysAgo: number): Ctx => {
  const now = plusDays(base.now(), demoZone, -daysAgo);
  return { ...base, now: () => now, actor: system('cli') };
};

async function seedEvent(base: Base, demo: DemoEvent, people: DemoPerson[]) {
  const announced = 21 - Math.min(0, demo.day);
  const day = dayOf(plusDays(base.now(), demoZone, demo.day), demoZone);
  const times = { zone: demoZone, startsAt: `${day}T${demo.from}`, endsAt: `${day}T${demo.to}` };
  const event = must(await createEvent(at(base, announced), { ...demo.form, ...times }));
  must(await publishEvent(at(base, announced), event.slug));
  await seedAttendees(base, demo, event, people, announced);
  await seedTables(at(base, 0), event);
  const grid = demoGrids[event.slug];
  if (grid) await seedGrid(at(base, announced - 18), event, day, grid);
}

/** In five waves, so that the lists look as if they had grown. */
async function seedAttendees(
  base: Base,
  demo: DemoEvent,
  event: Event,
  people: DemoPerson[],
  announced: number,
) {
  const shift = demo.form.name === undefined ? 0 : String(demo.form.name).length * 5;
  const rows = Array.from({ length: demo.registered }, (_, n) => {
    const person = people[(n + shift) % people.length]!;
    const members = demoParty(event, people, n);
    return { ...person, answers: answers(event.questions, n), members, listed: n % 5 < 3 };
  });
  const waves = 5;
  const size = Math.ceil(rows.length / waves);
  for (let wave = 0; wave < waves; wave++) {
    const part = rows.slice(wave * size, (wave + 1) * size);
    const outcomes = must(await importAttendees(at(base, announced - 1 - 4 * wave), event.slug, part));
    // A dish may have run out meanwhile: whoever was late has gone elsewhere.
    for (const outcome of outcomes) if (outcome.ok || outcome.refusal.code !== 'dish_gone') must(outcome);
  }
}

const jobs = ['designer', 'developer', 'student', 'librarian', 'writer', 'tester', 'founder', 'teacher'];

/** Plausible answers; what is not required is often left out. */
function answers(questions: Field[], n: number): Record<string, string> {
  return Object.fromEntries(
    questions.flatMap((question, index) => {
      const pick = (n * 7 + index * 3) % 11;
      if (!question.required && pick > 7) return [];
      return [[question.name, answer(question, pick)]].filter(([, text]) => text !== '');
    }),
  );
}

function answer({ kind, options = [] }: Field, pick: number): string {
  if (kind === 'yesno') return pick % 2 ? 'yes' : 'no';
  if (kind === 'text') return jobs[pick % jobs.length]!;
  // Most people answer with the first option.
  return options[pick < 5 ? 0 : pick % options.length] ?? '';
}
