import { createHash } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Listener } from '../db/listen.ts';

type Page = { html: Buffer; gzip?: Buffer; etag: string; headers: OutgoingHttpHeaders; until: number };

/** Rendered pages that are the same for everybody who is not signed in, answered before Express. */
export type Kept = {
  /** To be read before the page's data is: a page whose data may have changed meanwhile is not kept. */
  generation(): number;
  keep(path: string, generation: number, html: string, headers: OutgoingHttpHeaders): void;
  /** Answers from what is kept; false when it is somebody else's turn. */
  answer(req: IncomingMessage, res: ServerResponse): boolean;
};

const longest = 20_000;
const most = 500;

/**
 * Every change of any event, in any process, empties it: a page shows other events of its series too, and rendering is
 * cheap beside being wrong. While the notifications are down nothing is kept; a page lives 20 seconds at most, as it
 * says `in 3 days`.
 */
export function keptPages(listener: Listener, now: () => number = Date.now): Kept {
  const pages = new Map<string, Page>();
  let generation = 0;
  const forget = () => {
    generation++;
    pages.clear();
  };
  for (const event of ['event_changed', 'up', 'down']) listener.on(event, forget);
  return {
    generation: () => generation,
    keep(path, seen, html, headers) {
      if (seen !== generation || !listener.isUp() || pages.size >= most) return;
      pages.set(path, { ...rendered(html), headers, until: now() + longest });
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
  };
}

/** Whether the request may be of somebody whom we know: their page is their own. */
export const named = (req: IncomingMessage): boolean => req.headers.cookie?.includes('turnout=') ?? false;

function rendered(text: string): Pick<Page, 'html' | 'etag'> {
  const html = Buffer.from(text);
  return { html, etag: `W/"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"` };
}

function send(page: Page, req: IncomingMessage, res: ServerResponse) {
  const headers: OutgoingHttpHeaders = { ...page.headers, ETag: page.etag };
  if (req.headers['if-none-match'] === page.etag) {
    res.writeHead(304, headers).end();
    return;
  }
  const zips = /\bgzip\b/.test(String(req.headers['accept-encoding'] ?? ''));
  if (zips) page.gzip ??= gzipSync(page.html);
  const body = zips ? page.gzip! : page.html;
  if (zips) headers['Content-Encoding'] = 'gzip';
  headers['Content-Length'] = body.length;
  res.writeHead(200, headers).end(body);
}
