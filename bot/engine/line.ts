/** The words of a line: split at spaces, quoted ones (`"Ann Lee"`, typographic quotes too) kept whole. */
export function split(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"?|[“„]([^“”]*)[”“]?|(\S+)/g)].map(
    ([, straight, curly, plain]) => straight ?? curly ?? plain ?? '',
  );
}

/** A word as a line holds it: in quotes where it needs them. */
export const quote = (word: string): string => {
  const one = word.replace(/\s+/g, ' ').replaceAll('"', "'");
  return one === '' || /[\s“„”]/.test(one) ? `"${one}"` : one;
};

/** An answer that is in quotes as a whole, without them. */
export const unquote = (text: string): string => (/^"[^"]*"$/.test(text) ? text.slice(1, -1).trim() : text);

export const isYes = (text: string): boolean => /^(y|yes|yep|yeah|sure|ok)[.!]?$/i.test(text);
export const isNo = (text: string): boolean => /^(n|no|nope)[.!]?$/i.test(text);
export const isSkip = (text: string): boolean => /^(-|–|—|skip)$/i.test(text);
