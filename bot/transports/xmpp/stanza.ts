import { xml } from '@xmpp/client';
import type { Stanza } from './types.ts';

export const ns = {
  carbons: 'urn:xmpp:carbons:2',
  caps: 'http://jabber.org/protocol/caps',
  commands: 'http://jabber.org/protocol/commands',
  conference: 'jabber:x:conference',
  data: 'jabber:x:data',
  delay: 'urn:xmpp:delay',
  discoInfo: 'http://jabber.org/protocol/disco#info',
  discoItems: 'http://jabber.org/protocol/disco#items',
  encryption: 'urn:xmpp:eme:0',
  fallback: 'urn:xmpp:fallback:0',
  forward: 'urn:xmpp:forward:0',
  hints: 'urn:xmpp:hints',
  mam: 'urn:xmpp:mam:2',
  muc: 'http://jabber.org/protocol/muc',
  mucUser: 'http://jabber.org/protocol/muc#user',
  omemo: 'eu.siacs.conversations.axolotl',
  pgp: 'jabber:x:encrypted',
  ping: 'urn:xmpp:ping',
  pubsubEvent: 'http://jabber.org/protocol/pubsub#event',
  receipts: 'urn:xmpp:receipts',
  response: 'urn:xmpp:tmp:quick-response',
  reply: 'urn:xmpp:reply:0',
  sid: 'urn:xmpp:sid:0',
  sm: 'urn:xmpp:sm:3',
  stanzas: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  states: 'http://jabber.org/protocol/chatstates',
  streams: 'http://etherx.jabber.org/streams',
  styling: 'urn:xmpp:styling:0',
  time: 'urn:xmpp:time',
  validate: 'http://jabber.org/protocol/xdata-validate',
  version: 'jabber:iq:version',
} as const;

/** Makes an element: `el('ping', { xmlns: ns.ping })`. Children that are undefined or false are left out. */
export const el = xml;

/** What XML 1.0 has no place for (section 2.2), halves of surrogate pairs included. */
const illegal =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * The stanza as it may go out. One illegal character anywhere in it and the server closes the stream (RFC 6120, 4.9.3.13);
 * what was written after it is lost then. And a refused query is not sent back inside its error: it can be too deep to be written.
 */
export function legal(stanza: Stanza): Stanza {
  if (stanza.name === 'iq' && stanza.attrs.type === 'error')
    stanza.children = stanza.children.filter((child) => typeof child === 'object' && child.name === 'error');
  return cleaned(stanza);
}

function cleaned(element: Stanza): Stanza {
  for (const [name, value] of Object.entries(element.attrs))
    if (typeof value === 'string') element.attrs[name] = value.replace(illegal, '');
  element.children = element.children.map((child) =>
    typeof child === 'string' ? child.replace(illegal, '') : cleaned(child),
  );
  return element;
}
