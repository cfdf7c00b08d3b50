import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import type { Named } from '../services/programs/queries.ts';
import { networkName } from '../services/programs/rules.ts';

/** What stands inside of an answer. */
export type Fill = (root: XMLBuilder) => void;

/** An answer in Imified's XML, on one line: one of its libraries reads no further to see how it went. */
export function rsp(stat: 'ok' | 'fail', fill: Fill): string {
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('rsp', { stat });
  fill(root);
  return root.end();
}

export const success =
  (msg: string): Fill =>
  (root) =>
    root.ele('success', { msg });

export const oneUser =
  (user: Named, now: Date): Fill =>
  (root) =>
    addUser(root, user, now);

export const manyUsers =
  (all: Named[], now: Date): Fill =>
  (root) => {
    const users = root.ele('users', { count: String(all.length) });
    for (const user of all) addUser(users, user, now);
  };

/** Who has written in the last minutes is taken to be there: the networks tell us no more. Milliseconds. */
const lately = 10 * 60_000;

function addUser(root: XMLBuilder, { userkey, network, user, stopped, created, last }: Named, now: Date) {
  const isThere = last !== null && now.getTime() - last.getTime() < lately;
  const texts = {
    status: stopped ? 'stopped' : isThere ? 'online' : 'offline',
    extendedstatus: '',
    ...{ userkey, screenname: user, user },
    network: networkName(network),
    created: written(created),
    lastonline: last ? written(last) : '',
    lastcall: last ? written(last) : '',
  };
  const element = root.ele('user');
  for (const [name, text] of Object.entries(texts)) element.ele(name).txt(text.replace(illegal, ''));
}

/** `2007-09-26 13:30:25`, in UTC. */
const written = (at: Date): string => at.toISOString().slice(0, 19).replace('T', ' ');

/** What XML 1.0 has no place for. */
const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
