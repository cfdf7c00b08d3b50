import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeConverse } from '../../bot/conversation.ts';
import type { Base } from '../../src/context.ts';
import type { Reply } from '../../src/shared/chat.ts';
import { makeCampWorld } from '../support/camp-world.ts';
import { freshDatabase } from '../support/database.ts';
import { makeBase } from '../support/factories.ts';
import { makeWorld } from '../support/world.ts';

// A message about sessions that is delivered again does nothing twice, also when its answer was lost.

vi.setConfig({ testTimeout: 60_000 });

let base: Base;
let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  await makeWorld(base);
  await makeCampWorld(base);
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

const send = async (text: string, key: string, by = base): Promise<string> =>
  said(await makeConverse(by)({ address: 'test:ann', key, text }));
const said = (replies: Reply[]) => replies.map((one) => one.text).join('\n');

/** A base whose process dies as soon as it wants to keep an answer: what was done before is done. */
function dying(): Base {
  const pool = Object.create(base.db.$client);
  pool.query = (query: { name?: string }, ...rest: unknown[]) => {
    if (String(query?.name).startsWith('conversation-') && query.name !== 'conversation-load')
      return Promise.reject(new Error('the process is gone'));
    return (base.db.$client.query as (...args: unknown[]) => unknown).call(base.db.$client, query, ...rest);
  };
  return {
    ...base,
    db: Object.assign(Object.create(base.db), { $client: pool, $pipelined: base.db.$pipelined }),
  };
}

const rows = async () =>
  (
    await base.db.$client.query(`select
      (select json_agg(s order by s.id) from (select id, title, version, stars, withdrawn_at from sessions) s) sessions,
      (select json_agg(p order by p.session_id) from placements p) placements,
      (select count(*)::int from stars) stars, (select count(*)::int from grid_changes) changes`)
  ).rows[0];

const lines: [string, string][] = [
  ['propose Glue', 'Session 8 is proposed: “Glue”.'],
  ['claim 2 sat 11:00 Red', '“Bread at home” is in Red, Sat 30 May, 11:00–11:30 (London).'],
  ['move 2 sat 11:30 Red', '“Bread at home” is in Red, Sat 30 May, 11:30–12:00 (London).'],
  ['swap 2 1', '“Bread at home” is in Red, Sat 30 May, 10:00–10:30 (London).'],
  ['star 5 6', 'Starred:\n#5 Radio for beginners\n#6 Kites'],
  ['unstar 6', 'No longer starred:\n#6 Kites'],
  ['off 2', '“Bread at home” is off the grid. It is still proposed.'],
  ['withdraw 1 yes', '“How to knit a compiler” is withdrawn.'],
  ['restore 1', '“How to knit a compiler” is proposed again.'],
];

describe('a message that is delivered again', () => {
  it.each(lines)('%s, after a crash before its answer was kept', async (line, answer) => {
    await expect(send(line, `crash ${line}`, dying())).rejects.toThrow('gone');
    const there = await rows();
    const first = await send(line, `crash ${line}`);
    expect(first).toContain(answer);
    expect(await send(line, `crash ${line}`)).toBe(first);
    expect(await rows()).toEqual(there);
  });

  it('swap, with its answer kept: changes places once', async () => {
    await send('claim 1 sat 13:00 Red', 'a');
    await send('claim 2 sat 13:00 Blue', 'b');
    const first = await send('swap 1 2', 'swap');
    const there = await rows();
    expect(first).toContain('“How to knit a compiler” is in Blue');
    expect(await send('swap 1 2', 'swap')).toBe(first);
    expect(await rows()).toEqual(there);
  });
});
