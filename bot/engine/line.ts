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

// In any of the languages that the bot speaks, whichever it is speaking.
export const isYes = (text: string): boolean => /^(y|yes|yep|yeah|sure|ok|ja|j|klar|gern)[.!]?$/i.test(text);
export const isNo = (text: string): boolean => /^(n|no|nope|nein|nee)[.!]?$/i.test(text);
export const isSkip = (text: string): boolean => /^(-|–|—|skip)$/i.test(text);

/** The words that every place knows, as people type them in another language that the bot speaks. */
const others = new Map([
  ['mehr', 'more'],
  ['zurück', 'back'],
  ['abbrechen', 'cancel'],
  ['fortsetzen', 'resume'],
  ['hilfe', 'help'],
]);

/** A typed word as the bot knows its words: small, without the sign that some put before a command. */
export function wordOf(typed: string): string {
  const word = typed.toLowerCase().replace(/^[/!]/, '');
  return others.get(word) ?? word;
}
