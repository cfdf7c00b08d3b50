import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeConverse } from '../../bot/conversation.ts';
import type { Base } from '../../src/context.ts';
import { setStar } from '../../src/services/sessions/commands.ts';
import { attendee, hold, makeCamp } from '../support/camp.ts';
import { linked } from '../support/camp-world.ts';
import { freshDatabase } from '../support/database.ts';
import { makeBase, must, noon } from '../support/factories.ts';
import { countQueries } from '../support/queries.ts';

// What the bot tells of a grid costs as much for thirty sessions as for one.

vi.setConfig({ testTimeout: 60_000 });

let base: Base;
let now = noon;
let database: { url: string; drop(): Promise<void> };
const costs = new Map<string, number[]>();

const lines = [
  'sessions',
  'sessions newest talk',
  'session 1',
  'session talk',
  'now',
  'next',
  'at 10:00',
  'at saturday',
  'room Red',
  'find talk',
  'mine',
  'schedule',
  'schedule camp-of-many',
  'schedule saturday',
  'event camp-of-many',
];

beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url, () => now);
  const camp = await makeCamp(base, {
    rooms: ['Red', 'Blue', 'Hall'],
    to: '16:00',
    event: { name: 'Camp of many' },
  });
  const ann = await attendee(base, camp, 'Ann');
  const address = await linked(base, 'Ann');
  now = new Date('2026-05-30T09:10:00Z');
  let sent = 0;
  const say = (text: string) => makeConverse(base)({ address, key: `k${sent++}`, text });
  for (const many of [1, 30]) {
    for (let n = many === 1 ? 0 : 1; n < many; n++) {
      const number = await hold(ann, camp, `Talk ${n}`, n, { tags: 'code' });
      must(await setStar(ann, camp.slug, number, true));
    }
    for (const line of lines) {
      const cost = await countQueries(base.db, () => say(line));
      costs.set(line, [...(costs.get(line) ?? []), cost]);
      await say('cancel');
    }
  }
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

it.each(lines)('%s', (line) => {
  const [one, thirty] = costs.get(line)!;
  expect(thirty).toBeLessThanOrEqual(one!);
  expect(thirty).toBeLessThanOrEqual(22);
});
