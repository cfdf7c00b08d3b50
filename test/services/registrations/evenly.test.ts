import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Base, Ctx } from '../../../src/context.ts';
import { limits } from '../../../src/services/limits/limits.ts';
import { verifiedPerson } from '../../../src/services/people/proving.ts';
import { actorOfAddress } from '../../../src/services/people/speakers.ts';
import { register } from '../../../src/services/registrations/commands.ts';
import { freshDatabase } from '../../support/database.ts';
import { as, asVisitor, code, makeBase, makeEvent, must, noon, signUp } from '../../support/factories.ts';
import { generous } from '../../support/limits.ts';

// Nobody can go through a list of addresses and learn who comes, or who is known.

let now = noon;
let base: Base;
/** Another process: a pool of its own. */
let other: Base;
let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
  const own = { limits: { ...generous, known_answers: limits.known_answers } };
  base = { ...makeBase(database.url, () => now), ...own };
  other = { ...makeBase(database.url, () => now), ...own };
});
beforeEach(() => {
  now = noon;
});
afterAll(async () => {
  await Promise.all([base, other].map((one) => one.db.$client.end()));
  await database.drop();
});

let networks = 0;
const web = (network = `192.0.2.${++networks}`, on = base): Ctx => {
  const ctx = asVisitor(on);
  return { ...ctx, actor: { ...ctx.actor, network } };
};
const chat = async (name: string, on = base): Promise<Ctx> =>
  as(on, (await actorOfAddress(base.db, `xmpp:${name}@chat`)).actor);

const form = (event: { slug: string }, email: string, more: object = {}) => ({
  event: event.slug,
  name: 'Eve',
  email,
  answers: {},
  ...more,
});

type Answer = Awaited<ReturnType<typeof register>>;
const said = (answer: Answer) => (answer.ok ? answer.value.kind : answer.refusal.code);

/** Somebody who comes for certain, and somebody of whom nothing is on file. */
const pairs = (count: number, of: string) =>
  Array.from({ length: count }, (_, n) => ({
    known: `known${n}.${of}@example.org`,
    unknown: `new${n}.${of}@example.org`,
  }));

async function withKnown(count: number, of: string, more: object = {}) {
  const event = await makeEvent(base, more);
  const all = pairs(count, of);
  await Promise.all(all.map(({ known }) => signUp(base, event, 'Ann', { email: known })));
  return { event, all };
}

const onFile = async (email: string) =>
  (
    await base.db.$client.query(
      `select r.state, r.listed, r.address_id, a.person_id is not null linked from registrations r
        join people p on p.id = r.person_id left join addresses a on a.person_id = p.id where p.email = $1`,
      [email],
    )
  ).rows;

