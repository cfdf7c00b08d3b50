import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeConverse } from '../../../bot/conversation.ts';
import type { Base } from '../../../src/context.ts';
import { grantRole, showLinkCode, signInLink } from '../../../src/services/people/commands.ts';
import { personByEmail } from '../../../src/services/people/queries.ts';
import { dataOf } from '../../../src/services/privacy/queries.ts';
import { forgetMe } from '../../../src/services/registrations/forgetting.ts';
import { freshDatabase } from '../../support/database.ts';
import { dinners } from '../../support/dinners.ts';
import { as, asSystem, asVisitor, code, makeBase, makeEvent, must, signUp } from '../../support/factories.ts';
import { idle, openWorker } from '../../support/jobs.ts';
import { startSmtp } from '../../support/smtp.ts';

let database: { url: string; drop(): Promise<void> };
let base: Base;
let at: ReturnType<typeof dinners>;
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  at = dinners(base);
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

const zora = (personId: number) => as(base, { door: 'web', personId, grants: [] });
const idOf = async (email: string) => (await personByEmail(base.db, email))!.id;

/** Every row of every table that says her name or her address, as `<table> <row>`. */
async function traces(text: string): Promise<string[]> {
  const tables = await at.query(`select table_schema || '.' || table_name name from information_schema.tables
    where table_schema in ('public', 'graphile_worker') and table_type = 'BASE TABLE'`);
  const found = await Promise.all(
    tables.map(async ({ name }) =>
      (
        await at.query(`select row_to_json(t)::text row from ${name} t where row_to_json(t)::text ilike $1`, [
          `%${text}%`,
        ])
      ).map(({ row }) => `${name} ${row}`),
    ),
  );
  return found.flat();
}

/** Somebody of whom there is something in every corner: parties, chats, a session, a star, a role, what was said. */
async function makeZora() {
  const dinner = await at.dinner({ capacity: '3' });
  const talks = await makeEvent(base, {
    name: 'Old talks',
    startsAt: '2026-05-02T10:00',
    endsAt: '2026-05-02T12:00',
  });
  const members = [{ diets: ['vegan'] }, { name: 'Zora junior' }, {}];
  must(await signUp(base, dinner, 'Zora', { members, listed: true, near: 'Zora senior' }));
  const bob = must(await signUp(base, dinner, 'Bob'));
  await at.query(
    `insert into registrations (event_id, person_id, name, state, position, door, listed)
    select $1, person_id, name, 'confirmed', 1, 'web', true from registrations where name = 'Zora'`,
    [talks.id],
  );
  const person = await idOf('zora@example.org');
  await signInLink(asSystem(base), 'zora@example.org');
  const { code: word } = must(await showLinkCode(zora(person)));
  const converse = makeConverse(base);
  await converse({ address: 'test:zora-at-home', key: 'm1', text: `link ${word}` });
  await converse({ address: 'test:zora-at-home', key: 'm2', text: 'name "Zora Zoroaster"' });
  must(await grantRole(asSystem(base), { email: 'zora@example.org', role: 'helper', eventId: dinner.id }));
  return { dinner, bob, person };
}

describe('forgetting somebody', () => {
  it('gives their places on, and leaves no trace of who they were; the counts stay', {
    timeout: 60_000,
  }, async () => {
    const smtp = await startSmtp();
    const { dinner, bob, person } = await makeZora();
    expect(await at.stateOf(bob)).toBe('waitlisted');
    const work = async () => {
      const worker = await openWorker(base, database.url, smtp.url);
      await idle(base);
      await worker.stop();
    };
    await work();
    const data = (await dataOf(base.db, person))!;
    expect(Object.entries(data).map(([key, rows]) => [key, (rows as unknown[]).length ?? 1])).toEqual([
      ['person', 1],
      ['roles', 1],
      ['chats', 1],
      ['registrations', 2],
      ['sessions', 0],
      ['invitations', 0],
      ['stars', 0],
      ['announcements', 0],
      ['told', 1],
      ['sign_ins', 1],
    ]);
    expect(JSON.stringify(data)).not.toMatch(/hash|feed_key|"key"/);
    expect((await traces('zora')).length).toBeGreaterThan(5);
    const before = smtp.received.length;
    must(await forgetMe(zora(person)));
    await work();
    expect(await traces('zora')).toEqual([]);
    expect(await at.stateOf(bob)).toBe('confirmed');
    expect(await at.faults(dinner)).toEqual([]);
    // Bob is told that he has the place; nothing is sent to nobody.
    expect(smtp.received.slice(before).map((one) => one.to)).toEqual([['bob@example.org']]);
    expect(await at.query('select from registrations where person_id = $1', [person])).toHaveLength(2);
    // Twice is no error, and the address is free for somebody new.
    must(await forgetMe(zora(person)));
    must(await signUp(base, dinner, 'Zora'));
    expect(await idOf('zora@example.org')).not.toBe(person);
    await smtp.close();
  });

  it('by a chat keeps not even that, also of one that only said whose it is, and of one that was unlinked', async () => {
    const converse = makeConverse(base);
    const dinner = await at.dinner();
    let said = 0;
    const say = async (address: string, ...lines: string[]) => {
      for (const text of lines) await converse({ address, key: `${++said}`, text });
    };
    const talks = await makeEvent(base, { name: 'New talks', kind: 'meetup' });
    const typed = `register ${talks.slug} Yolanda yolanda@example.org`;
    await say('xmpp:yolanda-says@example.org', `${typed} yes`);
    await say('xmpp:stranger@example.org', typed);
    const yolanda = zora(await idOf('yolanda@example.org'));
    expect(
      await at.query(`select uri from addresses where person_id = $1`, [yolanda.actor.personId]),
    ).toEqual([{ uri: 'xmpp:yolanda-says@example.org' }]);
    const link = async () => `link ${must(await showLinkCode(yolanda)).code}`;
    await say('xmpp:yolanda-before@example.org', await link(), 'unlink', 'my');
    await say('xmpp:yolanda-home@example.org', await link(), 'forget me');
    // Somebody else has it now: it stays theirs.
    await say('xmpp:yolanda-sold@example.org', await link(), 'unlink');
    must(await signUp(base, dinner, 'Bob'));
    const { code: bobs } = must(await showLinkCode(zora(await idOf('bob@example.org'))));
    await say('xmpp:yolanda-sold@example.org', `link ${bobs}`);
    expect((await traces('yolanda-says')).length).toBeGreaterThan(1);
    await say('xmpp:yolanda-home@example.org', 'yolanda@example.org');
    const left = await traces('yolanda');
    expect(left.filter((row) => !row.includes('yolanda-sold'))).toEqual([]);
    expect(left.length).toBeGreaterThan(0);
  });

  it('is refused to whoever has not proved who they are, and to the last organiser', async () => {
    expect(code(await forgetMe(asVisitor(base)))).toBe('not_signed_in');
    must(await signUp(base, await at.dinner(), 'Cyd'));
    const cyd = await idOf('cyd@example.org');
    const chat = as(base, { door: 'chat', personId: cyd, addressId: 999, grants: [] });
    expect(code(await forgetMe(chat))).toBe('prove_first');
    must(await grantRole(asSystem(base), { email: 'root@example.org', role: 'organiser', eventId: null }));
    expect(code(await forgetMe(zora(await idOf('root@example.org'))))).toBe('last_organiser');
    expect(await idOf('root@example.org')).toBeGreaterThan(0);
  });
});
