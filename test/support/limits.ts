import { type Limit, type Limits, limits } from '../../src/services/limits/limits.ts';
import type { MostLooks } from '../../src/web/looks.ts';

/** For tests whose people all come from this computer: so much that nobody reaches it. */
export const generous: Limits = Object.fromEntries(
  Object.entries(limits).map(([name, one]: [string, Limit]) => [
    name,
    { ...one, most: 1_000_000, daily: 1_000_000 },
  ]),
) as Limits;

/** The same of looks that cost. */
export const manyLooks: MostLooks = {
  ...{ client: 1_000_000, network: 1_000_000 },
  ...{ atWork: 1_000, each: 1_000, waitingEach: 1_000, waiting: 1_000 },
};
