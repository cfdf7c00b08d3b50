import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import { upkeep } from '../../../src/jobs/upkeep.ts';
import { limits } from '../../../src/services/limits/limits.ts';
import { giveBack, giveBackAtOnce, spend, spendAtOnce } from '../../../src/services/limits/spending.ts';
import { freshDatabase } from '../../support/database.ts';
import { makeBase, noon } from '../../support/factories.ts';
import { countQueries } from '../../support/queries.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let base: Base;
let now = noon;

beforeAll(async () => {
  database = await freshDatabase();
  base = { ...makeBase(database.url, () => now), limits };
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

const minutes = (count: number) => {
  now = new Date(noon.getTime() + count * 60_000);
};
const form = (subject: string) => ({ limit: 'network_forms', subject }) as const;

/** Asks for so many and takes as many as there are; gives how many that was and, if too few, when there is one again. */
async function taken(subject: string, asked = 1) {
  const purse = await spend(base, base.db, [{ ...form(subject), asked }]);
  let count = 0;
  for (let tries = 0; tries < asked; tries++) {
    const reached = purse.take([form(subject)]);
    if (reached) {
      await giveBack(base, base.db, purse.rest());
      return { count, minutes: (reached.until.getTime() - noon.getTime()) / 60_000 };
    }
    count++;
  }
  return { count };
}

describe('counts that all processes share', () => {
  it('gives out so many in a window, which begins with the first, and then no more until its end', async () => {
    minutes(0);
    expect(await taken('a', 15)).toEqual({ count: 15 });
    minutes(9);
    expect(await taken('a', 15)).toEqual({ count: 5, minutes: 10 });
    expect(await taken('a')).toEqual({ count: 0, minutes: 10 });
    expect(await taken('b')).toEqual({ count: 1 });
    minutes(10);
    expect(await taken('a', 30)).toEqual({ count: 20, minutes: 20 });
  });

  it('gives out so many a day, and what was refused is not counted', async () => {
    for (let window = 0; window < 5; window++) {
      minutes(window * 10);
      expect((await taken('c', 500)).count).toBe(20);
    }
    minutes(50);
    expect(await taken('c')).toEqual({ count: 0, minutes: 24 * 60 });
    minutes(24 * 60);
    expect(await taken('c', 21)).toEqual({ count: 20, minutes: 24 * 60 + 10 });
  });

  it('takes one of each or of none', async () => {
    minutes(0);
    const link = { limit: 'registration_link', subject: '7' } as const;
    const purse = await spend(base, base.db, [
      { ...form('d'), asked: 3 },
      { ...link, asked: 3 },
    ]);
    expect(purse.take([form('d'), link])).toBeUndefined();
    expect(purse.take([form('d'), link])).toMatchObject(link);
    expect(purse.take([form('d')])).toBeUndefined();
    expect(purse.rest()).toEqual([
      { ...form('d'), asked: 1 },
      { ...link, asked: 2 },
    ]);
    expect(() => purse.take([form('of nobody')])).toThrow();
  });

  it('hands out exactly as many to forty that ask at once on connections of their own', async () => {
    minutes(0);
    const both = ['e', 'f'];
    const one = async (index: number) => {
      const client = await base.db.$pipelined.connect();
      try {
        const asked = (index % 2 ? both : [...both].reverse()).map((subject) => ({
          ...form(subject),
          asked: 3,
        }));
        const purse = await spendAtOnce(base, client, asked);
        const got = [1, 2, 3].filter(() => !purse.take(both.map(form))).length;
        await giveBackAtOnce(base, client, purse.rest());
        return got;
      } finally {
        client.release();
      }
    };
    const got = await Promise.all(Array.from({ length: 40 }, (_, index) => one(index)));
    expect(got.reduce((sum, n) => sum + n)).toBe(20);
    expect(await taken('e')).toEqual({ count: 0, minutes: 10 });
  });

  it('is one statement for a hundred counts, and gives back with the transaction that fails', async () => {
    const hundred = Array.from({ length: 100 }, (_, index) => ({ ...form(`many-${index}`), asked: 1 }));
    expect(await countQueries(base.db, () => spend(base, base.db, hundred))).toBe(1);
    const failing = base.db.transaction(async (tx) => {
      await spend(base, tx as never, [{ ...form('g'), asked: 20 }]);
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect((await taken('g', 20)).count).toBe(20);
  });

  it('is not kept shut by a clock that was wrong', async () => {
    minutes(60 * 24 * 365);
    expect((await taken('h', 20)).count).toBe(20);
    minutes(0);
    expect((await taken('h', 20)).count).toBe(20);
    expect((await taken('h')).count).toBe(0);
  });

  it('keeps no address, and nothing after its windows', async () => {
    minutes(0);
    await taken('203.0.113.77');
    const rows = async () => (await base.db.$client.query('select * from limits')).rows;
    expect((await rows()).length).toBeGreaterThan(0);
    expect(JSON.stringify(await rows())).not.toContain('203.0.113');
    minutes(2 * 24 * 60 * 365);
    await taken('later');
    await upkeep(base, { forgetBefore: async () => 0 });
    expect(await rows()).toHaveLength(1);
  });
});
