import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import { cancelEvent } from '../../../src/services/events/publishing.ts';
import { publicEvent } from '../../../src/services/events/queries.ts';
import { consumeSignIn, signInLink } from '../../../src/services/people/commands.ts';
import { actorOfAddress } from '../../../src/services/people/speakers.ts';
import { listedAttendees } from '../../../src/services/registrations/coming.ts';
import {
  addAttendee,
  cancelByToken,
  cancelOwn,
  moveAttendee,
  register,
  revokeLink,
  setCapacity,
  setListed,
} from '../../../src/services/registrations/commands.ts';
import {
  manageToken,
  registrationById,
  registrationByToken,
  ticketToken,
} from '../../../src/services/registrations/queries.ts';
import { freshDatabase } from '../../support/database.ts';
import {
  as,
  asSystem,
  asVisitor,
  code,
  makeBase,
  makeEvent,
  must,
  secret,
  signUp,
} from '../../support/factories.ts';

let base: Base;
let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

const told = async () => {
  const found = await base.db.$client.query(
    `delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
      where t.id = j.task_id and t.identifier = 'tell' returning payload, j.id`,
  );
  return found.rows.sort((a, b) => Number(a.id) - Number(b.id)).flatMap((row) => row.payload.changes);
};

describe('register', () => {
  it('gives a place, then the waiting list, and tells', async () => {
    await told();
    const event = await makeEvent(base, { capacity: '1' });
    const ann = must(await signUp(base, event, 'Ann'));
    const bob = must(await signUp(base, event, 'Bob'));
    const cyd = must(await signUp(base, event, 'Cyd'));
    expect([ann.state, bob.state, bob.rank, cyd.rank]).toEqual(['confirmed', 'waitlisted', 1, 2]);
    expect(await publicEvent(base.db, event.slug)).toMatchObject({ taken: 1, waiting: 2 });
    expect(await told()).toEqual([
      [ann.id, 'confirmed'],
      [bob.id, 'waitlisted'],
      [cyd.id, 'waitlisted'],
    ]);
  });

  it('refuses a second living registration, and mails the link again', async () => {
    const event = await makeEvent(base);
    const first = must(await signUp(base, event, 'Ann'));
    await told();
    expect(code(await signUp(base, event, 'Ann'))).toBe('already_registered');
    expect(await told()).toEqual([[first.id, 'link']]);
  });

  it('applies a double submit once, with the same answer, also in parallel', async () => {
    const event = await makeEvent(base, { capacity: '1' });
    const results = await Promise.all(
      Array.from({ length: 20 }, () => signUp(base, event, 'Ann', { requestKey: 'nonce-1' })),
    );
    expect(new Set(results.map((one) => must(one).key)).size).toBe(1);
    expect(must(await signUp(base, event, 'Ann', { requestKey: 'nonce-1' }))).toMatchObject({
      repeated: true,
    });
    expect(await publicEvent(base.db, event.slug)).toMatchObject({ taken: 1, waiting: 0 });
  });

  it('names every bad field', async () => {
    const questions = [
      { label: 'Diet', kind: 'choice', options: 'vegan\nfish', required: 'on' },
      { label: 'Age', kind: 'number' },
    ];
    const event = await makeEvent(base, { questions });
    const refused = await signUp(base, event, '', { email: 'ann@', answers: { age: 'old' } });
    expect(refused).toMatchObject({
      refusal: {
        kind: 'invalid',
        issues: [
          { field: 'name', code: 'required' },
          { field: 'email', code: 'email' },
          { field: 'diet', code: 'required' },
          { field: 'age', code: 'number' },
        ],
      },
    });
    const good = must(await signUp(base, event, 'Ann', { answers: { diet: 'FISH', age: '33', other: 'x' } }));
    expect((await registrationById(base.db, good.id))?.answers).toEqual({ diet: 'fish', age: 33 });
  });

  it('refuses by the state of the event', async () => {
    const event = await makeEvent(base, { closesAt: '2026-05-20T12:00', opensAt: '2026-05-10T12:00' });
    const draft = await makeEvent(base, { draft: true });
    const at = (time: string) => ({ ...base, now: () => new Date(time) });
    expect(code(await signUp(base, event))).toBe('not_open_yet');
    expect(code(await signUp(at('2026-05-25T12:00:00Z'), event))).toBe('registration_closed');
    expect(code(await signUp(at('2026-06-25T12:00:00Z'), event))).toBe('event_over');
    expect(code(await signUp(base, draft))).toBe('event_unknown');
    expect(code(await signUp(base, { slug: 'no-such' }))).toBe('event_unknown');
    must(await cancelEvent(asSystem(base), event.slug, 'Sorry'));
    expect(code(await signUp(base, event))).toBe('event_cancelled');
    const full = await makeEvent(base, { capacity: '0', waitingList: '' });
    expect(code(await signUp(base, full))).toBe('full');
  });

  it('fails one request alone when a batch cannot be written', async () => {
    const event = await makeEvent(base);
    const results = await Promise.allSettled([
      signUp(base, event, 'Ann'),
      // Of a chat address that is not on file, which the database alone sees: one bad row must not fail the others.
      register(as(base, { door: 'chat', addressId: 999_999, grants: [] }), {
        ...{ event: event.slug, name: 'Bob', email: 'nobody.yet@example.org', answers: {} },
      }),
      signUp(base, event, 'Cyd'),
    ]);
    expect(results.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await publicEvent(base.db, event.slug)).toMatchObject({ taken: 2 });
  });
});

