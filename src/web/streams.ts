import { createSession, type Session as Stream } from 'better-sse';
import type { Request, Response } from 'express';
import { t } from '../words/words.ts';
import { type Site, unbuffered } from './http.ts';

export type MostStreams = { client: number; network: number; process: number };

/** Streams open at once: of a session, of a network, of a process. A network may be a whole meeting that looks at its grid; a page that has to wait asks again. */
export const mostStreams: MostStreams = { client: 20, network: 600, process: 2000 };

/** When a page that got no stream may ask again. Seconds. */
const again = 30;

type Open = { all: number; by: Map<string, number> };
const open = new WeakMap<Site, Open>();

/**
 * Opens a stream of server-sent events. Undefined where there is none, and the request is answered: a HEAD, which has no body to wait
 * for, and what is one stream too many (429, or 503 for a process that has enough; both with `Retry-After`).
 */
export async function openStream(
  site: Site,
  req: Request,
  res: Response,
  keepAlive: number,
): Promise<Stream | undefined> {
  res.set('Cache-Control', 'no-store');
  if (req.method === 'HEAD') {
    res.type('text/event-stream').end();
    return undefined;
  }
  const status = taken(site, req, res);
  if (!status) return createSession(req, res, { ...unbuffered, keepAlive, retry: 2000 });
  res.set('Retry-After', String(again));
  res.status(status).type('text/plain').send(t('site:errors.streams'));
  return undefined;
}

/** Counts one more until its connection is over; or gives the status for one too many. */
function taken(site: Site, req: Request, res: Response): number | undefined {
  const most = site.mostStreams ?? mostStreams;
  const now = open.get(site) ?? { all: 0, by: new Map() };
  open.set(site, now);
  if (now.all >= most.process) return 503;
  const counts = countsOf(req, most);
  if (counts.some(([name, most]) => (now.by.get(name) ?? 0) >= most)) return 429;
  const names = counts.map(([name]) => name);
  count(now, names, 1);
  res.once('close', () => count(now, names, -1));
  return undefined;
}

/**
 * What a stream counts for, and how many there may be. Strangers count for their network: phones of one model in one room look the same.
 * Where no network is known (see network.ts) they are not to be locked out together, and count for the process alone.
 */
function countsOf({ ctx, session, sessionID }: Request, most: MostStreams): [name: string, most: number][] {
  const { network } = ctx.actor;
  const isSomebody = Boolean(session?.personId || session?.chatKey);
  return [
    ...(network ? [[`network ${network}`, most.network] as [string, number]] : []),
    ...(isSomebody ? [[`session ${sessionID}`, most.client] as [string, number]] : []),
  ];
}

function count(now: Open, names: string[], by: 1 | -1) {
  now.all += by;
  for (const name of names) {
    const left = (now.by.get(name) ?? 0) + by;
    if (left > 0) now.by.set(name, left);
    else now.by.delete(name);
  }
}
