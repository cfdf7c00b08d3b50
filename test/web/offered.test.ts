import { load } from 'cheerio';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeConverse } from '../../bot/conversation.ts';
import type { Event } from '../../src/services/events/queries.ts';
import { grantRole } from '../../src/services/people/commands.ts';
import { actorOfAddress } from '../../src/services/people/speakers.ts';
import type { Registered } from '../../src/services/registrations/outcome.ts';
import { manageToken, ticketToken } from '../../src/services/registrations/queries.ts';
import { dinners } from '../support/dinners.ts';
import { asSystem, must, secret } from '../support/factories.ts';
import { openSite, type TestSite } from '../support/site.ts';

// Somebody has an offer: every place that shows a registration has words for it.

let site: TestSite;
let at: ReturnType<typeof dinners>;
let event: Event;
let cyd: Registered;
let eve: Registered;
beforeAll(async () => {
  site = await openSite();
  at = dinners(site.base);
  event = await at.asking();
  const { ann, waiting } = await at.full(event, [
    ['Cyd', 2],
    ['Eve', 2],
  ]);
  [cyd, eve] = waiting as [Registered, Registered];
  await at.cancel(ann);
});
afterAll(() => site.close());

const text = async (path: string, agent = site.browser()) =>
  load((await agent.get(path).expect(200)).text)('main')
    .text()
    .replace(/\s+/g, ' ');

it('on the page that the link opens, and on the ticket', async () => {
  const page = await text(`/r/${manageToken(secret, cyd)}`);
  expect(page).toContain('A place is held for you');
  expect(page).toContain('The place that is held for you goes to the next in the line at once.');
  expect(page).not.toContain('Show this at the door');
  expect(await text(`/t/${ticketToken(secret, cyd)}`)).toContain('Not a ticket yet');
  expect(await text(`/r/${manageToken(secret, eve)}`)).toContain('When it is your turn we write to you');
});

it('on their own page and on that of the event', async () => {
  const agent = await site.signedIn('cyd@example.org');
  expect(await text('/me', agent)).toContain('A place is held for you');
  expect(await text(`/events/${event.slug}`, agent)).toContain('A place is held for you.');
  expect(await text(`/events/${event.slug}`)).toContain('4 of 4');
});

it('in the list of attendees, with what an organiser can do, and in the export', async () => {
  must(await grantRole(asSystem(site.base), { email: 'olga@example.org', role: 'organiser', eventId: null }));
  const olga = await site.signedIn('olga@example.org');
  const list = `/organise/events/${event.slug}/attendees`;
  const rows = load((await olga.get(`${list}?state=offered`).expect(200)).text)('.attendee-table tbody tr');
  expect(rows).toHaveLength(1);
  expect(rows.text()).toContain('has an offer');
  expect(rows.html()).toMatch(/give-place.*to-waiting/s);
  const csv = (await olga.get(`${list}.csv`).expect(200)).text;
  expect(csv).toMatch(/Cyd,cyd@example.org,has an offer/);
});

it('in the chat', async () => {
  const uri = 'xmpp:cyd@chat';
  await actorOfAddress(site.base.db, uri);
  await at.query(
    `update addresses set linked_at = now(), person_id = (select person_id from registrations where id = $2) where uri = $1`,
    [uri, cyd.id],
  );
  const converse = makeConverse(site.base);
  const say = async (line: string, key: string) =>
    (await converse({ address: uri, key, text: line })).map((one) => one.text).join('\n');
  expect(await say('my', 'a')).toContain('a place is held for you');
  expect(await say(`unregister ${event.slug}`, 'b')).toContain('All of you, or one?');
  expect(await say('1', 'c')).toContain('The place that is held for you');
});
