import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Base } from '../../src/context.ts';
import { people } from '../../src/db/schema.ts';
import { chatNotice } from '../../src/jobs/notify.ts';
import { tell } from '../../src/services/notices/commands.ts';
import { tellSoon } from '../../src/services/notices/soon.ts';
import { actorOfAddress } from '../../src/services/people/speakers.ts';
import { setStar } from '../../src/services/sessions/commands.ts';
import type { Reply } from '../../src/shared/chat.ts';
import { attendee, hold, makeCamp } from '../support/camp.ts';
import { freshDatabase } from '../support/database.ts';
import { makeBase, makeEvent, must, noon, signUp } from '../support/factories.ts';

// What the bot writes first: in one message, not by night, not what was switched off, once; by mail when it cannot.

let base: Base;
let database: { url: string; drop(): Promise<void> };
let now = noon;
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url, () => now);
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});
beforeEach(async () => {
  now = noon;
  await query(`truncate people, events, addresses restart identity cascade`);
  await query('delete from graphile_worker._private_jobs');
});

const query = (text: string, values: unknown[] = []) => base.db.$client.query(text, values);
const hours = (count: number) => new Date(noon.getTime() + count * 3600_000);

let job = 1_000_000;

/** Ann, whose chat is linked, with registrations for so many events. */
async function annAt(...names: string[]) {
  const ids = [];
  for (const name of names) ids.push(must(await signUp(base, await makeEvent(base, { name }), 'Ann')).id);
  await actorOfAddress(base.db, 'xmpp:ann@chat');
  await query(`update addresses set person_id = (select id from people), linked_at = now()`);
  return ids;
}

const changed = (ids: number[], kind: 'promoted' | 'moved_to_waiting' = 'promoted') =>
  tell(base, { job: String(++job), changes: ids.map((id) => [id, kind]) });

type Said = { key: string; reply: Reply };

/** Runs the chat's jobs that are due, each once, one after another or all `atOnce`; `fails`: the network takes nothing. */
async function work(fails = false, atOnce = false): Promise<Said[]> {
  const said: Said[] = [];
  const { rows } = await query(
    `select j.id, j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      where t.identifier = 'chat_notice' and j.run_at <= greatest($1, now()) order by j.id`,
    [now],
  );
  const deliver = async (_address: string, key: string, reply: Reply) => {
    if (fails) throw new Error('The network takes nothing');
    said.push({ key, reply });
  };
  const run = async ({ id, payload }: (typeof rows)[number]) => {
    const tools = { base, deliver, signal: new AbortController().signal };
    const done = await chatNotice(tools, payload, id).then(
      () => true,
      () => false,
    );
    if (done) await query('delete from graphile_worker._private_jobs where id = $1', [id]);
  };
  if (atOnce) await Promise.all(rows.map(run));
  else for (const row of rows) await run(row);
  return said;
}

const texts = (said: Said[]) => said.map(({ reply }) => reply.text);
const jobs = async (kind: string) =>
  (
    await query(
      `select payload, run_at from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
        where t.identifier = $1 order by j.id`,
      [kind],
    )
  ).rows;

