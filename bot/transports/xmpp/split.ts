import { wholeUntil } from '../../../src/shared/text.ts';

/** About as much as a client shows at once. */
const most = 2_000;

/** A long text in parts that end at a paragraph, else at a line, else at a word, and never within what is one character to a reader. */
export function split(text: string, size = most): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > size) {
    const end = cut(rest, size);
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).replace(/^\s*\n|^ +/, '');
  }
  return rest === '' ? parts : [...parts, rest];
}

function cut(text: string, size: number): number {
  const window = text.slice(0, size + 1);
  const places = [window.lastIndexOf('\n\n'), window.lastIndexOf('\n'), window.lastIndexOf(' ')];
  // A place near the beginning would make a heap of small parts.
  const place = places.find((one) => one > size / 3);
  return place ?? wholeUntil(text, size);
}
