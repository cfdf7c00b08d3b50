import type { Channel, Listener } from '../db/listen.ts';

/**
 * Calls `look` when something may be new about what `name` names, one look at a time; `end` when the server stops. `again` has it look
 * once more, `stop` ends it from the other side.
 */
export type Live = (
  name: string,
  look: () => Promise<unknown>,
  end: () => void,
) => { again(): void; stop(): void };

type Follower = { wake: () => void; end: () => void };

/** One LISTEN connection for all who follow. After it was down all of them look: notifications may have been lost. */
export function liveOn(
  listener: Listener,
  channel: Channel,
  stopping: () => boolean,
  failed: (error: unknown) => void,
): Live {
  const followers = new Map<string, Set<Follower>>();
  const all = () => [...followers.values()].flatMap((some) => [...some]);
  listener.on(channel, (name: string) => {
    for (const one of followers.get(name) ?? []) one.wake();
  });
  listener.on('up', () => {
    for (const one of all()) one.wake();
  });
  // An open stream would hold up a server that waits for its requests to finish.
  const watch = setInterval(() => {
    if (stopping()) for (const one of all()) one.end();
  }, 500);
  watch.unref();
  return (name, look, end) => {
    const mine: Follower = { wake: oneAtATime(look, failed), end };
    const some = followers.get(name) ?? new Set();
    followers.set(name, some.add(mine));
    mine.wake();
    const stop = () => {
      some.delete(mine);
      if (some.size === 0 && followers.get(name) === some) followers.delete(name);
    };
    return { again: mine.wake, stop };
  };
}

/** A look that is wanted while one is at work follows it: never two at once, and none is left out. */
function oneAtATime(look: () => Promise<unknown>, failed: (error: unknown) => void): () => void {
  let wanted = false;
  let atWork = false;
  const work = async () => {
    atWork = true;
    while (wanted) {
      wanted = false;
      await look().catch(failed);
    }
    atWork = false;
  };
  return () => {
    wanted = true;
    if (!atWork) void work();
  };
}
