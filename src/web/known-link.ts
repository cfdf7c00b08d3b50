import type { Request, Response } from 'express';
import { manageToken, ownByDeadToken, registrationByToken } from '../services/registrations/queries.ts';
import { tokenKey } from '../shared/ids.ts';
import { cookieName } from './cookies.ts';
import type { Site } from './http.ts';

// Whoever registers here and then proves their address still has the page open whose link has ended by it. The browser
// in which the mailed link's button was pressed keeps that link, and so finds the way from the one to the other.

export const linkCookie = 'turnout_link';
const days90 = 90 * 24 * 3600 * 1000;

/** Keeps the mailed link whose button was pressed in this browser: the last one alone. */
export function rememberLink(req: Request, res: Response) {
  const { token } = req.params;
  res.cookie(cookieName(req.ctx.baseUrl, linkCookie), token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: req.ctx.baseUrl.startsWith('https:'),
    maxAge: days90,
  });
}

/** A link to the same registration as the ended one in the path, for its signed-in owner or the browser that proved it. */
export async function livingLink(site: Site, req: Request): Promise<string | undefined> {
  const ended = String(req.params.token);
  const own = req.person && (await ownByDeadToken(site, ended, req.person.id));
  if (own) return `/r/${manageToken(site.secret, own)}`;
  const name = cookieName(site.baseUrl, linkCookie);
  const kept = new RegExp(`(?:^|; )${name}=([\\w-]{43})(?:;|$)`).exec(req.headers.cookie ?? '')?.[1];
  if (!kept || kept === ended || !tokenKey(ended) || tokenKey(kept) !== tokenKey(ended)) return undefined;
  return (await registrationByToken(site, kept))?.way === 'mailed' ? `/r/${kept}` : undefined;
}
