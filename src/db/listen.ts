import { EventEmitter } from 'node:events';
import { Connection, cut, options, settings } from './connection.ts';

/** What the database's triggers tell: a slug, an address, an event's id. */
const channels = ['event_changed', 'chat_message', 'grid_changed'] as const;
export type Channel = (typeof channels)[number];

/** How often the connection is asked whether it is still there, and how long the answer may take. Milliseconds. */
const [pause, patience] = [4_000, 3_000];

/**
 * One LISTEN connection for the whole process. Emits the channel's name with the payload, `up` and `down`.
 * A notification is a hint that may be lost: whoever keeps something forgets it all at `down` and at `up`.
 */
export type Listener = EventEmitter & { isUp(): boolean; stop(): Promise<void> };

export function listen(url: string): Listener {
  const events = new EventEmitter();
  events.setMaxListeners(0);
  let client: Connection | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let up = false;

  const down = () => {
    if (stopped || timer) return;
    if (up) events.emit('down');
    up = false;
    if (client) cut(client);
    timer = setTimeout(() => {
      timer = undefined;
      void open();
    }, 500);
  };
  /** A connection that only listens would never find out that nobody talks any more: it asks now and then. */
  const beat = (current: Connection) => {
    const next = setTimeout(() => {
      if (stopped || client !== current) return;
      current.query('select 1').then(() => beat(current), down);
    }, pause);
    next.unref();
  };
  const open = async () => {
    const fresh = new Connection({ ...options(url, 'turnout listen'), query_timeout: patience });
    client = fresh;
    fresh.on('error', down);
    fresh.on('end', down);
    fresh.on('notification', (note) => events.emit(note.channel, note.payload ?? ''));
    try {
      await fresh.connect();
      await fresh.query([settings(), ...channels.map((channel) => `listen ${channel}`)].join(';'));
      up = true;
      events.emit('up');
      beat(fresh);
    } catch {
      down();
    }
  };
  void open();
  return Object.assign(events, {
    isUp: () => up,
    stop: async () => {
      stopped = true;
      up = false;
      if (timer) clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  });
}
