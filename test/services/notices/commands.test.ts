import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import type { Change, ChangeKind } from '../../../src/jobs/enqueue.ts';
import { cancelEvent, restoreEvent } from '../../../src/services/events/publishing.ts';
import { tell, tellEvent } from '../../../src/services/notices/commands.ts';
import { setNotify } from '../../../src/services/people/commands.ts';
import { actorOfAddress } from '../../../src/services/people/speakers.ts';
import { moveAttendee, register } from '../../../src/services/registrations/commands.ts';
import { freshDatabase } from '../../support/database.ts';
import { as, asSystem, makeBase, makeEvent, must, registered, signUp } from '../../support/factories.ts';
import { idle, openWorker } from '../../support/jobs.ts';

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

const query = async (text: string, values: unknown[] = []) =>
  (await base.db.$client.query(text, values)).rows;

/** The jobs of a kind in the queue, which is emptied. */
async function queued(kind: string) {
  const rows = await query(
    `delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
      where t.id = j.task_id and t.identifier = $1 returning j.id, payload, priority`,
    [kind],
  );
  return rows.sort((a, b) => Number(a.id) - Number(b.id));
}
beforeEach(() => query('delete from graphile_worker._private_jobs'));

let last = 1_000_000;
/** The id of a job as the queue would give it: each is larger than those before. */
const newJob = () => String(++last);

const noticesOf = async (registration: number) =>
  (await query('select kind from notices where registration_id = $1 order by id', [registration])).map(
    (row) => row.kind,
  );

async function linked(uri: string, personOf: number, more = '') {
  await actorOfAddress(base.db, uri);
  await query(
    `update addresses set person_id = (select person_id from registrations where id = $2), linked_at = now()
      ${more} where uri = $1`,
    [uri, personOf],
  );
}

const chatsFor = async (registration: number, kind: ChangeKind) => {
  await queued('chat_notice');
  await tell(base, { job: newJob(), changes: [[registration, kind]] });
  const ids = (await queued('chat_notice')).map((row) => row.payload.address);
  return (await query('select uri from addresses where id = any($1) order by uri', [ids])).map(
    (row) => row.uri,
  );
};

describe('tell', () => {
  it('makes a notice and a mail of each change; the same job again makes nothing', async () => {
    const event = await makeEvent(base);
    const [ann, bob] = [must(await signUp(base, event, 'Ann')), must(await signUp(base, event, 'Bob'))];
    const changes: Change[] = [
      [ann.id, 'confirmed'],
      [bob.id, 'confirmed'],
      [bob.id, 'link'],
      [999_999, 'confirmed'],
    ];
    const job = newJob();
    expect(await tell(base, { job, changes })).toBe(3);
    expect(await queued('mail_notice')).toHaveLength(3);
    expect(await tell(base, { job, changes })).toBe(0);
    expect(await queued('mail_notice')).toHaveLength(0);
    expect(await noticesOf(bob.id)).toEqual(['confirmed', 'link']);
  });

  it('tells the same thing again when it comes about again, and once when two workers have the job', async () => {
    const ann = must(await signUp(base, await makeEvent(base), 'Ann'));
    for (const kind of ['confirmed', 'moved_to_waiting', 'promoted', 'moved_to_waiting', 'promoted'] as const)
      await tell(base, { job: newJob(), changes: [[ann.id, kind]] });
    expect(await noticesOf(ann.id)).toEqual([
      'confirmed',
      'moved_to_waiting',
      'promoted',
      'moved_to_waiting',
      'promoted',
    ]);
    await queued('mail_notice');
    const asked = { job: newJob(), changes: [[ann.id, 'link']] as Change[] };
    const told = await Promise.all(Array.from({ length: 8 }, () => tell(base, asked)));
    expect(told.reduce((sum, one) => sum + one)).toBe(1);
    expect(await queued('mail_notice')).toHaveLength(1);
  });

  it('tells linked chat addresses, but not one that stopped, nor by chat what belongs in the mailbox', async () => {
    const ann = must(await signUp(base, await makeEvent(base), 'Annabel'));
    await linked('xmpp:ann@a', ann.id);
    await linked('web:ann', ann.id);
    await linked('xmpp:quiet@a', ann.id, ', stopped_at = now()');
    expect(await chatsFor(ann.id, 'confirmed')).toEqual(['web:ann', 'xmpp:ann@a']);
    expect(await chatsFor(ann.id, 'promoted')).toEqual(['web:ann', 'xmpp:ann@a']);
    expect(await chatsFor(ann.id, 'link')).toEqual([]);
  });

  it('does not tell the address that registered what it has just read; later things it does', async () => {
    const event = await makeEvent(base);
    const zoe = as(base, (await actorOfAddress(base.db, 'xmpp:zoe@a')).actor);
    const made = registered(
      await register(zoe, { event: event.slug, name: 'Zoë', email: 'zoe@example.org', answers: {} }),
    );
    // Not proved to be hers, it still is told of what it did itself, and of nothing else of hers.
    expect(await chatsFor(made.id, 'confirmed')).toEqual([]);
    expect(await chatsFor(made.id, 'promoted')).toEqual(['xmpp:zoe@a']);
    const other = must(await signUp(base, await makeEvent(base), 'Zoë', { email: 'zoe@example.org' }));
    expect(await chatsFor(other.id, 'promoted')).toEqual([]);
    await linked('xmpp:zoe@a', made.id);
    expect(await chatsFor(other.id, 'confirmed')).toEqual(['xmpp:zoe@a']);
    expect(await chatsFor(made.id, 'waitlisted')).toEqual([]);
  });
});

