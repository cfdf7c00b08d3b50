import type { InRoom, OnAt } from '../../src/services/grid/looking.ts';
import type { Session } from '../../src/services/sessions/queries.ts';
import { t } from '../../src/words/words.ts';
import type { Item } from '../dialogue.ts';
import { type KeptCamp, lineFor } from './camp-slot.ts';
import { cut } from './fields.ts';

type Known = Pick<Session, 'number' | 'title' | 'starred' | 'hosts'>;

/** `★ #12 Bread at home (Ann)`. */
export const sessionText = ({ number, title, starred, hosts }: Known): string =>
  t(starred ? 'bot-looking:starred' : 'bot-looking:session', {
    number,
    title: cut(title, 70),
    hosts: cut(hosts.map((one) => one.name).join(', '), 40),
  });

/** A session of a list: its number tells about it. `where` stands before it. */
export const sessionItem = (camp: KeptCamp, session: Known, where = ''): Item => ({
  label: where ? `${where}: ${sessionText(session)}` : sessionText(session),
  button: cut(session.title, 40),
  send: lineFor('session', camp, session.number),
});

/** What is on in a slot, room by room. `heading`: above the first. */
export const slotItems = (camp: KeptCamp, { held }: OnAt, heading?: string): Item[] =>
  held.map(({ room, session }: InRoom, index) => ({
    ...sessionItem(camp, session, room.name),
    ...(index === 0 && heading ? { heading } : {}),
  }));

/** `Free: Red, Blue`; nothing when all rooms are taken. */
export const freeText = ({ free }: OnAt): string =>
  free.length === 0
    ? ''
    : free.length > 4
      ? t('bot-looking:free_many', { count: free.length })
      : t('bot-looking:free', { rooms: free.map((one) => one.name).join(', ') });
