import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';

export type Sending = {
  /** Media type, or an ending that Express knows. */
  type: string;
  /** The name to keep it under. */
  file: string;
  /** Everything that the text is made of: while it is the same, so is the text. */
  facts: unknown;
  make: () => string;
  /** Seconds for which it may be shown without asking again. */
  seconds: number;
  /** Of one person: shared caches do not keep it, nor do we. */
  private?: true;
};

/** Sends a file that programs ask for again and again: they get a 304 until something in it is different. */
export function sendFeed(req: Request, res: Response, sending: Sending) {
  const { type, file, facts, make, seconds } = sending;
  const seen = JSON.stringify([type, facts]);
  const tag = createHash('sha256').update(seen).digest('base64url').slice(0, 22);
  const who = sending.private ? 'private' : 'public';
  res.set('ETag', `W/"${tag}"`).set('Cache-Control', `${who}, max-age=${seconds}`);
  if (req.fresh) return res.status(304).end();
  res.set('Content-Disposition', `inline; filename="${file}"`).type(type);
  res.send(sending.private ? make() : made(tag, make));
}

const texts = new Map<string, string>();
const most = 20;

/** The text under the tag, made once: a thousand events take a good part of a second. */
function made(tag: string, make: () => string): string {
  const text = texts.get(tag) ?? make();
  texts.delete(tag);
  texts.set(tag, text);
  for (const oldest of texts.keys()) if (texts.size > most) texts.delete(oldest);
  return text;
}
