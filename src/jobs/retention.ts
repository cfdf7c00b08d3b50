import { type SQL, sql } from 'drizzle-orm';

/** Rows that have an end. */
export type Retention = {
  table: string;
  /** What they are, for docs/privacy.md. */
  what: string;
  /** How long they stay, from what on. Days. */
  days: number;
  from: string;
  /** Which rows of the table, as `t`, are over when it was so long ago that `before` was. */
  over: (before: SQL) => SQL;
  /** What is written instead of a row's end. */
  set?: string;
};

/** A web chat of somebody who is not signed in; those of people are `web:person-1`. */
const isVisitor = sql`t.uri like 'web:%' and t.uri not like 'web:person-%'`;

/** Nobody has said anything there since. */
const silent = (before: SQL) => sql`t.created_at < ${before} and not exists (
  select 1 from conversations c where split_part(c.address, ' ', 1) = t.uri and c.updated_at >= ${before})`;

/** How long each sort of row stays that nobody needs for ever; src/jobs/upkeep.ts does it once an hour, in this order. */
export const retentions: Retention[] = [
  {
    table: 'sign_ins',
    what: 'sign-in links',
    days: 1,
    from: 'they expired',
    over: (before) => sql`t.expires_at < ${before}`,
  },
  {
    table: 'chat_codes',
    what: 'codes that link a chat',
    days: 1,
    from: 'they expired',
    over: (before) => sql`t.expires_at < ${before}`,
  },
  {
    table: 'limits',
    what: 'counts of how often something was done, by a keyed hash of who did it',
    days: 0,
    from: 'their windows were over',
    over: (before) => sql`t.until < ${before} and t.today_until < ${before}`,
  },
  {
    table: 'entrances',
    what: 'links for the wall',
    days: 30,
    from: 'they ended',
    over: (before) => sql`t.ends_at < ${before}`,
  },
  {
    table: 'web_sessions',
    what: 'sessions of browsers',
    days: 0,
    from: 'they expired',
    over: (before) => sql`t.expire < ${before}`,
  },
  {
    table: 'addresses',
    what: 'the chat on the website of a visitor who never said an e-mail address, with all that was said',
    days: 1,
    from: 'the last word',
    over: (before) => sql`${isVisitor} and t.person_id is null and ${silent(before)}`,
  },
  {
    table: 'addresses',
    what: 'the chat on the website of a visitor who said an e-mail address and never proved it, with all that was said',
    days: 30,
    from: 'the last word',
    over: (before) =>
      sql`${isVisitor} and t.person_id is not null and t.linked_at is null and ${silent(before)}`,
  },
  {
    table: 'addresses',
    what: 'chat addresses of which nobody knows whose they are',
    days: 365,
    from: 'the last word',
    over: (before) => sql`not (${isVisitor}) and t.person_id is null and ${silent(before)}`,
  },
  {
    table: 'inbox',
    what: 'answers of the bot, kept so that a message that is delivered twice is done once',
    days: 7,
    from: 'they were given',
    over: (before) => sql`t.created_at < ${before}`,
  },
  {
    table: 'conversations',
    what: 'forms of an ad-hoc command that were left',
    days: 1,
    from: 'the last word',
    over: (before) => sql`t.address like '% %' and t.updated_at < ${before}`,
  },
  {
    table: 'conversations',
    what: 'dialogues that are half filled in, or put aside',
    days: 30,
    from: 'the last word',
    over: (before) => sql`t.updated_at < ${before} and t.state ?| array['flow', 'aside']`,
    set: "state = state - 'flow' - 'aside'",
  },
  {
    table: 'conversations',
    what: 'where a chat was: its last list, which hints were given',
    days: 365,
    from: 'the last word',
    over: (before) => sql`t.updated_at < ${before}`,
  },
  {
    table: 'chat_messages',
    what: 'what was said in the chat on the website',
    days: 365,
    from: 'it was said',
    over: (before) => sql`t.created_at < ${before}`,
  },
  {
    table: 'pushes',
    what: 'what programs of others wrote to somebody',
    days: 30,
    from: 'it was written',
    over: (before) => sql`t.created_at < ${before}`,
  },
  {
    table: 'notices',
    what: 'what people were told',
    days: 180,
    from: 'it came about',
    over: (before) => sql`t.created_at < ${before}`,
  },
  {
    table: 'host_invitations',
    what: 'who was asked to hold a session',
    days: 90,
    from: 'the event was over',
    over: (before) =>
      sql`t.session_id in (select s.id from sessions s join events e on e.id = s.event_id where e.ends_at < ${before})`,
  },
  {
    table: 'grid_changes',
    what: 'each change of a grid',
    days: 90,
    from: 'the event was over',
    over: (before) => sql`t.event_id in (select e.id from events e where e.ends_at < ${before})`,
  },
  {
    table: 'graphile_worker._private_jobs',
    what: 'jobs that were given up',
    days: 30,
    from: 'their last try',
    over: (before) => sql`t.attempts >= t.max_attempts and t.locked_at is null and t.run_at < ${before}`,
  },
];

/** How long mails stay that are kept as files, as there is no mail server. Days. */
export const mailFileDays = 30;
