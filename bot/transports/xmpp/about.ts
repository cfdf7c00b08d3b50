import { createHash } from 'node:crypto';
import type { Command } from '../../../src/shared/chat.ts';
import { commandItems } from './commands.ts';
import { bare, type Us } from './jid.ts';
import { el, ns } from './stanza.ts';
import type { Entity, Query, Stanza } from './types.ts';

/** What it is, and what it can be asked to do (XEP-0050). */
export type About = { name: string; version: string; commands: Command[] };

const features = [
  ns.caps,
  ns.commands,
  ns.data,
  ns.states,
  ns.discoInfo,
  ns.discoItems,
  ns.version,
  ns.ping,
  ns.receipts,
  ns.time,
].sort();
const node = 'turnout';

/** Answers what software asks about the bot: XEP-0030, 0092, 0199, 0202. The library answers all else `service-unavailable`. */
export function tellAbout(entity: Entity, us: Us, about: About): void {
  const asked = entity.iqCallee;
  asked.get(ns.discoInfo, 'query', ({ element }) => info(about, element.attrs.node));
  asked.get(ns.discoItems, 'query', (query) => items(us, about, query));
  asked.get(ns.version, 'query', () => version(about));
  asked.get(ns.time, 'time', () => time(new Date()));
  // A client of the library brings this one along.
  if (us.mode === 'component') asked.get(ns.ping, 'ping', () => true);
}

/** What our presence says of us, so that clients need not ask again (XEP-0115). */
export const capabilities = ({ name }: About): Stanza =>
  el('c', { xmlns: ns.caps, hash: 'sha-1', node, ver: verification(name) });

function info({ name, commands }: About, asked?: string): Stanza {
  const command = commands.find(({ word }) => word === asked);
  if (command)
    return el(
      'query',
      { xmlns: ns.discoInfo, node: asked },
      el('identity', { category: 'automation', type: 'command-node', name: command.title }),
      ...[ns.commands, ns.data].map((feature) => el('feature', { var: feature })),
    );
  return el(
    'query',
    { xmlns: ns.discoInfo, node: asked },
    el('identity', { category: 'client', type: 'bot', name }),
    ...features.map((feature) => el('feature', { var: feature })),
  );
}

function verification(name: string): string {
  // `<` separates the parts (5.1): a name that has one would let others be mistaken for us.
  const text = [`client/bot//${name.replaceAll('<', '')}`, ...features, ''].join('<');
  return createHash('sha1').update(text).digest('base64');
}

/** A component's domain is browsed from its server: there stands whom to write to. */
function items(us: Us, { name, commands }: About, { stanza, element }: Query): Stanza {
  const { node } = element.attrs;
  if (node === ns.commands) return el('query', { xmlns: ns.discoItems, node }, ...commandItems(us, commands));
  const domain = us.mode === 'component' && bare(stanza.attrs.to ?? '') === us.domain;
  return el('query', { xmlns: ns.discoItems, node }, domain && el('item', { jid: us.jid, name }));
}

const version = (about: About): Stanza =>
  el('query', { xmlns: ns.version }, el('name', {}, about.name), el('version', {}, about.version));

const time = (now: Date): Stanza =>
  el(
    'time',
    { xmlns: ns.time },
    el('tzo', {}, 'Z'),
    el('utc', {}, now.toISOString().replace(/\.\d+Z$/, 'Z')),
  );
