/** What past events say of who does not come: how many had places, and how many of those came, over how many events. */
export type Past = { events: number; expected: number; came: number };

export const noShowRate = ({ expected, came }: Past): number => (expected > 0 ? 1 - came / expected : 0);

/** So much must be known before anything is suggested. */
const fewestEvents = 2;
const fewestPeople = 30;
/** How likely it may be that more people come than there are seats. */
const risk = 0.05;

/**
 * How many more places than seats could be given so that, if people come as they did, more of them than seats come in at most one
 * of twenty dinners (binomial). The rate is taken at the lower end of what the past allows (one-sided 95 %, Wilson), so that a few
 * lucky evenings suggest nothing. Undefined when too little is known. Never applied by itself.
 */
export function suggestOverbooking(past: Past, seats: number): number | undefined {
  if (past.events < fewestEvents || past.expected < fewestPeople || seats < 1) return undefined;
  const stays = lowerBound(past.expected - past.came, past.expected);
  let more = 0;
  while (more < seats && tooMany(seats + more + 1, 1 - stays, seats) <= risk) more++;
  return more;
}

/** The lower bound of a share of which `count` in `of` were seen (Wilson score interval). */
export function lowerBound(count: number, of: number, z = 1.645): number {
  if (of === 0) return 0;
  const p = count / of;
  const centre = p + z ** 2 / (2 * of);
  const spread = z * Math.sqrt((p * (1 - p)) / of + z ** 2 / (4 * of ** 2));
  return Math.max(0, (centre - spread) / (1 + z ** 2 / of));
}

/** The probability that of so many, each of whom comes with that probability, more come than there are seats. */
export function tooMany(people: number, comes: number, seats: number): number {
  if (people <= seats || comes <= 0) return 0;
  if (comes >= 1) return 1;
  // Term by term in logarithms: a factorial of 500 is no number that there is.
  let log = people * Math.log(1 - comes);
  let fine = 0;
  for (let k = 0; k <= seats; k++) {
    fine += Math.exp(log);
    log += Math.log((people - k) / (k + 1)) + Math.log(comes / (1 - comes));
  }
  return Math.max(0, 1 - fine);
}