describe('three answers an hour that tell of an address', () => {
  it('are all that a network gets on the website, whatever it asks afterwards and however much at once', async () => {
    const { event, all } = await withKnown(40, 'web');
    const second = await makeEvent(base);
    await Promise.all(all.map(({ known }) => signUp(base, second, 'Ann', { email: known })));
    const eve = web('198.51.100.1');
    // In two processes, at two events, all in the same moment.
    const asked = await Promise.all(
      all.flatMap(({ known }) => [
        register(eve, form(event, known)),
        register({ ...eve, db: other.db }, form(second, known)),
      ]),
    );
    expect(asked.filter((one) => said(one) === 'already_registered').length).toBe(3);
    expect(asked.filter((one) => said(one) === 'mailed').length).toBe(77);
    const later = await Promise.all(
      all.flatMap(({ known, unknown }) => [known, unknown]).map((email) => register(eve, form(event, email))),
    );
    expect(new Set(later.map((one) => JSON.stringify(one)))).toEqual(
      new Set(['{"ok":true,"value":{"kind":"mailed"}}']),
    );
    // Whoever was new has their place all the same.
    expect(await onFile(all[0]!.unknown)).toMatchObject([{ state: 'confirmed' }]);
    // Another network is told, and so is this one an hour later.
    expect(said(await register(web(), form(event, all[0]!.known)))).toBe('already_registered');
    now = new Date(noon.getTime() + 3600_001);
    expect(said(await register(eve, form(event, all[0]!.known)))).toBe('already_registered');
  });

  it('are all that a chat gets; then it speaks for nobody whom it names, and hears nothing of them', async () => {
    const { event, all } = await withKnown(8, 'chat');
    const eve = await chat('eve');
    for (const { known } of all.slice(0, 3))
      expect(said(await register(eve, form(event, known)))).toBe('email_known');
    for (const { known, unknown } of all)
      for (const email of [known, unknown])
        expect(said(await register(eve, form(event, email, { listed: true })))).toBe('mailed');
    expect(await onFile(all[5]!.unknown)).toEqual([
      { state: 'confirmed', listed: false, address_id: null, linked: false },
    ]);
    expect((await actorOfAddress(base.db, 'xmpp:eve@chat')).actor.personId).toBeUndefined();
    // One who is known here and registered nowhere is answered the same.
    await verifiedPerson(base.db, 'silent@example.org', now);
    expect(said(await register(eve, form(event, 'silent@example.org')))).toBe('mailed');
  });

  it('are counted on a network for the chats of its browsers, and on somebody who is signed in', async () => {
    const { event, all } = await withKnown(8, 'many');
    const fresh = async (n: number) => {
      const ctx = await chat(`visitor${n}`);
      return { ...ctx, actor: { ...ctx.actor, network: '198.51.100.7' } };
    };
    const heard: string[] = [];
    for (const [n, { known }] of all.entries())
      heard.push(said(await register(await fresh(n), form(event, known))));
    expect(heard).toEqual([...Array(3).fill('email_known'), ...Array(5).fill('mailed')]);
    const personId = await verifiedPerson(base.db, 'mel@example.org', now);
    const mel = (n: number): Ctx =>
      as(base, { door: 'web', personId, grants: [], network: `203.0.113.${n}` });
    const told = [];
    for (const [n, { known }] of all.entries()) told.push(said(await register(mel(n), form(event, known))));
    expect(told).toEqual([...Array(3).fill('already_registered'), ...Array(5).fill('mailed')]);
    // What is theirs they are told.
    expect(said(await register(mel(99), form(event, 'mel@example.org')))).toBe('registered');
    expect(said(await register(mel(99), form(event, 'mel@example.org')))).toBe('already_registered');
  });

  it('are all that strangers get together whose network is not known, each of them with a chat of their own too', async () => {
    now = new Date(noon.getTime() + 10 * 3600_000);
    const { event, all } = await withKnown(8, 'nowhere');
    const eve = asVisitor(base);
    const nowhere = (ctx: Ctx): Ctx => ({ ...ctx, actor: { ...ctx.actor, network: null } });
    const heard: string[] = [];
    for (const [n, { known, unknown }] of all.entries()) {
      const ctx = nowhere(n % 2 ? await chat(`nowhere${n}`) : eve);
      for (const email of [known, unknown]) heard.push(said(await register(ctx, form(event, email))));
    }
    expect(heard.slice(0, 5)).toEqual([
      ...['already_registered', 'registered', 'email_known', 'registered', 'already_registered'],
    ]);
    expect(heard.slice(6)).toEqual(Array(10).fill('mailed'));
    // Where a door has no network there is nothing to be known: the chats of XMPP count each on their own.
    expect(said(await register(await chat('somewhere'), form(event, all[7]!.known)))).toBe('email_known');
  });

  it('are not spent by people who are new: a meeting behind one address gets its tickets', async () => {
    const event = await makeEvent(base);
    const all = await Promise.all(
      pairs(60, 'meeting').map(({ unknown }) => register(web('198.51.100.9'), form(event, unknown))),
    );
    expect(new Set(all.map(said))).toEqual(new Set(['registered']));
  });

  it('are spent by addresses that have been proved, of which the website says nothing more at any event', async () => {
    const event = await makeEvent(base);
    const eve = web('198.51.100.33');
    const all = pairs(5, 'proved');
    for (const { known } of all) await verifiedPerson(base.db, known, now);
    const heard = [];
    for (const { known, unknown } of all)
      for (const email of [known, unknown]) heard.push(said(await register(eve, form(event, email))));
    // Three tell, as the newcomers between them are told more. From then on it is the same for everybody.
    expect(heard).toEqual([
      ...['mailed', 'registered', 'mailed', 'registered', 'mailed'],
      ...Array(5).fill('mailed'),
    ]);
    for (const { known, unknown } of all)
      expect([await onFile(known), await onFile(unknown)]).toMatchObject([
        [{ state: 'confirmed', listed: false }],
        [{ state: 'confirmed' }],
      ]);
    // Of whom is registered already nothing is said of that either.
    expect(said(await register(web(), form(event, all[0]!.known)))).toBe('mailed');
  });

  it('say of an address that is not the one of a linked chat the same, known or not', async () => {
    const { event, all } = await withKnown(6, 'linked');
    const personId = await verifiedPerson(base.db, 'lin@example.org', now);
    await actorOfAddress(base.db, 'xmpp:lin@chat');
    await base.db.$client.query('update addresses set person_id = $1, linked_at = now() where uri = $2', [
      personId,
      'xmpp:lin@chat',
    ]);
    for (const { known, unknown } of all)
      for (const email of [known, unknown])
        expect(code(await register(await chat('lin'), form(event, email)))).toBe('email_not_yours');
  });
});