it('says several things in one message', async () => {
  const ids = await annAt('Supper', 'Breakfast');
  await changed([ids[0]!]);
  await changed([ids[1]!]);
  const said = await work();
  expect(said).toHaveLength(1);
  expect(texts(said)[0]).toMatch(
    /^2 things to tell you:\n\nA place became free: you are coming to Supper[^\n]*\n\nA place became free: you are coming to Breakfast[^\n]*\n\(To get none like this: stop places\./,
  );
  expect(await work()).toEqual([]);
  const { rows } = await query(`select count(*)::int n from notices where chatted_at is not null`);
  expect(rows[0].n).toBe(2);
});

it('numbers what can be answered through, each with its own event', async () => {
  const ids = await annAt('Supper', 'Breakfast');
  await query(`update registrations set state = 'offered', offer_expires_at = $1`, [hours(9)]);
  await tell(base, { job: String(++job), changes: ids.map((id) => [id, 'offered']) });
  const [said] = await work();
  expect(said!.reply.text).toContain('\n1 - Take it\n2 - Pass\n3 - Skip me once\n');
  expect(said!.reply.text).toContain(
    '\n4 - Take it\n5 - Pass\n6 - Skip me once\nAt any time: take breakfast, pass breakfast, skip breakfast.',
  );
  expect(said!.reply.choices!.map(({ value }) => value)).toEqual([
    ...['take supper', 'pass supper', 'skip supper', 'take breakfast', 'pass breakfast', 'skip breakfast'],
  ]);
});

it('says again what did not get through, with the same id and without what came later', async () => {
  const ids = await annAt('Supper', 'Breakfast');
  await changed([ids[0]!]);
  expect(await work(true)).toEqual([]);
  await changed([ids[1]!]);
  const said = await work();
  expect(said.map(({ key }) => key)).toEqual(['notice-1', 'notice-2']);
  expect(texts(said)[0]).not.toContain('Breakfast');
});

it('two workers that have a job each at once say a thing once', async () => {
  const ids = await annAt('Supper', 'Breakfast');
  for (const id of ids) await changed([id]);
  const said = await work(false, true);
  expect(said).toHaveLength(1);
  expect(texts(said)[0]).toContain('2 things to tell you');
});

it('is said in the language that was chosen', async () => {
  const ids = await annAt('Supper', 'Breakfast');
  await base.db.update(people).set({ language: 'de' });
  for (const id of ids) await changed([id]);
  const [text] = texts(await work());
  expect(text).toMatch(
    /^2 Dinge für dich:\n\nEin Platz ist frei geworden, du bist dabei: Supper, Sa\. 30\. Mai, 19:00/,
  );
  expect(text).toContain('stop places');
});

it('waits for the end of quiet hours, and then says all of it at once', async () => {
  const ids = await annAt('Supper', 'Breakfast');
  await base.db.update(people).set({ zone: 'Europe/London', quietFrom: 12 * 60, quietTo: 15 * 60 });
  for (const id of ids) await changed([id]);
  expect(await work()).toEqual([]);
  expect((await jobs('chat_notice')).map((row) => row.run_at.toISOString())).toContain(
    '2026-05-01T14:00:00.000Z',
  );
  now = new Date('2026-05-01T14:00:00Z');
  expect(texts(await work())[0]).toContain('2 things to tell you');
});

it('does not say what is switched off, and nothing after `stop`, also not later', async () => {
  const [id] = await annAt('Supper');
  await base.db.update(people).set({ muted: ['places'] });
  await changed([id!]);
  expect(await work()).toEqual([]);
  await base.db.update(people).set({ muted: [] });
  await changed([id!], 'moved_to_waiting');
  await query('update addresses set stopped_at = now()');
  expect(await work()).toEqual([]);
  await query('update addresses set stopped_at = null');
  await query(`update registrations set state = 'confirmed'`);
  await changed([id!]);
  expect(texts(await work())).toHaveLength(1);
  expect(await work()).toEqual([]);
});

it('is mailed instead when the chat cannot be reached for hours, to who wants no mails too', async () => {
  const [id] = await annAt('Supper');
  await changed([id!]);
  await query(
    'delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t where t.id = j.task_id and t.identifier = $1',
    ['mail_notice'],
  );
  now = hours(5);
  await work(true);
  expect(await jobs('mail_notice')).toEqual([]);
  now = hours(7);
  await work(true);
  expect((await jobs('mail_notice')).map((row) => row.payload)).toEqual([{ notice: 1, instead: true }]);
  expect(await work()).toEqual([]);
});

it('reminds of sessions that begin soon, in quiet hours too, once; not of one that has begun or moved away', async () => {
  const camp = await makeCamp(base, { event: { name: 'North' } });
  const bob = await attendee(base, camp, 'Bob');
  const [bread, kites] = [await hold(bob, camp, 'Bread', 0), await hold(bob, camp, 'Kites', 1)];
  const ann = await attendee(base, camp, 'Ann');
  for (const number of [bread, kites]) must(await setStar(ann, camp.slug, number, true));
  await actorOfAddress(base.db, 'xmpp:ann@chat');
  await query(
    `update addresses set linked_at = now(), person_id = (select id from people where email = 'ann@example.org')`,
  );
  await query(`update people set remind = 10, zone = 'UTC', quiet_from = 0, quiet_to = 1439`);
  const at = (time: string) => {
    now = new Date(`2026-05-30T${time}:00Z`);
  };
  // Ten in the morning, London's summer.
  at('08:49');
  expect(await tellSoon(base)).toBe(0);
  at('08:51');
  // Bob, who holds them, has no chat.
  expect(await tellSoon(base)).toBe(2);
  expect(await tellSoon(base)).toBe(0);
  const said = await work();
  expect(texts(said)).toEqual([
    [
      `At 10:00 (London; UTC −1 h): ${bread} Bread, in Red. North.`,
      `At 10:00 (London; UTC −1 h): ${kites} Kites, in Blue. North.`,
      '(To get none like this: stop reminders. No messages from me first at all: stop)',
    ].join('\n'),
  ]);
  expect(await jobs('mail_notice')).toEqual([]);
});

it('says nothing of a session that has begun by then', async () => {
  const camp = await makeCamp(base);
  const ann = await attendee(base, camp, 'Ann');
  await hold(ann, camp, 'Bread', 0);
  await actorOfAddress(base.db, 'xmpp:ann@chat');
  await query(
    `update addresses set linked_at = now(), person_id = (select id from people where email = 'ann@example.org')`,
  );
  await query('update people set remind = 10');
  now = new Date('2026-05-30T08:55:00Z');
  expect(await tellSoon(base)).toBe(1);
  now = new Date('2026-05-30T09:01:00Z');
  expect(await work()).toEqual([]);
});
