import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import { addHost, answerInvitation } from '../../../src/services/sessions/commands.ts';
import { invitationMail, invitationsTo } from '../../../src/services/sessions/inviting.ts';
import { sessionByNumber } from '../../../src/services/sessions/queries.ts';
import { t } from '../../../src/words/words.ts';
import { attendee, hold, makeCamp } from '../../support/camp.ts';
import { freshDatabase } from '../../support/database.ts';
import { code, makeBase, must, noon } from '../../support/factories.ts';

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

async function annAndBob() {
  const camp = await makeCamp(base);
  const [ann, bob] = [await attendee(base, camp, 'Ann'), await attendee(base, camp, 'Bob')];
  const number = await hold(ann, camp, 'Feeds');
  const session = (await sessionByNumber(base.db, camp.event.id, number))!;
  const hosts = async () =>
    (await sessionByNumber(base.db, camp.event.id, number))!.hosts.map((one) => one.name);
  return { camp, ann, bob, number, session, hosts };
}

const jobs = async () =>
  (
    await base.db.$client.query(
      `select payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
        where t.identifier = 'mail_invitation' order by j.id`,
    )
  ).rows.map((row) => row.payload);

describe('asking somebody to hold a session too', () => {
  it('gives the same answer whoever has the address, and asks by mail, once', async () => {
    const { camp, ann, bob, number, session, hosts } = await annAndBob();
    const before = (await jobs()).length;
    const known = await addHost(ann, camp.slug, number, 'bob@example.org');
    const unknown = await addHost(ann, camp.slug, number, 'nobody@example.org');
    expect(unknown).toEqual(known);
    must(await addHost(ann, camp.slug, number, 'bob@example.org'));
    expect(await hosts()).toEqual(['Ann']);
    const asked = { session: session.id, person: bob.actor.personId! };
    expect((await jobs()).slice(before)).toEqual([asked]);
    const mail = await invitationMail(base, t, asked);
    expect(mail?.to.email).toBe('bob@example.org');
    expect(mail?.message.subject).toBe('Ann would like to hold “Feeds” with you');
    expect(await invitationsTo(base.db, asked.person, noon)).toEqual([
      { number, title: 'Feeds', by: 'Ann', event: { slug: camp.slug, name: camp.event.name } },
    ]);
    expect(code(await addHost(ann, camp.slug, number, 'bob@'))).toBe('invalid');
    expect(code(await addHost(bob, camp.slug, number, 'ann@example.org'))).toBe('not_host');
  });

  it('names them with their yes, and not before', async () => {
    const { camp, ann, bob, number, session, hosts } = await annAndBob();
    expect(code(await answerInvitation(bob, camp.slug, number, true))).toBe('not_invited');
    must(await addHost(ann, camp.slug, number, 'bob@example.org'));
    must(await answerInvitation(bob, camp.slug, number, true));
    expect(await hosts()).toEqual(['Ann', 'Bob']);
    expect(code(await answerInvitation(bob, camp.slug, number, true))).toBe('not_invited');
    expect(
      await invitationMail(base, t, { session: session.id, person: bob.actor.personId! }),
    ).toBeUndefined();
  });

  it('leaves those alone who said no', async () => {
    const { camp, ann, bob, number, hosts } = await annAndBob();
    must(await addHost(ann, camp.slug, number, 'bob@example.org'));
    must(await answerInvitation(bob, camp.slug, number, false));
    const before = (await jobs()).length;
    must(await addHost(ann, camp.slug, number, 'bob@example.org'));
    expect(await jobs()).toHaveLength(before);
    expect(await hosts()).toEqual(['Ann']);
    const left = await invitationsTo(base.db, bob.actor.personId!, noon);
    expect(left.filter((one) => one.event.slug === camp.slug)).toEqual([]);
    expect(code(await answerInvitation(bob, camp.slug, number, true))).toBe('not_invited');
  });
});
