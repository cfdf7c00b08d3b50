import { cut } from '../../../src/shared/text.ts';
import { ns } from './stanza.ts';
import type { Stanza } from './types.ts';

/**
 * What somebody in a room says to the bot: `turnout: now`, `turnout, now`, `@turnout now` or `!now`. Nothing of what was said
 * before it came (history), by itself, by the room, or between others. Only a text, no name in it is believed.
 */
export function readRoomLine(stanza: Stanza, own: string): { nick: string; text: string } | undefined {
  const { from = '', type } = stanza.attrs;
  const slash = from.indexOf('/');
  const nick = slash < 0 ? '' : from.slice(slash + 1);
  if (stanza.name !== 'message' || type !== 'groupchat' || !nick || nick === own) return undefined;
  if (stanza.getChild('delay', ns.delay)) return undefined;
  const body = cut(stanza.getChild('body')?.getText() ?? '', 500).trim();
  const name = own.replace(/[^\w]/g, '\\$&');
  const found = /^!\s*(.*)$/s.exec(body) ?? new RegExp(`^@?${name}(?:[:,]\\s*|\\s+|$)(.*)$`, 'is').exec(body);
  // A line that another bot would answer in turn is none: `!!`, `! `.
  if (!found || /^!*$/.test(body)) return undefined;
  return { nick: cut(nick, 60), text: found[1]!.trim() };
}

/** Kicked, banned, no longer a member of a closed room, or the room is gone (XEP-0045, 15.6); not: the service shuts down. */
export function isPutOut(presence: Stanza): boolean {
  const x = presence.getChild('x', ns.mucUser);
  const codes = x?.getChildren('status').map(({ attrs }) => attrs.code) ?? [];
  return (
    x?.getChild('destroy') !== undefined || ['301', '307', '321', '322'].some((one) => codes.includes(one))
  );
}
