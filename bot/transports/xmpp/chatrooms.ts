import type { Log } from '../../../src/log.ts';
import { cut } from '../../../src/shared/text.ts';
import type { Us } from './jid.ts';
import { bare } from './jid.ts';
import { perMinute } from './limits.ts';
import type { Link } from './link.ts';
import { isPutOut, readRoomLine } from './room-lines.ts';
import { el, ns } from './stanza.ts';
import type { Entity, Stanza } from './types.ts';

/** A room that the bot is to be in, with the event that it is about. */
export type Room = { jid: string; slug: string; kind: string };

/** What the rooms need of the rest: which there are, what is answered there, what is said unasked. */
export type RoomDesk = {
  list(): Promise<Room[]>;
  answer(room: Room, text: string, us: string): Promise<string>;
  /** It was put out, or told to leave. */
  left(jid: string): Promise<void>;
  news(): Promise<{ jid: string; text: string }[]>;
  /** What it says when a moderator sends it away, when somebody else tries to, when it comes in, and when it could not do as it was told. */
  words: { leaving: string; notYours: string; hello(nick: string): string; failed(error: unknown): string };
};

type Parts = { entity: Entity; us: Us; link: Link; log: Log; desk: RoomDesk; every: number; perRoom: number };

/** What a room knows of the bot. `in`: it has said that we are there. */
type Seat = {
  room: Room;
  nick: string;
  in: boolean;
  refused: boolean;
  moderators: Set<string>;
  last: Promise<unknown>;
};

/**
 * Keeps the bot in its rooms (XEP-0045): joins what is on the list, again after every new session, and leaves what is not. There
 * it answers only when spoken to, a line at a time; what it says unasked comes from `news`.
 */
export function keepInRooms(parts: Parts): { stop(): Promise<void> } {
  const { entity, us, link, log, desk, every } = parts;
  const seats = new Map<string, Seat>();
  const admit = perMinute(parts.perRoom);
  let stopped = false;

  const send = (stanza: Stanza) => entity.send(stanza).catch(() => {});
  const here = () => us.from();
  const say = (to: string, text: string) =>
    send(el('message', { to, from: here(), type: 'groupchat' }, el('body', {}, text)));
  const enter = (seat: Seat) =>
    send(
      el(
        'presence',
        { to: `${seat.room.jid}/${seat.nick}`, from: here() },
        el('x', { xmlns: ns.muc }, el('history', { maxstanzas: '0' })),
      ),
    );
  const go = (seat: Seat) => {
    seats.delete(seat.room.jid);
    return send(el('presence', { to: `${seat.room.jid}/${seat.nick}`, from: here(), type: 'unavailable' }));
  };

  const look = async () => {
    if (!link.online() || stopped) return;
    const wanted = await desk.list();
    for (const room of wanted) {
      const seat = seats.get(room.jid) ?? {
        room,
        nick: 'turnout',
        in: false,
        moderators: new Set(),
        refused: false,
        last: Promise.resolve(),
      };
      seat.room = room;
      seats.set(room.jid, seat);
      if (!seat.in) await enter(seat);
    }
    const jids = new Set(wanted.map((room) => room.jid));
    for (const seat of seats.values()) if (!jids.has(seat.room.jid)) await go(seat);
    if ([...seats.values()].some((seat) => seat.in))
      for (const { jid, text } of await desk.news()) if (seats.get(jid)?.in) await say(jid, text);
  };

  const onPresence = async (seat: Seat, stanza: Stanza) => {
    const { from = '', type } = stanza.attrs;
    const nick = from.slice(from.indexOf('/') + 1);
    const item = stanza.getChild('x', ns.mucUser)?.getChild('item');
    if (item?.attrs.role === 'moderator') seat.moderators.add(nick);
    else seat.moderators.delete(nick);
    if (nick !== seat.nick) return;
    if (type === 'error' && stanza.getChild('error')?.getChild('conflict', ns.stanzas)) {
      seat.nick = `${cut(seat.nick, 29)}_`;
      return enter(seat);
    }
    if (type === 'error') {
      // Tried again and again: said once.
      if (!seat.refused) log.warn({ room: seat.room.jid }, 'xmpp: a room does not let the bot in');
      seat.refused = true;
      return;
    }
    if (type !== 'unavailable') {
      if (!seat.in) log.info({ room: seat.room.jid }, 'xmpp: in a room');
      seat.in = true;
      seat.refused = false;
      return;
    }
    seat.in = false;
    if (!isPutOut(stanza)) return;
    seats.delete(seat.room.jid);
    log.info({ room: seat.room.jid }, 'xmpp: the bot was put out of a room');
    await desk.left(seat.room.jid);
  };

  const onMessage = async (seat: Seat, stanza: Stanza) => {
    const line = seat.in ? readRoomLine(stanza, seat.nick) : undefined;
    if (!line) return;
    const { jid } = seat.room;
    if (admit(jid) !== 'answer') return;
    const tell = (text: string) => say(jid, `${line.nick}: ${text}`);
    try {
      if (!/^leave[.!]?$/i.test(line.text)) return await tell(await answerTo(seat, line.text));
      if (!seat.moderators.has(line.nick)) return await tell(desk.words.notYours);
      await desk.left(jid);
    } catch (error) {
      log.error({ err: error }, 'xmpp: what was said in a room could not be answered');
      return tell(desk.words.failed(error));
    }
    await say(jid, desk.words.leaving);
    await go(seat);
  };
  const answerTo = async (seat: Seat, text: string) =>
    /^(help|\?)?$/i.test(text) ? desk.words.hello(seat.nick) : desk.answer(seat.room, text, us.jid);

  entity.on('stanza', (stanza: Stanza) => {
    const seat = seats.get(bare(stanza.attrs.from ?? ''));
    if (!seat) return;
    const work = () => (stanza.name === 'presence' ? onPresence(seat, stanza) : onMessage(seat, stanza));
    // One after another: answers stand in the order of the questions.
    seat.last = seat.last.then(work).catch((error) => {
      log.error({ err: error }, 'xmpp: trouble with a room');
    });
  });
  const retry = () => {
    look().catch((error) => log.warn({ err: error }, 'xmpp: the rooms could not be looked at'));
  };
  link.on('ready', (fresh: boolean) => {
    // A session that goes on is still in its rooms; a new one, or a component's stream, is in none.
    if (fresh || us.mode === 'component') for (const seat of seats.values()) seat.in = false;
    retry();
  });
  const timer = setInterval(retry, every);
  timer.unref();
  return {
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      if (link.online()) await Promise.all([...seats.values()].map(go));
    },
  };
}
