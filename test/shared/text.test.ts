import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { split, unquote } from '../../bot/engine/line.ts';
import { plain } from '../../bot/transports/imified/reading.ts';
import { split as splitMessage } from '../../bot/transports/xmpp/split.ts';
import { readable } from '../../src/jobs/readable.ts';
import { wishes } from '../../src/services/dinners/near.ts';
import { readMenu } from '../../src/services/events/menu.ts';
import { readQuestions } from '../../src/services/events/questions.ts';
import { readDietsText, readMembers } from '../../src/services/registrations/members.ts';
import { readLinks, readSession } from '../../src/services/sessions/input.ts';
import { clean, parseEmail, readAnswer } from '../../src/shared/form.ts';
import { slugify } from '../../src/shared/ids.ts';
import { oneLine } from '../../src/shared/message.ts';
import { composed, cut, jsonOf, whole, wholeUntil } from '../../src/shared/text.ts';
import { linkify } from '../../src/web/view/linkify.ts';
import { markdownHtml } from '../../src/web/view/markdown.ts';
import { pieces } from '../../src/web/view/session-archive.ts';
import { anyText, isBroken, seedOf } from '../support/any-text.ts';
import { costOf, repeated, runOf } from '../support/cost.ts';

const seed = seedOf();
const options = { seed, numRuns: 300 };
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Where a text can be parted between two characters of its reader. */
const bordersOf = (text: string) => [...[...graphemes.segment(text)].map(({ index }) => index), text.length];

