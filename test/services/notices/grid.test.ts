import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Base, Ctx } from '../../../src/context.ts';
import { gathering } from '../../../src/jobs/enqueue.ts';
import { cancelEvent } from '../../../src/services/events/publishing.ts';
import { editRoom, placeSession, swapSessions, unplaceSession } from '../../../src/services/grid/commands.ts';
import { tellGrid } from '../../../src/services/notices/grid.ts';
import { noticeById } from '../../../src/services/notices/queries.ts';
import { addHost, setStar, withdrawSession } from '../../../src/services/sessions/commands.ts';
import { attendee, type Camp, hold, makeCamp } from '../../support/camp.ts';
import { freshDatabase } from '../../support/database.ts';
import { asSystem, makeBase, must, noon } from '../../support/factories.ts';
import { countQueries } from '../../support/queries.ts';

let base: Base;
let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});
beforeEach(() => query('delete from graphile_worker._private_jobs'));

const query = async (text: string, values: unknown[] = []) =>
  (await base.db.$client.query(text, values)).rows;

let last = 1_000_000;
const tell = (camp: Camp, at = base) => tellGrid(at, { event: camp.event.id, job: String(++last) });

/** A camp with Ann, who holds a session in the first cell, and people who starred it. All that is told. */
async function starredCamp(...names: string[]) {
  const camp = await makeCamp(base);
  const own = (name: string) => attendee(base, camp, `${name} ${camp.event.id}`);
  const ann = await own('Ann');
  const number = await hold(ann, camp, 'Feeds', 0);
  const fans = await Promise.all(names.map(own));
  for (const fan of fans) must(await setStar(fan, camp.slug, number, true));
  await tell(camp);
  await query('delete from notices where event_id = $1', [camp.event.id]);
  await query('delete from graphile_worker._private_jobs');
  return { camp, ann, number, fans };
}

const move = async (ctx: Ctx, camp: Camp, session: number, cell: number) =>
  must(await placeSession(ctx, { event: camp.slug, session, ...camp.cells[cell]! }));

/** Who was told what: `Bob 3: 1 10:00 Red > 10:30 Blue`, a line a session. */
async function told(camp: Camp): Promise<string[]> {
  const rows = await query('select id from notices where event_id = $1 order by person_id, id', [
    camp.event.id,
  ]);
  const views = await Promise.all(rows.map(({ id }) => noticeById(base.db, id)));
  return views.flatMap((view) =>
    view?.kind === 'grid_changed'
      ? view.sessions.map(
          (one) => `${view.name.split(' ')[0]}: ${one.number} ${cell(one.before)} > ${cell(one.after)}`,
        )
      : [],
  );
}
const cell = (one: { room: string; startsAt: string } | null) =>
  one ? `${one.startsAt.slice(11, 16)} ${one.room}` : '-';

describe('who is told', () => {
  it('those who starred it and its hosts; not who moved it, nor those who took their star back, nor others', async () => {
    const { camp, ann, number, fans } = await starredCamp('Bob', 'Cyd');
    await attendee(base, camp, `Dan ${camp.event.id}`);
    must(await setStar(fans[1]!, camp.slug, number, false));
    await move(ann, camp, number, 3);
    expect(await tell(camp)).toBe(1);
    expect(await told(camp)).toEqual(['Bob: 1 09:00 Red > 09:30 Blue']);
  });

  it('every host of what an organiser moved; of what one host moved the other one', async () => {
    const { camp, ann, number } = await starredCamp();
    await attendee(base, camp, `Eve ${camp.event.id}`);
    must(await addHost(asSystem(base), camp.slug, number, `eve.${camp.event.id}@example.org`));
    await move(asSystem(base), camp, number, 1);
    expect(await tell(camp)).toBe(2);
    await move(ann, camp, number, 2);
    expect(await tell(camp)).toBe(1);
    expect(await told(camp)).toEqual([
      'Ann: 1 09:00 Red > 09:00 Blue',
      'Eve: 1 09:00 Red > 09:00 Blue',
      'Eve: 1 09:00 Blue > 09:30 Red',
    ]);
  });

  it('somebody who holds what another one moved after them', async () => {
    const { camp, ann, number } = await starredCamp();
    await move(ann, camp, number, 1);
    await move(asSystem(base), camp, number, 2);
    await tell(camp);
    expect(await told(camp)).toEqual(['Ann: 1 09:00 Red > 09:30 Red']);
  });
});