describe('tellEvent', () => {
  const versionOf = async (id: number) =>
    (await query('select version from events where id = $1', [id]))[0].version;

  it('tells everyone with a living registration, once a version, after all other mails', async () => {
    const event = await makeEvent(base);
    const [ann, bob] = [must(await signUp(base, event, 'Ann')), must(await signUp(base, event, 'Bob'))];
    must(await signUp(base, await makeEvent(base), 'Cyd'));
    must(await moveAttendee(asSystem(base), event.slug, bob.id, 'cancel'));
    const asked = { job: newJob(), event: event.id, kind: 'event_changed' as const, version: 1 };
    expect(await tellEvent(base, asked)).toEqual({ kind: 'told', people: 1 });
    expect(await tellEvent(base, asked)).toEqual({ kind: 'told', people: 0 });
    expect(await noticesOf(ann.id)).toEqual(['event_changed']);
    expect((await queued('mail_notice')).map((row) => row.priority)).toEqual([10]);
    expect(await tellEvent(base, { ...asked, version: 2 })).toEqual({ kind: 'told', people: 1 });
  });

  it('says nothing that is not so any more, or that a later version tells', async () => {
    const event = await makeEvent(base);
    must(await signUp(base, event, 'Ann'));
    must(await cancelEvent(asSystem(base), event.slug, ''));
    const [off] = await queued('tell_event');
    const changed = { job: newJob(), event: event.id, kind: 'event_changed' as const, version: 1 };
    const newest = await versionOf(event.id);
    expect(await tellEvent(base, changed)).toEqual({ kind: 'skipped', because: 'no_longer_so', newest });
    must(await restoreEvent(asSystem(base), event.slug));
    expect(await tellEvent(base, { ...off.payload, job: off.id })).toEqual({
      kind: 'skipped',
      because: 'superseded',
      newest: newest + 1,
    });
    const [on] = await queued('tell_event');
    expect(await tellEvent(base, { ...on.payload, job: on.id })).toEqual({ kind: 'told', people: 1 });
  });

  it('keeps one job an event: what waits is replaced by what comes after', async () => {
    const event = await makeEvent(base);
    for (let n = 0; n < 3; n++) {
      must(await cancelEvent(asSystem(base), event.slug, ''));
      must(await restoreEvent(asSystem(base), event.slug));
    }
    const waiting = await queued('tell_event');
    expect(waiting.map((row) => row.payload)).toEqual([
      { event: event.id, kind: 'event_changed', version: await versionOf(event.id) },
    ]);
  });

  it('reaches 20,000 people', async () => {
    const event = await makeEvent(base);
    await query(
      `insert into people (email, name) select 'crowd' || n || '@example.org', 'C' from generate_series(1, 20000) n`,
    );
    await query(
      `insert into registrations (event_id, person_id, name, state, position, door)
        select $1, id, 'C', 'confirmed', id, 'import' from people where email like 'crowd%'`,
      [event.id],
    );
    const asked = { job: newJob(), event: event.id, kind: 'event_changed' as const, version: 1 };
    expect(await tellEvent(base, asked)).toEqual({ kind: 'told', people: 20_000 });
    expect(await queued('mail_notice')).toHaveLength(20_000);
  });
});

