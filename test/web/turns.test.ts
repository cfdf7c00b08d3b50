import { describe, expect, it } from 'vitest';
import { type NoTurn, type Turn, turns } from '../../src/web/turns.ts';

/** Takes turns that end when they are told to; `order` has who got one. */
function taking(most: Partial<Parameters<typeof turns>[0]> = {}) {
  const line = turns({ atWork: 4, each: 2, waitingEach: 100, waiting: 1000, ...most });
  const order: string[] = [];
  const work: { who: string; turn: Turn }[] = [];
  const refused: NoTurn[] = [];
  const left: (() => void)[] = [];
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    order,
    refused,
    /** So many more in the line. */
    async ask(who: string | undefined, count = 1) {
      for (let n = 0; n < count; n++)
        void line
          .take(who, (gone) => left.push(gone))
          .then((turn) => {
            if (typeof turn === 'string') refused.push(turn);
            else if (turn) {
              order.push(who ?? 'somebody');
              work.push({ who: who ?? 'somebody', turn });
            }
          });
      await settled();
    },
    /** The oldest that is at work comes to its end. */
    async end() {
      work.shift()?.turn.end();
      await settled();
    },
    leaveAll() {
      for (const gone of left) gone();
    },
  };
}

describe('turns', () => {
  it('one who asks for fifty has two at work; who comes then is next', async () => {
    const all = taking();
    await all.ask('crowd', 50);
    expect(all.order).toEqual(['crowd', 'crowd']);
    await all.ask('ann');
    await all.ask('ben', 3);
    expect(all.order).toEqual(['crowd', 'crowd', 'ann', 'ben']);
    await all.end();
    // Each has one at work: whoever came first.
    expect(all.order.slice(4)).toEqual(['crowd']);
    await all.end();
    await all.end();
    expect(all.order.slice(5)).toEqual(['crowd', 'ben']);
  });

  it('strangers who cannot be told apart leave a turn, and half of the line, to others', async () => {
    const all = taking({ waiting: 10 });
    await all.ask(undefined, 20);
    expect(all.order).toEqual(Array(3).fill('somebody'));
    expect(all.refused).toEqual(Array(12).fill('process'));
    await all.ask('ann', 3);
    expect(all.order.slice(3)).toEqual(['ann']);
    await all.end();
    expect(all.order.slice(4)).toEqual(['ann']);
  });

  it('a line has an end, for one and for all', async () => {
    const all = taking({ waitingEach: 3, waiting: 5 });
    await all.ask('crowd', 6);
    expect(all.refused).toEqual(['client']);
    await all.ask('ann', 5);
    expect([all.order.length, all.refused]).toEqual([4, ['client', 'process']]);
  });

  it('whoever goes away leaves the line, and a turn that ends twice ends once', async () => {
    const all = taking({ atWork: 1, each: 1 });
    await all.ask('ann', 3);
    all.leaveAll();
    await all.end();
    expect(all.order).toEqual(['ann']);
    await all.ask('ben', 2);
    expect(all.order).toEqual(['ann', 'ben']);
  });
});
