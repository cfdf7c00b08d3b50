import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dialogue, Env, Me, Outcome } from '../../bot/dialogue.ts';
import { book, makeBook } from '../../bot/dialogues/book.ts';
import { fieldSlot } from '../../bot/dialogues/fields.ts';
import { quote, split } from '../../bot/engine/line.ts';
import { nearest } from '../../bot/engine/near.ts';
import type { State, Task, Turn } from '../../bot/engine/state.ts';
import { idle, settle, turn } from '../../bot/engine.ts';
import { clean } from '../../src/shared/form.ts';
import { hasWords, t } from '../../src/words/words.ts';

const nobody: Me = { linked: false, stopped: false };
const env = (more: Partial<Env> = {}): Env => ({ book, t, me: nobody, now: 0, ...more });

describe('a line', () => {
  it('is words, quoted ones whole', () => {
    expect(split(' register  "Ann Lee" “Bob B” „Cat C“ x ')).toEqual([
      'register',
      'Ann Lee',
      'Bob B',
      'Cat C',
      'x',
    ]);
    expect(split('a "open end')).toEqual(['a', 'open end']);
    expect(split('')).toEqual([]);
  });

  it('reads back every word that it has quoted', () => {
    const word = fc.string({ unit: 'grapheme' }).map((text) => clean(text).replaceAll('"', "'"));
    fc.assert(
      fc.property(word, (text) => {
        const one = text.replace(/\s+/g, ' ');
        expect(split(`x ${quote(one)} y`)).toEqual(/^"/.test(one) ? expect.anything() : ['x', one, 'y']);
      }),
    );
  });
});

describe('did you mean', () => {
  it('finds a word with a letter or two wrong, swapped, missing, or only begun', () => {
    const words = ['events', 'register', 'my'];
    expect(nearest('evnets', words)).toEqual(['events']);
    expect(nearest('regster', words)).toEqual(['register']);
    expect(nearest('reg', words)).toEqual(['register']);
    expect(nearest('mx', words)).toEqual(['my']);
    expect(nearest('banana', words)).toEqual([]);
    expect(nearest('x'.repeat(100_000), words)).toEqual([]);
  });
});

/** A pizza: two questions, a confirmation, and a way to say no to it. */
const pizza: Dialogue = {
  name: 'pizza',
  slots: () => [
    fieldSlot({ name: 'size', kind: 'choice', label: 'Size', options: ['small', 'Back'], required: true }),
    fieldSlot({ name: 'note', kind: 'text', label: 'Note' }),
  ],
  confirm: () => ({ head: 'Order:', question: 'Shall I?', what: 'a pizza' }),
};
const shop = makeBook([pizza, book.menu], book.menu, book.other);

/** Sends the texts one after another; gives the last step. */
function talk(texts: string[], over: Partial<Env> = {}): Turn {
  let step: Turn | undefined;
  for (const text of texts) step = turn(env({ book: shop, ...over }), step?.state, text);
  return step!;
}
const said = (step: Turn) => step.replies.map((one) => one.text).join('\n');

describe('a dialogue', () => {
  it('asks slot by slot, and acts once, after a yes', () => {
    expect(said(talk(['pizza']))).toContain('Size');
    expect(talk(['pizza', 'small', 'hot']).task).toBeUndefined();
    expect(talk(['pizza', 'small', 'hot', 'yes']).task).toMatchObject({
      dialogue: 'pizza',
      given: { size: 'small', note: 'hot' },
    });
    expect(talk(['pizza small hot yes']).task).toMatchObject({ given: { size: 'small', note: 'hot' } });
  });

  it('takes an option that has the name of a command for an answer', () => {
    expect(talk(['pizza', 'back']).state.flow?.given).toEqual({ size: 'Back' });
    expect(talk(['pizza', 'small', 'back']).state.flow?.given).toEqual({});
  });

  it('takes quoted text as it is, even a command word', () => {
    expect(talk(['pizza', 'small', '"pizza"']).state.flow?.given).toEqual({ size: 'small', note: 'pizza' });
  });

  it('leaves empty what may be left empty, and nothing else', () => {
    expect(talk(['pizza', 'skip']).state.flow?.given).toEqual({});
    expect(talk(['pizza', 'small', 'skip']).state.flow?.given).toEqual({ size: 'small', note: null });
  });

  it('ends after half an hour, not before, and can be taken up again', () => {
    const step = talk(['pizza', 'small']);
    const at = (now: number, text: string, state: State) => turn(env({ book: shop, now }), state, text);
    expect(at(idle, 'hot', step.state).state.flow?.given).toMatchObject({ note: 'hot' });
    const late = at(idle + 1, 'hot', step.state);
    expect(late.state.flow).toBeUndefined();
    expect(said(late).split('\n')[0]).toContain('resume');
    expect(at(idle + 2, 'resume', late.state).state.flow?.given).toEqual({ size: 'small' });
  });

  it('starts anew on a state of another version, or of a dialogue that is no more', () => {
    const gone = { v: 1, at: 0, taught: [], flow: { dialogue: 'gone', given: {}, rest: [], asked: [] } };
    for (const state of [gone, { v: 0 }, { v: 1, at: 0, taught: [], more: { dialogue: 'gone', given: {} } }])
      expect(said(turn(env({ book: shop }), state as unknown as State, 'menu'))).toContain('1 - ');
    expect(
      said(turn(env(), { v: 1, at: 0, taught: [], more: { dialogue: 'gone', given: {} } }, 'more')),
    ).toBe(t('bot:no_more'));
  });

  it('is JSON between two messages', () => {
    const { state } = talk(['pizza', 'small']);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});

const text = fc.oneof(
  fc.constantFrom(
    ...book.words,
    'more',
    'back',
    'cancel',
    'resume',
    'yes',
    'no',
    '-',
    '?',
    '',
    '1',
    '2',
    '9',
  ),
  fc.constantFrom(
    'change 2',
    'change 3 x',
    'register geek Ann ann@example.org yes',
    'ABCD-EFGH',
    'link abcd2345',
  ),
  fc.constantFrom('constructor', '__proto__', 'toString', 'event __proto__', 'x'.repeat(10_000), '"', '“'),
  fc.string({ unit: 'binary' }).map(clean),
);

const questions = [
  { name: 'constructor', kind: 'text' as const, label: 'Constructor' },
  {
    name: 'diet',
    kind: 'choice' as const,
    label: 'Diet',
    options: ['vegan', '-', 'yes', '2'],
    required: true,
  },
  { name: 'days', kind: 'several' as const, label: 'Days', options: ['Sat', 'Sun'] },
];
const chosen = { slug: 'geek-dinner', name: 'Geek dinner', when: 'soon', waiting: 0, questions };

/** Whatever a check or an act may come to, for the dialogue and the slot that it was asked of. */
const outcomeOf = (task: Task): fc.Arbitrary<Outcome> => {
  const slot = task.slot ?? 'email';
  const items = [{ label: 'Geek dinner', send: 'geek-dinner' }];
  const event = task.dialogue === 'event' ? 'geek-dinner' : { ...chosen, state: 'confirmed' };
  const filled = slot === 'event' ? { event } : { [slot]: 'something', code: true };
  return fc.oneof(
    fc.record({ kind: fc.constant('given' as const), given: fc.constant(filled), used: fc.nat(3) }),
    fc.constant({ kind: 'choose' as const, slot: 'event', text: 'Which?', items, more: 1 }),
    fc.constant({ kind: 'again' as const, slot, text: 'Again.' }),
    fc.constant({ kind: 'return' as const, slot: 'email' }),
    fc.constant({ kind: 'done' as const, said: { text: 'Done.', items, more: { after: 1 } }, teach: true }),
    ...(task.dialogue === 'register'
      ? [
          fc.constant({
            kind: 'first' as const,
            dialogue: 'link',
            given: { offer: 'a@b.example' },
            text: 'First.',
          }),
        ]
      : []),
  );
};

describe('help', () => {
  it('has a sentence for every word, also for the other words for it', () => {
    for (const word of [...book.words, 'join', 'hi', 'week']) {
      const dialogue = book.find(word)!;
      const { replies } = turn(env(), undefined, `help ${word}`);
      expect(replies).toEqual([{ text: t(`bot:help.${dialogue.name === 'help' ? 'all' : dialogue.name}`) }]);
      expect(hasWords(`bot:help.${dialogue.name === 'help' ? 'all' : dialogue.name}`)).toBe(true);
    }
  });
});

describe('whatever is said', () => {
  it('is answered, with numbers that lead somewhere, and never throws', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 25 }), fc.gen(), fc.boolean(), (texts, any, known) => {
        const me = known ? { ...nobody, name: 'Ann', email: 'ann@example.org', personId: 1 } : nobody;
        let state: State | undefined;
        let now = 0;
        for (const one of texts) {
          now += any(fc.constantFrom, 1000, 1000, 1000, idle + 1);
          const here = env({ me, now });
          let step = turn(here, state, one);
          const replies = [...step.replies];
          for (let tasks = 0; step.task && tasks < 6; tasks++) {
            step = settle(here, step.state, step.task, any(outcomeOf, step.task));
            replies.push(...step.replies);
          }
          if (!step.task) expect(replies.length).toBeGreaterThan(0);
          for (const reply of replies) expect(reply.text.trim()).not.toBe('');
          for (const line of step.state.menu ?? []) expect(line).not.toBe('');
          state = JSON.parse(JSON.stringify(step.state));
        }
      }),
      { numRuns: 300 },
    );
  });
});
