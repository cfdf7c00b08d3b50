import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkIn } from '../../../src/services/arrivals/commands.ts';
import { doorList, findAttendees } from '../../../src/services/arrivals/queries.ts';
import { grantRole } from '../../../src/services/people/commands.ts';
import { revokeLink } from '../../../src/services/registrations/commands.ts';
import { registrationById, ticketToken } from '../../../src/services/registrations/queries.ts';
import { by, dinners } from '../../support/dinners.ts';
import { asSystem, asVisitor, code, must, secret, signUp } from '../../support/factories.ts';
import { countQueries } from '../../support/queries.ts';
import { type Agent, openSite, type TestSite } from '../../support/site.ts';

let site: TestSite;
let organiser: Agent;
let at: ReturnType<typeof dinners>;
beforeAll(async () => {
  site = await openSite();
  at = dinners(site.base);
  must(await grantRole(asSystem(site.base), { email: 'org@example.org', role: 'organiser', eventId: null }));
  organiser = await site.signedIn('org@example.org');
});
afterAll(() => site.close());

async function dinner() {
  const event = await at.dinner({ kind: 'dinner', capacity: '3', line: 'offer' });
  const ann = must(await signUp(site.base, event, 'Ann', { members: [{}, { name: 'Zoë' }, {}] }));
  const bob = must(await signUp(site.base, event, 'Bob'));
  must(
    await grantRole(asSystem(site.base), { email: 'help@example.org', role: 'helper', eventId: event.id }),
  );
  return { event, ann, bob, url: `/organise/events/${event.slug}` };
}