describe('what is told', () => {
  it('is one notice of many changes, from the first place to the last; where it came back there is none', async () => {
    const { camp, ann, number, fans } = await starredCamp('Bob');
    const second = await hold(ann, camp, 'Second', 2);
    const third = await hold(ann, camp, 'Third', 4);
    for (const one of [second, third]) must(await setStar(fans[0]!, camp.slug, one, true));
    for (const to of [1, 3, 5, 7]) await move(ann, camp, number, to);
    await move(ann, camp, second, 6);
    must(await unplaceSession(ann, camp.slug, second));
    must(await unplaceSession(ann, camp.slug, third));
    await move(ann, camp, third, 4);
    await move(ann, camp, third, 5);
    expect(await tell(camp)).toBe(1);
    // The second one was put on the grid and taken off again since anybody was told.
    expect(await told(camp)).toEqual(['Bob: 3 - > 10:00 Blue', 'Bob: 1 09:00 Red > 10:30 Blue']);
    await move(ann, camp, number, 0);
    await move(ann, camp, number, 7);
    expect(await tell(camp)).toBe(0);
  });

  it('is also that it was withdrawn, swapped, or that its room is called otherwise', async () => {
    const { camp, ann, number, fans } = await starredCamp('Bob');
    const other = await hold(fans[0]!, camp, 'Other', 1);
    await tell(camp);
    await query('delete from notices');
    must(await swapSessions(asSystem(base), camp.slug, number, other));
    await tell(camp);
    expect(await told(camp)).toEqual([
      'Ann: 1 09:00 Red > 09:00 Blue',
      'Bob: 1 09:00 Red > 09:00 Blue',
      'Bob: 2 09:00 Blue > 09:00 Red',
    ]);
    await query('delete from notices');
    const room = camp.cells[1]!.roomId;
    must(await editRoom(asSystem(base), camp.slug, room, { name: 'Green', capacity: '20' }));
    await tell(camp);
    expect(await told(camp)).toEqual(['Ann: 1 09:00 Blue > 09:00 Green', 'Bob: 1 09:00 Blue > 09:00 Green']);
    await query('delete from notices');
    const never = await hold(ann, camp, 'Never placed');
    must(await setStar(fans[0]!, camp.slug, never, true));
    must(await withdrawSession(ann, camp.slug, number));
    must(await withdrawSession(ann, camp.slug, never));
    await tell(camp);
    expect(await told(camp)).toEqual(['Bob: 1 09:00 Green > -', 'Bob: 3 - > -']);
  });

  it('is nothing of what is over, nor of an event that is over or off; and never later', async () => {
    const { camp, ann, number } = await starredCamp('Bob');
    const at = (time: string): Base => ({ ...base, now: () => new Date(time) });
    await move(ann, camp, number, 1);
    expect(await tell(camp, at('2026-05-30T09:30:00Z'))).toBe(0);
    expect(await tell(camp)).toBe(0);
    await move(ann, camp, number, 2);
    expect(await tell(camp, at('2026-05-30T17:00:00Z'))).toBe(0);
    await move(ann, camp, number, 3);
    must(await cancelEvent(asSystem(base), camp.slug, ''));
    expect(await tell(camp)).toBe(0);
  });
});

