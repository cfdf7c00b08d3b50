import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGrid, placeSession } from '../../src/services/grid/commands.ts';
import { setStar, withdrawSession } from '../../src/services/sessions/commands.ts';
import { attendee, type Camp, hold, keyOfCell, makeCamp } from '../support/camp.ts';
import { asSystem, must, noon } from '../support/factories.ts';
import { countQueries } from '../support/queries.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
let now = noon;
beforeAll(async () => {
  site = await openSite({ now: () => now });
});
afterAll(() => site.close());

const page = async (agent: Agent, path: string) => {
  const answer = await agent.get(path);
  return { status: answer.status, $: load(answer.text) };
};
const words = (text: string) => text.replace(/\s+/g, ' ').trim();
const cellOf = ($: ReturnType<typeof load>, camp: Camp, n: number) =>
  $(`[data-cell="${keyOfCell(camp.cells[n]!)}"]`);
const put = (agent: Agent, camp: Camp, number: number, cell: string) =>
  agent.post(`/events/${camp.slug}/sessions/${number}/place`).type('form').send({ cell });

describe('the grid', () => {
  it('shows rooms by times, who is where, and what is free', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    await hold(ann, camp, 'On <b>queues</b>', 1, { tags: 'Bots' });
    const { status, $ } = await page(site.browser(), `/events/${camp.slug}/schedule`);
    expect(status).toBe(200);
    expect(
      $('thead th')
        .toArray()
        .map((th) => words($(th).text())),
    ).toEqual(['London', 'Red20 people', 'Blue20 people']);
    expect(
      $('tbody time')
        .toArray()
        .map((time) => $(time).text()),
    ).toEqual(['10:00', '10:30', '11:00', '11:30']);
    expect(words(cellOf($, camp, 1).text())).toBe('Blue 1Talk On <b>queues</b> Ann');
    expect(words(cellOf($, camp, 0).find('a').text())).toBe('FreeRed: put a session here (Red, 10:00)');
    expect($('[data-own]').attr('data-own')).toBe('');
  });

  it('knows whose eyes it is for: own and starred sessions, their tray, the filter', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    const bob = await attendee(site.base, camp, 'Bob');
    const own = await hold(ann, camp, 'Mine', 0);
    const waiting = await hold(ann, camp, 'Mine too');
    const starred = await hold(bob, camp, 'His', 1, { tags: 'web' });
    await hold(bob, camp, 'His other', 2);
    must(await setStar(ann, camp.slug, starred, true));
    const agent = await site.signedIn('ann@example.org');
    const { $ } = await page(agent, `/events/${camp.slug}/schedule?mine=1`);
    expect($('[data-own]').attr('data-own')).toBe(`${own} ${waiting}`);
    expect($('[data-starred]').attr('data-starred')).toBe(String(starred));
    expect(cellOf($, camp, 0).attr('class')).toContain('cell-own');
    expect(cellOf($, camp, 1).find('.slip-star').attr('aria-pressed')).toBe('true');
    expect(cellOf($, camp, 1).attr('class')).not.toContain('cell-out');
    expect(cellOf($, camp, 2).attr('class')).toContain('cell-out');
    expect(
      $('.own-row')
        .toArray()
        .map((row) => words($(row).text())),
    ).toEqual([`${waiting} Mine tooNot on the grid yet Choose a place`, `${own} MineRed, 10:00 Move`]);
    const tagged = await page(agent, `/events/${camp.slug}/schedule?tag=web`);
    expect(cellOf(tagged.$, camp, 0).attr('class')).toContain('cell-out');
    expect(cellOf(tagged.$, camp, 1).attr('class')).not.toContain('cell-out');
  });

  it('shows a day at a time: the one asked for, else the first that is not over', async () => {
    const camp = await makeCamp(site.base, { days: ['2026-05-30', '2026-05-31'] });
    const path = `/events/${camp.slug}/schedule`;
    const heading = async (query: string) =>
      (await page(site.browser(), path + query)).$('.schedule-day').text();
    expect(await heading('')).toBe('Saturday 30 May 2026');
    expect(await heading('?day=2026-05-31')).toBe('Sunday 31 May 2026');
    expect(await heading('?day=1999-01-01')).toBe('Saturday 30 May 2026');
    now = new Date('2026-05-31T07:00:00Z');
    site.site.kept.forget();
    expect(await heading('')).toBe('Sunday 31 May 2026');
    const { $ } = await page(site.browser(), path);
    expect(
      $('.tabs a')
        .toArray()
        .map((a) => $(a).attr('href')),
    ).toEqual([`${path}?day=2026-05-30`, `${path}?day=2026-05-31`]);
    now = noon;
  });

  it('marks what is on and what is next', async () => {
    const camp = await makeCamp(site.base);
    const marked = async () => {
      site.site.kept.forget();
      const { $ } = await page(site.browser(), `/events/${camp.slug}/schedule`);
      return $('tbody tr')
        .toArray()
        .map((row) => $(row).find('.now-mark:not([hidden]), .next-mark:not([hidden])').text());
    };
    expect(await marked()).toEqual(['next', '', '', '']);
    now = new Date('2026-05-30T09:40:00Z');
    expect(await marked()).toEqual(['', 'now', 'next', '']);
    now = new Date('2026-05-30T10:40:00Z');
    expect(await marked()).toEqual(['', '', '', 'now']);
    now = noon;
  });

  it('says that it is empty, that it is locked, that it is over; and is not there for what is no event', async () => {
    const camp = await makeCamp(site.base, { rooms: [], event: { endsAt: '2026-05-30T18:00' } });
    const path = `/events/${camp.slug}/schedule`;
    expect((await page(site.browser(), path)).$('.empty').text()).toContain('still empty');
    must(await openGrid(asSystem(site.base), camp.slug, false));
    expect((await page(site.browser(), `${path}?day=`)).$('.notice').text()).toContain('locked');
    now = new Date('2026-06-01T00:00:00Z');
    expect((await page(site.browser(), `${path}?day=x`)).$('.notice').text()).toContain('This is how it was');
    now = noon;
    expect((await page(site.browser(), '/events/nowhere/schedule')).status).toBe(404);
  });

  it('takes anything after the question mark', async () => {
    const camp = await makeCamp(site.base);
    for (const query of [
      '?day=2026-99-99',
      '?tag[]=x',
      '?mine=a&mine=b',
      '?placed=999999999999',
      '?from=x&placed=1',
      '?screen=%00',
    ])
      expect((await site.browser().get(`/events/${camp.slug}/schedule${query}`)).status).toBeLessThan(500);
  });
});

