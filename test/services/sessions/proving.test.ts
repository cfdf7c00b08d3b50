import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Base, Ctx } from '../../../src/context.ts';
import { inviteBot } from '../../../src/services/chatrooms/commands.ts';
import { ownCard } from '../../../src/services/grid/cards.ts';
import { placeSession, swapSessions, unplaceSession } from '../../../src/services/grid/commands.ts';
import { starredPairs } from '../../../src/services/grid/queries.ts';
import { tellGrid } from '../../../src/services/notices/grid.ts';
import { consumeSignIn, grantRole, signInLink } from '../../../src/services/people/commands.ts';
import { actorOf, personByEmail } from '../../../src/services/people/queries.ts';
import { actorOfAddress } from '../../../src/services/people/speakers.ts';
import {
  addHost,
  answerInvitation,
  editSession,
  propose,
  removeHost,
  restoreSession,
  setStar,
  withdrawSession,
} from '../../../src/services/sessions/commands.ts';
import { sessionByNumber, sessionsOf } from '../../../src/services/sessions/queries.ts';
import { attendee, type Camp, hold, makeCamp } from '../../support/camp.ts';
import { freshDatabase } from '../../support/database.ts';
import { as, asSystem, asVisitor, code, makeBase, makeEvent, must, signUp } from '../../support/factories.ts';

// Whoever says an address can be anybody: what others see is done by those who have proved that it is theirs.

let base: Base;
let database: { url: string; drop(): Promise<void> };
let camp: Camp;
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  camp = await makeCamp(base);
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

const query = async (text: string, values: unknown[] = []) =>
  (await base.db.$client.query(text, values)).rows;

/** Somebody in a chat who has only said an address, and is registered with it. */
async function madeUp(name: string): Promise<Ctx> {
  const { id } = must(await signUp(base, camp.event, name));
  const uri = `test:${name}`;
  await actorOfAddress(base.db, uri);
  await query(
    'update addresses set person_id = (select person_id from registrations where id = $2) where uri = $1',
    [uri, id],
  );
  return as(base, (await actorOfAddress(base.db, uri)).actor);
}

/** The same person after a press on the link in their mail. */
async function proves(email: string): Promise<Ctx> {
  const link = await signInLink(asSystem(base), email);
  must(await consumeSignIn(asVisitor(base), link.split('/').at(-1)!));
  const person = await personByEmail(base.db, email);
  return as(base, (await actorOf(base.db, person!.id, 'web'))!.actor);
}

