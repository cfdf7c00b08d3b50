import { sql } from 'drizzle-orm';
import type { Ctx } from '../../context.ts';
import type { Run } from '../../db/client.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { mailboxMark } from '../../shared/ids.ts';
import { nobody, nobodysDomain } from '../people/rules.ts';
import { eraseChats } from './erasing-chats.ts';
import { eraseCopies, eraseWishes, textsOf } from './erasing-copies.ts';
import { eraseSessions } from './erasing-sessions.ts';
import { eraseFromSheets } from './erasing-sheets.ts';

/**
 * Removes all that says who somebody is, or makes it nobody's where others or the counts need the row: column by column as
 * test/support/columns.ts has it. To be called in a transaction, when no coming registration of theirs is alive any more.
 */
export async function erase(run: Run, ctx: Ctx, person: number): Promise<void> {
  const { email, texts } = await textsOf(run, person);
  // What is in others' rows is looked for first: these are the long scans, and hold no lock that anybody waits for.
  await eraseCopies(run, email, texts);
  await eraseWishes(run, person);
  await eraseSessions(run, ctx, person);
  await eraseJobs(run, person, email);
  await eraseRegistrations(run, person);
  await eraseFromSheets(run, person);
  await eraseChats(run, person, email);
  await erasePerson(run, person, email);
  // Mails that are kept as files are the worker's, who has the folder.
  await enqueue(run, 'forget_mail', { mailbox: mailboxMark(ctx.secret, email) });
}

/** What the queue was still to do for them; what is in hand just now finds nothing. */
const eraseJobs = (run: Run, person: number, email: string) =>
  run.execute(sql`delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
    where t.id = j.task_id and j.locked_at is null and case t.identifier
      when 'mail_data' then j.payload->>'person' = ${String(person)}
      when 'mail_links' then j.payload->>'person' = ${String(person)}
      when 'mail_invitation' then j.payload->>'person' = ${String(person)}
      when 'mail_notice' then j.payload->>'notice' in (select id::text from notices where person_id = ${person})
      when 'chat_notice' then j.payload->>'address' in (select id::text from addresses where person_id = ${person})
      when 'chat_push' then j.payload->>'push' in (select p.id::text from pushes p join addresses a on a.id = p.address_id
        where a.person_id = ${person})
      when 'mail_sign_in' then j.payload->>'key' in (select key::text from sign_ins where email = ${email})
      when 'mail_chat_code' then j.payload->>'code' in (select id::text from chat_codes where email = ${email})
      else false end`);

async function eraseRegistrations(run: Run, person: number) {
  const theirs = sql`(select id from registrations where person_id = ${person})`;
  await run.execute(sql`delete from members where registration_id in ${theirs}`);
  await run.execute(sql`delete from seatings where registration_id in ${theirs}`);
  await run.execute(sql`delete from notices where person_id = ${person} or registration_id in ${theirs}`);
}

/** Last, as the statements before find by these what is theirs. */
async function erasePerson(run: Run, person: number, email: string) {
  await run.execute(sql`update registrations set name = ${nobody}, answers = '{}', near = '', listed = false,
    address_id = null, request_key = null, generation = generation + 1, mail_generation = mail_generation + 1,
    prove_by = null, prove_remind_at = null, prove_asked_at = null, cancellation_id = null where person_id = ${person}`);
  await run.execute(
    sql`update announcements set person_id = null, request_key = null where person_id = ${person}`,
  );
  await run.execute(
    sql`update grid_changes set person_id = null, request_key = null where person_id = ${person}`,
  );
  await run.execute(sql`update cancellations set person_id = null where person_id = ${person}`);
  await run.execute(sql`update chatrooms set person_id = null where person_id = ${person}`);
  await run.execute(sql`update arrivals set person_id = null where person_id = ${person}`);
  await run.execute(sql`delete from sign_ins where email = ${email}`);
  await run.execute(sql`delete from web_sessions where sess->>'personId' = ${String(person)}`);
  await run.execute(sql`delete from roles where person_id = ${person}`);
  await run.execute(sql`update people set email = 'forgotten-' || id || ${`@${nobodysDomain}`}, name = ${nobody},
    verified_at = null, notify = false, feed_key = null, zone = null, language = null, muted = '{}', quiet_from = null, quiet_to = null,
    remind = null where id = ${person}`);
  // The public pages show names: touching the event's row tells every process that keeps them.
  await run.execute(sql`update events set updated_at = now() where id in (
    select event_id from registrations where person_id = ${person}
    union select s.event_id from sessions s join session_hosts h on h.session_id = s.id where h.person_id = ${person})`);
}
