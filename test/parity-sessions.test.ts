import { load } from 'cheerio';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeConverse } from '../bot/conversation.ts';
import type { Ctx } from '../src/context.ts';
import { addSlots, openGrid, placeSession } from '../src/services/grid/commands.ts';
import { slotsOf } from '../src/services/grid/queries.ts';
import { propose, setStar, withdrawSession } from '../src/services/sessions/commands.ts';
import type { Refusal, Result } from '../src/shared/result.ts';
import { refusalText } from '../src/words/sentences.ts';
import { t } from '../src/words/words.ts';
import { attendee, type Camp, hold, keyOfCell, makeCamp } from './support/camp.ts';
import { linked, onWeb } from './support/camp-world.ts';
import { asSystem, asVisitor, must, noon, signUp } from './support/factories.ts';
import { type Agent, openSite, type TestSite } from './support/site.ts';

// The same refusal, in the same sentence, from the command, the website and the bot; and nothing is written.

let site: TestSite;
const agents: Record<string, Agent> = {};
beforeAll(async () => {
  site = await openSite({ now: () => noon });
  const first = await makeCamp(site.base);
  for (const name of ['Ann', 'Bob', 'Cat']) {
    if (name === 'Cat') await signUp(site.base, await makeDinner(), name);
    else await attendee(site.base, first, name);
    await linked(site.base, name);
    agents[name] = await site.signedIn(`${name.toLowerCase()}@example.org`);
  }
});
afterAll(() => site.close());

const makeDinner = async () => (await makeCamp(site.base, { event: { kind: 'dinner' } })).event;

type Scene = { camp: Camp; lunch: Camp['cells'][number]; ann: Ctx; knitting: number; bread: number };

/** A BarCamp of Ann and Bob: her “Knitting” is in Red at 10:00, her “Bread” nowhere, “Tea” withdrawn; lunch is at 12:00. */
async function makeScene(): Promise<Scene & { maps: number; tea: number }> {
  const camp = await makeCamp(site.base);
  const times = { startsAt: '2026-05-30T12:00', endsAt: '2026-05-30T13:00', title: 'Lunch' };
  must(await addSlots(asSystem(site.base), camp.slug, times));
  const slot = (await slotsOf(site.base.db, camp.event.id)).at(-1)!;
  const [ann, bob] = [await attendee(site.base, camp, 'Ann'), await attendee(site.base, camp, 'Bob')];
  const knitting = await hold(ann, camp, 'Knitting', 0);
  const bread = await hold(ann, camp, 'Bread');
  const maps = await hold(bob, camp, 'Maps');
  const tea = await hold(ann, camp, 'Tea');
  must(await withdrawSession(ann, camp.slug, tea));
  return { camp, lunch: { roomId: camp.cells[0]!.roomId, slotId: slot.id }, ann, knitting, bread, maps, tea };
}

type Full = Awaited<ReturnType<typeof makeScene>>;
type Case = {
  what: string;
  code: string;
  who?: string;
  before?: (scene: Full) => Promise<unknown>;
  command: (ctx: Ctx, scene: Full) => Promise<Result<unknown>>;
  /** Below `/events/SLUG/sessions/`, and the form. */
  web: (scene: Full) => [string, Record<string, string>];
  /** What is typed; SLUG is the event's. */
  lines: (scene: Full) => string[];
};

const place =
  (number: number, cell: Camp['cells'][number]) =>
  (ctx: Ctx, { camp }: Full) =>
    placeSession(ctx, { event: camp.slug, session: number, ...cell });

