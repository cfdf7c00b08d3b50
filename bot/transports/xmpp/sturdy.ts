import { StringDecoder } from 'node:string_decoder';
import type { Log } from '../../../src/log.ts';
import { legal } from './stanza.ts';
import type { Entity, Stanza, Wire } from './types.ts';

/**
 * Mends what breaks in xmpp.js when networks and servers are as they are: characters that span two reads, long texts, parser errors
 * that end the process, half-closed streams whose late timeouts hit the next one, Nagle's delay, illegal characters sent.
 * `outgoing` sees each stanza before it is written.
 */
export function makeSturdy(entity: Entity, log: Log, outgoing: (stanza: Stanza) => void): void {
  // The library waits for an error in many places at once, some for seconds after they could come.
  entity.setMaxListeners(0);
  decodeAcrossReads(entity, log);
  surviveStanzas(entity, log);
  watchSockets(entity);
  const send = entity.send.bind(entity);
  entity.send = async (stanza) => {
    outgoing(stanza);
    await send(legal(stanza));
  };
  // The library's own farewell waits for answers, and what then times out closes the connection that followed.
  entity.disconnect = async () => hangUp(entity);
  if (entity._end) entity._end = entity.disconnect;
  entity.on('close', () => hangUp(entity));
}

/** Ends the connection at once. `disconnect` is emitted when it is gone. */
export const hangUp = (entity: Entity): void => cut(entity.socket);

/** The socket below the wrappers. */
export function rawSocket(wire: Wire | null): Wire | undefined {
  return wire?.socket ? rawSocket(wire.socket) : (wire ?? undefined);
}

function cut(wire: Wire | null): void {
  const raw = rawSocket(wire);
  if (raw?.destroy) raw.destroy();
  else if (raw?.terminate) raw.terminate();
  else raw?.close?.();
}

function decodeAcrossReads(entity: Entity, log: Log): void {
  let decoder = new StringDecoder('utf8');
  let whole = wholeTags();
  entity.on('connecting', () => {
    decoder = new StringDecoder('utf8');
    whole = wholeTags();
  });
  entity._onData = (data) => {
    const text = whole(typeof data === 'string' ? data : decoder.write(data));
    try {
      if (text !== '') entity.parser?.write(text);
    } catch (error) {
      // Such as an entity that XML does not know. What follows it cannot be read either.
      log.warn({ reason: (error as Error).message }, 'xmpp: the stream cannot be read, connecting again');
      hangUp(entity);
    }
  };
}

/**
 * Keeps what follows the last tag until the next one is there. The library's parser looks through the rest of what it has once for each
 * character of a text whose end it does not see: half a megabyte took it more than a third of a second.
 */
function wholeTags(): (text: string) => string {
  let held: string[] = [];
  return (text) => {
    const end = text.lastIndexOf('>') + 1;
    if (end === 0) {
      held.push(text);
      return '';
    }
    const whole = [...held, text.slice(0, end)].join('');
    held = [text.slice(end)];
    return whole;
  };
}

/** An error in the handling of a stanza must not leave the parser in the middle of a character. */
function surviveStanzas(entity: Entity, log: Log): void {
  const handle = entity._onElement.bind(entity);
  entity._onElement = (stanza) => {
    try {
      handle(stanza);
    } catch (error) {
      log.error({ err: error }, 'xmpp: a stanza could not be handled');
    }
  };
}

function watchSockets(entity: Entity): void {
  const attach = entity._attachSocket.bind(entity);
  entity._attachSocket = (socket) => {
    // The library takes its listeners off before the socket is quite gone: an error then would end the process.
    socket.on?.('error', () => {});
    socket.once('connect', () => tune(rawSocket(socket)));
    attach(socket);
  };
}

function tune(raw: Wire | undefined): void {
  raw?.on?.('error', () => {});
  raw?.setNoDelay?.(true);
  raw?.setKeepAlive?.(true, 60_000);
}
