import type { Request, RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { t } from '../words/words.ts';
import { comeAgain, outagePage } from './failures.ts';
import type { Site } from './http.ts';
import { type MostTurns, type Turn, turns } from './turns.ts';

/** What somebody signed in and a network's strangers may spend in a minute, and how many looks are at work at once. */
export type MostLooks = MostTurns & { client: number; network: number };

/** A network may be a whole meeting. docs/limits.md has these numbers. */
export const mostLooks: MostLooks = {
  client: 300,
  network: 3000,
  ...{ atWork: 3, each: 1, waitingEach: 600, waiting: 2000 },
};

/**
 * A look holds its turn for so long at most, so that one that hangs makes nobody wait. One that is still at work then goes on beside the
 * next: of looks that take longer, more than three may be at work. Milliseconds.
 */
const longest = 1000;

const desk = '/organise/events/[^/]+';
const grid = '/events/[^/]+';

/** Looks that cost more than a page does, each with its price: about so many times a small page. The first that fits counts. */
const prices: [what: RegExp, price: number][] = [
  // Files of a whole event: lists, place cards, sheets; and sheets to be printed, full of codes.
  [new RegExp(`^${desk}/([\\w-]+\\.(pdf|xlsx|csv|json)|cards|pitches)$`), 10],
  // What is searched, and what a text is looked at as it will be.
  [new RegExp(`^(/sessions|${grid}/sessions|${desk}/(attendees|preview))$`), 5],
  [new RegExp(`^(${grid}/sessions/(new|\\d+/edit)|${desk}/(edit|announce)|/organise/events/new)$`), 5],
  // Feeds.
  [/\.(ics|xml|json)$/, 3],
  [new RegExp(`^${grid}/schedule/changes$`), 3],
  // Whole events and lists of them, where they are not answered from the kept pages: somebody's own, or with a query.
  [new RegExp(`^(${grid}/schedule(/cell/[^/]+)?|/series/[^/]+|/events/past)$`), 2],
  // A page of events shows many pictures at once.
  [/\.svg$|^\/images\//, 1],
  // A code.
  [new RegExp(`^(${desk}/wall|${grid}/sessions/\\d+/card)$`), 1],
];

/** Of a path, as Express finds its route: in letters of any size, and with a slash at its end. */
export function priceOf(path: string): number {
  const plain = path.toLowerCase().replace(/\/$/, '');
  return prices.find(([what]) => what.test(plain))?.[1] ?? 0;
}

/**
 * Bounds what anybody can ask of the processor by looking: searches, files, feeds, pictures, codes. Each costs its price of what
 * somebody signed in or a network has for a minute (429), and is made in its turn (503 where a process has enough); both with `Retry-After`.
 */
export function looks(site: Site): RequestHandler {
  const most = site.mostLooks ?? mostLooks;
  const line = turns(most);
  const isDear = spending(most);
  return async (req, res, next) => {
    const price = priceOf(req.path);
    if (price === 0) return next();
    const seconds = await isDear(req, price);
    if (seconds) return enough(req, res, seconds);
    const turn = await line.take(whoOf(req), (gone) => res.once('close', gone));
    if (turn === 'client') return enough(req, res, soon);
    if (turn === 'process') return outagePage(req, res, 'busy');
    if (!turn) return;
    endWith(res, turn);
    next();
  };
}

/** The turn ends once the answer is made: how fast it is read is no work of ours. */
function endWith(res: Response, turn: Turn) {
  const timer = setTimeout(turn.end, longest);
  const over = () => {
    clearTimeout(timer);
    turn.end();
  };
  const { end } = res;
  res.end = ((...args: Parameters<typeof end>) => {
    over();
    return end.apply(res, args);
  }) as typeof end;
  res.once('close', over);
}

/** When whoever has enough in the line may ask for more. Seconds. */
const soon = 5;

/** Whoever is signed in is one client, wherever they are; all others of a network wait for each other. */
const whoOf = ({ person, ctx }: Request): string | undefined =>
  person ? `person ${person.id}` : (ctx.actor.network ?? undefined);

/**
 * Takes the price from what somebody signed in has, or from what a network's strangers have together: phones of one model look the same.
 * Gives the seconds until there is enough, when there is not; what is refused costs nothing.
 */
function spending(most: MostLooks) {
  const people = new RateLimiterMemory({ points: most.client, duration: minute });
  const networks = new RateLimiterMemory({ points: most.network, duration: minute });
  return async ({ person, ctx }: Request, price: number): Promise<number | undefined> => {
    if (person) return spend(people, String(person.id), price);
    // Strangers of whom nothing is known are not to be locked out together.
    return ctx.actor.network ? spend(networks, ctx.actor.network, price) : undefined;
  };
}

/** Seconds. */
const minute = 60;

async function spend(purse: RateLimiterMemory, who: string, price: number): Promise<number | undefined> {
  try {
    await purse.consume(who, price);
    return undefined;
  } catch (spent) {
    if (!(spent instanceof RateLimiterRes)) throw spent;
    await purse.reward(who, price);
    // Its windows follow the computer's clock, which may be set back.
    return Math.min(minute, Math.max(1, Math.ceil(spent.msBeforeNext / 1000)));
  }
}

const enough = (req: Request, res: Response, seconds: number) =>
  comeAgain(req, res, {
    ...{ status: 429, seconds },
    heading: t('site:errors.429.heading'),
    text: t('site:errors.looks', { count: seconds }),
  });