describe('a chat address', () => {
  const from = async (uri: string) => as(base, (await actorOfAddress(base.db, uri)).actor);
  it('registers a new person, and acts for them while nobody has proved to be them', async () => {
    const event = await makeEvent(base);
    const input = { event: event.slug, name: 'Zoë', email: 'zoe@example.org', answers: {} };
    must(await register(await from('xmpp:zoe@chat'), input));
    expect((await actorOfAddress(base.db, 'xmpp:zoe@chat')).person?.email).toBe('zoe@example.org');
    expect(must(await cancelOwn(await from('xmpp:zoe@chat'), event.slug))).toEqual({ kind: 'cancelled' });
    // Somebody else who names the same e-mail gets nowhere.
    expect(code(await register(await from('xmpp:eve@chat'), input))).toBe('email_known');
    // The owner signs in: what was only claimed ends.
    const link = await signInLink(asVisitor(base), 'zoe@example.org');
    must(await consumeSignIn(asVisitor(base), link.split('/').at(-1)!));
    expect((await actorOfAddress(base.db, 'xmpp:zoe@chat')).person).toBeUndefined();
    expect(code(await register(await from('xmpp:zoe@chat'), input))).toBe('email_known');
  });

  it('loses its claim when the e-mail registers by another door', async () => {
    const [one, two] = [await makeEvent(base), await makeEvent(base)];
    const input = { event: one.slug, name: 'Yan', email: 'yan@example.org', answers: {} };
    must(await register(await from('xmpp:yan@chat'), input));
    must(await signUp(base, two, 'Yan'));
    expect((await actorOfAddress(base.db, 'xmpp:yan@chat')).person).toBeUndefined();
  });
});