describe('a quiet event', () => {
  it('tells nobody, from the first answer on; a form that comes again is answered as it was, in an hour too', async () => {
    const { event, all } = await withKnown(3, 'quiet', { quiet: 'yes' });
    for (const { known, unknown } of all)
      for (const email of [known, unknown])
        for (const ctx of [web(), await chat(`q${email.split('@')[0]}`)])
          expect(said(await register(ctx, form(event, email)))).toBe('mailed');
    const sent = { requestKey: 'web:once' };
    expect(said(await register(web(), form(event, 'again@example.org', sent)))).toBe('mailed');
    await base.db.$client.query('update events set quiet = false where slug = $1', [event.slug]);
    now = new Date(noon.getTime() + 2 * 3600_000);
    expect(said(await register(web(), form(event, 'again@example.org', sent)))).toBe('mailed');
    expect(await onFile('again@example.org')).toHaveLength(1);
  });

  it('refuses whoever is registered already what it would refuse anybody', async () => {
    const { event, all } = await withKnown(2, 'full', {
      quiet: 'yes',
      capacity: '2',
      waitingList: '',
      partyMost: '2',
    });
    const members = [{ name: 'Eve' }, { name: 'Fay' }];
    for (const more of [{}, { members }]) {
      const answers = await Promise.all(
        all
          .flatMap(({ known, unknown }) => [known, unknown])
          .map((email) => register(web(), form(event, email, more))),
      );
      expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
      expect(said(answers[0]!)).toBe('full');
    }
  });

  it('answers in the same time, whatever was done', async () => {
    const { event, all } = await withKnown(12, 'time', { quiet: 'yes' });
    const took = async (email: string) => {
      const begun = performance.now();
      must(await register(web(), form(event, email)));
      return performance.now() - begun;
    };
    const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
    const [known, unknown]: number[][] = [[], []];
    for (const pair of all) {
      known!.push(await took(pair.known));
      unknown!.push(await took(pair.unknown));
    }
    expect(Math.min(...known!, ...unknown!)).toBeGreaterThan(290);
    expect(Math.abs(median(known!) - median(unknown!))).toBeLessThan(30);
  }, 60_000);
});
