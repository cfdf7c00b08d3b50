import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { load } from 'cheerio';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Ctx } from '../../src/context.ts';
import { addRoom, placeSession } from '../../src/services/grid/commands.ts';
import { addHost, editSession, setStar } from '../../src/services/sessions/commands.ts';
import { attendee, type Camp, hold, keyOfCell, makeCamp } from '../support/camp.ts';
import { asSystem, must } from '../support/factories.ts';
import { countQueries } from '../support/queries.ts';
import { openSite, type TestSite } from '../support/site.ts';
import { type OpenStream, openStream } from '../support/streams.ts';

type News = {
  revision: string;
  shape: string;
  cells: { key: string; html: string; number: number; text: string }[];
};

let site: TestSite;
let server: Server;
let base: string;
const streams: OpenStream[] = [];
beforeAll(async () => {
  site = await openSite();
  server = site.app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await vi.waitFor(() => expect(site.site.listener.isUp()).toBe(true), 5000);
});
afterEach(() => {
  for (const one of streams.splice(0)) one.close();
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await site.close();
});

async function shown(camp: Camp) {
  const $ = load(await (await fetch(`${base}/events/${camp.slug}/schedule`)).text());
  return {
    revision: $('[data-revision]').attr('data-revision')!,
    shape: $('[data-shape]').attr('data-shape')!,
  };
}

async function follow(camp: Camp, seen: string): Promise<OpenStream> {
  const stream = await openStream(`${base}/events/${camp.slug}/schedule/stream?seen=${seen}`);
  streams.push(stream);
  return stream;
}

/** The server has read the grid for those who look: from here on only changes are told. */
async function isFollowed(camp: Camp) {
  const one = await follow(camp, 'something-older');
  await vi.waitFor(() => expect(one.told).toHaveLength(1), 3000);
}

const move = (ctx: Ctx, camp: Camp, number: number, cell: number) =>
  placeSession(ctx, { event: camp.slug, session: number, ...camp.cells[cell]! });

describe('an open grid', () => {
  it('is told within a second what changed, and nothing else', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    const number = await hold(ann, camp, 'A <i>claim</i>', 0);
    const { revision, shape } = await shown(camp);
    const page = await follow(camp, revision);
    await isFollowed(camp);
    must(await move(ann, camp, number, 1));
    const changed = performance.now();
    await vi.waitFor(() => expect(page.told).toHaveLength(1), 3000);
    const { data, at, event } = page.told[0]!;
    const news = data as News;
    expect(event).toBe('cells');
    expect(at - changed).toBeLessThan(1000);
    expect(news.shape).toBe(shape);
    expect(news.cells.map(({ key, number: held, text }) => ({ key, held, text }))).toEqual([
      { key: keyOfCell(camp.cells[0]!), held: 0, text: 'Red, 10:00' },
      { key: keyOfCell(camp.cells[1]!), held: number, text: 'Blue, 10:00: A <i>claim</i>' },
    ]);
    expect(news.cells[1]!.html).toContain('A &lt;i&gt;claim&lt;/i&gt;');
    // A page that is loaded now is at the same point, and is told nothing that it shows already.
    expect((await shown(camp)).revision).toBe(news.revision);
    const late = await follow(camp, news.revision);
    must(await setStar(ann, camp.slug, number, true));
    must(await move(ann, camp, number, 2));
    await vi.waitFor(() => expect(late.told).toHaveLength(1), 3000);
    expect(page.told).toHaveLength(2);
  });

  it('that is newer than what has been told so far is not taken back', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    const number = await hold(ann, camp, 'A', 0);
    await isFollowed(camp);
    must(await move(ann, camp, number, 1));
    // With more to its address than a kept page has: read now, before the change has been told here.
    const page = await (await fetch(`${base}/events/${camp.slug}/schedule?now`)).text();
    const late = await follow(camp, load(page)('[data-revision]').attr('data-revision')!);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(late.told).toEqual([]);
    must(await move(ann, camp, number, 2));
    await vi.waitFor(() => expect(late.told).toHaveLength(1), 3000);
  });

  it('is told all of it when it shows something older, and that rooms are others now', async () => {
    const camp = await makeCamp(site.base);
    const { shape } = await shown(camp);
    const old = await follow(camp, 'something-older');
    await vi.waitFor(() => expect(old.told).toHaveLength(1), 3000);
    expect((old.told[0]!.data as News).cells).toHaveLength(8);
    must(await addRoom(asSystem(site.base), camp.slug, { name: 'Green' }));
    await vi.waitFor(() => expect(old.told).toHaveLength(2), 3000);
    expect((old.told[1]!.data as News).shape).not.toBe(shape);
  });

  it('costs the same few queries however many look', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    const number = await hold(ann, camp, 'A', 0);
    const count = async (cell: number, pages: OpenStream[], told: number) => {
      // Counted with another process's connection doing the change.
      const queries = await countQueries(site.base.db, async () => {
        must(await move(ann, camp, number, cell));
        await vi.waitFor(() => expect(pages.every((one) => one.told.length === told)).toBe(true), 3000);
      });
      return queries;
    };
    await isFollowed(camp);
    const { revision } = await shown(camp);
    const first = await follow(camp, revision);
    const one = await count(1, [first], 1);
    const more = await Promise.all(
      Array.from({ length: 30 }, async () => follow(camp, (await shown(camp)).revision)),
    );
    const many = await count(2, more, 1);
    expect(many).toBe(one);
  });

  it('is told of a co-host, and of a title; a star wakes nobody', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    await attendee(site.base, camp, 'Bob');
    const number = await hold(ann, camp, 'Old', 0);
    await isFollowed(camp);
    const page = await follow(camp, (await shown(camp)).revision);
    const woken = vi.fn();
    site.site.listener.on('grid_changed', woken);
    must(await setStar(ann, camp.slug, number, true));
    must(await addHost(asSystem(site.base), camp.slug, number, 'bob@example.org'));
    await vi.waitFor(() => expect(page.told).toHaveLength(1), 3000);
    expect(woken).toHaveBeenCalledTimes(1);
    must(await editSession(ann, camp.slug, number, { title: 'New' }));
    await vi.waitFor(() => expect(page.told).toHaveLength(2), 3000);
    expect((page.told[1]!.data as News).cells.map((one) => one.text)).toEqual(['Red, 10:00: New']);
    site.site.listener.off('grid_changed', woken);
  });

  it('is not there for an event that is not', async () => {
    expect((await fetch(`${base}/events/nowhere/schedule/stream`)).status).toBe(404);
  });
});
