import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSlots } from '../../../src/services/grid/commands.ts';
import { grantRole } from '../../../src/services/people/commands.ts';
import { attendee, hold, makeCamp } from '../../support/camp.ts';
import { asSystem, must } from '../../support/factories.ts';
import { pdfPages } from '../../support/pdf.ts';
import { openSite, type TestSite } from '../../support/site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const sheets = (camp: { slug: string }) => `/organise/events/${camp.slug}/doors.pdf`;

it('door sheets are a page a day and room, for helpers too', async () => {
  const camp = await makeCamp(site.base, { days: ['2026-05-30', '2026-05-31'] });
  const ann = await attendee(site.base, camp);
  await hold(ann, camp, 'Feeds are not dead', 0);
  await hold(ann, camp, '日本語', 1);
  must(
    await addSlots(asSystem(site.base), camp.slug, {
      title: 'Lunch',
      startsAt: '2026-05-30T12:00',
      endsAt: '2026-05-30T13:00',
    }),
  );
  must(
    await grantRole(asSystem(site.base), { email: 'h@example.org', role: 'helper', eventId: camp.event.id }),
  );
  const agent = await site.signedIn('h@example.org');
  const answer = await agent.get(sheets(camp)).buffer(true).expect(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition': `inline; filename="${camp.slug}-doors.pdf"`,
    'cache-control': 'no-store',
  });
  const pages = pdfPages(answer.body as Buffer).map((lines) => lines.join(' '));
  expect(pages.map((page) => /^\S+ \S+ \d+ \S+ \d+/.exec(page)![0])).toEqual([
    'Red Saturday 30 May 2026',
    'Blue Saturday 30 May 2026',
    'Red Sunday 31 May 2026',
    'Blue Sunday 31 May 2026',
  ]);
  expect(pages[0]).toContain('10:00–10:30 Feeds are not dead Ann · Session 1 10:30–11:00 Free');
  expect(pages[0]).toContain('12:00–13:00 Lunch');
  expect(pages[1]).toContain('Session 2 (scan the code for its title) Ann · Session 2');
  expect(pages[2]).toContain(`${site.base.baseUrl}/events/${camp.slug}/schedule`);
  expect(pages[2]).not.toContain('Feeds');
});

it('there are none without rooms and times, and none for an attendee', async () => {
  const camp = await makeCamp(site.base, { rooms: [] });
  must(
    await grantRole(asSystem(site.base), {
      email: 'o@example.org',
      role: 'organiser',
      eventId: camp.event.id,
    }),
  );
  const none = await (await site.signedIn('o@example.org')).get(sheets(camp));
  expect(none.status).toBe(404);
  expect(none.text).toContain('There are no rooms and times yet');
  await attendee(site.base, camp, 'Bob');
  expect((await (await site.signedIn('bob@example.org')).get(sheets(camp))).status).toBe(403);
});
