import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { takeLead } from '../../src/start/lead.ts';
import { freshDatabase } from '../support/database.ts';
import { makeBase } from '../support/factories.ts';
import { quiet } from '../support/logs.ts';

let database: { url: string; drop(): Promise<void> };
let base: ReturnType<typeof makeBase>;
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

const leads: Awaited<ReturnType<typeof takeLead>>[] = [];
afterEach(async () => {
  await Promise.all(leads.splice(0).map((one) => one.stop()));
});

const speaking = new Set<string>();
async function stand(name: string, alone?: boolean) {
  const begin = async () => {
    speaking.add(name);
    return { stop: async () => void speaking.delete(name) };
  };
  const lead = await takeLead({ url: database.url, log: quiet, begin, alone });
  leads.push(lead);
  return lead;
}
const cut = () =>
  base.db.$client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'turnout lead' and datname = current_database()`,
  );

it('one speaks and the other stands by; the other speaks when the first has stopped', async () => {
  const [one, other] = [await stand('one'), await stand('other')];
  expect([one.leads(), other.leads(), [...speaking]]).toEqual([true, false, ['one']]);
  const stopped = Date.now();
  await one.stop();
  await vi.waitFor(() => expect([...speaking]).toEqual(['other']), { timeout: 5_000 });
  expect(Date.now() - stopped).toBeLessThan(3_000);
});

it('whoever loses its session goes on, or has stopped before long: never do both speak for long', async () => {
  await stand('one');
  await stand('other');
  await cut();
  let both = 0;
  for (let look = 0; look < 40; look++) {
    if (speaking.size > 1) both++;
    await sleep(100);
  }
  expect(speaking.size).toBe(1);
  expect(both).toBeLessThan(20);
});

it('stops while it is taking over, and ends what it has begun', async () => {
  const one = await stand('one');
  let begun = () => {};
  const taking = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const begin = async () => {
    begun();
    await sleep(300);
    speaking.add('slow');
    return { stop: async () => void speaking.delete('slow') };
  };
  const slow = await takeLead({ url: database.url, log: quiet, begin });
  await one.stop();
  await taking;
  const asked = Date.now();
  await slow.stop();
  expect(Date.now() - asked).toBeLessThan(3_000);
  expect([...speaking]).toEqual([]);
});

it('a failing start is told, not kept', async () => {
  const begin = () => Promise.reject(new Error('no server'));
  await expect(takeLead({ url: database.url, log: quiet, begin })).rejects.toThrow('no server');
});

it('with the lock off both speak: what is looked at above can fail', async () => {
  await stand('one', false);
  await stand('other', false);
  expect([...speaking].sort()).toEqual(['one', 'other']);
});
