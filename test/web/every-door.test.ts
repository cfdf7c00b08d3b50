import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mostOrganisersText, mostText } from '../../src/web/form-body.ts';
import { anyText, isBroken, seedOf } from '../support/any-text.ts';
import { costOf, longTexts, repeated, runOf, slowness } from '../support/cost.ts';
import { type Answer, botkey, type Doors, form, multipart, openDoors } from '../support/every-door.ts';

// No request keeps the process busy, and no text is a fault of ours: in every field that a form shows or a handler looks for, in every
// query and every path. Routes and forms are those of the app: a new one is in it by itself.

/** Milliseconds of processor time for one request, this test's own part of it included. */
let bound = 250;
const seed = seedOf();
const long = longTexts(20_000);
const odd = fc.sample(anyText([40, 60, 80, 100, 120, 200, 300, 500, 4000]), { seed, numRuns: 2 });
const texts = [...long, '🍞'.repeat(20), `x${'🍞'.repeat(20)}`, ...odd];

let doors: Doors;
beforeAll(async () => {
  bound *= await slowness();
  doors = await openDoors(texts);
}, 180_000);
afterAll(() => doors?.close());

/** What was dearer than it may be, or was answered as a fault of ours. */
const found: string[] = [];
async function tried(what: string, send: () => Promise<Answer>): Promise<Answer> {
  let answer: Answer = { status: 0, text: '', headers: {} };
  const cost = await costOf(async () => {
    answer = await send();
  }, bound);
  if (cost > bound) found.push(`${what}: ${Math.round(cost)} ms`);
  if (answer.status >= 500) found.push(`${what}: ${answer.status}`);
  return answer;
}
const nothingFound = () => expect(found.splice(0), `SEED=${seed}`).toEqual([]);

/** Sends a text in those fields of each form that one types into, with the rest as it stands; and a long one in all of them at once. */
async function everywhere(n: number) {
  const headers = { 'x-text': String(n) };
  for (const [route, { path, values, open, parts }] of doors.posts) {
    // What is dear is tried three times: a few names say enough.
    if (found.length > 5) return;
    const names = Object.keys(values);
    const named = (is: (name: string) => boolean, text: string) =>
      Object.fromEntries(names.map((name) => [name, is(name) ? text : values[name]!]));
    if (parts) {
      // Its fields are read by the handler: they are sent as they are, as long as a part may be, some of them at a time.
      const text = Buffer.from(texts[n]!).subarray(0, 60_000).toString();
      for (let round = 0; round < 6; round++) {
        const some = [...open].filter((_, at) => at % 6 === round);
        await tried(`${route} ${some} text ${n}`, () =>
          doors.ask('POST', path, multipart(named((name) => some.includes(name), text))),
        );
      }
      continue;
    }
    const all = form(named(() => true, 'x'));
    if (n < long.length || open.size === 0)
      await tried(`${route} all, text ${n}`, () => doors.ask('POST', path, { ...all, headers }));
    const typed = form(named((name) => open.has(name), 'x'));
    if (open.size > 0)
      await tried(`${route} typed, text ${n}`, () => doors.ask('POST', path, { ...typed, headers }));
  }
}

it('a long text in any field of any form', { timeout: 240_000 }, async () => {
  expect(doors.posts.length).toBeGreaterThan(60);
  for (const n of long.keys()) await everywhere(n);
  nothingFound();
});

it('a long text in any query and any path', { timeout: 240_000 }, async () => {
  for (const [at, pattern] of doors.gets.entries())
    for (const [n, text] of long.entries()) {
      const headers = { 'x-text': String(n), 'x-in': 'query' };
      await tried(`GET ${pattern} query ${n}`, () => doors.ask('GET', doors.filled(pattern), { headers }));
      // A path is short: one of them each.
      if (!pattern.includes(':') || n !== at % long.length) continue;
      const part = encodeURIComponent(`a${text.replace(/\s+/g, ' ')}`)
        .slice(0, 12_000)
        .replace(/%.?$/, '');
      const path = pattern.replace(/:\w+/, part).replace(/:\w+/g, '1');
      await tried(`GET ${pattern} path ${n}`, () => doors.ask('GET', path));
    }
  nothingFound();
});

it('a body that is larger than a form may be, which is not read', { timeout: 120_000 }, async () => {
  for (const [route, { path, parts }] of doors.posts) {
    // Programs have to say who they are before.
    if (parts || route.startsWith('POST /api/')) continue;
    const size = path.startsWith('/organise/') ? mostOrganisersText : mostText;
    const body = form({ a: runOf(' ', size) });
    const { status } = await tried(`${route} ${size} bytes`, () => doors.ask('POST', path, body));
    expect([route, status]).toEqual([route, 413]);
  }
  nothingFound();
});

it('a chat, whichever way it comes, and when it is shown', { timeout: 120_000 }, async () => {
  const call = { botkey, network: 'web', userkey: 'ann', channel: 'private' };
  for (const unit of repeated) {
    const [line, body] = [runOf(unit, 3_900), runOf(unit, 19_000)];
    await tried(`chat ${unit}`, () => doors.ask('POST', '/chat', form({ text: line })));
    await tried(`chat, 60 kB of ${unit}`, () => doors.ask('POST', '/chat', form({ text: body })));
    await tried(`gateway ${unit}`, () => doors.ask('POST', '/bot/imified', form({ ...call, msg: line })));
    await tried(`gateway, 60 kB of ${unit}`, () =>
      doors.ask('POST', '/bot/imified', form({ ...call, msg: body })),
    );
  }
  // The page shows the last thirty lines, answers among them.
  for (const end of ['(', ').', ')'])
    for (let n = 0; n < 15; n++)
      await doors.ask('POST', '/chat', form({ text: `http://a.example/${end.repeat(3_900 / end.length)}` }));
  const { status } = await tried('the chat with its links', () => doors.ask('GET', '/chat'));
  expect(status).toBe(200);
  nothingFound();
});

it('any text in any form, and every page and file after it', { timeout: 240_000 }, async () => {
  for (let n = long.length; n < texts.length; n++) await everywhere(n);
  for (const path of new Set([...doors.gets.map(doors.filled), ...doors.pages])) {
    const { text } = await tried(`GET ${path}`, () => doors.ask('GET', path));
    if (!/\.(pdf|xlsx|png|woff2?)$/.test(path) && isBroken(text))
      found.push(`GET ${path}: half of a character`);
  }
  nothingFound();
});
