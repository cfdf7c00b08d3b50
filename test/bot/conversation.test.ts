import { and, eq, ne } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeConverse } from '../../bot/conversation.ts';
import { book } from '../../bot/dialogues/book.ts';
import type { Base } from '../../src/context.ts';
import { addresses, chatCodes, people, registrations } from '../../src/db/schema.ts';
import { consumeSignIn, signInLink } from '../../src/services/people/commands.ts';
import type { Reply } from '../../src/shared/chat.ts';
import { freshDatabase } from '../support/database.ts';
import { lastCode } from '../support/dialog.ts';
import { asSystem, asVisitor, makeBase, must, signUp } from '../support/factories.ts';
import { makeWorld } from '../support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

let base: Base;
let other: Base;
let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  // Another process: it shares the database alone.
  other = makeBase(database.url);
  await makeWorld(base);
});
afterAll(async () => {
  await base.db.$client.end();
  await other.db.$client.end();
  await database.drop();
});

let sent = 0;
const send = (address: string, text: string, by = base, key = `k${sent++}`): Promise<Reply[]> =>
  makeConverse(by)({ address, key, text });
const said = (replies: Reply[]) => replies.map((one) => one.text).join('\n');

const living = (email: string) =>
  base.db
    .select({ id: registrations.id, name: registrations.name, state: registrations.state })
    .from(registrations)
    .innerJoin(people, eq(people.id, registrations.personId))
    .where(and(eq(people.email, email), ne(registrations.state, 'cancelled')))
    .orderBy(registrations.id);

/** A base whose process dies as soon as it wants to keep an answer: what was done before is done. */
function dying(): Base {
  const pool = Object.create(base.db.$client);
  pool.query = (query: { name?: string }, ...rest: unknown[]) => {
    if (String(query?.name).startsWith('conversation-') && query.name !== 'conversation-load')
      return Promise.reject(new Error('the process is gone'));
    return (base.db.$client.query as (...args: unknown[]) => unknown).call(base.db.$client, query, ...rest);
  };
  return {
    ...base,
    db: Object.assign(Object.create(base.db), { $client: pool, $pipelined: base.db.$pipelined }),
  };
}

describe('a message that is delivered again', () => {
  it('gets the same answer, and does nothing twice', async () => {
    const line = 'register geek-breakfast Rea rea@example.org yes';
    const first = await send('x:rea', line, base, 'same');
    await send('x:rea', 'menu');
    expect(await send('x:rea', line, base, 'same')).toEqual(first);
    expect(await send('x:rea', line, other, 'same')).toEqual(first);
    expect(await living('rea@example.org')).toHaveLength(1);
  });

  it('after a crash between the registration and its answer: is registered once, and told so', async () => {
    await send('x:cra', 'register geek-breakfast Cra cra@example.org no');
    await expect(send('x:cra', 'yes', dying(), 'crash')).rejects.toThrow('gone');
    expect(await living('cra@example.org')).toHaveLength(1);
    expect(said(await send('x:cra', 'yes', other, 'crash'))).toContain('You are coming to Geek breakfast');
    expect(await living('cra@example.org')).toHaveLength(1);
  });

  it('after a crash, also when one line had said it all', async () => {
    const line = 'register geek-breakfast Una una@example.org yes';
    await expect(send('x:una', line, dying(), 'line')).rejects.toThrow('gone');
    expect(said(await send('x:una', line, other, 'line'))).toContain('You are coming to Geek breakfast');
    expect(await living('una@example.org')).toHaveLength(1);
  });

  it('after a crash between the cancelling and its answer: is told that it is cancelled', async () => {
    await send('x:can', 'register geek-breakfast Can can@example.org yes');
    await send('x:can', 'unregister');
    await expect(send('x:can', 'yes', dying(), 'cancel')).rejects.toThrow('gone');
    expect(await living('can@example.org')).toEqual([]);
    expect(said(await send('x:can', 'yes', other, 'cancel'))).toContain('is cancelled');
  });

  it('after a crash, also when one line had said it all: is told that it is cancelled', async () => {
    await send('x:una2', 'register geek-breakfast Una una2@example.org yes');
    const line = 'unregister geek-breakfast yes';
    await expect(send('x:una2', line, dying(), 'line')).rejects.toThrow('gone');
    expect(await living('una2@example.org')).toEqual([]);
    expect(said(await send('x:una2', line, other, 'line'))).toContain('is cancelled');
  });

  it('after a crash between the linking and its answer: is linked, and the dialogue goes on', async () => {
    must(
      await consumeSignIn(
        asVisitor(base),
        (await signInLink(asSystem(base), 'lin@example.org')).split('/').at(-1)!,
      ),
    );
    await send('x:lin', 'register geek-breakfast Lin lin@example.org yes');
    await send('x:lin', 'yes');
    const code = await lastCode(base);
    await expect(send('x:lin', code, dying(), 'linked')).rejects.toThrow('gone');
    expect(said(await send('x:lin', code, base, 'linked'))).toContain('You are coming to Geek breakfast');
    expect(await living('lin@example.org')).toHaveLength(1);
  });

  it('twenty times at once, in two processes: is applied once, with one answer', async () => {
    const line = 'register geek-breakfast Twe twe@example.org yes';
    const two = [makeConverse(base), makeConverse(other)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => two[n % 2]!({ address: 'x:twe', key: 'one', text: line })),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await living('twe@example.org')).toHaveLength(1);
  });
});