describe('a cut', () => {
  it('falls between two characters of a reader, and is no longer than asked', () => {
    fc.assert(
      fc.property(anyText([10, 40, 80]), fc.integer({ min: 1, max: 90 }), (text, most) => {
        const read = clean(text);
        const made = cut(read, most);
        expect(made.length).toBeLessThanOrEqual(most);
        expect(read.startsWith(made)).toBe(true);
        expect(isBroken(made) && !isBroken(read)).toBe(false);
        const border = bordersOf(read).findLast((one) => one <= most)!;
        if (border > 0) expect(wholeUntil(read, most)).toBe(border);
      }),
      options,
    );
  });

  it('keeps what fits, and says with an ellipsis what did not', () => {
    expect(cut('bread 🍞', 8)).toBe('bread 🍞');
    expect(cut('bread 🍞', 7)).toBe('bread');
    expect(cut('bread 🍞🍞', 9, '…')).toBe('bread 🍞…');
    expect(cut('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 12)).toBe('👩‍👩‍👧‍👦');
    expect(cut('🇬🇧🇩🇪', 6)).toBe('🇬🇧');
    expect(cut('e\u0301e\u0301', 3)).toBe('e\u0301');
    // A letter under a heap of marks, longer than all that may be: parted, though not within a code point.
    expect(cut(`e${'\u0301'.repeat(50)}`, 10)).toHaveLength(10);
    expect(isBroken(cut('👩‍👩‍👧‍👦', 4))).toBe(false);
  });
});

describe('a text', () => {
  it('is never longer than what the browser let through, and the same when it is read once more', () => {
    fc.assert(
      fc.property(anyText([10, 200]), (text) => {
        const read = clean(text);
        expect(read.length).toBeLessThanOrEqual(text.length);
        expect(clean(read)).toBe(read);
        expect(isBroken(read)).toBe(text.includes('\ufffd'));
      }),
      options,
    );
  });

  it('is composed, unless that would make it longer or take long', () => {
    expect(composed('Zoe\u0308')).toBe('Zo\u00eb');
    expect(composed('\u0958')).toBe('\u0958');
    expect(composed('\u1112\u1161\u11ab')).toBe('한');
  });

  it('of 200 units is taken by a field of 200, and one of 201 is refused', () => {
    const field = { name: 'a', kind: 'text', label: 'A' } as const;
    for (const text of ['🍞'.repeat(100), '\u0958'.repeat(200), 'e\u0301'.repeat(100)]) {
      expect(readAnswer(field, text)).toEqual({ value: clean(text) });
      expect(readAnswer(field, `x${text}y`)).toMatchObject(
        clean(text).length > 198 ? { code: 'too_long' } : { value: expect.anything() },
      );
    }
  });

  it('as JSON is one that Postgres takes: halves and NULs are out of values and names, all else is the same', () => {
    expect(jsonOf({ 'a\0': ['\ud83d', { b: 'x\udf5e' }], c: null, d: 1 })).toBe(
      '{"a":["\ufffd",{"b":"x\ufffd"}],"c":null,"d":1}',
    );
    expect(jsonOf({ a: '\\ud83d \\u0000 🍞' })).toBe(JSON.stringify({ a: '\\ud83d \\u0000 🍞' }));
    fc.assert(
      fc.property(fc.dictionary(anyText([5]), anyText([20])), (value) => {
        expect(isBroken(jsonOf(value).replaceAll('\\\\', '').replaceAll('\ufffd', ''))).toBe(false);
        expect(/(?<!\\)(\\\\)*\\u(d[89a-f]|0000)/.test(jsonOf(value))).toBe(false);
        const isWhole = Object.entries(value)
          .flat()
          .every((one) => whole(one) === one);
        if (isWhole) expect(jsonOf(value)).toBe(JSON.stringify(value));
      }),
      options,
    );
  });
});

/** Whatever reads what somebody typed, by itself: of the longest text that may come to it. */
const readers: Record<string, [length: number, read: (text: string) => unknown]> = {
  clean: [300_000, clean],
  'an answer of several': [
    60_000,
    (text) => readAnswer({ name: 'a', kind: 'several', label: 'A', options: ['p', 'q'] }, text),
  ],
  'an answer of several, in the length that is read': [
    3_900,
    (text) => readAnswer({ name: 'a', kind: 'several', label: 'A', options: ['p', 'q'] }, text),
  ],
  'an answer of one': [
    60_000,
    (text) => readAnswer({ name: 'a', kind: 'choice', label: 'A', options: ['p', 'q'] }, text),
  ],
  'a number': [60_000, (text) => readAnswer({ name: 'a', kind: 'number', label: 'A' }, text)],
  'an e-mail': [60_000, parseEmail],
  'a menu': [300_000, readMenu],
  'a menu, in the length that is read': [7_900, (text) => readMenu(`Main:\n${text}`)],
  questions: [300_000, (text) => readQuestions([{ label: text, help: text, options: text, kind: 'choice' }])],
  members: [60_000, (text) => readMembers([{ name: text, dietOther: text, diets: text }], [])],
  diets: [4_000, (text) => readDietsText(text, (diet) => diet)],
  wishes: [60_000, (text) => wishes([{ id: 1, names: [text], near: text }])],
  'a session': [60_000, (text) => readSession({ title: text, tags: text, features: text, language: text })],
  links: [60_000, (text) => readLinks([{ url: text, title: text }])],
  'a slug': [60_000, slugify],
  'an error': [300_000, readable],
  'one line': [60_000, oneLine],
  'links in a chat': [60_000, (text) => linkify(`http://a.example/${text}`, 'http://b.example')],
  'a line of the bot': [60_000, (text) => split(text).map(unquote)],
  'a long message': [60_000, (text) => splitMessage(text)],
  'a gateway’s markup': [16_000, plain],
  'a snippet': [4_000, pieces],
  'an abstract in Markdown': [4_000, markdownHtml],
  'a description in Markdown': [20_000, markdownHtml],
};

describe('the processor time of', () => {
  for (const [name, [length, read]] of Object.entries(readers))
    it(`${name} does not run away with its length`, { timeout: 60_000 }, async () => {
      const bound = 250;
      const slow: [string, number][] = [];
      for (const unit of repeated) {
        const cost = await costOf(() => read(runOf(unit, length)), bound);
        if (cost > bound) slow.push([unit, Math.round(cost)]);
      }
      expect(slow).toEqual([]);
    });
});
