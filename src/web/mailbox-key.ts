import { timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { mailboxKey, mailboxPath as path } from '../shared/mailbox-key.ts';
import { t } from '../words/words.ts';
import { errorPage } from './http.ts';

const cookie = 'turnout-mailbox';

/**
 * Lets in who brings the key: once in the address, which is exchanged for a cookie of these pages, then by that. No look at where a
 * request comes from: behind a proxy everybody comes from this computer.
 */
export const byKey = (site: { secret: string; baseUrl: string }): RequestHandler => {
  const key = mailboxKey(site.secret);
  const secure = site.baseUrl.startsWith('https:');
  return (req, res, next) => {
    if (same(req.query.key, key)) {
      res.cookie(cookie, key, { path, httpOnly: true, sameSite: 'lax', secure });
      return res.redirect(303, path);
    }
    if (same(kept(req), key)) next();
    else errorPage(res, 403, t('mailbox:locked'));
  };
};

const kept = (req: Request) =>
  (req.headers.cookie ?? '')
    .split(';')
    .map((one) => one.trim().split('='))
    .find(([name]) => name === cookie)?.[1];

function same(given: unknown, key: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}
