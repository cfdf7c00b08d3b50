import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeConverse } from '../bot/conversation.ts';
import { linkByConsole } from '../src/services/people/commands.ts';
import { setCapacity } from '../src/services/registrations/commands.ts';
import { lapseOffer } from '../src/services/registrations/parties.ts';
import { manageToken } from '../src/services/registrations/queries.ts';
import { dinners } from './support/dinners.ts';
import { asSystem, must, noon, secret } from './support/factories.ts';
import { openSite, type TestSite } from './support/site.ts';

// Whatever people do, on the website, by the links of their mails and by chat, in whatever order: nobody is oversold, nothing is idle.

let site: TestSite;
let at: ReturnType<typeof dinners>;
let now = noon;
beforeAll(async () => {
  site = await openSite({ now: () => now });
  at = dinners(site.base);
});
afterAll(() => site.close());

/** The same numbers each time (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

it.each([1, 2, 3])(
  'a line is as the rule says, through every door (seed %i)',
  async (seed) => {
    const random = numbers(seed);
    const pick = <T>(all: T[]): T => all[random(all.length)]!;
    const event = await at.dinner({
      kind: 'meetup',
      capacity: '5',
      line: 'offer',
      startsAt: '2026-12-01T19:00',
      endsAt: '2026-12-01T22:00',
    });
    const converse = makeConverse(site.base);
    const browser = site.browser();
    let count = 0;
    const post = async (path: string, body: object = {}) => {
      const { status } = await browser.post(path).type('form').send(body);
      expect([303, 409, 410]).toContain(status);
    };
    const say = async (who: number, text: string) => {
      const address = `test:${seed}-${who}`;
      must(await linkByConsole(asSystem(site.base), address, `p${seed}x${who}@example.org`));
      await converse({ address, key: String(++count), text });
    };
    const rows = async (states: string[]) =>
      at.query(
        `select r.id, r.key, r.generation, r.size, split_part(split_part(p.email, 'x', 2), '@', 1)::int who
        from registrations r join people p on p.id = r.person_id
        where r.event_id = $1 and r.state = any($2::text[]) order by r.id`,
        [event.id, states],
      );
    const living = ['confirmed', 'waitlisted', 'offered'];
    const members = (size: number) =>
      Object.fromEntries(Array.from({ length: size }, (_, n) => [`members.${n}.here`, 'yes']));
    const link = (row: { key: string; generation: number }) => `/r/${manageToken(secret, row)}`;

    for (let step = 0; step < 70; step++) {
      const what = random(12);
      const size = 1 + random(4);
      const [mine, offered] = [await rows(living), await rows(['offered'])];
      const chat = random(2) === 0;
      if (what < 4 || mine.length === 0) {
        const who = ++count;
        const email = `p${seed}x${who}@example.org`;
        if (chat)
          await say(who, `register ${event.slug} P${who} ${email} ${size} ${'- '.repeat(size - 1)}no yes`);
        else await post(`/events/${event.slug}/register`, { name: `P${who}`, email, ...members(size) });
      } else if (what < 6) await post(`${link(pick(mine))}/party`, members(size));
      else if (what < 8) {
        const one = pick(mine);
        if (chat) await say(one.who, `unregister ${event.slug} yes`);
        else await post(`${link(one)}/cancel`);
      } else if (what < 10 && offered.length > 0) {
        const answer = pick(['take', 'pass', 'skip']);
        const one = pick(offered);
        if (chat) await say(one.who, `${answer} ${event.slug}${answer === 'pass' ? ' yes' : ''}`);
        else await post(`${link(one)}/${answer}`);
      } else if (what === 10) {
        now = new Date(now.getTime() + 25 * 3_600_000);
        for (const one of offered) await lapseOffer(site.base, one.id);
      } else must(await setCapacity(asSystem(site.base), event.slug, 3 + random(6), true));
      const wrong = await at.faults(event);
      // Lowering the capacity takes nobody's place: that is the organisers' to answer for, and nothing else may be wrong.
      expect(wrong.filter((one) => one !== 'over')).toEqual([]);
    }
    expect((await rows(living)).length + (await rows(['cancelled'])).length).toBeGreaterThan(10);
    now = noon;
  },
  60_000,
);
