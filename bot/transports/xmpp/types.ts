import type { EventEmitter } from 'node:events';

/** An XML element as xmpp.js has it (ltx). Never call `toString` on one that came in: it may be 20,000 levels deep. */
export type Stanza = {
  name: string;
  attrs: Record<string, string | undefined>;
  children: (Stanza | string)[];
  is(name: string, ns?: string): boolean;
  getNS(): string | undefined;
  getChild(name: string, ns?: string): Stanza | undefined;
  getChildren(name: string, ns?: string): Stanza[];
  getChildElements(): Stanza[];
  getText(): string;
  append(...children: Stanza[]): void;
};

/** A socket of Node, of `ws`, or the wrapper that xmpp.js puts around a TLS socket or a WebSocket. */
export type Wire = Pick<EventEmitter, 'once'> & {
  on?: EventEmitter['on'];
  socket?: Wire | null;
  secure?: boolean;
  remoteAddress?: string;
  destroy?(): void;
  terminate?(): void;
  close?(): void;
  pause?(): void;
  resume?(): void;
  setNoDelay?(on: boolean): void;
  setKeepAlive?(on: boolean, after: number): void;
};

/** XEP-0198 as `@xmpp/stream-management` has it; emits `ack` and `fail` with a stanza, and `resumed`. */
export type StreamManagement = EventEmitter & {
  enabled: boolean;
  id: string;
  outbound: number;
  outbound_q: { stanza: Stanza }[];
};

export type Query = { from: unknown; stanza: Stanza; element: Stanza };
type Answer = (query: Query) => Stanza | true | undefined | Promise<Stanza>;

/** What client and component of xmpp.js have in common. The methods with an underscore are those that `sturdy.ts` mends. */
export type Entity = EventEmitter & {
  status: string;
  socket: Wire | null;
  parser: { write(text: string): void } | null;
  timeout: number;
  options: { service: string; domain: string };
  streamManagement?: StreamManagement;
  reconnect: { stop(): void };
  iqCaller: { request(stanza: Stanza, timeout?: number): Promise<Stanza> };
  iqCallee: {
    get(ns: string, name: string, answer: Answer): void;
    set(ns: string, name: string, answer: Answer): void;
  };
  connect(service: string): Promise<void>;
  open(options: { domain: string }): Promise<unknown>;
  send(stanza: Stanza): Promise<void>;
  write(text: string): Promise<void>;
  disconnect(): Promise<unknown>;
  footer(element: unknown): string;
  footerElement(): unknown;
  _end?(): Promise<unknown>;
  _onData(data: Buffer | string): void;
  _onElement(element: Stanza): void;
  _attachSocket(socket: Wire): void;
};
