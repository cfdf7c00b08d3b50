import { createHmac, timingSafeEqual } from 'node:crypto';
import sanitize from 'sanitize-html';
import { longestMessage } from '../../../src/shared/chat.ts';
import { cut } from '../../../src/shared/text.ts';

/** A message as a gateway in the Imified style posts it. */
export type Call = {
  userkey: string;
  /** In lower case. */
  network: string;
  user: string;
  public: boolean;
  text: string;
  /** Which step of a dialogue the gateway takes this for, from 1; absent: it does not say. */
  step?: number;
};

/** Why a call is not taken: a key of the catalogue, and the status of the answer. */
export type Refused = { refused: string; status: number };

export const networks = ['jabber', 'gtalk', 'aim', 'msn', 'yahoo', 'twitter', 'sms', 'web'];

/** The variables of a call. What was said is `msg`; without one the value of the step, or the last there is. */
export function readCall(body: Record<string, unknown>): Call | Refused {
  const field = (name: string) => (typeof body[name] === 'string' ? body[name].trim() : '');
  const userkey = field('userkey');
  if (!userkey || userkey.length > 50 || /\s/.test(userkey)) return { refused: 'userkey', status: 400 };
  const network = field('network').toLowerCase();
  if (!networks.includes(network)) return { refused: 'network', status: 400 };
  const step = /^\d{1,6}$/.test(field('step')) ? Number(field('step')) : undefined;
  return {
    ...{ userkey, network, step },
    user: cut(field('user'), 200),
    public: field('channel').toLowerCase() === 'public',
    text: textOf(field('msg') || field(`value${step}`) || lastValue(body)),
  };
}

/** What has more markup than any client makes of a message is too long as it is. */
const textOf = (html: string): string => (html.length > longestMessage * 4 ? html : plain(html));

function lastValue(body: Record<string, unknown>): string {
  const numbers = Object.keys(body).flatMap((name) => /^value(\d{1,4})$/.exec(name)?.[1] ?? []);
  const value = body[`value${Math.max(0, ...numbers.map(Number))}`];
  return typeof value === 'string' ? value : '';
}

/** What somebody typed of what their client made of it: `<font face="Arial">my&nbsp;list</font>` is `my list`. */
export function plain(html: string): string {
  const lines = html.replace(/<br\s*\/?>/gi, '\n');
  const text = sanitize(lines, { allowedTags: [], allowedAttributes: {} });
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\u00a0/g, ' ');
}

/** Whether two secrets are the same, in a time that says nothing of how nearly. */
export function same(given: string, expected: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** How old a signature may be, either way. Seconds. */
const skew = 300;

/** Whether `sha256=<hex>` is HMAC-SHA-256 over the timestamp (seconds since 1970), a dot and the body as it came; not an old one. */
export function signed(
  secret: string,
  { timestamp, signature, body }: { timestamp: string; signature: string; body: Buffer },
  now: Date,
): boolean {
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > skew) return false;
  const mac = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  return same(signature.toLowerCase(), `sha256=${mac}`);
}
