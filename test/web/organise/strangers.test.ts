import { load } from 'cheerio';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { noticeMessage, noticesReply } from '../../../src/services/notices/messages.ts';
import { noticeById } from '../../../src/services/notices/queries.ts';
import { tellStrangers } from '../../../src/services/notices/strangers.ts';
import { grantRole, proveByLink } from '../../../src/services/people/commands.ts';
import { addAttendee, register } from '../../../src/services/registrations/commands.ts';
import { mailedToken } from '../../../src/services/registrations/queries.ts';
import { endUnproved } from '../../../src/services/registrations/unproved.ts';
import { t } from '../../../src/words/words.ts';
import { dinners } from '../../support/dinners.ts';
import {
  asSystem,
  asVisitor,
  mailed,
  makeEvent,
  must,
  noon,
  registered,
  secret,
  signUp,
} from '../../support/factories.ts';
import { type Agent, openSite, type TestSite } from '../../support/site.ts';

let site: TestSite;
let at: ReturnType<typeof dinners>;
let organiser: Agent;
let now = noon;
beforeAll(async () => {
  site = await openSite({ now: () => now });
  at = dinners(site.base);
  organiser = await site.signedIn('olga@example.org');
  must(await grantRole(asSystem(site.base), { email: 'olga@example.org', role: 'organiser', eventId: null }));
});
afterEach(async () => {
  now = noon;
  // Of each test's crowd nobody is left for the next one.
  await at.query(`update registrations set created_at = created_at - interval '30 days', prove_by = null`);
});
afterAll(() => site.close());

let count = 0;
const madeUp = async (event: { slug: string }, many: number) => {
  const results = await Promise.all(
    Array.from({ length: many }, () =>
      register(asVisitor(site.base), {
        event: event.slug,
        name: `Bot ${++count}`,
        email: `bot${count}@flood.example`,
        answers: {},
      }),
    ),
  );
  return results.map(registered);
};
const meetup = (more: object = {}) => makeEvent(site.base, { kind: 'meetup', ...more });

