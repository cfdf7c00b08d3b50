import { createHash } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Request, Response } from 'express';
import type { Listener } from '../db/listen.ts';

/** What is sent, ready as it is: nothing is put together while somebody waits. */
type Ready = { headers: OutgoingHttpHeaders; body: Buffer };
type Page = { etag: string; plain: Ready; packed?: Ready; until: number };

/** Rendered pages that are the same for everybody who is not signed in, answered before Express. */
export type Kept = {
  /** To be read before the page's data is: a page whose data may have changed meanwhile is not kept. */
  generation(): number;
  /** Keeps what was just answered, unless it was for somebody whom we know or had more to its address than `path`. */
  keep(req: Request, res: Response, page: { path: string; generation: number; html: string }): void;
  /** Answers from what is kept; false when it is somebody else's turn. */
  answer(req: IncomingMessage, res: ServerResponse): boolean;
  forget(): void;
};

const longest = 20_000;
const most = 500;

/**
 * Every change of any event, in any process, empties it: a page shows other events of its series too, and rendering is
 * cheap beside being wrong. While the notifications are down nothing is kept; a page lives 20 seconds at most, as it
 * says `in 3 days`.
 */
export function keptPages(listener: Listener, now: () => number = () => performance.now()): Kept {
  const pages = new Map<string, Page>();
  let generation = 0;
  const forget = () => {
    generation++;
    pages.clear();
  };
  for (const event of ['event_changed', 'grid_changed', 'up', 'down']) listener.on(event, forget);
  return {
    generation: () => generation,
    keep(req, res, page) {
      if (page.generation !== generation || !listener.isUp()) return;
      if (named(req) || req.url !== page.path || res.statusCode !== 200) return;
      if (pages.size >= most) pages.clear();
      pages.set(page.path, { ...rendered(page.html, headersOf(res)), until: now() + longest });
    },
    answer(req, res) {
      const page = pages.get(req.url ?? '');
      if (!page || req.method !== 'GET' || named(req)) return false;
      if (page.until < now()) {
        pages.delete(req.url ?? '');
        return false;
      }
      send(page, req, res);
      return true;
    },
    forget,
  };
}

/** Whether the request may be of somebody whom we know: their page is their own. */
const named = (req: IncomingMessage): boolean => req.headers.cookie?.includes('turnout=') ?? false;

/** What the kept answer repeats of the first one: everything but what belongs to one transfer. */
function headersOf(res: Response): OutgoingHttpHeaders {
  const { 'content-length': _, 'content-encoding': __, date: ___, etag: ____, ...rest } = res.getHeaders();
  return { ...rest, vary: 'Accept-Encoding, Cookie' };
}

function rendered(html: string, headers: OutgoingHttpHeaders): Pick<Page, 'etag' | 'plain'> {
  const body = Buffer.from(html);
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { etag, plain: { headers: { ...headers, ETag: etag, 'Content-Length': body.length }, body } };
}

function packed({ headers, body }: Ready): Ready {
  const gzip = gzipSync(body);
  return { headers: { ...headers, 'Content-Encoding': 'gzip', 'Content-Length': gzip.length }, body: gzip };
}

function send(page: Page, req: IncomingMessage, res: ServerResponse) {
  if (asksFor(page.etag, req.headers['if-none-match'])) {
    const { 'Content-Length': _, ...headers } = page.plain.headers;
    res.writeHead(304, headers).end();
    return;
  }
  const zips = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(req.headers['accept-encoding'] ?? ''));
  if (zips) page.packed ??= packed(page.plain);
  const { headers, body } = zips ? page.packed! : page.plain;
  res.writeHead(200, headers).end(body);
}

/** RFC 9110, 13.1.2: a list of tags, compared weakly. */
const asksFor = (etag: string, known: string | undefined): boolean =>
  (known ?? '').split(',').some((one) => one.trim().replace(/^(?!W\/)/, 'W/') === etag);
