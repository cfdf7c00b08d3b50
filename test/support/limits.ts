import { type Limit, type Limits, limits } from '../../src/services/limits/limits.ts';

/** For tests whose people all come from this computer: so much that nobody reaches it. */
export const generous: Limits = Object.fromEntries(
  Object.entries(limits).map(([name, one]: [string, Limit]) => [
    name,
    { ...one, most: 1_000_000, daily: 1_000_000 },
  ]),
) as Limits;
