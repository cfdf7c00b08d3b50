import type pg from 'pg';
import type { Said } from './checks.ts';
import type { Mail } from './mails.ts';

/** What is looked at in the end, to be spoilt. */
export type Found = Said & { db: Pick<pg.Pool, 'query'>; mails: Mail[] };
export type Plant = { rule: string; plant(found: Found): Promise<unknown> };

const ofPerson = `registration_id in (select r.id from registrations r join people p on p.id = r.person_id where p.email = $1)`;
const sure = ({ told }: Found, of: (one: Said['told'][number]) => boolean) =>
  told.find((one) => !one.unsure && of(one))?.email;

/** Faults by name, each with the rule that must find it: a check that finds nothing may look at nothing. */
export const plants: Record<string, Plant> = {
  'lost-registration': {
    rule: 'what was acknowledged is on file',
    plant: (found) =>
      found.db.query(`update people set email = 'somebody.else@example.net' where email = $1`, [
        sure(found, () => true),
      ]),
  },
  'lost-cancellation': {
    rule: 'what was acknowledged last is so',
    plant: (found) =>
      found.db.query(
        `update registrations set state = 'confirmed' where person_id = (select id from people where email = $1)`,
        [sure(found, ({ state }) => state === 'cancelled')],
      ),
  },
  'lost-arrival': {
    rule: 'who was let in is let in',
    plant: (found) =>
      found.db.query(`delete from arrivals where ${ofPerson}`, [
        sure(found, ({ arrived }) => arrived === true),
      ]),
  },
  'lost-claim': {
    rule: 'a session is where its claim was taken',
    plant: ({ db }) => db.query('delete from placements'),
  },
  'session-in-two-cells': {
    rule: 'a session is in one cell, and a cell has one session',
    plant: async ({ db }) => {
      await db.query('alter table placements drop constraint placements_pkey');
      await db.query(
        `insert into placements (session_id, event_id, room_id, slot_id)
          select p.session_id, p.event_id, p.room_id, s.id from (select * from placements limit 1) p
          join slots s on s.event_id = p.event_id
            and not exists (select from placements q where q.room_id = p.room_id and q.slot_id = s.id) limit 1`,
      );
    },
  },
  oversold: {
    rule: 'nothing is oversold',
    plant: ({ db }) => db.query('update events set capacity = taken - 1 where taken > 1'),
  },
  'doubled-mail': {
    rule: 'what happened once is one mail',
    plant: async ({ mails, told }) => {
      const one = mails.find(({ to }) => told.some(({ email }) => email === to))!;
      mails.push({ ...one, id: `another ${one.id}` });
    },
  },
  'copied-mail': {
    rule: 'a mail has at most one copy a kill',
    plant: async ({ mails }) => {
      mails.push(...Array.from({ length: 200 }, () => mails[0]!));
    },
  },
  'lost-mail': {
    rule: 'whoever was told something is written to',
    plant: async ({ mails, told }) => {
      mails.splice(0, mails.length, ...mails.filter(({ to }) => to !== told[0]!.email));
    },
  },
  'stuck-job': {
    rule: 'jobs are done',
    plant: ({ db }) =>
      db.query(
        `select graphile_worker.add_job('none_does_this', '{}', run_at => now() - interval '1 second')`,
      ),
  },
};
