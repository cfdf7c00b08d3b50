import { portionsOf } from '../../shared/menu.ts';
import { invalid, type Refusal, refuse } from '../../shared/result.ts';
import type { Count, Purse } from '../limits/rules.ts';
import { countsOf, oneTooMany } from './counting.ts';
import { replayOf } from './evenly.ts';
import type { EventRow, Facts, KnownPerson, Replay } from './facts.ts';
import { type Ask, type AskRegister, type Entry, readEntry, readNear } from './input.ts';
import type { Party } from './line.ts';
import { type Member, readMembers } from './members.ts';
import { closedBecause, closedToAnswers, mostParty, speaksFor } from './rules.ts';
import type { Request } from './settle.ts';

/** A request that is refused, was made before, or is ready to be settled. */
export type Checked = { kind: 'refused'; refusal: Refusal } | { kind: 'repeated'; replay: Replay } | Ready;

export type Ready = {
  kind: 'ready';
  ask: Ask;
  request: Request;
  entry?: Entry;
  person?: KnownPerson;
  /** What it counts on. */
  counts?: Count[];
  /** Of whom something is said. */
  members?: Member[];
  /** Whom a party that is changed would like to sit near. */
  near?: string;
};

/** With what is left of the counts that the batch asked for. */
type Known = Facts & { counts: Purse };

/** Whether the request may be settled: the event's state, the form, and whom a chat address speaks for. */
export function check(event: EventRow, facts: Known, ask: Ask, now: Date): Checked {
  if (ask.kind === 'capacity') return { kind: 'ready', ask, request: ask };
  if (ask.kind === 'register') return checkRegister(event, facts, ask, now);
  const subject = facts.subjects.get(ask.id);
  if (!subject) return refused(refuse('not_found', 'registration_unknown').refusal);
  if (ask.kind === 'resize') return checkResize(event, ask, subject, now);
  const open = ask.kind === 'take' || ask.kind === 'skip' || ask.kind === 'restore';
  const closed = open ? closedToAnswers(event, now) : undefined;
  return closed ? refused(closed) : { kind: 'ready', ask, request: { kind: ask.kind, party: subject } };
}

const refused = (refusal: Refusal): Checked => ({ kind: 'refused', refusal });

/** Whoever brings more people does what a newcomer does; fewer may come as long as anybody does. */
function checkResize(
  event: EventRow,
  ask: Extract<Ask, { kind: 'resize' }>,
  party: Party,
  now: Date,
): Checked {
  const byOrganiser = ask.by === 'organiser';
  const grows = ask.members.length > party.size;
  const closed = grows ? closedBecause(event, now, byOrganiser) : closedToAnswers(event, now);
  if (closed) return refused(closed);
  const { members, issues } = readMembers(ask.members, event.menu);
  const near = ask.near === undefined ? undefined : readNear(ask.near);
  issues.push(...(near?.issues ?? []));
  if (members.length === 0) issues.push({ field: 'members', code: 'required' });
  if (issues.length > 0) return refused(invalid(issues).refusal);
  const most = byOrganiser ? mostParty : event.partyMost;
  return {
    kind: 'ready',
    ask,
    request: { kind: 'resize', party, size: members.length, most, dishes: portionsOf(members) },
    members,
    near: near?.near,
  };
}

function checkRegister(event: EventRow, facts: Known, ask: AskRegister, now: Date): Checked {
  const replay = replayOf(facts, ask);
  if (replay) return { kind: 'repeated', replay };
  const closed = closedBecause(event, now, ask.byOrganiser);
  if (closed) return { kind: 'refused', refusal: closed };
  const { entry, issues, members } = readEntry(event, ask);
  if (issues.length > 0) return { kind: 'refused', refusal: invalid(issues).refusal };
  const person = facts.people.get(entry.email);
  const stranger = strangerBecause(facts, ask, entry.email, person);
  if (stranger) return { kind: 'refused', refusal: stranger };
  const counts = countsOf(ask, facts, person);
  const reached = facts.counts.take(counts);
  if (reached) return { kind: 'refused', refusal: oneTooMany(reached, ask, now) };
  const request: Request = {
    kind: 'register',
    who: entry.email,
    registered: Boolean(person?.living),
    size: Math.max(1, members.length),
    most: ask.byOrganiser ? mostParty : event.partyMost,
    beyond: ask.beyond,
    dishes: portionsOf(members),
    even: ask.even,
  };
  return { kind: 'ready', ask, request, entry, person, counts, members };
}

/**
 * A chat address that has proved nothing may not use an e-mail that somebody else has used before; one that has proved who it is
 * registers that person alone, and hears the same of any other address. Where answers are even nobody speaks for anybody: it is as on
 * the website.
 */
function strangerBecause(
  facts: Facts,
  ask: AskRegister,
  email: string,
  person: KnownPerson | undefined,
): Refusal | undefined {
  if (ask.addressId === undefined || ask.even) return undefined;
  const address = facts.addresses.get(ask.addressId);
  if (person && speaksFor(address, person)) return undefined;
  if (address?.linked) return { kind: 'forbidden', code: 'email_not_yours', data: { email } };
  return person && { kind: 'forbidden', code: 'email_known', data: { email } };
}