describe('the manage link', () => {
  it('opens one registration, cancels it once, and moves the line', async () => {
    const event = await makeEvent(base, { capacity: '1' });
    const ann = must(await signUp(base, event, 'Ann'));
    const bob = must(await signUp(base, event, 'Bob'));
    const token = manageToken(secret, ann);
    await told();
    expect(must(await cancelByToken(asVisitor(base), token))).toEqual({ kind: 'cancelled' });
    expect(must(await cancelByToken(asVisitor(base), token))).toEqual({ kind: 'unchanged' });
    expect(await told()).toEqual([
      [ann.id, 'cancelled'],
      [bob.id, 'promoted'],
    ]);
    expect((await registrationByToken(base, manageToken(secret, bob)))?.state).toBe('confirmed');
    expect(await publicEvent(base.db, event.slug)).toMatchObject({ taken: 1, waiting: 0 });
  });

  it('is no ticket and no other link, and can be revoked', async () => {
    const event = await makeEvent(base);
    const ann = must(await signUp(base, event, 'Ann'));
    const token = manageToken(secret, ann);
    expect(await registrationByToken(base, ticketToken(secret, ann))).toBeUndefined();
    expect(await registrationByToken(base, token, 'ticket')).toBeUndefined();
    // One in sixteen ends in an A already.
    const other = token.slice(0, -1) + (token.endsWith('A') ? 'E' : 'A');
    expect(await registrationByToken(base, other)).toBeUndefined();
    expect(code(await cancelByToken(asVisitor(base), 'no token'))).toBe('link_unknown');
    must(await revokeLink(asSystem(base), event.slug, ann.id));
    expect(await registrationByToken(base, token)).toBeUndefined();
  });

  it('shows and hides the name on the public list', async () => {
    const event = await makeEvent(base);
    const ann = must(await signUp(base, event, 'Ann'));
    must(await setListed(asVisitor(base), manageToken(secret, ann), true));
    expect((await listedAttendees(base.db, event.id, 10)).map((one) => one.name)).toEqual(['Ann']);
    must(await setListed(asVisitor(base), manageToken(secret, ann), false));
    expect(await listedAttendees(base.db, event.id, 10)).toEqual([]);
  });
});

describe('an organiser', () => {
  it('adds, moves and sizes; nobody loses a place when the capacity falls', async () => {
    const event = await makeEvent(base, { capacity: '2', closesAt: '2026-05-01T10:00' });
    const add = (name: string, more = {}) =>
      addAttendee(asSystem(base), {
        event: event.slug,
        name,
        email: `${name}@example.org`,
        answers: {},
        ...more,
      });
    const [ann, bob, cyd] = [must(await add('ann')), must(await add('bob')), must(await add('cyd'))];
    expect(cyd).toMatchObject({ state: 'waitlisted', rank: 1 });
    expect(must(await add('dan', { beyond: true })).state).toBe('confirmed');
    must(await setCapacity(asSystem(base), event.slug, 1, true));
    expect(await publicEvent(base.db, event.slug)).toMatchObject({ capacity: 1, taken: 3, waiting: 1 });
    must(await moveAttendee(asSystem(base), event.slug, cyd.id, 'give_place'));
    must(await moveAttendee(asSystem(base), event.slug, bob.id, 'cancel'));
    expect(await publicEvent(base.db, event.slug)).toMatchObject({ taken: 3, waiting: 0 });
    expect(code(await moveAttendee(asSystem(base), event.slug, ann.id, 'to_waiting'))).toBe('nobody_waiting');
    expect(code(await moveAttendee(asSystem(base), event.slug, 999_999, 'cancel'))).toBe(
      'registration_unknown',
    );
  });

  it('is asked for, in the command', async () => {
    const event = await makeEvent(base);
    const other = await makeEvent(base);
    const foreign = as(base, {
      door: 'web',
      personId: 1,
      grants: [{ role: 'organiser', eventId: other.id }],
    });
    const helper = as(base, { door: 'web', personId: 1, grants: [{ role: 'helper', eventId: event.id }] });
    for (const ctx of [asVisitor(base), foreign, helper]) {
      expect(code(await setCapacity(ctx, event.slug, 5, true))).toBe('not_organiser');
      expect(code(await moveAttendee(ctx, event.slug, 1, 'cancel'))).toBe('not_organiser');
      expect(code(await revokeLink(ctx, event.slug, 1))).toBe('not_organiser');
    }
  });
});