describe('messages of one conversation at the same time', () => {
  it('are taken in their order by one process', async () => {
    const converse = makeConverse(base);
    const texts = ['register', '2', 'Ord', 'ord@example.org', 'no', 'yes'];
    const answers = await Promise.all(
      texts.map((text, n) => converse({ address: 'x:ord', key: `o${n}`, text })),
    );
    expect(said(answers.at(-1)!)).toContain('You are coming to Geek breakfast');
    expect(await living('ord@example.org')).toHaveLength(1);
  });

  it('are all answered by two processes, and none is lost', async () => {
    const two = [makeConverse(base), makeConverse(other)];
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => two[n % 2]!({ address: 'x:par', key: `p${n}`, text: 'events' })),
    );
    for (const answer of answers) expect(said(answer)).toContain('1 - Geek dinner');
  });

  it('two times yes in two processes: one registration, and two true answers', async () => {
    await send('x:two', 'register barcamp Two two@example.org - Sunday - no - no');
    const answers = await Promise.all([send('x:two', 'yes', base), send('x:two', 'yes', other)]);
    expect(await living('two@example.org')).toHaveLength(1);
    const texts = answers.map(said).sort();
    expect(texts.filter((text) => text.includes('You are coming to BarCamp'))).toHaveLength(1);
    expect(texts.every((text) => /coming|already registered|not asked anything/.test(text))).toBe(true);
    expect(said(await send('x:two', 'yes'))).toContain('I have not asked anything');
  });

  it('of different people run side by side', async () => {
    const converse = makeConverse(base);
    let release = () => {};
    const lock = await base.db.$client.connect();
    await lock.query(`begin; select 1 from events where slug = 'talks-night' for update`);
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = converse({
      address: 'x:slow',
      key: 's',
      text: 'register talks-night Slo slo@example.org yes',
    });
    void held.then(() => lock.query('commit')).then(() => lock.release());
    expect(said(await converse({ address: 'x:fast', key: 'f', text: 'menu' }))).toContain('Turnout');
    release();
    expect(said(await slow)).toContain('waiting list');
  });
});

describe('whoever gives the e-mail address of somebody else', () => {
  it('registers, reads and cancels nothing of theirs before the mailed code comes back', async () => {
    must(
      await signUp(base, { slug: 'barcamp' }, 'Vic', {
        answers: { which_days: 'Sunday', do_you_come_by_bike: 'no' },
      }),
    );
    const before = await living('vic@example.org');
    const heard: string[] = [];
    for (const text of [
      'register geek-breakfast Vic vic@example.org yes',
      'no',
      'vic@example.org',
      'yes',
      'yes',
      'AAAA-AAAA',
      'cancel',
      'my',
      'vic@example.org',
      'BBBB-BBBB',
      'cancel',
      'unregister barcamp yes',
      'vic@example.org',
      'CCCC-CCCC',
      'cancel',
      'link vic@example.org',
      'cancel',
      'whoami',
      'event barcamp',
      'name Mallory',
    ])
      heard.push(said(await send('x:mal', text)));
    expect(await living('vic@example.org')).toEqual(before);
    expect(heard.join('\n')).not.toMatch(/You are (coming|registered)|speaks for|Very well/);
    const [address] = await base.db.select().from(addresses).where(eq(addresses.uri, 'x:mal'));
    expect(address).toMatchObject({ personId: null, linkedAt: null });
    // The code that was mailed to Vic is of no use to another address either.
    expect(said(await send('x:eve', `link ${await lastCode(base)}`))).toContain('That code is not right');
  });

  it('can ask for ten codes a day, not more', async () => {
    for (let n = 0; n < 10; n++) await send('x:many', `link many${n}@example.org`);
    expect(said(await send('x:many', 'link many11@example.org'))).toContain('Too many codes');
    expect(await base.db.select().from(chatCodes).where(eq(chatCodes.email, 'many11@example.org'))).toEqual(
      [],
    );
  });
});

describe('anything at all', () => {
  it('is answered, also ten thousand letters of it, control characters and halves of emoji', async () => {
    for (const text of [
      'x'.repeat(10_000),
      '🎉'.repeat(5000),
      '"'.repeat(10_000),
      'a '.repeat(5000),
      '\u0000\u0007',
      '\ud83d',
      '9'.repeat(10_000),
    ])
      for (const before of ['', 'event ', 'register geek-dinner ', 'schedule '])
        expect(said(await send('x:odd', before + text))).not.toBe('');
  });

  it('is answered on the real database, whatever came before', async () => {
    const words = fc.constantFrom(
      ...book.words,
      '1',
      '2',
      '3',
      'yes',
      'no',
      '-',
      'back',
      'more',
      'resume',
      'cancel',
      'geek',
      'a@b.example',
      'abcd-2345',
    );
    const line = fc.array(words, { maxLength: 6 }).map((some) => some.join(' '));
    let n = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(line, fc.string({ unit: 'binary' })), { maxLength: 6 }),
        async (texts) => {
          const address = `x:any${n++}`;
          for (const text of texts) {
            const replies = await send(address, text);
            expect(replies.length).toBeGreaterThan(0);
            for (const reply of replies) expect(reply.text).not.toMatch(/undefined|\[object|bot:|site:/);
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});
