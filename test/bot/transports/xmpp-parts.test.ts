import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeTurns } from '../../../bot/transports/xmpp/conversations.ts';
import { choicesForm } from '../../../bot/transports/xmpp/forms.ts';
import { readMessage } from '../../../bot/transports/xmpp/incoming.ts';
import { bare, domainOf, isPersonal, whoWeAre } from '../../../bot/transports/xmpp/jid.ts';
import { perMinute } from '../../../bot/transports/xmpp/limits.ts';
import { usual } from '../../../bot/transports/xmpp/pace.ts';
import { split } from '../../../bot/transports/xmpp/split.ts';
import { el, legal, ns } from '../../../bot/transports/xmpp/stanza.ts';
import { understand, waitFor } from '../../../bot/transports/xmpp/trouble.ts';
import { isLoopback } from '../../../src/shared/this-computer.ts';

/** No half of a surrogate pair in it. */
const isWhole = (text: string) => Buffer.from(text).toString() === text;
const graphemes = (text: string) => [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);

describe('a long text in parts', () => {
  test('ends at paragraphs, else at lines, else at words', () => {
    expect(split('one two\n\nthree four\nfive', 16)).toEqual(['one two', 'three four\nfive']);
    expect(split('one two\nthree four five', 16)).toEqual(['one two', 'three four five']);
    expect(split('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(split('short')).toEqual(['short']);
    expect(split(' \n ')).toEqual([]);
  });

  test('loses nothing but space, and cuts through no character that a reader sees', () => {
    const piece = fc.constantFrom('👩‍👩‍👧‍👦', '🇳🇴', 'é', 'ab', ' ', '\n', '\n\n', '漢', 'שלום', '🎟️');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), fc.integer({ min: 20, max: 60 }), (pieces, size) => {
        const text = pieces.join('');
        const parts = split(text, size);
        expect(parts.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(size);
        const whole = new Set(graphemes(text));
        for (const part of parts) for (const one of graphemes(part)) expect(whole).toContain(one);
      }),
    );
  });

  test('comes to an end with what has no place to cut', () => {
    const zalgo = `e${'\u0301'.repeat(5_000)}`;
    expect(split(zalgo).join('')).toBe(zalgo);
    const pairs = split(`x${'😀'.repeat(3_000)}`);
    expect(pairs.every(isWhole)).toBe(true);
  });
});

test('what stands above a form is one line a fixed field: a client that shows one value shows all (XEP-0004, 3.2)', () => {
  const form = choicesForm('Register', 'The summary\n1 - Ann\n\n2 - vegan', 'Next', []);
  expect(form.getChildren('instructions').map((one) => one.getText())).toEqual(['The summary']);
  const fixed = form.getChildren('field').filter(({ attrs }) => attrs.type === 'fixed');
  expect(fixed.map((one) => one.getChildren('value').map((value) => value.getText()))).toEqual([
    ['1 - Ann'],
    ['2 - vegan'],
  ]);
});

test('a stanza goes out with what XML allows, whatever was put into it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 0xffff })),
      fc.integer({ min: 0xd800, max: 0xdfff }),
      (units, half) => {
        const text = String.fromCharCode(...units);
        const wild = `${text}${String.fromCharCode(half)}\u0000${text}`;
        const stanza = legal(el('message', { id: wild }, el('body', {}, wild)));
        const body = stanza.getChild('body')?.getText() ?? '';
        for (const out of [body, stanza.attrs.id ?? '']) {
          expect(isWhole(out)).toBe(true);
          expect(out).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
        }
      },
    ),
  );
});

test('waiting gets longer up to a minute, in steps drawn by lot, and much longer where that would not help', () => {
  const waits = [1, 2, 3, 4, 50].map((failures) =>
    [0, 1].map((lot) => waitFor({ kind: 'passing' }, failures, usual, lot)),
  );
  expect(waits).toEqual([
    [500, 1_000],
    [1_000, 2_000],
    [2_000, 4_000],
    [4_000, 8_000],
    [30_000, 60_000],
  ]);
  for (const kind of ['conflict', 'credentials', 'insecure'] as const)
    expect(waitFor({ kind }, 1, usual, 0)).toBeGreaterThanOrEqual(150_000);
  expect(waitFor({ kind: 'conflict', soon: true }, 1, usual, 0)).toBe(500);
});

