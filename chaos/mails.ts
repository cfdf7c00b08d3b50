import type pg from 'pg';
import type { Received } from '../test/support/smtp.ts';
import type { Fault } from './checks.ts';
import type { Told } from './clients.ts';

export type Mail = { id: string; to: string; subject: string; at: number };

export const mailOf = ({ to, mail, at }: Received): Mail => ({
  ...{ to: to[0] ?? '', at },
  id: mail.messageId ?? '',
  subject: mail.subject ?? '',
});

/** From when until when something was gone. */
type Outage = { from: number; to: number };

/**
 * A copy is known by its Message-ID, and each has a kill between the first and itself; whoever was told something was written to;
 * and what happened once to somebody is not two mails.
 */
export function checkMails(
  mails: Mail[],
  outages: Outage[],
  told: Pick<Told, 'email'>[],
): { copies: number; most: number; faults: Fault[] } {
  const faults: Fault[] = [];
  const copies = [...groupedBy(mails, (one) => one.id)].map(([id, all]) => {
    const times = all.map((one) => one.at).sort((a, b) => a - b);
    const between = outages.filter(({ from, to }) => from <= times.at(-1)! && to >= times[0]!).length;
    if (all.length - 1 > between)
      faults.push({
        rule: 'a mail has at most one copy a kill',
        what: `${id}: ${all.length - 1} copies, ${between} kills meanwhile`,
      });
    return all.length - 1;
  });
  const written = new Set(mails.map((one) => one.to));
  for (const { email } of told)
    if (!written.has(email)) faults.push({ rule: 'whoever was told something is written to', what: email });
  const ours = mails.filter((one) => told.some(({ email }) => email === one.to));
  for (const [what, all] of groupedBy(ours, (one) => `${one.to}: ${one.subject}`))
    if (new Set(all.map((one) => one.id)).size > 1)
      faults.push({ rule: 'what happened once is one mail', what: `${what}, ${all.length} times` });
  const sum = copies.reduce((all, one) => all + one, 0);
  return { copies: sum, most: Math.max(0, ...copies), faults };
}

function groupedBy<T>(list: T[], nameOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) groups.set(nameOf(one), [...(groups.get(nameOf(one)) ?? []), one]);
  return groups;
}

/** What is on file of the mails to somebody, for whoever looks into a fault. */
export async function noticesOf(db: Pick<pg.Pool, 'query'>, email: string): Promise<string> {
  const { rows } = await db.query<{ line: string }>(
    `select concat_ws(' ', r.state, n.id, n.kind, 'made', n.created_at::time(0), 'mailed', n.mailed_at::time(0),
        (select string_agg(concat_ws(' ', j.task_identifier, j.key, j.attempts, j.run_at::time(0), j.last_error), '; ')
          from graphile_worker.jobs j join graphile_worker._private_jobs p on p.id = j.id where p.payload->>'notice' = n.id::text)) line
      from registrations r join people p on p.id = r.person_id left join notices n on n.registration_id = r.id
      where p.email = $1 order by n.id`,
    [email],
  );
  return rows.map((row) => row.line).join(', ');
}
