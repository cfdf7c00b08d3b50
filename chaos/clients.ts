import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.ts';

/** What somebody was told last, and whether an answer to something later is missing. */
export type Told = {
  email: string;
  event: string;
  link: string;
  state: 'registered' | 'cancelled' | 'taken';
  unsure: boolean;
  arrived?: true;
};
export type Claim = { session: number; cell: string; unsure: boolean };

export type Load = {
  told: Told[];
  claims: Map<number, Claim>;
  counts: Record<string, number>;
  stop(): Promise<void>;
};

export type World = {
  url: string;
  events: string[];
  camp: { slug: string; sessions: number[]; cells: string[] };
  /** The cookie of somebody who organises the site. */
  cookie: string;
  /** The number of the registration of somebody. */
  idOf(email: string, event: string): Promise<number | undefined>;
};

/** So many people at once register, cancel, take what is offered, are checked in, and put sessions on the grid, until `stop`. */
export function startLoad(world: World, random: Random, people: number): Load {
  const load: Load = { told: [], claims: new Map(), counts: {}, stop: async () => {} };
  let stopped = false;
  let serial = 0;
  const count = (what: string) => {
    load.counts[what] = (load.counts[what] ?? 0) + 1;
  };
  const post = async (path: string, body: Record<string, string>, cookie = '') => {
    const answer = await fetch(world.url + path, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
      headers: {
        'Sec-Fetch-Site': 'same-origin',
        Cookie: cookie,
        // A network of one's own, as far as limits can tell.
        'X-Forwarded-For': `10.${random.below(250)}.${random.below(250)}.${1 + random.below(250)}`,
      },
      body: new URLSearchParams(body),
    }).catch(() => undefined);
    count(`${answer?.status ?? 'no answer'}`);
    return answer;
  };
  /** 303: done. 4xx: refused, nothing changed. Anything else leaves it open. */
  const did = (answer: Response | undefined) =>
    answer?.status === 303 ? 'yes' : answer && answer.status >= 400 && answer.status < 500 ? 'no' : 'unsure';

  const register = async () => {
    const event = random.of(world.events);
    const email = `chaos${random.seed}-${serial++}@example.net`;
    // The same form again after no answer, as a person presses again: its nonce makes it one registration.
    const nonce = `${random.seed}-${serial}-${Math.floor(random.next() * 1e9)}`.padEnd(22, 'x').slice(0, 22);
    for (let tries = 0; tries < 3 && !stopped; tries++) {
      const answer = await post(`/events/${event}/register`, { name: 'Cass Chaos', email, nonce });
      if (did(answer) === 'yes') {
        count('registered');
        const link = answer!.headers.get('location')!;
        load.told.push({ email, event, link, state: 'registered', unsure: false });
        return;
      }
      if (did(answer) === 'no') return;
      await sleep(500);
    }
  };
  const act = async (one: Told, what: 'cancel' | 'take', state: Told['state']) => {
    const answer = await post(`${one.link}/${what}`, {});
    if (did(answer) === 'yes') {
      count(state);
      one.state = state;
    } else if (did(answer) === 'unsure') one.unsure = true;
  };
  const checkIn = async (one: Told) => {
    const id = await world.idOf(one.email, one.event).catch(() => undefined);
    if (!id) return;
    const body = { registration: String(id), position: '0' };
    const answer = await post(`/organise/events/${one.event}/check-in`, body, world.cookie);
    if (did(answer) !== 'yes') return;
    count('arrived');
    one.arrived = true;
  };
  const busy = new Set<number>();
  const claim = async () => {
    const session = random.of(world.camp.sessions);
    if (busy.has(session)) return;
    busy.add(session);
    const cell = random.of(world.camp.cells);
    const answer = await post(`/events/${world.camp.slug}/sessions/${session}/place`, { cell }, world.cookie);
    if (did(answer) === 'yes') {
      count('claimed');
      load.claims.set(session, { session, cell, unsure: false });
    } else if (did(answer) === 'unsure') load.claims.set(session, { session, cell, unsure: true });
    busy.delete(session);
  };
  const person = async () => {
    while (!stopped) {
      const dice = random.next();
      const mine = random.of(load.told);
      const free = mine && !mine.unsure && mine.state !== 'cancelled' && !held.has(mine) ? mine : undefined;
      if (free) held.add(free);
      if (dice < 0.45 || !free) await register();
      else if (dice < 0.6) await act(free, 'cancel', 'cancelled');
      else if (dice < 0.75) await act(free, 'take', 'taken');
      else if (dice < 0.87) await checkIn(free);
      else await claim();
      if (free) held.delete(free);
      await sleep(20 + random.below(200));
    }
  };
  const held = new Set<Told>();
  const all = Promise.all(Array.from({ length: people }, person));
  load.stop = async () => {
    stopped = true;
    await all;
  };
  return load;
}