const cases: Case[] = [
  {
    what: 'a cell that somebody has',
    code: 'cell_taken',
    who: 'Bob',
    command: (ctx, scene) => place(scene.maps, scene.camp.cells[0]!)(ctx, scene),
    web: ({ maps, camp }) => [`${maps}/place`, { cell: keyOfCell(camp.cells[0]!) }],
    lines: ({ maps }) => [`claim SLUG ${maps} 10:00 Red`],
  },
  {
    what: 'a time for all',
    code: 'cell_common',
    command: (ctx, scene) => place(scene.bread, scene.lunch)(ctx, scene),
    web: ({ bread, lunch }) => [`${bread}/place`, { cell: keyOfCell(lunch) }],
    lines: ({ bread }) => [`claim SLUG ${bread} Red 12:00`],
  },
  {
    what: 'a locked grid',
    code: 'grid_closed',
    before: async ({ camp }) => must(await openGrid(asSystem(site.base), camp.slug, false)),
    command: (ctx, scene) => place(scene.bread, scene.camp.cells[1]!)(ctx, scene),
    web: ({ bread, camp }) => [`${bread}/place`, { cell: keyOfCell(camp.cells[1]!) }],
    lines: ({ bread }) => [`claim SLUG ${bread} 10:00 Blue`],
  },
  {
    what: "somebody else's session on the grid",
    code: 'not_host',
    command: (ctx, scene) => place(scene.maps, scene.camp.cells[1]!)(ctx, scene),
    web: ({ maps, camp }) => [`${maps}/place`, { cell: keyOfCell(camp.cells[1]!) }],
    lines: ({ maps }) => [`claim SLUG ${maps} 10:00 Blue`],
  },
  {
    what: "somebody else's session to withdraw",
    code: 'not_host',
    command: (ctx, { camp, maps }) => withdrawSession(ctx, camp.slug, maps),
    web: ({ maps }) => [`${maps}/withdraw`, {}],
    lines: ({ maps }) => [`withdraw SLUG ${maps} yes`],
  },
  {
    what: 'a number that no session has, on the grid',
    code: 'session_unknown',
    command: (ctx, scene) => place(77, scene.camp.cells[1]!)(ctx, scene),
    web: ({ camp }) => ['77/place', { cell: keyOfCell(camp.cells[1]!) }],
    lines: () => ['claim SLUG 77 10:00 Blue'],
  },
  {
    what: 'a number that no session has, starred',
    code: 'session_unknown',
    command: (ctx, { camp }) => setStar(ctx, camp.slug, 77, true),
    web: () => ['77/star', { star: 'on' }],
    lines: () => ['star SLUG 77'],
  },
  {
    what: 'a session that was withdrawn',
    code: 'session_withdrawn',
    command: (ctx, scene) => place(scene.tea, scene.camp.cells[1]!)(ctx, scene),
    web: ({ tea, camp }) => [`${tea}/place`, { cell: keyOfCell(camp.cells[1]!) }],
    lines: ({ tea }) => [`claim SLUG ${tea} 10:00 Blue`],
  },
  {
    what: 'a proposal by somebody who is not registered',
    code: 'not_attending',
    who: 'Cat',
    command: (ctx, { camp }) => propose(ctx, { event: camp.slug, answers: { title: 'Cats' } }),
    web: () => ['new', { title: 'Cats' }],
    lines: () => ['propose SLUG Cats'],
  },
  {
    what: 'no title',
    code: 'invalid',
    command: (ctx, { camp }) => propose(ctx, { event: camp.slug, answers: { title: '' } }),
    web: () => ['new', { title: '' }],
    lines: () => ['propose SLUG', '-'],
  },
  {
    what: 'a title that is too long',
    code: 'invalid',
    command: (ctx, { camp }) => propose(ctx, { event: camp.slug, answers: { title: 'x'.repeat(400) } }),
    web: () => ['new', { title: 'x'.repeat(400) }],
    lines: () => [`propose SLUG ${'x'.repeat(400)}`],
  },
];

const kept = async () =>
  (
    await site.base.db.$client.query(`select
      (select json_agg(p order by p.session_id) from placements p) placements,
      (select json_agg(s order by s.id) from sessions s) sessions,
      (select count(*)::int from stars) stars, (select count(*)::int from grid_changes) changes`)
  ).rows[0];

const refusalOf = (result: Result<unknown>): Refusal => {
  if (result.ok) throw new Error('was not refused');
  return result.refusal;
};

async function byWeb(agent: Agent, slug: string, [below, form]: [string, Record<string, string>]) {
  const page = await agent.post(`/events/${slug}/sessions/${below}`).type('form').send(form);
  expect([403, 404, 409, 410, 422]).toContain(page.status);
  return load(page.text)('main').text().replace(/\s+/g, ' ');
}

let sent = 0;
async function byBot(address: string, slug: string, lines: string[]): Promise<string> {
  const converse = makeConverse(site.base);
  let said = '';
  for (const line of lines) {
    const replies = await converse({ address, key: `p${sent++}`, text: line.replace('SLUG', slug) });
    said = replies.map((one) => one.text).join('\n');
  }
  await converse({ address, key: `p${sent++}`, text: 'cancel' });
  return said.replace(/\s+/g, ' ');
}

it.each(cases)('$what: $code', async ({ who = 'Ann', before, command, web, lines, code }) => {
  const scene = await makeScene();
  await before?.(scene);
  const there = await kept();
  const refusal = refusalOf(await command(await onWeb(site.base, who), scene));
  expect(refusal.code).toBe(code);
  const sentence = refusalText(t, refusal);
  expect(await byWeb(agents[who]!, scene.camp.slug, web(scene))).toContain(sentence);
  expect(await byBot(`test:${who.toLowerCase()}`, scene.camp.slug, lines(scene))).toContain(sentence);
  expect(await kept()).toEqual(there);
});

it('who is not signed in is told so on the website; the bot asks who they are, and goes on from there', async () => {
  const { camp } = await makeScene();
  const there = await kept();
  const given = { event: camp.slug, answers: { title: 'Cats' } };
  const refusal = refusalOf(await propose(asVisitor(site.base), given));
  expect(refusal.code).toBe('not_signed_in');
  expect(await byWeb(site.browser(), camp.slug, ['new', { title: 'Cats' }])).toContain(
    refusalText(t, refusal),
  );
  for (const line of ['propose SLUG Cats', 'claim SLUG 1', 'star SLUG 1', 'withdraw SLUG 1 yes'])
    expect(await byBot(`test:nobody${sent}`, camp.slug, [line])).toBe(t('bot:link.why'));
  expect(await kept()).toEqual(there);
});
