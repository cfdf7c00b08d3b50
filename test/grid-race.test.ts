import { load } from 'cheerio';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeConverse } from '../bot/conversation.ts';
import type { Base } from '../src/context.ts';
import { control } from '../src/services/grid/commands.ts';
import type { Converse } from '../src/shared/chat.ts';
import { attendee, type Camp, hold, keyOfCell, makeCamp } from './support/camp.ts';
import { linked } from './support/camp-world.ts';
import { makeBase, noon } from './support/factories.ts';
import { type Agent, openSite, type TestSite } from './support/site.ts';

// 60 people claim 12 free cells at once, half on the website and half through the bot.

vi.setConfig({ testTimeout: 90_000 });

let site: TestSite;
let chat: Base;
beforeAll(async () => {
  site = await openSite({ now: () => noon });
  chat = makeBase(site.url);
});
afterEach(() => {
  control.locked = true;
  control.pause = undefined;
});
afterAll(async () => {
  await chat.db.$client.end();
  await site.close();
});

const rooms = ['Red', 'Green', 'Blue'];
const times = ['10:00', '10:30', '11:00', '11:30'];
const wanted = rooms.length * times.length;

type Said = { won: boolean; text: string; offered: string[] };
type Claim = (cell: number) => Promise<Said>;

/** A BarCamp with three cells more than anybody asks for first, so that there is always something to offer. */
async function makeRush(people: number) {
  const camp = await makeCamp(site.base, { rooms, from: '10:00', to: '12:30' });
  const converse = makeConverse(chat);
  const claims: Claim[] = [];
  for (let n = 0; n < people; n++) {
    const name = `P${n}${camp.slug}`;
    const number = await hold(await attendee(site.base, camp, name), camp, `Session ${n}`);
    const email = `${name.toLowerCase().replace(/\W+/g, '.')}@example.org`;
    const id = email.split('@')[0]!;
    claims.push(
      n % 2
        ? byBot(converse, await linked(site.base, id), camp, number)
        : byWeb(await site.signedIn(email), camp, number),
    );
  }
  return { camp, claims };
}

const byWeb =
  (agent: Agent, camp: Camp, number: number): Claim =>
  async (cell) => {
    const form = { cell: keyOfCell(camp.cells[cell]!) };
    const page = await agent.post(`/events/${camp.slug}/sessions/${number}/place`).type('form').send(form);
    expect([303, 409]).toContain(page.status);
    const buttons = load(page.text)('.actions button[name=cell]').toArray();
    return {
      won: page.status === 303,
      text: load(page.text)('main').text(),
      offered: buttons.map((one) => one.attribs.value!),
    };
  };

const byBot =
  (converse: Converse, address: string, camp: Camp, number: number): Claim =>
  async (cell) => {
    const where = `${rooms[cell % rooms.length]} ${times[Math.floor(cell / rooms.length)]}`;
    const text = `claim ${camp.slug} ${number} ${where}`;
    const [said] = await converse({ address, key: text, text });
    const lines = said!.choices?.map((one) => one.value) ?? [];
    return {
      won: said!.text.startsWith(`“Session ${number - 1}” is in `),
      text: said!.text,
      offered: lines.filter((one) => one.startsWith(`claim ${camp.slug} ${number} `)),
    };
  };

async function rush(people: number) {
  const { camp, claims } = await makeRush(people);
  const said = await Promise.all(claims.map((claim, n) => claim(n % wanted)));
  const found = await site.base.db.$client.query(
    'select room_id, slot_id, count(*)::int from placements where event_id = $1 group by 1, 2',
    [camp.event.id],
  );
  return { said, claims, counts: found.rows.map((row) => row.count as number) };
}

describe('60 people and 12 cells by two doors', () => {
  /** The negative control: without lock and constraint cells must be given twice, or the test below proves nothing. */
  it('gives a cell to several when the lock and the constraint are off', async () => {
    const { $client } = site.base.db;
    await $client.query('alter table placements drop constraint placements_cell');
    control.locked = false;
    control.pause = () => new Promise((resolve) => setTimeout(resolve, 50));
    const { counts, said } = await rush(24);
    expect(Math.max(...counts)).toBeGreaterThan(1);
    expect(said.filter((one) => one.won).length).toBeGreaterThan(wanted);
    await $client.query('delete from placements');
    await $client.query('alter table placements add constraint placements_cell unique (room_id, slot_id)');
  });

  it('gives each cell to exactly one; the others hear who has it and what is free, and can take that', async () => {
    const { said, claims, counts } = await rush(60);
    expect(counts).toEqual(Array(wanted).fill(1));
    // Of the five who want the same cell one has it, whatever door they came by.
    for (let cell = 0; cell < wanted; cell++)
      expect(said.filter((one, n) => one.won && n % wanted === cell)).toHaveLength(1);
    const lost = said.filter((one) => !one.won);
    expect(lost).toHaveLength(60 - wanted);
    for (const { text, offered } of lost) {
      expect(text).toMatch(/“Session \d+” \(.+\) already has (Red|Green|Blue) at that time\./);
      expect(offered.length).toBeGreaterThan(0);
    }
    expect(new Set(said.flatMap((one, n) => (one.won ? [] : [n % 2]))).size).toBe(2);
    // Whoever lost asks again for what is taken, and is still offered the three that are left.
    const last = said.findLastIndex((one) => !one.won);
    expect((await claims[last]!(0)).offered).toHaveLength(3);
  });
});