describe('sending', () => {
  it('asks how things stand when it is sent', async () => {
    const event = await makeEvent(base, { capacity: '1' });
    const ann = must(await signUp(base, event, 'Ann'));
    must(await signUp(base, event, 'Bob'));
    must(await moveAttendee(asSystem(base), event.slug, ann.id, 'cancel'));
    const off = await makeEvent(base);
    const dan = must(await signUp(base, off, 'Dan'));
    const eve = must(await signUp(base, off, 'Eve'));
    must(await moveAttendee(asSystem(base), off.slug, dan.id, 'cancel'));
    must(await cancelEvent(asSystem(base), off.slug, 'Sorry'));
    await linked('xmpp:eve@a', eve.id);
    // Only now somebody comes to send what was to be told, and takes several jobs at once, in any order.
    const worker = await openWorker(base, database.url);
    await idle(base);
    await worker.stop();
    const mailed = await query(
      `select n.kind, r.name from notices n join registrations r on r.id = n.registration_id
        where mailed_at is not null and n.event_id = any($1) order by r.name, n.id`,
      [[event.id, off.id]],
    );
    expect(mailed.map((row) => `${row.name} ${row.kind}`)).toEqual([
      'Ann cancelled',
      'Bob promoted',
      'Dan cancelled',
      'Eve event_cancelled',
    ]);
    expect(worker.said).toEqual([
      {
        address: 'xmpp:eve@a',
        key: expect.stringMatching(/^notice-\d+$/),
        reply: { text: expect.stringMatching(/does not take place.*The organisers say: Sorry/s) },
      },
    ]);
  });

  it('goes by the order in which things came about, not by that in which their notices were made', async () => {
    const event = await makeEvent(base);
    const gil = must(await signUp(base, event, 'Gil'));
    await query('delete from graphile_worker._private_jobs');
    const [first, second] = [newJob(), newJob()];
    await tell(base, { job: second, changes: [[gil.id, 'promoted']] });
    await tell(base, { job: first, changes: [[gil.id, 'waitlisted']] });
    const worker = await openWorker(base, database.url);
    await idle(base);
    await worker.stop();
    const mailed = 'select kind from notices where registration_id = $1 and mailed_at is not null';
    expect(await query(mailed, [gil.id])).toEqual([{ kind: 'promoted' }]);
  });

  it('leaves those alone who want no mail, but for answers and what must not be missed', async () => {
    const event = await makeEvent(base);
    const fay = must(await signUp(base, event, 'Fay'));
    const [{ id }] = await query('select person_id id from registrations where id = $1', [fay.id]);
    await setNotify(asSystem(base), id, false);
    await tell(base, { job: newJob(), changes: [[fay.id, 'confirmed']] });
    await tellEvent(base, { job: newJob(), event: event.id, kind: 'event_changed', version: 3 });
    await query(`delete from graphile_worker._private_jobs where task_id in
      (select id from graphile_worker._private_tasks where identifier = 'tell')`);
    const worker = await openWorker(base, database.url);
    await idle(base);
    await worker.stop();
    const rows = await query(
      'select kind, mailed_at is not null mailed from notices where registration_id = $1',
      [fay.id],
    );
    expect(rows).toEqual([
      { kind: 'confirmed', mailed: true },
      { kind: 'event_changed', mailed: false },
    ]);
  });
});