describe('choosing a place', () => {
  it('offers what is free with what is unwise about it, puts the session there, and undoes it', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    await hold(ann, camp, 'First', 0);
    const number = await hold(ann, camp, 'Second');
    const agent = await site.signedIn('ann@example.org');
    const path = `/events/${camp.slug}/schedule`;
    const { $ } = await page(agent, `${path}?claim=${number}`);
    expect(cellOf($, camp, 0).find('.put').length).toBe(0);
    expect(words(cellOf($, camp, 1).text())).toContain('Ann also holds “First” at that time.');
    expect(cellOf($, camp, 2).find('.put').attr('formaction')).toBe(
      `/events/${camp.slug}/sessions/${number}/place`,
    );

    const answer = await put(agent, camp, number, keyOfCell(camp.cells[1]!)).expect(303);
    expect(answer.headers.location).toBe(`${path}?placed=${number}`);
    const after = await page(agent, answer.headers.location!);
    expect(words(after.$('.notice-ok').text())).toContain('“Second” is in Blue, 10:00.');
    expect(words(after.$('.notice-ok').text())).toContain('Ann also holds “First”');
    expect(after.$('.notice-ok form').attr('action')).toBe(`/events/${camp.slug}/sessions/${number}/unplace`);

    const moved = await put(agent, camp, number, keyOfCell(camp.cells[2]!)).expect(303);
    const back = await page(agent, moved.headers.location!);
    expect(back.$('.notice-ok form input').attr('value')).toBe(keyOfCell(camp.cells[1]!));

    await agent.post(`/events/${camp.slug}/sessions/${number}/unplace`).expect(303);
    expect((await page(agent, path)).$('[data-number]').length).toBe(1);
  });

  it('tells the loser who has it and what is free, nearest first', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    const bob = await attendee(site.base, camp, 'Bob');
    await hold(bob, camp, 'His', 0);
    const number = await hold(ann, camp, 'Mine');
    const agent = await site.signedIn('ann@example.org');
    const answer = await put(agent, camp, number, keyOfCell(camp.cells[0]!));
    expect(answer.status).toBe(409);
    const $ = load(answer.text);
    expect(words($('#errors').text())).toContain('“His” (Bob) already has Red at that time.');
    expect(
      $('#errors button')
        .toArray()
        .map((one) => [$(one).text(), $(one).attr('value')]),
    ).toEqual([
      ['Blue, 10:00', keyOfCell(camp.cells[1]!)],
      ['Red, 10:30', keyOfCell(camp.cells[2]!)],
      ['Blue, 10:30', keyOfCell(camp.cells[3]!)],
      ['Red, 11:00', keyOfCell(camp.cells[4]!)],
      ['Blue, 11:00', keyOfCell(camp.cells[5]!)],
    ]);
    expect((await put(agent, camp, number, 'nonsense')).status).toBe(404);
  });

  it('swaps two of one’s own', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    const [a, b] = [await hold(ann, camp, 'A', 0), await hold(ann, camp, 'B', 1)];
    const agent = await site.signedIn('ann@example.org');
    const { $ } = await page(agent, `/events/${camp.slug}/schedule?claim=${a}`);
    expect(cellOf($, camp, 1).find('.put').attr('value')).toBe(String(b));
    await agent.post(`/events/${camp.slug}/sessions/${a}/swap`).type('form').send({ with: b }).expect(303);
    const after = await page(agent, `/events/${camp.slug}/schedule`);
    expect(cellOf(after.$, camp, 0).attr('data-number')).toBe(String(b));
    const nobody = await agent
      .post(`/events/${camp.slug}/sessions/${a}/swap`)
      .type('form')
      .send({ with: 'x' });
    expect(nobody.status).toBe(404);
  });

  it('is for those who hold the session, and while the grid is open', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    await attendee(site.base, camp, 'Bob');
    const number = await hold(ann, camp, 'Hers');
    const bob = await site.signedIn('bob@example.org');
    const path = `/events/${camp.slug}/schedule?claim=${number}`;
    expect((await page(bob, path)).status).toBe(403);
    expect((await page(bob, `/events/${camp.slug}/schedule?claim=77`)).status).toBe(404);
    expect((await page(site.browser(), path)).$('main').text()).toContain('sign in');
    expect((await put(bob, camp, number, keyOfCell(camp.cells[0]!))).status).toBe(403);
    expect((await put(site.browser(), camp, number, keyOfCell(camp.cells[0]!))).status).toBe(403);
    must(await openGrid(asSystem(site.base), camp.slug, false));
    const agent = await site.signedIn('ann@example.org');
    const locked = await put(agent, camp, number, keyOfCell(camp.cells[0]!));
    expect(locked.status).toBe(409);
    expect(locked.text).toContain('is locked just now');
  });
});

