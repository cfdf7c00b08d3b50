import { setTimeout as sleep } from 'node:timers/promises';
import type { Xmpp } from '../../src/config.ts';
import type { Log } from '../../src/log.ts';
import type { Command, Converse, Reply } from '../../src/shared/chat.ts';
import { isLoopback } from '../../src/shared/this-computer.ts';
import { t } from '../../src/words/words.ts';
import { tellAbout } from './xmpp/about.ts';
import { keepInRooms, type RoomDesk } from './xmpp/chatrooms.ts';
import { offerCommands } from './xmpp/commands.ts';
import { type Confirm, confirming } from './xmpp/confirm.ts';
import { openDesk } from './xmpp/desk.ts';
import { makeEntity, type Trust } from './xmpp/entity.ts';
import { type Us, whoWeAre } from './xmpp/jid.ts';
import { keepLinked, type Link } from './xmpp/link.ts';
import { messages } from './xmpp/outgoing.ts';
import { type Pace, usual } from './xmpp/pace.ts';
import { keepPresence } from './xmpp/presence.ts';
import { countReceived } from './xmpp/received.ts';
import { knowRooms } from './xmpp/rooms.ts';
import { el, ns } from './xmpp/stanza.ts';
import { makeSturdy } from './xmpp/sturdy.ts';
import type { Entity } from './xmpp/types.ts';
import { watch } from './xmpp/watchdog.ts';

export type XmppOptions = {
  xmpp: Xmpp;
  converse: Converse;
  /** What is listed as commands (XEP-0050). */
  commands?: Command[];
  /** What it shows of itself now; empty: that it is there. */
  status?: () => Promise<string>;
  /** Rooms that it is to be in (XEP-0045). */
  rooms?: RoomDesk;
  log: Log;
  /** What the bot says that it is. */
  name?: string;
  version?: string;
  pace?: Partial<Pace>;
  /** Which hosts may be spoken to without encryption: this machine, unless told otherwise. */
  trust?: Trust;
};

export type XmppBot = {
  /** Whom people write to. */
  jid: string;
  online(): boolean;
  /**
   * Writes to a bare address first. Resolves when the server has the message, or has said that it cannot be delivered; rejects when it
   * has to be tried again, with the same `id`.
   */
  send(bareJid: string, id: string, reply: Reply): Promise<void>;
  /** Takes nothing new, finishes what is in hand (eight seconds at most), and leaves. */
  stop(): Promise<void>;
};

/**
 * Connects the bot to an XMPP server, as a client (RFC 6120, 6121) or as a component (XEP-0114). Comes back at once and keeps
 * trying for ever: a server that is down is a line in the log.
 */
export async function startXmpp(options: XmppOptions): Promise<XmppBot> {
  const { xmpp, converse, log, name = 'Turnout', version = '0', commands = [], trust = isLoopback } = options;
  const pace = { ...usual, ...options.pace };
  const about = { name, version, commands };
  const us = whoWeAre(xmpp);
  const entity = await makeEntity(xmpp, us, trust);
  const received = countReceived(entity);
  makeSturdy(entity, log, received.count);
  tellAbout(entity, us, about);
  const link = keepLinked({ entity, us, pace, log, trust });
  const confirm = confirming({ entity, link, us, pace });
  const rooms = knowRooms(entity, us);
  const desk = openDesk({ entity, us, link, confirm, converse, pace, log, t }, rooms, received);
  offerCommands({ entity, us, rooms, commands, converse, admit: desk.admit, log, t });
  const presence = keepPresence({
    ...{ entity, us, link, about, admit: desk.admit },
    ...{ status: t('xmpp:status'), look: options.status, every: pace.roomsEvery },
  });
  const inRooms =
    options.rooms &&
    keepInRooms({
      entity,
      us,
      link,
      log,
      desk: options.rooms,
      every: pace.roomsEvery,
      perRoom: pace.perRoom,
    });
  const unwatch = watch({ entity, link, pace, log }, confirm.ping, desk.paused);
  return {
    jid: us.jid,
    online: link.online,
    send: (to, id, reply) => sendFirst({ us, link, confirm, pace }, to, id, reply),
    stop: async () => {
      unwatch();
      await atMost(goodbye, Promise.resolve(inRooms?.stop()).then(presence.leave));
      await atMost(pace.finishWithin, desk.finish());
      await atMost(goodbye, acknowledge(entity));
      await link.close();
      log.info(`xmpp: ${us.jid} has left`);
    },
  };
}

/** What a server that takes no more is given for each of our last words. Milliseconds. */
const goodbye = 1_000;

const atMost = (ms: number, work: Promise<void>): Promise<void> =>
  Promise.race([work, sleep(ms, undefined, { ref: false })]);

type Sender = { us: Us; link: Link; confirm: Confirm; pace: Pace };

async function sendFirst({ us, link, confirm, pace }: Sender, to: string, id: string, reply: Reply) {
  if (!link.online()) throw new Error('xmpp: not connected');
  const sent = messages({ to, from: us.from(), type: 'chat' }, id, reply).map((make) => confirm.send(make()));
  const late = sleep(pace.confirmWithin, undefined, { ref: false }).then(() => {
    throw new Error('xmpp: the server has not said that it has the message');
  });
  await Promise.race([Promise.all(sent), late]);
}

/** The last word on what was handled, so that the server does not keep it for the next time (XEP-0198, 4). */
async function acknowledge(entity: Entity): Promise<void> {
  if (entity.streamManagement?.enabled) await entity.send(el('a', { xmlns: ns.sm })).catch(() => {});
}
