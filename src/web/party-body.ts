import type { MemberInput } from '../services/registrations/members.ts';
import { mostParty } from '../services/registrations/rules.ts';

/** One of a party as a form gives it. */
export type MemberRow = MemberInput & { choices: Record<string, unknown> };

/** Reads the party of a form: `members.<n>.<field>` and `members.<n>.choices.<course>`; n 0 is who registers. */
export function readParty(body: Record<string, unknown>): MemberRow[] {
  const rows = new Map<number, MemberRow>();
  for (const [key, value] of Object.entries(body)) {
    const [, n, field, course] =
      /^members\.(\d{1,2})\.(?:(here|name|diets|dietOther)|choices\.([a-z][a-z0-9_]{0,50}))$/.exec(key) ?? [];
    if (n === undefined) continue;
    const row = rows.get(Number(n)) ?? { choices: {} };
    if (course) row.choices[course] = value;
    else if (field !== 'here') row[field as 'name'] = value;
    rows.set(Number(n), row);
  }
  const sorted = [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
  // One more than any party may have is enough to be told so.
  return sorted.slice(0, mostParty + 1);
}

/** The form's own buttons, `guest` and `remove.2`: the party after one was pressed; undefined for any other. */
export function pressedGuest(rows: MemberRow[], button: unknown): MemberRow[] | undefined {
  if (button === 'guest') return [...(rows.length > 0 ? rows : [emptyMember()]), emptyMember()];
  const found = /^remove\.(\d{1,2})$/.exec(typeof button === 'string' ? button : '');
  // Who registers cannot be removed.
  return found ? rows.filter((_, n) => n === 0 || n !== Number(found[1])) : undefined;
}

export const emptyMember = (): MemberRow => ({ choices: {} });
