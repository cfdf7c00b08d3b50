import type { Request } from 'express';
import { localPath } from '../../services/people/rules.ts';
import { t } from '../../words/words.ts';

/** A page that offers to send the same form once more, with all that was typed. */
export type AgainPage = {
  heading: string;
  text: string;
  /** Absent when nothing was sent: the page itself is asked for again. */
  form?: { action: string; hidden: Field[]; typed: string[]; files: boolean; kept: string };
  /** Where to ask again when nothing was sent. */
  again: string;
};
type Field = { name: string; value: string };

/** Not typed by anybody: they go along unseen. */
const unseen = /^(nonce|back|next|version|seen|after)$/;

export function againPage(req: Request, said: { heading: string; text: string }): AgainPage {
  // `//evil.example/x` is a path to us, and another host to a browser.
  const again = localPath(req.originalUrl, localPath(req.path, '/'));
  if (req.method === 'GET' || req.method === 'HEAD') return { ...said, again };
  const hidden = fields(req.body ?? {});
  const typed = hidden.filter(({ name, value }) => !unseen.test(name) && value.trim() !== '');
  const files = (req.get('content-type') ?? '').startsWith('multipart/');
  // Only what has a number of its own is done once, however often it is sent.
  const kept = t(hidden.some(isNonce) ? 'outage:kept' : 'outage:kept_look');
  const form = { action: again, hidden, typed: typed.map(({ value }) => value), files, kept };
  return { ...said, again, form };
}

const isNonce = ({ name, value }: Field): boolean => name === 'nonce' && value !== '';

/** A read form as the fields that it was sent as (`urlencoded`, extended): repeated names, and `name[key]`. */
function fields(body: object): Field[] {
  return Object.entries(body).flatMap(([name, value]) => field(name, value));
}

function field(name: string, value: unknown): Field[] {
  if (Array.isArray(value)) {
    const plain = value.every((one) => typeof one !== 'object');
    return value.flatMap((one, index) => field(plain ? name : `${name}[${index}]`, one));
  }
  if (typeof value !== 'object' || value === null) return [{ name, value: String(value ?? '') }];
  return Object.entries(value).flatMap(([key, inner]) => field(`${name}[${key}]`, inner));
}
