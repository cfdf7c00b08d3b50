import fc from 'fast-check';

/** What is one character to a reader and several to a program, or none at all; some that no text may hold. */
const units = [
  ...['🍞', '👩‍👩‍👧‍👦', '🇬🇧', '👍🏽', '1️⃣', 'e\u0301', 'क्षि', '\u1112\u1161\u11ab', '𓀀', '漢', '\u0958'],
  ...[
    'a',
    ' ',
    'שלום',
    '\u202e',
    '\u200d',
    '\ufe0f',
    '\u0301',
    '\n',
    '"',
    '<',
    "'",
    '|',
    ',',
    '\\ud83d',
    '\\u0000',
  ],
  ...['\ud83d', '\ude00', '\0', '\ufffe', '\u0007'],
];

/**
 * A text at a border: of a length that is near to one that is cut or refused, and of characters of several units, so that whichever
 * unit a cut falls on is within one in one of two such texts.
 */
export const anyText = (limits: number[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc
      .tuple(
        fc.constantFrom('🍞', '👩‍👩‍👧‍👦', '🇬🇧', 'e\u0301', '👍🏽'),
        fc.constantFrom(...limits),
        fc.integer({ min: -1, max: 1 }),
        fc.constantFrom('', 'x', 'bread '),
      )
      .map(([unit, limit, off, before]) => {
        const text = before + unit.repeat(Math.max(0, Math.floor((limit - before.length) / unit.length)));
        return text + 'x'.repeat(Math.max(0, limit + off - text.length));
      }),
    fc.array(fc.constantFrom(...units), { minLength: 1, maxLength: 120 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );

/** Whether there is a half of a surrogate pair in it, or what stands for one that was written. */
export const isBroken = (text: string): boolean =>
  /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\ufffd|\0/.test(text);

/** The same seed every time makes the same texts; it is said when a test fails. */
export const seedOf = (): number => Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
