/** A piece of a text: plain, or a link to follow. */
export type Piece = { text: string; href?: string; own?: boolean };

/** Where a web address ends is where nothing can belong to it any more; what closes a sentence or a bracket does not. */
const address = /\bhttps?:\/\/[^\s<>"“”`\u0000-\u001f]+/g;

/** The text in pieces, with its web addresses as links: http and https alone. `own`: it leads to this site. */
export function linkify(text: string, baseUrl: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(address)) {
    const shown = trimmed(found[0]);
    const href = hrefOf(shown);
    if (!href) continue;
    if (found.index > from) pieces.push({ text: text.slice(from, found.index) });
    pieces.push({ text: shown, href, own: `${href}/`.startsWith(`${baseUrl}/`) });
    from = found.index + shown.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

function trimmed(found: string): string {
  let [unopened, end] = [found.split(')').length - found.split('(').length, found.length];
  for (; end > 0; end--) {
    const last = found[end - 1]!;
    if (last === ')' && unopened > 0) unopened--;
    else if (!".,;:!?'’…".includes(last)) break;
  }
  return found.slice(0, end);
}

function hrefOf(text: string): string | undefined {
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url.href : undefined;
  } catch {
    return undefined;
  }
}
