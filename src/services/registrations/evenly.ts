import type { PoolClient } from 'pg';
import type { Base } from '../../context.ts';
import { parseEmail } from '../../shared/form.ts';
import { type Count, nameOf } from '../limits/rules.ts';
import { giveBackOn, spendOn } from '../limits/spending.ts';
import type { EventRow, Facts } from './facts.ts';
import type { Ask, AskRegister } from './input.ts';
import { speaksFor } from './rules.ts';

// Whoever goes through a list of addresses must not learn who comes, or who is known. The first answers of an hour may differ, so that
// people get their ticket at once; after them, and always at a quiet event, a registration is answered evenly: the same to everybody,
// whether or not the address is known, and the mail to it tells the rest. Of an address that somebody has proved to be theirs others are
// never told more: the link that would be shown is for whoever reads that mailbox.

/**
 * On what answers are counted that tell of an address that it is known: each of these has its own. All strangers whose network is not known
 * count as one: what each of them were told would be told without end.
 */
const countsOf = ({ personId, addressId, network }: AskRegister): Count[] =>
  [
    personId && `person ${personId}`,
    addressId && `chat ${addressId}`,
    network && `network ${network}`,
    network === null && !personId && 'network unknown',
  ].flatMap((subject) => (subject ? [{ limit: 'known_answers' as const, subject }] : []));

const asksFor = (ask: Ask): ask is AskRegister => ask.kind === 'register' && !ask.byOrganiser;

export const watched = (asks: Ask[]): Count[] => asks.filter(asksFor).flatMap(countsOf);

/**
 * The same requests, those of them marked that are to be answered evenly. `reached`: the names of counts of which nothing is left. An
 * answer that tells is counted here, with the event locked: however many are asked at once, three are told.
 */
export async function evened(
  base: Base,
  client: PoolClient,
  event: EventRow,
  facts: Facts,
  asks: Ask[],
  reached: Set<string>,
): Promise<Ask[]> {
  const isSilent = (ask: AskRegister) => event.quiet || countsOf(ask).some((one) => reached.has(nameOf(one)));
  const telling = asks.filter(asksFor).filter((ask) => tells(facts, ask) && !isSilent(ask));
  const asked = telling.flatMap((ask) => countsOf(ask).map((one) => ({ ...one, asked: 1 })));
  const purse = await spendOn(base, client, asked);
  const marked = asks.map((ask) => {
    if (!asksFor(ask) || !asksOfOthers(facts, ask)) return ask;
    if (isSilent(ask)) return evenly(ask);
    const over = tells(facts, ask) ? purse.take(countsOf(ask)) : undefined;
    if (over) reached.add(nameOf(over));
    return over || isProved(facts, ask) ? evenly(ask) : ask;
  });
  await giveBackOn(base, client, purse.rest());
  return marked;
}

/** Nobody is on the public list by it, which would tell as well: the page of the mailed link puts them there. */
const evenly = (ask: AskRegister): AskRegister => ({ ...ask, even: true, listed: false });

/** Whether the answer would say that the address is known. A form that was sent before is answered as it was. */
function tells(facts: Facts, ask: AskRegister): boolean {
  if (!asksOfOthers(facts, ask) || replayOf(facts, ask)) return false;
  const person = facts.people.get(parseEmail(ask.email) ?? '');
  return ask.addressId === undefined ? Boolean(person?.living) || isProved(facts, ask) : Boolean(person);
}

/**
 * Whether the address has been proved, where whoever asks does not show that it is theirs. A chat is not registered then, and told how to
 * show it.
 */
const isProved = (facts: Facts, { email, addressId }: AskRegister): boolean =>
  addressId === undefined && facts.people.get(parseEmail(email) ?? '')?.verified === true;

/**
 * Whether the address is, for all that is known, not theirs: whoever is signed in with it, or speaks for it in a chat, learns nothing
 * new. A chat that is linked registers its own address alone, which is one answer for all others.
 */
function asksOfOthers(facts: Facts, { email, personId, addressId }: AskRegister): boolean {
  const person = facts.people.get(parseEmail(email) ?? '');
  if (addressId === undefined) return !person || person.id !== personId;
  const address = facts.addresses.get(addressId);
  return !address?.linked && !(person && speaksFor(address, person));
}

/** What is kept as the key of a request that was answered evenly: so it is when it comes again, whenever that is. */
export const evenKey = (key: string): string => `even:${key}`;
export const isEvenKey = (key: string): boolean => key.startsWith('even:');

/** What the same request made before. */
export const replayOf = ({ replays }: Facts, { requestKey }: AskRegister) =>
  requestKey ? (replays.get(requestKey) ?? replays.get(evenKey(requestKey))) : undefined;

/** Milliseconds. */
const step = 300;

/** Waits for the next full step since the beginning: how long the work took says nothing then of what was done. */
export function evenTime(begun: number): Promise<void> {
  const left = step - ((performance.now() - begun) % step);
  return new Promise((resolve) => setTimeout(resolve, left));
}
