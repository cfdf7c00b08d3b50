// What every text goes through before it is kept, cut, or written as JSON. Lengths are in UTF-16 units everywhere, as the
// `maxlength` of a browser counts them: what a form has let through is neither refused nor cut behind it.

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * The beginning of a text, `end` (an ellipsis) included no longer than `most` UTF-16 units, and never ended within what is one
 * character to a reader (UAX #29). What is short enough comes back as it is.
 */
export function cut(text: string, most: number, end = ''): string {
  if (text.length <= most) return text;
  return `${text.slice(0, wholeUntil(text, most - end.length)).trimEnd()}${end}`;
}

/**
 * The last place up to `at` where a text can be parted between two characters of its reader. One that begins the text and does not
 * fit (a letter under a heap of marks) is parted too, though never within a code point.
 */
export function wholeUntil(text: string, at: number): number {
  if (at >= text.length) return text.length;
  if (isPlain(text.charCodeAt(at - 1)) && isPlain(text.charCodeAt(at))) return at;
  // Looked at from a little further on: a character that goes on beyond that has begun long before as well.
  const end = graphemes.segment(text.slice(0, at + 64)).containing(at)?.index ?? at;
  if (end > 0) return end;
  return isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at)) ? at - 1 : at;
}

/** Below the first combining mark; a line feed may belong to the return before it. */
const isPlain = (unit: number) => unit < 0x300 && unit !== 0x0a;
const isHigh = (unit: number) => (unit & 0xfc00) === 0xd800;
const isLow = (unit: number) => (unit & 0xfc00) === 0xdc00;

/**
 * In the composed form (NFC), so that the same text is the same however a keyboard made it. Left as it is where that would make it
 * longer than its form let through, and where marks are heaped so high that putting them in order takes its time (UAX #15, 13: text
 * has at most 30 in a row).
 */
export function composed(text: string): string {
  if (!/[^\u0000-\u02ff]/.test(text) || /\p{M}{64}/u.test(text)) return text;
  const made = text.normalize('NFC');
  return made.length > text.length ? text : made;
}

/** Letters without their marks, and the plainer form of those that have one (NFKD): as a person who has no key for them writes. */
export const unmarked = (text: string): string =>
  // Marks go before, too: heaps of them would be put in order first, which takes the square of their number.
  text
    .replace(/\p{M}+/gu, '')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '');

/** What UTF-8 and Postgres can hold of a text: no half of a surrogate pair, no NUL. */
export const whole = (text: string): string =>
  text
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replaceAll('\0', '');

/** A value as JSON that Postgres takes as `jsonb`, whatever has been put into it: its texts and names are whole. */
export function jsonOf(value: unknown): string {
  const json = JSON.stringify(value);
  // A half is written as an escape, and so is NUL; what only looks like one is looked at in vain.
  return /\\u(?:d[89a-f]|0000)/.test(json) ? JSON.stringify(wholeIn(JSON.parse(json))) : json;
}

function wholeIn(value: unknown): unknown {
  if (typeof value === 'string') return whole(value);
  if (Array.isArray(value)) return value.map(wholeIn);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [whole(name), wholeIn(one)]));
}