test('a server on its way up or down is not taken for one that knows us not', () => {
  const us = whoWeAre({ mode: 'client', service: 'xmpp://localhost', jid: 'bot@localhost', password: 'x' });
  const said = (condition: string) =>
    understand({ name: 'SASLError', condition, message: condition }, us).kind;
  expect(said('not-authorized')).toBe('credentials');
  expect(said('account-disabled')).toBe('credentials');
  expect(said('temporary-auth-failure')).toBe('passing');
  expect(said('aborted')).toBe('passing');
  expect(said('malformed-request')).toBe('passing');
});

test('only this machine is spoken to without encryption', () => {
  for (const host of ['127.0.0.1', '127.8.9.1', '::1', '[::1]', '::ffff:127.0.0.1', 'localhost'])
    expect(isLoopback(host)).toBe(true);
  for (const host of ['10.0.0.1', '127.0.0.1.example.org', 'localhost.example.org', '1127.0.0.1', '::2', ''])
    expect(isLoopback(host)).toBe(false);
});

test('addresses are taken apart at the right places', () => {
  expect(bare('Ann@Example.org/Phone')).toBe('ann@example.org');
  expect(domainOf('ann@example.org/evil@bank.example')).toBe('example.org');
  expect(['a@b', 'a@b/c', 'b', 'b/c', 'b/a@c', '@b', 'a@'].map(isPersonal)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('a minute’s worth is answered, one more is warned, the rest is silence, and then it begins anew', () => {
  let now = 0;
  const limit = perMinute(2, () => now);
  const three = ['answer', 'answer', 'warn', 'silence'];
  expect(three.map(() => limit('ann'))).toEqual(three);
  expect(limit('bob')).toBe('answer');
  now = 60_000;
  expect(limit('ann')).toBe('answer');
  for (let n = 0; n < 30_000; n++) limit(`made-up ${n}`);
  expect(['answer', 'warn']).toContain(limit('carol'));
});

describe('what a message says', () => {
  const us = whoWeAre({ mode: 'client', service: '', jid: 'Turnout@localhost', password: '' });
  const read = (body: string, ...more: ReturnType<typeof el>[]) =>
    readMessage(
      el('message', { from: 'ann@localhost/x', type: 'chat', id: '1' }, el('body', {}, body), ...more),
      us,
    );
  const fallback = (feature: string, ...bodies: ReturnType<typeof el>[]) =>
    el('fallback', { xmlns: ns.fallback, for: feature }, ...bodies);

  test('is without what was only put there for older clients', () => {
    expect(read('> a\nyes', fallback(ns.reply, el('body', { start: '0', end: '4' })))?.text).toBe('yes');
    expect(read('👍', fallback('urn:xmpp:reactions:0', el('body')))).toBeUndefined();
    expect(read('I took back a message', fallback('urn:xmpp:message-retract:1'))).toBeUndefined();
    expect(read('subject only', fallback('urn:x', el('subject')))?.text).toBe('subject only');
  });

  test('is named by our server alone where that numbers it, and by the sender together with the words', () => {
    const stamped = (by: string, id: string) => el('stanza-id', { xmlns: ns.sid, by, id });
    expect(read('a', stamped('turnout@localhost', '7'))?.key).toMatch(/^archive:/);
    expect(read('a', stamped('ann@localhost', '7'))?.key).toMatch(/^id:/);
    expect(read('a')?.key).toBe(read('a')?.key);
    expect(read('a')?.key).not.toBe(read('b')?.key);
  });
});

test('turns are taken in order, a few at once, and none is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 2 })), { maxLength: 30 }),
      fc.integer({ min: 1, max: 3 }),
      async (jobs, atOnce) => {
        const counts: number[] = [];
        const turns = takeTurns(atOnce, (waiting) => counts.push(waiting));
        const done: [string, number][] = [];
        const running = new Set<string>();
        jobs.forEach(([name, steps], index) => {
          turns.add(name, async () => {
            expect(running.has(name)).toBe(false);
            running.add(name);
            expect(running.size).toBeLessThanOrEqual(atOnce);
            for (let step = 0; step < steps; step++) await null;
            running.delete(name);
            done.push([name, index]);
          });
        });
        await turns.idle();
        for (const name of ['a', 'b', 'c']) {
          const theirs = jobs.flatMap(([of], index) => (of === name ? [index] : []));
          expect(done.flatMap(([of, index]) => (of === name ? [index] : []))).toEqual(theirs);
        }
        expect(counts.at(-1) ?? 0).toBe(0);
      },
    ),
  );
});
