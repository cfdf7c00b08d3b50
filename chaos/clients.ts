import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Asking, again, answerOf, count, type Notes, post, type Site } from './answers.ts';
import { openChat, told as toldBy } from './chats.ts';
import type { Random } from './random.ts';

/** What somebody was told last, and whether the answer to something later is missing. */
export type Told = {
  email: string;
  event: string;
  state: 'registered' | 'cancelled' | 'taken';
  unsure: boolean;
  arrived?: true;
  by: 'form' | 'chat';
  cancel(): Promise<Answer>;
  take(): Promise<Answer>;
};
export type Claim = { session: number; cell: string; unsure: boolean };

export type Load = {
  told: Told[];
  claims: Map<number, Claim>;
  notes: Notes;
  stop(): Promise<void>;
};

export type World = Site & {
  events: string[];
  camp: { slug: string; sessions: number[]; cells: string[] };
  /** The cookie of somebody who organises the site. */
  cookie: string;
  /** The number of the registration of somebody. */
  idOf(email: string, event: string): Promise<number | undefined>;
};

/** So many people at once register, cancel, take what is offered, are checked in, and put sessions on the grid, until `stop`. */
export function startLoad(world: World, random: Random, people: number): Load {
  const notes: Notes = { counts: {}, faults: [], lastDone: 0, stopped: false };
  const load: Load = { told: [], claims: new Map(), notes, stop: async () => {} };
  const crowd: Crowd = {
    ...{ world, load, asking: { site: world, notes, random } },
    ...{ serial: { next: 0 }, held: new Set(), moving: new Set() },
  };
  const all = Promise.all(Array.from({ length: people }, () => person(crowd)));
  load.stop = async () => {
    notes.stopped = true;
    await all;
  };
  return load;
}

type Crowd = {
  world: World;
  load: Load;
  asking: Asking;
  serial: { next: number };
  /** Registrations and sessions that somebody is at: one thing at a time, so that it is clear what came last. */
  held: Set<Told>;
  moving: Set<number>;
};

async function person(crowd: Crowd): Promise<void> {
  const { load, asking, held } = crowd;
  const { random, notes } = asking;
  while (!notes.stopped) {
    const dice = random.next();
    const one = random.of(load.told);
    const mine = one && !one.unsure && one.state !== 'cancelled' && !held.has(one) ? one : undefined;
    if (mine) held.add(mine);
    if (dice < 0.3 || !mine) await registerByForm(crowd);
    else if (dice < 0.45) await registerByChat(crowd);
    else if (dice < 0.6) await act(notes, mine, 'cancel', 'cancelled');
    else if (dice < 0.75) await act(notes, mine, 'take', 'taken');
    else if (dice < 0.87) await checkIn(crowd, mine);
    else await claim(crowd);
    if (mine) held.delete(mine);
    await sleep(20 + random.below(200));
  }
}

const newcomer = ({ world, asking, serial }: Crowd) => ({
  event: asking.random.of(world.events),
  email: `chaos${asking.random.seed}-${serial.next++}@example.net`,
});

/** The same form again after no answer: its nonce makes it one registration. */
async function registerByForm(crowd: Crowd): Promise<void> {
  const { asking, load } = crowd;
  const { event, email } = newcomer(crowd);
  const nonce = `${email.split('@')[0]}-${asking.random.below(1e9)}`.padEnd(22, 'x').slice(-22);
  const answer = await again(load.notes, async () => {
    const got = await post(asking, `/events/${event}/register`, { name: 'Cass', email, nonce });
    return answerOf(got) === 'unsure' ? undefined : got;
  });
  if (answerOf(answer) !== 'yes') return;
  count(load.notes, 'registered by form');
  const link = answer!.headers.get('location')!;
  const press = async (what: string) => answerOf(await post(asking, `${link}/${what}`, {}));
  load.told.push({
    ...{ email, event, state: 'registered', unsure: false, by: 'form' },
    cancel: () => press('cancel'),
    take: () => press('take'),
  });
}

/** In one line, or step by step with a kill between any two of them. */
async function registerByChat(crowd: Crowd): Promise<void> {
  const { asking, load } = crowd;
  const { event, email } = newcomer(crowd);
  const chat = openChat(asking);
  const lines =
    asking.random.next() < 0.5
      ? [`register ${event} Cass ${email} no yes`]
      : [`register ${event}`, 'Cass', email, 'no', 'yes'];
  if ((await toldBy(chat, 'register', lines)) !== 'yes') return;
  count(load.notes, 'registered by chat');
  load.told.push({
    ...{ email, event, state: 'registered', unsure: false, by: 'chat' },
    cancel: () => toldBy(chat, 'cancel', [`unregister ${event} yes`]),
    take: () => toldBy(chat, 'take', [`take ${event}`]),
  });
}

async function act(notes: Notes, one: Told, what: 'cancel' | 'take', state: Told['state']): Promise<void> {
  const answer = await one[what]();
  if (answer === 'unsure') one.unsure = true;
  if (answer !== 'yes') return;
  count(notes, `${state} by ${one.by}`);
  one.state = state;
}

async function checkIn({ world, load, asking }: Crowd, one: Told): Promise<void> {
  const id = await world.idOf(one.email, one.event).catch(() => undefined);
  if (!id) return;
  const body = { registration: String(id), position: '0' };
  const answer = await post(asking, `/organise/events/${one.event}/check-in`, body, { Cookie: world.cookie });
  if (answerOf(answer) !== 'yes') return;
  count(load.notes, 'checked in');
  one.arrived = true;
}

async function claim({ world, load, asking, moving }: Crowd): Promise<void> {
  const session = asking.random.of(world.camp.sessions);
  if (moving.has(session)) return;
  moving.add(session);
  const cell = asking.random.of(world.camp.cells);
  const path = `/events/${world.camp.slug}/sessions/${session}/place`;
  const answer = answerOf(await post(asking, path, { cell }, { Cookie: world.cookie }));
  if (answer === 'yes') count(load.notes, 'claimed');
  if (answer !== 'no') load.claims.set(session, { session, cell, unsure: answer === 'unsure' });
  moving.delete(session);
}
