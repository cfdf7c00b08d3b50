import { sql } from 'drizzle-orm';
import type { Run } from '../db/client.ts';
import { jsonOf } from '../shared/text.ts';

/** What can be asked of the queue, with its payload. Payloads hold ids, never a token, an address or a sentence. */
export type Jobs = {
  /** Registrations changed: make the notices that follow. */
  tell: { changes: Change[] };
  /** Something happened to a whole event: tell everyone with a living registration. */
  tell_event: { event: number; kind: EventChange; version: number };
  /** Organisers announced something. */
  tell_announcement: { announcement: number };
  /** An event's grid changed: tell whom it concerns of all changes that nobody has been told of. */
  tell_grid: { event: number };
  /**
   * Send a notice by mail. `instead`: of a chat that cannot be reached, whatever else is wanted by mail. Of every mail, `counted`: it counts
   * on no limit any more.
   */
  mail_notice: { notice: number; instead?: true; counted?: true };
  /** Tell a chat address all that it is still to be told. */
  chat_notice: { address: number };
  /** Send what a program has written to somebody. */
  chat_push: { push: number };
  /** The time of an offer is over. */
  lapse_offer: { registration: number };
  /** Cancel many registrations at once; bring them back. */
  cancel_many: { cancellation: number };
  restore_many: { cancellation: number };
  /** The restaurant is told the numbers of a dinner. */
  freeze_sheet: { event: number };
  /** So many hours before its start, those who come to an event are asked whether they still do. */
  ask_reconfirm: { event: number; hours: number };
  /** `held`: it was put off, so that the link lives from now on. */
  mail_sign_in: { key: string; held?: true; counted?: true };
  /** Where somebody's registrations are, as the links that they had seen have ended. */
  mail_links: { person: number };
  mail_chat_code: { code: number; held?: true; counted?: true };
  /** What is on file of somebody, to them. `asked`: seconds since 1970. */
  mail_data: { person: number; asked: number };
  /** Ask somebody to hold a session with others. */
  mail_invitation: { session: number; person: number; counted?: true };
  /** Remove the mails that are kept as files for a mailbox, named by its mark. */
  forget_mail: { mailbox: string };
};
export type Job = keyof Jobs;

/** A registration (by id) and what became of it. */
export type Change = [registration: number, kind: ChangeKind];
export type ChangeKind =
  | 'confirmed'
  | 'waitlisted'
  | 'promoted'
  | 'offered'
  | 'lapsed'
  | 'cancelled'
  | 'moved_to_waiting'
  /** More or fewer people than before. */
  | 'party'
  | 'link'
  /** They are asked, or asked again, to open the link in the mail. */
  | 'prove'
  /** They did not, and have lost what they had. */
  | 'unproved';
export type EventChange = 'event_changed' | 'event_cancelled';

type Options = {
  /** Of two jobs with the same key that nobody has begun the later one replaces the earlier one. */
  key?: string;
  runAt?: Date;
  /** Instead of a time: not before so many seconds have passed by the database's clock. */
  seconds?: number;
  /** What replaces a job waits no longer than that one would have. */
  keepTime?: true;
  maxAttempts?: number;
};

/** Puts a job into the queue within the caller's transaction: it runs if, and only if, that commits. */
export async function enqueue<J extends Job>(run: Run, job: J, payload: Jobs[J], options: Options = {}) {
  await run.execute(sql`select graphile_worker.add_job(
    ${job}, payload => ${jsonOf(payload)}::json, job_key => ${options.key ?? null},
    job_key_mode => ${options.keepTime ? 'preserve_run_at' : 'replace'},
    run_at => coalesce(${options.runAt?.toISOString() ?? null}::timestamptz, now() + make_interval(secs => ${options.seconds ?? 0})),
    max_attempts => ${options.maxAttempts ?? attempts}, priority => ${priorities[job] ?? 0})`);
}

/** How long changes of a grid are gathered, so that people are told of them together. Milliseconds. */
export const gathering = 3 * 60_000;

/**
 * To be called in the transaction of every change of a grid, under the event's lock: whom it concerns is told, at latest
 * so long after the first change that nobody has been told of. While that is being done, a change gets a job of its own.
 */
export const gridChanged = (run: Run, event: number, now: Date): Promise<void> =>
  enqueue(
    run,
    'tell_grid',
    { event },
    { key: `tell_grid:${event}`, runAt: new Date(now.getTime() + gathering), keepTime: true },
  );

/** Smaller is sooner. Somebody waits at a screen for it. */
const priorities: Partial<Record<Job, number>> = { mail_chat_code: -10 };

/** About three days of retries: graphile-worker waits exp(attempt) seconds, six hours at most a step. */
export const attempts = 18;