describe('many strangers at once', () => {
  it('are told to each organiser, once, by mail and chat, from twenty within ten minutes on', async () => {
    const event = await meetup();
    const other = await meetup();
    must(
      await grantRole(asSystem(site.base), {
        email: 'eve@example.org',
        role: 'organiser',
        eventId: event.id,
      }),
    );
    must(
      await grantRole(asSystem(site.base), {
        email: 'out@example.org',
        role: 'organiser',
        eventId: other.id,
      }),
    );
    must(
      await grantRole(asSystem(site.base), { email: 'hel@example.org', role: 'helper', eventId: event.id }),
    );
    await madeUp(event, 10);
    now = new Date(noon.getTime() + 9 * 60_000);
    await madeUp(event, 9);
    expect(await tellStrangers(site.base)).toBe(0);
    await madeUp(event, 1);
    await at.queued();
    const told = await Promise.all([tellStrangers(site.base), tellStrangers(site.base)]);
    expect(told.sort()).toEqual([0, 2]);
    expect((await at.queued()).map((row) => row.kind)).toEqual(['mail_notice', 'mail_notice']);
    const found = await at.query(
      `select n.id, p.email from notices n join people p on p.id = n.person_id where n.kind = 'strangers' order by p.email`,
    );
    expect(found.map((row) => row.email)).toEqual(['eve@example.org', 'olga@example.org']);
    const view = (await noticeById(site.base.db, found[0].id))!;
    const message = noticeMessage(t, view, { ...site.base, unsubscribe: '' });
    const href = `http://localhost:3000/organise/events/${event.slug}/strangers`;
    expect(message.parts).toContainEqual({ kind: 'button', text: expect.any(String), href });
    expect(JSON.stringify(message)).toContain('20 have registered, and 20 of them');
    expect(noticesReply(t, [view], site.base.baseUrl).text).toContain(href);
    // It goes on, but they know.
    await madeUp(event, 30);
    expect(await tellStrangers(site.base)).toBe(0);
    expect((await organiser.get(`/organise/events/${event.slug}`)).text).toContain(
      'Many strangers have come at once',
    );
  });

  it('are none where most are known, where organisers add them, or where they come slowly', async () => {
    const [known, added, slow] = [await meetup(), await meetup(), await meetup()];
    const rows = await madeUp(known, 30);
    await at.query(
      'update people set verified_at = now() where id in (select person_id from registrations where id = any($1))',
      [rows.slice(0, 15).map((row) => row.id)],
    );
    for (let n = 0; n < 25; n++)
      must(
        await addAttendee(asSystem(site.base), {
          event: added.slug,
          name: 'A',
          email: `a${n}@example.org`,
          answers: {},
        }),
      );
    await madeUp(slow, 19);
    now = new Date(noon.getTime() + 11 * 60_000);
    await madeUp(slow, 19);
    expect(await tellStrangers(site.base)).toBe(0);
  });

  it('are all asked with one press: the made-up lose what they took, whoever answers keeps it', async () => {
    const event = await meetup({ capacity: '60' });
    const old = must(await signUp(site.base, event, 'before'));
    await at.query(`update registrations set created_at = $2 where id = $1`, [
      old.id,
      new Date(noon.getTime() - 3_600_000),
    ]);
    const crowd = await madeUp(event, 100);
    const real = must(await signUp(site.base, event, 'realone'));
    expect(await tellStrangers(site.base)).toBe(1);
    const path = `/organise/events/${event.slug}/strangers`;
    const $ = load((await organiser.get(path).expect(200)).text);
    expect($('.card strong').text()).toContain('101 have registered, and 101 of them have never proved');
    expect($('input[name=proveHours]').val()).toBe('24');
    await at.queued();
    const bad = await organiser.post(path).type('form').send({ proveHours: 'x' });
    expect([bad.status, load(bad.text)('input[name=proveHours]').val()]).toEqual([422, 'x']);
    expect((await organiser.post(path).type('form').send({ proveHours: '24' })).status).toBe(303);
    const told = await at.told();
    expect(told).toHaveLength(101);
    expect(told).toContain(`${real.id} prove`);
    expect(told).not.toContain(`${old.id} prove`);
    // Again asks nobody a second time, and gives nobody more time.
    expect((await organiser.post(path).type('form').send({ proveHours: '48' })).status).toBe(409);
    // Whoever comes now is asked as well.
    expect((await madeUp(event, 1))[0]!.proveBy).toEqual(new Date('2026-05-02T12:00Z'));
    await at.query(
      `insert into notices (key, kind, person_id, event_id, registration_id, mailed_at)
        select 'x' || id, 'prove', person_id, event_id, id, $2 from registrations where event_id = $1`,
      [event.id, noon],
    );
    const answered = [real, ...crowd.slice(50, 53)];
    for (const row of answered)
      must(await proveByLink(asVisitor(site.base), mailedToken(secret, mailed(row))));
    now = new Date('2026-05-02T12:00Z');
    expect(await endUnproved(site.base)).toBe(98);
    for (const row of [old, ...answered]) expect(await at.stateOf(row)).toBe('confirmed');
    expect(await at.faults(event)).toEqual([]);
  }, 60_000);

  it('of two waves thirteen hours apart are all asked with one press; once they are, a third begins anew', async () => {
    const event = await meetup();
    const since = async () =>
      (await at.query('select strangers_since since from events where id = $1', [event.id]))[0].since;
    const wave = async (hours: number) => {
      now = new Date(noon.getTime() + hours * 3_600_000);
      await madeUp(event, 25);
      expect(await tellStrangers(site.base)).toBe(1);
    };
    await wave(0);
    await wave(13);
    expect(await since()).toEqual(noon);
    const path = `/organise/events/${event.slug}/strangers`;
    const $ = load((await organiser.get(path).expect(200)).text);
    expect($('.card strong').text()).toContain('50 have registered, and 50 of them have never proved');
    expect((await organiser.post(path).type('form').send({ proveHours: '24' })).status).toBe(303);
    const asked = await at.query(
      'select count(*)::int n from registrations where event_id = $1 and prove_by is not null',
      [event.id],
    );
    expect(asked).toEqual([{ n: 50 }]);
    await wave(26);
    expect(await since()).toEqual(now);
  }, 60_000);

  it('begin anew when the first wave is more than a week ago', async () => {
    const event = await meetup({ startsAt: '2026-06-30T18:00', endsAt: '2026-06-30T22:00' });
    for (const days of [0, 8]) {
      now = new Date(noon.getTime() + days * 86_400_000);
      await madeUp(event, 20);
      expect(await tellStrangers(site.base)).toBe(1);
      const found = await at.query('select strangers_since since from events where id = $1', [event.id]);
      expect(found).toEqual([{ since: now }]);
    }
  }, 60_000);

  it('are the business of those who organise the event', async () => {
    const event = await meetup();
    const helper = await site.signedIn('helen@example.org');
    must(
      await grantRole(asSystem(site.base), { email: 'helen@example.org', role: 'helper', eventId: event.id }),
    );
    expect((await helper.get(`/organise/events/${event.slug}/strangers`)).status).toBe(403);
    expect((await helper.post(`/organise/events/${event.slug}/strangers`)).status).toBe(403);
    expect((await organiser.get(`/organise/events/${event.slug}/strangers`)).text).toContain(
      'It has not happened',
    );
    expect((await organiser.post(`/organise/events/${event.slug}/strangers`)).status).toBe(409);
  });
});
