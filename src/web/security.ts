import type { Request, RequestHandler } from 'express';
import helmet from 'helmet';
import { t } from '../words/words.ts';
import { errorPage } from './http.ts';

/** No inline script or style anywhere, so that the headers are the same for every page, kept ones too. */
export function securityHeaders(secure: boolean): RequestHandler {
  const others = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
    },
    strictTransportSecurity: secure,
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
  });
  return (req, res, next) => {
    res.set('Permissions-Policy', unused);
    others(req, res, next);
  };
}

/** What no page here needs: not the door either, whose codes are read by the phone's own camera. */
const unused = [
  ...[
    'accelerometer',
    'browsing-topics',
    'camera',
    'display-capture',
    'geolocation',
    'gyroscope',
    'hid',
    'magnetometer',
  ],
  ...['microphone', 'midi', 'payment', 'publickey-credentials-get', 'serial', 'usb', 'xr-spatial-tracking'],
]
  .map((feature) => `${feature}=()`)
  .join(', ');

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Cross-site request forgery: a browser says where a request comes from. `Sec-Fetch-Site` must be same-origin or none,
 * else the Origin must be ours, as BASE_URL has it: whoever asks can write what they like into Host. A browser that says neither is
 * refused. Programs bring their own keys on other paths.
 */
export const sameOrigin =
  (baseUrl: string): RequestHandler =>
  (req, res, next) => {
    if (safe.has(req.method) || oneClick(req)) return next();
    const site = req.get('sec-fetch-site');
    if (site === 'same-origin' || site === 'none') return next();
    const origin = req.get('origin');
    if (!site && origin === new URL(baseUrl).origin) return next();
    errorPage(res, 403, t('site:errors.cross_site', { url: baseUrl }));
  };

/** A mail program unsubscribes without a page (RFC 8058): its link is the proof, and cookies play no part. */
const oneClick = (req: Request): boolean =>
  req.method === 'POST' && /^\/unsubscribe\/[\w-]{43}$/.test(req.path);
