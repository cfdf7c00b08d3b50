import { answer, type Desk, type Sent, sayLine } from './answering.ts';
import { type Conversations, takeTurns } from './conversations.ts';
import { type Incoming, readMessage } from './incoming.ts';
import { domainOf } from './jid.ts';
import { perMinute, type Verdict } from './limits.ts';
import { notNow } from './outgoing.ts';
import type { Received } from './received.ts';
import type { Rooms } from './rooms.ts';
import { rawSocket } from './sturdy.ts';
import type { Entity, Stanza } from './types.ts';

export type Intake = {
  admit(person: string): Verdict;
  /** Whether the server is not read just now, for too much is waiting. */
  paused(): boolean;
  /** Takes nothing new, and resolves when all that was taken is answered. */
  finish(): Promise<void>;
};

/** So many of the last messages are known by their keys. */
const recent = 2_000;

/** Takes the messages that come in, each once, and has them answered. */
export function openDesk(desk: Desk, rooms: Rooms, received: Received): Intake {
  const { entity, us, pace, log, t } = desk;
  const flow = backPressure(entity, pace.waiting);
  const turns = takeTurns(pace.atOnce, flow.changed);
  const admit = admission(pace.perPerson, pace.perDomain);
  const handled = new Map<string, Handled>();
  let closing = false;

  const work = (message: Incoming, verdict: Verdict): Promise<Sent> =>
    verdict === 'answer'
      ? answer(desk, message)
      : Promise.resolve(sayLine(desk, message, t('xmpp:too_many')));

  const take = (message: Incoming): Promise<void> | undefined => {
    const name = `${message.person} ${message.key}`;
    const before = handled.get(name);
    if (before && !isAskedAgain(before, pace.again)) return before.done;
    const verdict = admit(message.person);
    if (verdict === 'silence') return undefined;
    // Before its turn comes, not in it: a room's domain is asked over the stream, which is not read while many wait.
    const done = rooms
      .isRoom(message.from)
      .then((room) => (room ? undefined : inTurn(turns, message.person, () => work(message, verdict))));
    const entry: Handled = { done };
    handled.delete(name);
    handled.set(name, entry);
    if (handled.size > recent) handled.delete(handled.keys().next().value ?? '');
    const answered = () => {
      entry.answeredAt = performance.now();
    };
    done.then(answered, (error) => {
      handled.delete(name);
      if (!closing) log.error({ err: error }, 'xmpp: an answer could not be given');
    });
    return done;
  };

  entity.on('stanza', (stanza: Stanza) => {
    const message = stanza.name === 'message' && readMessage(stanza, us);
    if (!message) return;
    const release = received.hold(stanza);
    if (closing) {
      // A client's server keeps it for later, as it is never acknowledged.
      if (us.mode === 'component') entity.send(notNow(message)).catch(() => {});
      return;
    }
    Promise.resolve(take(message)).then(release, () => {});
  });
  return {
    admit,
    paused: flow.paused,
    finish: async () => {
      closing = true;
      await turns.idle();
      await Promise.allSettled([...handled.values()].map(({ done }) => done));
    },
  };
}

type Handled = { done: Promise<void>; answeredAt?: number };

/** A server delivers a message again at once, or never had our answer; a person whom it has not reached asks again later. */
const isAskedAgain = ({ answeredAt }: Handled, after: number): boolean =>
  answeredAt !== undefined && performance.now() - answeredAt > after;

/** Resolves when the message is answered and the server has the answer; the next one's turn comes before that. */
function inTurn(turns: Conversations, name: string, work: () => Promise<Sent>): Promise<void> {
  return new Promise((resolve, reject) => {
    turns.add(name, async () => {
      await work().then(({ confirmed }) => void confirmed.then(() => resolve(), reject), reject);
    });
  });
}

/** By address and by server: two bots that answer each other come to an end, and so does a server full of made-up people. */
function admission(perPerson: number, perDomain: number): (person: string) => Verdict {
  const people = perMinute(perPerson);
  const domains = perMinute(perDomain);
  return (person) => {
    const verdict = people(person);
    return verdict === 'answer' ? domains(domainOf(person)) : verdict;
  };
}

/** Reads the server no further while too much waits; what it cannot write it keeps for us. */
function backPressure(entity: Entity, most: number) {
  let paused = false;
  entity.on('connect', () => {
    paused = false;
  });
  return {
    paused: () => paused,
    changed: (waiting: number) => {
      const raw = rawSocket(entity.socket);
      if (!paused && waiting > most) raw?.pause?.();
      else if (paused && waiting < most / 2) raw?.resume?.();
      else return;
      paused = !paused;
    },
  };
}
