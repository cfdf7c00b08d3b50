import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../../src/services/events/queries.ts';
import { grantRole } from '../../../src/services/people/commands.ts';
import { moveAttendee, register } from '../../../src/services/registrations/commands.ts';
import { doCancelMany, doRestoreMany } from '../../../src/services/registrations/many.ts';
import { dinners } from '../../support/dinners.ts';
import { asSystem, asVisitor, makeEvent, must, signUp } from '../../support/factories.ts';
import { type Agent, openSite, type TestSite } from '../../support/site.ts';

// A crowd of made-up people takes every place; the organiser takes them away.

let site: TestSite;
let at: ReturnType<typeof dinners>;
let organiser: Agent;
beforeAll(async () => {
  site = await openSite();
  at = dinners(site.base);
  organiser = await site.signedIn('olga@example.org');
  must(await grantRole(asSystem(site.base), { email: 'olga@example.org', role: 'organiser', eventId: null }));
});
afterAll(() => site.close());

let count = 0;
const madeUp = (event: Event, many: number) =>
  Promise.all(
    Array.from({ length: many }, () =>
      register(asVisitor(site.base), {
        event: event.slug,
        name: `Bot ${++count}`,
        email: `bot${count}@flood.example`,
        answers: {},
      }),
    ),
  );
const prove = (...names: string[]) =>
  at.query(`update people set verified_at = now() where email = any($1)`, [
    names.map((one) => `${one}@example.org`),
  ]);
const statesOf = async (event: Event) =>
  Object.fromEntries(
    (
      await at.query(
        `select split_part(p.email, '@', 2) who, r.state, count(*)::int n from registrations r join people p on p.id = r.person_id
          where r.event_id = $1 group by 1, 2 order by 1, 2`,
        [event.id],
      )
    ).map((row) => [`${row.who} ${row.state}`, row.n]),
  );
const below = (event: Event, path: string) => `/organise/events/${event.slug}${path}`;

/** Asks for the page that confirms, as the link on the list does, and presses its button. */
async function press(event: Event, query: string) {
  const $ = load((await organiser.get(below(event, `/attendees/cancel${query}`)).expect(200)).text);
  const form = Object.fromEntries(
    $('input[type=hidden]')
      .map((_, one) => [[$(one).attr('name')!, $(one).val()]])
      .get(),
  );
  const said = $('strong').first().text();
  const send = () => organiser.post(below(event, '/attendees/cancel')).type('form').send(form);
  return { said, text: $('.form').text(), send };
}
const jobs = async (kind: string) =>
  (await at.queued()).flatMap((row) => (row.kind === kind ? [row.payload.cancellation as number] : []));
const page = async (path: string) => load((await organiser.get(path).expect(200)).text)('.form').text();

