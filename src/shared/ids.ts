import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { unmarked } from './text.ts';

/**
 * A URL token is 16 random bytes that are on file (`key`, a uuid) and 16 bytes of HMAC-SHA-256 that are not, in base64url:
 * a copy of the database opens nothing. A purpose binds it to one use; a higher generation revokes what was handed out.
 */
export function urlToken(secret: string, purpose: string, key: string, generation = 0): string {
  return Buffer.concat([keyBytes(key), mac(secret, purpose, key, generation)]).toString('base64url');
}

/** The key inside a token, to look it up by; undefined when the text is no token of ours. */
export function tokenKey(token: string): string | undefined {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== 32 || bytes.toString('base64url') !== token) return undefined;
  return written(bytes.subarray(0, 16));
}

/** Whether the token is the one made for this purpose, key and generation. Constant time. */
export function tokenFits(
  token: string,
  secret: string,
  purpose: string,
  key: string,
  generation = 0,
): boolean {
  const given = Buffer.from(token);
  const expected = Buffer.from(urlToken(secret, purpose, key, generation));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A code to be read aloud and typed, a letter a byte: capital letters and digits without those that look alike, 5 bits each. */
export const spokenCode = (bytes: Uint8Array = randomBytes(8)): string =>
  Array.from(bytes, (byte) => letters[byte % 32]).join('');

/** Eight letters as they are shown: `ABCD-EFGH`. */
export const shownCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** The code of eight letters that a text is, however it is written; undefined when it can be none. */
export const readCode = (text: string): string | undefined =>
  /^[A-HJ-NP-Z2-9]{8}$/.exec(text.toUpperCase().replace(/[-\s]/g, ''))?.[0];

/** What is kept of a code: HMAC with the site's secret, so that the short space cannot be searched from a dump. */
export const codeHash = (secret: string, code: string): string =>
  createHmac('sha256', secret).update(`code:${code}`).digest('hex');

/** Names a mailbox without saying whose it is: for a job that is to find what was sent there. */
export const mailboxMark = (secret: string, email: string): string =>
  createHmac('sha256', secret).update(`mailbox:${email}`).digest('base64url');

/** A name for a URL: `Café & Crème #2` gives `cafe-creme-2`; empty when nothing is left. */
export function slugify(text: string, max = 60): string {
  return unmarked(text)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, max)
    .replace(/^-+|-+$/g, '');
}

/** The uuid that a name always has (RFC 9562, version 5, among URLs). It is no secret: whoever knows the name knows it. */
export function namedUuid(name: string): string {
  const bytes = createHash('sha1').update(urls).update(name).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return written(bytes);
}

const urls = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/** 128 random bits for a form's nonce. */
export const nonce = (): string => randomBytes(16).toString('base64url');

const written = (uuid: Buffer): string =>
  uuid.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const keyBytes = (key: string) => Buffer.from(key.replaceAll('-', ''), 'hex');

const mac = (secret: string, purpose: string, key: string, generation: number) =>
  createHmac('sha256', secret).update(`${purpose}:${key}:${generation}`).digest().subarray(0, 16);
