import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import { announce } from '../../../src/services/announcements/commands.ts';
import { announcementsOf, reachOf } from '../../../src/services/announcements/queries.ts';
import { cancelByToken } from '../../../src/services/registrations/commands.ts';
import { freshDatabase } from '../../support/database.ts';
import { by, dinners } from '../../support/dinners.ts';
import { asSystem, asVisitor, code, makeBase, makeEvent, must, noon } from '../../support/factories.ts';
import { idle, openWorker } from '../../support/jobs.ts';
import { startSmtp } from '../../support/smtp.ts';

let database: { url: string; drop(): Promise<void> };
let base: Base;
let at: ReturnType<typeof dinners>;
let now = noon;
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url, () => now);
  at = dinners(base);
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

async function work() {
  const smtp = await startSmtp();
  const worker = await openWorker(base, database.url, smtp.url);
  await idle(base);
  await worker.stop();
  await smtp.close();
  return {
    mails: smtp.received.map(
      (one) => `${one.to[0]!.split('@')[0]}: ${one.mail.text!.match(/^> (.*)/m)?.[1]}`,
    ),
    said: worker.said.map((one) => one.reply.text),
    received: smtp.received,
  };
}

describe('an announcement', () => {
  it('reaches those who have a place, or those who wait as well, each once, by mail and chat', async () => {
    const event = await at.dinner({ name: 'Supper', capacity: '2' });
    const [ann, bob, cyd] = [
      await at.come(event, 'Ann'),
      await at.come(event, 'Bob'),
      await at.come(event, 'Cyd'),
    ];
    const gone = await at.come(event, 'Dan');
    must(await cancelByToken(asVisitor(base), by(gone).token));
    await at.query(
      `insert into addresses (uri, person_id, linked_at)
      select 'test:ann', person_id, now() from registrations where id = $1`,
      [ann.id],
    );
    await at.queued();
    expect(must(await reachOf(asSystem(base), event.slug))).toEqual({ coming: 2, everyone: 3 });
    const first = { text: ' Round the corner. ', requestKey: 'k1' };
    const once = must(await announce(asSystem(base), event.slug, first));
    expect(must(await announce(asSystem(base), event.slug, first))).toEqual(once);
    must(await announce(asSystem(base), event.slug, { text: 'Bring cake.', audience: 'everyone' }));
    const { mails, said, received } = await work();
    expect(mails.sort()).toEqual([
      'ann: Bring cake.',
      'ann: Round the corner.',
      'bob: Bring cake.',
      'bob: Round the corner.',
      'cyd: Bring cake.',
    ]);
    // By chat in one message, if both were there when it was said.
    const inChat = said.join('\n').split('\n');
    for (const text of ['Round the corner.', 'Bring cake.'])
      expect(inChat.filter((line) => line === text)).toHaveLength(1);
    expect(received[0]!.mail.headers.get('list')).toHaveProperty('unsubscribe');
    expect([bob.state, cyd.state]).toEqual(['confirmed', 'waitlisted']);
    expect((await announcementsOf(base.db, event.id, 9)).map((one) => one.text)).toEqual([
      'Bring cake.',
      'Round the corner.',
    ]);
    expect((await work()).mails).toEqual([]);
  });

  it('is refused with nothing said, too much, to a draft, to what is over, and to who does not organise', async () => {
    const event = await at.dinner();
    const draft = await makeEvent(base, { draft: true });
    const said = async (slug: string, text: string, ctx = asSystem(base)) =>
      code(await announce(ctx, slug, { text }));
    expect(await said(event.slug, '  ')).toBe('invalid');
    expect(await said(event.slug, 'x'.repeat(2001))).toBe('invalid');
    expect(await said(event.slug, 'Hello', asVisitor(base))).toBe('not_organiser');
    expect(code(await reachOf(asVisitor(base), event.slug))).toBe('not_organiser');
    expect(await said('nowhere', 'Hello')).toBe('event_unknown');
    expect(await said(draft.slug, 'Hello')).toBe('announce_draft');
    now = new Date(event.endsAt.getTime() + 1);
    expect(await said(event.slug, 'Hello')).toBe('event_over');
    now = noon;
  });
});