describe('the job', () => {
  const jobs = () =>
    query(`select id, key, payload, run_at, locked_at from graphile_worker._private_jobs
      where task_id = (select id from graphile_worker._private_tasks where identifier = 'tell_grid') order by id`);

  it('waits for more changes, but no longer for more of them', async () => {
    const { camp, ann, number } = await starredCamp();
    await move(ann, camp, number, 1);
    const [first] = await jobs();
    expect(first).toMatchObject({ key: `tell_grid:${camp.event.id}`, payload: { event: camp.event.id } });
    expect(first.run_at).toEqual(new Date(noon.getTime() + gathering));
    const later: Ctx = { ...ann, now: () => new Date(noon.getTime() + gathering - 1) };
    await move(later, camp, number, 2);
    must(await withdrawSession(later, camp.slug, number));
    expect(await jobs()).toMatchObject([{ id: first.id, run_at: first.run_at }]);
  });

  it('has another one after it for what is changed while it runs', async () => {
    const { camp, ann, number } = await starredCamp('Bob');
    await move(ann, camp, number, 1);
    await query('update graphile_worker._private_jobs set locked_at = now(), locked_by = $1', ['somebody']);
    expect(await tell(camp)).toBe(1);
    await move(ann, camp, number, 2);
    const all = await jobs();
    expect(all.map((one) => one.locked_at === null)).toEqual([false, true]);
    expect(await tell(camp)).toBe(1);
    expect(await told(camp)).toEqual(['Bob: 1 09:00 Red > 09:00 Blue', 'Bob: 1 09:00 Blue > 09:30 Red']);
  });

  it('is not there when the change is not', async () => {
    const { camp, number } = await starredCamp();
    const stranger = await attendee(base, camp, `Mal ${camp.event.id}`);
    const refused = await placeSession(stranger, { event: camp.slug, session: number, ...camp.cells[1]! });
    expect(refused.ok).toBe(false);
    expect(await jobs()).toEqual([]);
  });

  it('tells nothing twice, however often and by how many it is run', async () => {
    const { camp, ann, number } = await starredCamp('Bob', 'Cyd');
    await move(ann, camp, number, 1);
    const counts = await Promise.all(Array.from({ length: 8 }, () => tell(camp)));
    expect(counts.reduce((sum, one) => sum + one)).toBe(2);
    expect(
      await query(`select 1 from graphile_worker.jobs where task_identifier = 'mail_notice'`),
    ).toHaveLength(2);
  });

  it('misses nothing of what is changed at the same time', async () => {
    const { camp, ann, number } = await starredCamp('Bob');
    const work = async () => {
      for (let n = 1; n <= 20; n++) await move(ann, camp, number, n % camp.cells.length);
    };
    let busy = true;
    const telling = async () => {
      while (busy) await tell(camp);
    };
    await Promise.all([work().finally(() => (busy = false)), telling(), telling()]);
    await tell(camp);
    const rows = await query('select data from notices where event_id = $1 order by id', [camp.event.id]);
    const steps = rows.map((row) => row.data.changes[0]);
    // Each goes on where the one before ended, from the first place to the last.
    for (const [n, step] of steps.entries()) if (n > 0) expect(step.before).toEqual(steps[n - 1].after);
    expect([cell(steps[0].before), cell(steps.at(-1).after)]).toEqual(['09:00 Red', '10:00 Red']);
  });

  it('is as many statements for 30 sessions and 300 people as for one', async () => {
    const { camp, ann, number } = await starredCamp('Bob');
    await move(ann, camp, number, 1);
    const one = await countQueries(base.db, () => tell(camp));
    await query(
      `insert into people (email, name, verified_at) select 'fan' || n || '@' || $1 || '.example.org', 'Fan', now() from generate_series(1, 300) n`,
      [camp.slug],
    );
    await query(
      `insert into sessions (event_id, number, title, kind) select $1, n, 'S' || n, 'talk' from generate_series(100, 129) n`,
      [camp.event.id],
    );
    await query(
      `insert into stars (session_id, person_id) select s.id, p.id from sessions s, people p
        where s.event_id = $1 and s.number >= 100 and p.email like '%@' || $2 || '.example.org'`,
      [camp.event.id, camp.slug],
    );
    await query(
      `insert into grid_changes (event_id, session_id, kind, after)
        select event_id, id, 'placed', $2::jsonb from sessions where event_id = $1 and number >= 100`,
      [
        camp.event.id,
        { room: 'Red', startsAt: '2026-05-30T09:00:00.000Z', endsAt: '2026-05-30T09:30:00.000Z' },
      ],
    );
    let people = 0;
    const many = await countQueries(base.db, async () => {
      people = await tell(camp);
    });
    expect([many, people]).toEqual([one, 300]);
  });
});