describe('a cell', () => {
  it('is free for one’s sessions, or shows who has it', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    const number = await hold(ann, camp, 'Mine');
    const agent = await site.signedIn('ann@example.org');
    const path = `/events/${camp.slug}/schedule/cell/${keyOfCell(camp.cells[0]!)}`;
    const free = await page(agent, path);
    expect(free.$('form[action$="/place"]').attr('action')).toBe(
      `/events/${camp.slug}/sessions/${number}/place`,
    );
    expect((await page(site.browser(), path)).$('main .actions a').attr('href')).toContain('/sign-in?next=');
    must(await placeSession(ann, { event: camp.slug, session: number, ...camp.cells[0]! }));
    expect(words((await page(agent, path)).$('main').text())).toContain('This place is taken: MineAnn');
    expect((await page(agent, `/events/${camp.slug}/schedule/cell/1-99999`)).status).toBe(404);
  });
});

describe('a session that is proposed for a free cell', () => {
  it('is there at once; when somebody was quicker another cell is chosen, and nothing is lost', async () => {
    const camp = await makeCamp(site.base);
    await attendee(site.base, camp);
    const agent = await site.signedIn('ann@example.org');
    const key = keyOfCell(camp.cells[0]!);
    const cell = await page(agent, `/events/${camp.slug}/schedule/cell/${key}`);
    const path = cell.$('main .actions a').attr('href')!;
    const form = await page(agent, path);
    expect(form.$('[name=cell]').attr('value')).toBe(key);
    const post = (title: string) =>
      agent.post(`/events/${camp.slug}/sessions/new`).type('form').send({ title, cell: key });
    expect((await post('')).text).toContain(`name="cell" value="${key}"`);
    expect((await post('Quick')).headers.location).toBe(`/events/${camp.slug}/schedule?placed=1`);
    const slow = await post('Slow');
    expect(slow.headers.location).toBe(`/events/${camp.slug}/schedule?claim=2&said=cell_gone`);
    const choose = await page(agent, slow.headers.location!);
    expect(words(choose.$('main').text())).toContain('Somebody else was quicker');
    expect(cellOf(choose.$, camp, 0).text()).toContain('Quick');
  });
});