describe('who has not proved their address', () => {
  it('publishes and changes nothing, even what they came to hold', async () => {
    const ann = await attendee(base, camp, 'Ann');
    const [mine, other] = [await hold(ann, camp, 'Bread', 0), await hold(ann, camp, 'Butter', 1)];
    const eve = await madeUp('Eve');
    expect(eve.actor.personId).toBeGreaterThan(0);
    const organiser = asSystem(base);
    for (const number of [mine, other]) must(await addHost(organiser, camp.slug, number, 'eve@example.org'));
    const before = await query('select * from sessions order by id');
    const cell = { event: camp.slug, session: mine, ...camp.cells[3]! };
    const answers = { title: 'Spam' };
    const tried = {
      propose: await propose(eve, { event: camp.slug, answers }),
      edit: await editSession(eve, camp.slug, mine, { ...answers, links: [] }),
      place: await placeSession(eve, cell),
      swap: await swapSessions(eve, camp.slug, mine, other),
      off: await unplaceSession(eve, camp.slug, mine),
      addHost: await addHost(eve, camp.slug, mine, 'ann@example.org'),
      removeHost: await removeHost(eve, camp.slug, mine, ann.actor.personId!),
      withdraw: await withdrawSession(eve, camp.slug, mine),
      restore: await restoreSession(eve, camp.slug, mine),
      card: await ownCard(eve, camp.slug, mine),
    };
    expect(Object.entries(tried).filter(([, result]) => code(result) !== 'not_proved')).toEqual([]);
    expect(await query('select * from sessions order by id')).toEqual(before);

    const proved = await proves('eve@example.org');
    expect(proved.actor.proved).toBe(true);
    must(await propose(proved, { event: camp.slug, answers: { title: 'Not spam' } }));
    must(await placeSession(proved, cell));
    must(await withdrawSession(proved, camp.slug, mine));
    // The chat that only said the address speaks for nobody any more.
    expect(
      code(
        await propose(as(base, (await actorOfAddress(base.db, 'test:Eve')).actor), {
          event: camp.slug,
          answers,
        }),
      ),
    ).toBe('not_signed_in');
  });

  it('answers no invitation to hold a session', async () => {
    const ann = await attendee(base, camp, 'Amy');
    const number = await hold(ann, camp, 'Salt');
    const fay = await madeUp('Fay');
    must(await addHost(ann, camp.slug, number, 'fay@example.org'));
    expect(code(await answerInvitation(fay, camp.slug, number, true))).toBe('not_proved');
    const proved = await proves('fay@example.org');
    expect(must(await answerInvitation(proved, camp.slug, number, true)).hosts).toHaveLength(2);
  });

  it('has stars that are theirs alone, until they prove it; then they count', async () => {
    const ann = await attendee(base, camp, 'Ada');
    const [one, two] = [await hold(ann, camp, 'Star', 4), await hold(ann, camp, 'Moon', 5)];
    const gus = await madeUp('Gus');
    const seen = async () => {
      const all = (await sessionsOf(base.db, camp.event.id, gus.actor.personId)).filter(
        ({ number }) => number === one || number === two,
      );
      return all.map(({ stars, starred }) => [stars, starred]);
    };
    for (const number of [one, two]) {
      const session = must(await setStar(gus, camp.slug, number, true));
      expect([session.stars, session.starred]).toEqual([0, true]);
    }
    expect(await seen()).toEqual([
      [0, true],
      [0, true],
    ]);
    expect(await starredPairs(base.db, camp.event.id)).toEqual(new Map());
    expect(must(await setStar(ann, camp.slug, one, true)).stars).toBe(1);
    const gusWasTold = async () => {
      must(await placeSession(asSystem(base), { event: camp.slug, session: two, ...(await freeCell()) }));
      await tellGrid(base, { event: camp.event.id, job: String(++job) });
      return (
        await query('select 1 from notices where person_id = $1 and kind = $2', [
          gus.actor.personId,
          'grid_changed',
        ])
      ).length;
    };
    expect(await gusWasTold()).toBe(0);

    await proves('gus@example.org');
    expect(await seen()).toEqual([
      [2, true],
      [1, true],
    ]);
    expect([...(await starredPairs(base.db, camp.event.id)).values()]).toEqual([1]);
    expect((await sessionByNumber(base.db, camp.event.id, one))!.stars).toBe(2);
    expect(await gusWasTold()).toBe(1);
  });
});

let job = 5_000_000;

async function freeCell() {
  const used = await query('select room_id, slot_id from placements where event_id = $1', [camp.event.id]);
  return camp.cells.find(
    (cell) => !used.some((one) => one.room_id === cell.roomId && one.slot_id === cell.slotId),
  )!;
}

describe('a chat room', () => {
  it("stays its event's: another organiser cannot take it, one of both can, and after its end anybody may", async () => {
    const [a, b] = [await makeEvent(base, { kind: 'barcamp' }), await makeEvent(base, { kind: 'barcamp' })];
    const over = await makeEvent(base, {
      startsAt: '2026-04-01T19:00',
      endsAt: '2026-04-01T22:00',
      draft: true,
    });
    const organiserOf = async (name: string, ...ids: number[]) => {
      for (const eventId of ids)
        must(await grantRole(asSystem(base), { email: `${name}@example.org`, role: 'organiser', eventId }));
      return proves(`${name}@example.org`);
    };
    const [first, second, both] = [
      await organiserOf('first', a.id),
      await organiserOf('second', b.id),
      await organiserOf('both', a.id, b.id),
    ];
    const room = 'camp@muc.example.org';
    const invite = (ctx: Ctx, slug: string, to = room) => inviteBot(ctx, slug, { room: to, announces: true });
    const owner = async (jid = room) =>
      (await query('select event_id from chatrooms where jid = $1', [jid]))[0].event_id;
    must(await invite(first, a.slug));
    expect(code(await invite(second, b.slug))).toBe('chatroom_taken');
    expect(await owner()).toBe(a.id);
    must(await invite(first, a.slug));
    must(await invite(both, b.slug));
    expect(await owner()).toBe(b.id);
    expect(code(await invite(first, a.slug))).toBe('chatroom_taken');
    await query('update chatrooms set event_id = $1', [over.id]);
    must(await invite(first, a.slug));
    expect(await owner()).toBe(a.id);
    // Of two that come first at once one has it, and the other is told.
    const raced = await Promise.all([
      invite(first, a.slug, 'new@muc.x'),
      invite(second, b.slug, 'new@muc.x'),
    ]);
    expect(raced.map(code).filter(Boolean)).toEqual(['chatroom_taken']);
    expect(await owner('new@muc.x')).toBe(raced[0]!.ok ? a.id : b.id);
  });
});
