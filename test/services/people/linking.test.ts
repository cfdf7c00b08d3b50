import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Base, Ctx } from '../../../src/context.ts';
import { linkByCode, mailedCode, mailLinkCode, showLinkCode } from '../../../src/services/people/linking.ts';
import { verifiedPerson } from '../../../src/services/people/proving.ts';
import { personByEmail } from '../../../src/services/people/queries.ts';
import { actorOfAddress } from '../../../src/services/people/speakers.ts';
import { freshDatabase } from '../../support/database.ts';
import { as, code, makeBase, must, noon, secret } from '../../support/factories.ts';

let now = noon;
let base: Base;
/** Another process: a pool of its own. */
let other: Base;
let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url, () => now);
  other = makeBase(database.url, () => now);
});
beforeEach(() => {
  now = noon;
});
afterAll(async () => {
  await Promise.all([base, other].map((one) => one.db.$client.end()));
  await database.drop();
});

const chat = async (name: string, on = base): Promise<Ctx> =>
  as(on, (await actorOfAddress(base.db, `xmpp:${name}@chat`)).actor);

async function mailed(ctx: Ctx, email: string): Promise<string> {
  must(await mailLinkCode(ctx, { email }));
  const { rows } = await base.db.$client.query('select max(id) id from chat_codes where email = $1', [email]);
  return mailedCode(secret, rows[0].id);
}

const personOf = async (email: string) => (await personByEmail(base.db, email))!.id;

/** Another letter in its last place. */
const nearly = (right: string, n: number) => right.slice(0, -1) + 'ABCDEFGH'.replace(right.at(-1)!, 'J')[n];

describe('a code that is mailed', () => {
  it('is eight letters and digits as the website shows them, however they are typed', async () => {
    const ann = await chat('ann');
    const sent = await mailed(ann, 'ann@example.org');
    expect(sent).toMatch(/^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/);
    expect(must(await linkByCode(ann, sent.toLowerCase().replace('-', ' ')))).toEqual({
      personId: await personOf('ann@example.org'),
    });
    expect(code(await linkByCode(ann, sent))).toBe('code_spent');
  });

  it('is good for ten minutes', async () => {
    const dee = await chat('dee');
    const late = await mailed(dee, 'dee@example.org');
    now = new Date(noon.getTime() + 10 * 60_000);
    expect(code(await linkByCode(dee, late))).toBe('code_spent');
    const intime = await mailed(dee, 'dee@example.org');
    now = new Date(now.getTime() + 10 * 60_000 - 1);
    must(await linkByCode(dee, intime));
  });

  it('ends with a newer one, and the newer one’s end does not bring it back', async () => {
    const bob = await chat('bob');
    const older = await mailed(bob, 'bob@example.org');
    const newer = await mailed(bob, 'bob@example.org');
    expect(code(await linkByCode(bob, older))).toBe('code_wrong');
    for (let n = 1; n < 5; n++) expect(code(await linkByCode(bob, nearly(newer, n)))).toBe('code_wrong');
    for (const spent of [newer, older]) expect(code(await linkByCode(bob, spent))).toBe('code_spent');
  });

  it('is spent by the fifth wrong guess, and not by what can be no code; one that is shown works beside it', async () => {
    const cat = await chat('cat');
    const right = await mailed(cat, 'cat@example.org');
    for (const text of ['thanks', '000000', 'help me'])
      expect(code(await linkByCode(cat, text))).toBe('code_wrong');
    for (let n = 0; n < 4; n++) expect(code(await linkByCode(cat, nearly(right, n)))).toBe('code_wrong');
    const personId = await verifiedPerson(base.db, 'cat@example.org', now);
    const shown = must(await showLinkCode(as(base, { door: 'web', personId, grants: [] }))).code;
    must(await linkByCode(cat, shown));
    expect(code(await linkByCode(cat, nearly(right, 4)))).toBe('code_wrong');
    expect(code(await linkByCode(cat, right))).toBe('code_spent');
  });
});

describe('ten codes a day', () => {
  it('go to one mailbox, whoever asks; 30 that are asked for at once in two processes are ten', async () => {
    const askers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => chat(`eve${n}`, n % 2 ? base : other)),
    );
    const asked = await Promise.all(askers.map((ctx) => mailLinkCode(ctx, { email: 'dan@example.org' })));
    expect(asked.filter((one) => one.ok).length).toBe(10);
    expect(new Set(asked.map(code))).toEqual(new Set([undefined, 'too_many_codes']));
    now = new Date(noon.getTime() + 24 * 3600_000 + 1);
    must(await mailLinkCode(askers[0]!, { email: 'dan@example.org' }));
  });

  it('are asked for by one chat address, of whatever mailboxes', async () => {
    const eve = [await chat('eve'), await chat('eve', other)];
    const asked = await Promise.all(
      Array.from({ length: 30 }, (_, n) => mailLinkCode(eve[n % 2]!, { email: `v${n}@example.org` })),
    );
    expect(asked.filter((one) => one.ok).length).toBe(10);
  });
});
