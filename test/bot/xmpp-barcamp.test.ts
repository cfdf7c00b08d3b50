import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeConverse } from '../../bot/conversation.ts';
import type { Base, Ctx } from '../../src/context.ts';
import { gridOf } from '../../src/services/grid/queries.ts';
import { showLinkCode } from '../../src/services/people/commands.ts';
import { attendee, type Camp, makeCamp } from '../support/camp.ts';
import { freshDatabase } from '../support/database.ts';
import { makeBase, must } from '../support/factories.ts';
import { describeWith } from '../support/needs.ts';
import { openServer, type TestServer } from '../support/prosody.ts';
import { startBot, type TestBot } from '../support/xmpp-bot.ts';
import type { User } from '../support/xmpp-user.ts';

// A BarCamp in an ordinary XMPP client, from the proposal to the place on the grid.

describeWith('prosody', 'a BarCamp over XMPP', () => {
  let database: { url: string; drop(): Promise<void> };
  let base: Base;
  let server: TestServer;
  let bot: TestBot;
  let camp: Camp;
  beforeAll(async () => {
    database = await freshDatabase();
    base = makeBase(database.url);
    server = await openServer();
    bot = await startBot({ xmpp: server.prosody.config, converse: makeConverse(base) });
    camp = await makeCamp(base, { event: { name: 'BarCamp' } });
  });
  afterAll(async () => {
    await bot.stop();
    await server.stop();
    await base.db.$client.end();
    await database.drop();
  });

  const ask = (user: User, text: string): Promise<string> => user.ask(bot.jid, text);

  async function join(name: string): Promise<{ user: User; ctx: Ctx }> {
    const ctx = await attendee(base, camp, name);
    const user = await server.user();
    const { code } = must(await showLinkCode(ctx));
    expect(await ask(user, `link ${code}`)).toContain(name);
    return { user, ctx };
  }

  it('proposes, claims, loses a cell and takes the next one, sees it, moves, withdraws', {
    timeout: 60_000,
  }, async () => {
    const [ann, bob] = [await join('Ann'), await join('Bob')];
    expect(await ask(ann.user, 'propose "Tea & <biscuits> 🫖"')).toContain(
      'Session 1 is proposed: “Tea & <biscuits> 🫖”.',
    );
    expect(await ask(ann.user, 'claim 1 10:00 Red')).toContain('is in Red, 10:00–10:30 (London)');
    await ask(bob.user, 'propose Kites');
    const lost = await ask(bob.user, 'claim 2 10:00 Red');
    expect(lost).toContain('“Tea & <biscuits> 🫖” (Ann) already has Red at that time.');
    expect(lost).toContain('1 - Blue, 10:00–10:30');
    expect(await ask(bob.user, '1')).toContain('“Kites” is in Blue, 10:00–10:30 (London)');
    await ask(bob.user, 'star 1');
    expect(await ask(bob.user, 'at 10:00')).toMatch(/1 - Red: ★ #1 Tea.*\n2 - Blue: #2 Kites/);
    expect(await ask(bob.user, 'move 2 11:30 Red')).toContain('is in Red, 11:30–12:00');
    expect(await ask(ann.user, 'withdraw 1 yes')).toContain('is withdrawn');
    const { sessions } = await gridOf(base.db, camp.event.id);
    expect(sessions.map(({ title, place }) => [title, place?.room])).toEqual([['Kites', 'Red']]);
  });
});