describe('the door', () => {
  it('lets people in by a press, one or all, and takes it back; helpers too, and by the code of a ticket', async () => {
    const { event, ann, bob, url } = await dinner();
    const helper = await site.signedIn('help@example.org');
    const post = (fields: object) => helper.post(`${url}/check-in`).type('form').send(fields);
    const lead = async (query = '') => {
      const $ = load((await helper.get(`${url}/check-in${query}`).expect(200)).text);
      return [$('.lead').text(), $('.door-list li').length];
    };
    expect(await lead()).toEqual(['0 of 3 have come', 1]);
    await post({ registration: ann.id, position: '1', do: 'in' }).expect(303);
    await post({ registration: ann.id, position: '1', do: 'in' }).expect(303);
    expect(await lead('?q=zo')).toEqual(['1 of 3 have come', 1]);
    await post({ registration: ann.id, position: 'all' }).expect(303);
    expect(await lead()).toEqual(['3 of 3 have come', 1]);
    await post({ registration: ann.id, position: '0', do: 'undo' }).expect(303);
    expect(await lead()).toEqual(['2 of 3 have come', 1]);
    expect(await lead('?q=nobody')).toEqual(['2 of 3 have come', 0]);
    const ticket = `/t/${ticketToken(secret, ann)}`;
    expect(await lead(`?q=${encodeURIComponent(`http://localhost${ticket}`)}`)).toEqual([
      '2 of 3 have come',
      1,
    ]);
    const shown = load((await helper.get(ticket)).text);
    expect(shown('form[action$="/check-in"]').length).toBe(1);
    expect(shown('.ticket-state').text()).toContain('A valid ticket: 2 of 3 are in, the first since 13:00');
    await post({ registration: ann.id, position: '0' }).expect(303);
    expect(load((await helper.get(ticket)).text)('.ticket-state').text()).toContain('Used: let in at 13:00');
    const twice = await post({ registration: ann.id, position: 'all', q: '' });
    expect(twice.headers.location).toContain('said=check_in_before');
    expect(load((await site.browser().get(ticket)).text)('form').length).toBe(0);
    const waits = await post({ registration: bob.id, position: '0', do: 'in' });
    expect([waits.status, load(waits.text)('#errors').text().includes('Bob has no place')]).toEqual([
      409,
      true,
    ]);
    for (const odd of [{ registration: 'x', position: '0' }, { registration: ann.id, position: '7' }, {}])
      await post(odd).expect(404);
    expect(
      code(await checkIn(asVisitor(site.base), event.slug, { registration: ann.id, position: 'all' })),
    ).toBe('not_organiser');
    await (await site.signedIn('other@example.org')).get(`${url}/check-in`).expect(403);
  });

  it('finds nobody by a ticket that was forged, replaced, or is of another event; and says so', async () => {
    const { event, ann, url } = await dinner();
    const other = must(await signUp(site.base, await at.dinner({ kind: 'dinner' }), 'Zora'));
    const row = (await registrationById(site.base.db, ann.id))!;
    const asked = async (code: string) => {
      const $ = load((await organiser.get(`${url}/check-in?q=${encodeURIComponent(code)}`).expect(200)).text);
      return $('.door-list li').length || $('.empty-heading').text();
    };
    const bot = async (code: string) => {
      const found = must(await doorList(asSystem(site.base), event, code));
      return [found.parties.length, found.badCode];
    };
    const good = ticketToken(secret, row);
    const bytes = Buffer.from(good, 'base64url');
    bytes[20]! ^= 1;
    const bad = {
      forged: bytes.toString('base64url'),
      unsigned: Buffer.concat([Buffer.from(row.key.replaceAll('-', ''), 'hex'), Buffer.alloc(16)]).toString(
        'base64url',
      ),
      otherSecret: ticketToken('another secret, just as long', row),
      otherEvent: ticketToken(secret, other),
    };
    expect([await asked(good), await bot(good)]).toEqual([1, [1, false]]);
    for (const [name, token] of Object.entries(bad))
      for (const code of [token, `http://localhost:3000/t/${token}`])
        expect([name, await asked(code), await bot(code)]).toEqual([
          name,
          'That ticket is not valid here.',
          [0, true],
        ]);
    must(await revokeLink(asSystem(site.base), event.slug, ann.id));
    expect(await asked(good)).toBe('That ticket is not valid here.');
    // By the name they are still let in: the door knows them.
    expect(await asked('ann')).toBe(1);
    expect(await findAttendees(asSystem(site.base), good, 5)).toEqual([]);
  });

  it('costs as many queries for thirty people as for one', async () => {
    const [small, large] = [await dinner(), await at.dinner({ capacity: '60' })];
    for (let n = 0; n < 30; n++) await at.come(large, `P${n}`);
    const cost = (url: string) =>
      countQueries(site.base.db, () => organiser.get(`${url}/check-in`).expect(200));
    expect(await cost(`/organise/events/${large.slug}`)).toBe(await cost(small.url));
  });
});

describe('the line', () => {
  it('is seen whole, with why each stands where they do, and can be moved', async () => {
    const { event, ann, url } = await dinner();
    const [dan] = [await at.come(event, 'Dan', 2)];
    await at.cancel(ann);
    const $ = load((await organiser.get(`${url}/line`).expect(200)).text);
    const rows = $('.door-list li')
      .map((_, one) => $(one).find('p').slice(0, 2).text().replace(/\s+/g, ' '))
      .get();
    expect(rows[0]).toMatch(
      /asked Bob, One person.*Places are held for them: they may answer until Sat 2 May, 13:00 \(London\)/,
    );
    expect(rows[1]).toMatch(/asked Dan, 2 people/);
    await organiser.post(`${url}/line/${dan!.id}/give-place`).expect(303);
    expect(await at.stateOf(dan!)).toBe('confirmed');
    await organiser.post(`${url}/line/999999/give-place`).expect(404);
    expect(load((await site.browser().get('/help/waiting-list').expect(200)).text)('ol li').length).toBe(10);
  });

  it('costs as many queries for thirty as for two', async () => {
    const [few, many] = [await dinner(), await at.dinner({ capacity: '1' })];
    for (let n = 0; n < 31; n++) await at.come(many, `P${n}`);
    const cost = (url: string) => countQueries(site.base.db, () => organiser.get(`${url}/line`).expect(200));
    expect(await cost(`/organise/events/${many.slug}`)).toBe(await cost(few.url));
    expect(by(few.ann).token.length).toBeGreaterThan(20);
  });
});