describe('what changed', () => {
  it('is told in order, since a change, and page by page', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    const number = await hold(ann, camp, 'Mine', 0);
    must(await placeSession(ann, { event: camp.slug, session: number, ...camp.cells[3]! }));
    must(await withdrawSession(ann, camp.slug, number));
    const path = `/events/${camp.slug}/schedule/changes`;
    const said = ($: ReturnType<typeof load>) =>
      $('.changes li')
        .toArray()
        .map((li) => words($(li).text()));
    const { $ } = await page(site.browser(), path);
    expect(said($)).toEqual([
      '13:00MineWithdrawn; it was in Blue, Sat 30 May, 10:30',
      '13:00MineMoved from Red, Sat 30 May, 10:00 to Blue, Sat 30 May, 10:30',
      '13:00MineNew on the grid: Red, Sat 30 May, 10:00',
    ]);
    const schedule = await page(site.browser(), `/events/${camp.slug}/schedule`);
    const last = Number(schedule.$('[data-change]').attr('data-change'));
    expect(said((await page(site.browser(), `${path}?after=${last - 1}`)).$)).toHaveLength(1);
    expect((await page(site.browser(), `${path}?after=${last}`)).$('.empty').text()).toContain('as it was');
    expect(said((await page(site.browser(), `${path}?before=${last}`)).$)).toHaveLength(2);
  });
});

describe('the wall', () => {
  it('shows what is on and what is next, and goes on by itself without a script', async () => {
    const camp = await makeCamp(site.base);
    const ann = await attendee(site.base, camp);
    await hold(ann, camp, 'First', 0);
    await hold(ann, camp, 'Second', 3);
    now = new Date('2026-05-30T09:10:00Z');
    const { $ } = await page(site.browser(), `/events/${camp.slug}/schedule?screen`);
    const scenes = $('.scene')
      .toArray()
      .map((one) => words($(one).text()));
    expect(scenes).toEqual(['Now until 10:30 RedFirstAnn', 'Next 10:30, in 20 minutes BlueSecondAnn']);
    expect($('.scene[hidden]').length).toBe(1);
    expect($('noscript').html()).toContain('?screen=next');
    expect($('.masthead').length).toBe(0);
    now = noon;
  });
});

describe('the number of queries', () => {
  it('is the same for 1 and 30 sessions, for a visitor, a host, and one who chooses', async () => {
    const rooms = Array.from({ length: 8 }, (_, n) => `Room ${n}`);
    const counts = await Promise.all(
      [1, 30].map(async (sessions) => {
        const camp = await makeCamp(site.base, { rooms });
        const name = `Host ${camp.event.id}`;
        const ann = await attendee(site.base, camp, name);
        for (let n = 0; n < sessions; n++) await hold(ann, camp, `Session ${n}`, n);
        const agent = await site.signedIn(`host.${camp.event.id}@example.org`);
        return { camp, agent };
      }),
    );
    const count = (path: (camp: Camp) => string, as?: 'host') =>
      Promise.all(counts.map(({ camp, agent }) => ({ camp, agent }))).then(async (camps) => {
        const numbers = [];
        for (const { camp, agent } of camps) {
          site.site.kept.forget();
          const one = as ? agent : site.browser();
          numbers.push(await countQueries(site.base.db, () => one.get(path(camp)).expect(200)));
        }
        return numbers;
      });
    const same = ([one, thirty]: number[], most: number) => {
      expect(thirty).toBe(one);
      expect(one).toBeLessThanOrEqual(most);
    };
    same(await count((camp) => `/events/${camp.slug}/schedule`), 5);
    same(await count((camp) => `/events/${camp.slug}/schedule`, 'host'), 7);
    same(await count((camp) => `/events/${camp.slug}/schedule?claim=1`, 'host'), 8);
    same(await count((camp) => `/events/${camp.slug}/schedule?screen`), 4);
    same(await count((camp) => `/events/${camp.slug}/schedule/changes`), 2);
    same(await count((camp) => `/events/${camp.slug}/schedule/cell/${keyOfCell(camp.cells[0]!)}`, 'host'), 6);
  });
});
