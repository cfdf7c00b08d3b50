import type { Request } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/** Whether a request is one too many; `who` is known, or absent for somebody of whom nothing is known but the network. */
export type TooFast = (req: Request, who: string | undefined) => Promise<boolean>;

/**
 * Twenty messages in half a minute are more than anybody types. One address of the network may be a whole meeting, but
 * not one whose people all come at once: newcomers, who each cost a session, are fewer. Where no network is known, as the proxy
 * in front does not say it, newcomers of all the world are counted together, and nobody else is.
 */
export function chatLimits(most = 20): TooFast {
  const person = new RateLimiterMemory({ points: most, duration: 30 });
  const newcomers = new RateLimiterMemory({ points: 60, duration: 60 });
  const network = new RateLimiterMemory({ points: 400, duration: 60 });
  const world = new RateLimiterMemory({ points: 1200, duration: 60 });
  return ({ ctx }, who) => {
    const from = ctx.actor.network;
    const counted = from
      ? [who ? person.consume(who) : newcomers.consume(from), network.consume(from)]
      : [who ? person.consume(who) : world.consume('')];
    return Promise.all(counted).then(
      () => false,
      () => true,
    );
  };
}