describe('300 made-up people', () => {
  it('take every place, and are gone with two presses: the line moves on to those who are real', async () => {
    const event = await makeEvent(site.base, { kind: 'meetup', capacity: '100' });
    const [early] = [must(await signUp(site.base, event, 'early'))];
    await madeUp(event, 300);
    for (const name of ['real1', 'real2', 'real3']) must(await signUp(site.base, event, name));
    await prove('early', 'real1', 'real2', 'real3');
    const before = await statesOf(event);
    expect(before).toEqual({
      'example.org confirmed': 1,
      'example.org waitlisted': 3,
      'flood.example confirmed': 99,
      'flood.example waitlisted': 201,
    });
    await at.queued();
    const first = await press(event, '?proved=no&since=2026-05-01T12:00');
    expect(first.said).toBe('300 registrations will be cancelled, for 300 people in all.');
    expect(first.text).toContain('None of them has ever proved their address.');
    const sent = await first.send();
    expect(sent.status).toBe(303);
    const [id] = await jobs('cancel_many');
    const where = sent.headers.location!;
    const working = await organiser.get(where);
    expect(working.headers.refresh).toBe('2');
    expect(working.text).toContain('0 of 300 are cancelled.');
    await doCancelMany(site.base, id!);
    const after = await statesOf(event);
    expect(after).toEqual({ 'example.org confirmed': 4, 'flood.example cancelled': 300 });
    console.info('made-up crowd of 300, before and after two presses:', JSON.stringify({ before, after }));
    expect(await page(where)).toContain('300 registrations are cancelled.');
    expect(await at.stateOf(early!)).toBe('confirmed');
    expect(await at.faults(event)).toEqual([]);
    // Nobody of the made-up is written to; those whose turn it was are.
    const told = await at.told();
    expect(told.filter((one) => one.endsWith('promoted'))).toHaveLength(3);
    expect(told).toHaveLength(3);
    // Done again, as after a crash, it changes nothing.
    await doCancelMany(site.base, id!);
    expect(await statesOf(event)).toEqual(after);
  }, 120_000);

  it('are brought back in the old order, as far as others have not got their places', async () => {
    const event = await makeEvent(site.base, { kind: 'meetup', capacity: '4' });
    await madeUp(event, 6);
    const real = must(await signUp(site.base, event, 'real7'));
    await prove('real7');
    const rows = await at.query('select id, name from registrations where event_id = $1 order by position', [
      event.id,
    ]);
    const cancel = await press(event, '?proved=no');
    // One of them leaves between the page and the press.
    must(await moveAttendee(asSystem(site.base), event.slug, rows[1].id, 'cancel'));
    const where = (await cancel.send()).headers.location!;
    const [id] = await jobs('cancel_many');
    await doCancelMany(site.base, id!);
    const said = await page(where);
    expect(said).toContain('5 registrations are cancelled.');
    expect(said).toContain('1 had ended before.');
    expect(await at.stateOf(real)).toBe('confirmed');
    // One comes back by themselves meanwhile.
    const name = rows[2].name as string;
    must(
      await register(asVisitor(site.base), {
        event: event.slug,
        name,
        email: `${name.replace(' ', '').toLowerCase()}@flood.example`,
        answers: {},
      }),
    );
    expect((await organiser.post(`${where}/undo`)).status).toBe(303);
    expect((await organiser.post(`${where}/undo`)).status).toBe(303);
    const restores = await jobs('restore_many');
    expect(restores).toEqual([id]);
    await doRestoreMany(site.base, id!);
    await doRestoreMany(site.base, id!);
    const line = await at.query(
      `select name, state from registrations where event_id = $1 and state <> 'cancelled' order by state, position`,
      [event.id],
    );
    const names = rows.map((row) => row.name);
    // Two places are taken by the real one and by who registered again; two of those who had some have them, the others wait as they stood.
    expect(line).toEqual([
      { name: names[0], state: 'confirmed' },
      { name: names[3], state: 'confirmed' },
      { name: 'real7', state: 'confirmed' },
      { name, state: 'confirmed' },
      { name: names[4], state: 'waitlisted' },
      { name: names[5], state: 'waitlisted' },
    ]);
    expect(await at.faults(event)).toEqual([]);
    const undone = await page(where);
    expect(undone).toContain('2 have places again.');
    expect(undone).toContain('2 wait again, where they stood.');
    expect(undone).toContain('1 could not be brought back');
    expect(undone).toContain(name);
  });

  it('that the organisers cancelled one by one are not brought back: before the job, after it, or where it is tried again', async () => {
    const event = await makeEvent(site.base, { kind: 'meetup', capacity: '' });
    const names = ['ida', 'jan', 'kim', 'lou'];
    for (const name of names) must(await signUp(site.base, event, name));
    const [ida, jan, kim, lou] = await at.query(
      'select id from registrations where event_id = $1 order by position',
      [event.id],
    );
    const cancel = (row: { id: number }) => moveAttendee(asSystem(site.base), event.slug, row.id, 'cancel');
    const states = () => Promise.all([ida, jan, kim, lou].map((row) => at.stateOf(row)));
    await at.queued();
    const where = (await (await press(event, '?proved=no')).send()).headers.location!;
    const [id] = await jobs('cancel_many');
    must(await cancel(jan));
    await doCancelMany(site.base, id!);
    expect(await states()).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
    expect(await page(where)).toContain('3 registrations are cancelled.');
    expect(await page(where)).toContain('1 had ended before.');
    await organiser.post(`${where}/undo`).expect(303);
    await doRestoreMany(site.base, id!);
    expect(await states()).toEqual(['confirmed', 'cancelled', 'confirmed', 'confirmed']);
    must(await cancel(kim));
    // The worker died before it could say that it was done.
    await at.query('update cancellations set restored_at = null where id = $1', [id]);
    await doRestoreMany(site.base, id!);
    await doCancelMany(site.base, id!);
    expect(await states()).toEqual(['confirmed', 'cancelled', 'cancelled', 'confirmed']);
    expect(await at.faults(event)).toEqual([]);
  });

  it('stay where there is no line and their places are gone; those who proved are told of both', async () => {
    const event = await makeEvent(site.base, { kind: 'meetup', capacity: '2', waitingList: '' });
    const [ann, bob] = [
      must(await signUp(site.base, event, 'annx')),
      must(await signUp(site.base, event, 'bobx')),
    ];
    await prove('annx', 'bobx');
    await at.queued();
    const cancel = await press(event, '?q=x%40example.org');
    const where = (await cancel.send()).headers.location!;
    const [id] = await jobs('cancel_many');
    await doCancelMany(site.base, id!);
    expect(await at.told()).toEqual([`${ann.id} cancelled`, `${bob.id} cancelled`]);
    must(await signUp(site.base, event, 'cydx'));
    await at.queued();
    await organiser.post(`${where}/undo`).expect(303);
    await at.queued();
    await doRestoreMany(site.base, id!);
    expect(await at.told()).toEqual([`${ann.id} confirmed`]);
    expect([await at.stateOf(ann), await at.stateOf(bob)]).toEqual(['confirmed', 'cancelled']);
    expect(
      await at.query('select cancelled_at, cancelled_by from registrations where id = $1', [ann.id]),
    ).toEqual([{ cancelled_at: null, cancelled_by: null }]);
  });

  it('are nobody of another event, and not for whoever only helps', async () => {
    const [event, other] = [await makeEvent(site.base), await makeEvent(site.base)];
    must(await signUp(site.base, event, 'keep'));
    const sent = await (await press(event, '')).send();
    const foreign = sent.headers.location!.replace(event.slug, other.slug);
    await organiser.get(foreign).expect(404);
    await organiser.post(`${foreign}/undo`).expect(404);
    await organiser.post(`${sent.headers.location}/undo`).expect(409);
    const helper = await site.signedIn('helen@example.org');
    must(
      await grantRole(asSystem(site.base), { email: 'helen@example.org', role: 'helper', eventId: event.id }),
    );
    for (const path of ['/attendees/cancel', '/cancellations/1'])
      expect((await helper.get(below(event, path))).status).toBe(403);
    for (const path of ['/attendees/cancel', '/cancellations/1/undo'])
      expect((await helper.post(below(event, path))).status).toBe(403);
    const nobody = await press(other, '?q=zzz');
    expect(nobody.said).toBe('Nobody who is coming or waiting fits.');
    const empty = await organiser
      .post(below(other, '/attendees/cancel'))
      .type('form')
      .send({ back: 'q=zzz', upTo: '9' });
    expect(empty.status).toBe(409);
    for (const since of ['2026-02-31T00:00', '2026-99-99T99:99', "'", '0000-01-01T00:00'])
      expect((await organiser.get(below(other, `/attendees?since=${since}`))).status).toBe(200);
  });
});
