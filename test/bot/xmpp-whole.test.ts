import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Xmpp } from '../../src/config.ts';
import type { Base } from '../../src/context.ts';
import { freshDatabase } from '../support/database.ts';
import { makeBase, makeEvent } from '../support/factories.ts';
import { describeWith } from '../support/needs.ts';
import { until } from '../support/processes.ts';
import { openServer, type TestServer } from '../support/prosody.ts';
import { startTurnout, type Turnout } from '../support/turnout.ts';

// The real bot process on a real server, talked to by another program's client: everything that the parts are tested for, at once.

const ann = 'Ann 🦊 O’Neil';
const noor = 'نور الهدى';

describeWith('prosody', 'the bot over XMPP, killed in the middle of a dialogue', () => {
  let database: { url: string; drop(): Promise<void> };
  let base: Base;
  let server: TestServer;
  beforeAll(async () => {
    database = await freshDatabase();
    base = makeBase(database.url, () => new Date());
    server = await openServer();
    const day = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
    await makeEvent(base, {
      name: 'Geek dinner',
      startsAt: `${day}T19:00`,
      endsAt: `${day}T22:00`,
      capacity: '1',
      questions: [{ label: 'Diet', kind: 'choice', options: 'vegan\nfish', required: 'on' }],
    });
  });
  afterAll(async () => {
    await server.stop();
    await base.db.$client.end();
    await database.drop();
  });

  const start = async (xmpp: Xmpp): Promise<Turnout> => {
    const turnout = await startTurnout({
      LOG_LEVEL: 'info',
      DATABASE_URL: database.url,
      ROLES: 'worker,bot',
      XMPP_SERVICE: xmpp.service,
      ...(xmpp.mode === 'client'
        ? { XMPP_JID: xmpp.jid, XMPP_PASSWORD: xmpp.password }
        : { XMPP_DOMAIN: xmpp.domain, XMPP_COMPONENT_SECRET: xmpp.secret }),
    });
    await until(() => turnout.log().includes('is online'));
    return turnout;
  };

  describe.each(['client', 'component'] as const)('as a %s', (mode) => {
    it('registers, lists and cancels, byte for byte, with a kill in between', {
      timeout: 90_000,
    }, async () => {
      const xmpp = mode === 'client' ? server.prosody.config : server.component();
      const bot = xmpp.mode === 'client' ? xmpp.jid : `turnout@${xmpp.domain}`;
      let turnout = await start(xmpp);
      const user = await server.user();
      const other = await server.user();
      try {
        expect(await user.ask(bot, 'register geek-dinner')).toContain('What is your name?');
        expect(await user.ask(bot, ann)).toContain('e-mail');
        expect(await user.ask(bot, `${mode}.ann@example.org`)).toContain('Diet');
        await turnout.kill();
        turnout = await start(xmpp);
        const listed = await user.ask(bot, '2');
        expect(listed).toContain('public list');
        const summary = await user.ask(bot, 'no');
        expect(summary).toContain(`Name: ${ann}`);
        expect(summary).toContain('Diet: fish');
        expect(await user.ask(bot, 'yes')).toContain('You are coming to Geek dinner');
        expect(await user.ask(bot, 'my')).toContain('Geek dinner');

        const waiting = await other.ask(
          bot,
          `register geek-dinner "${noor}" ${mode}.noor@example.org vegan no yes`,
        );
        expect(waiting).toContain('number 1 on the waiting list');
        expect(await user.ask(bot, 'unregister geek-dinner yes')).toContain('is cancelled');
        // The one who waited is told of the place by chat, through the queue.
        await other.wait((stanza) => (stanza.getChild('body')?.getText() ?? '').includes('place'));
        expect(await names()).toEqual(expect.arrayContaining([`${ann} cancelled`, `${noor} confirmed`]));
        expect(await other.ask(bot, 'unregister geek-dinner yes')).toContain('is cancelled');
        expect((await turnout.stop()).code).toBe(0);
      } finally {
        await turnout.kill();
        await base.db.$client.query('delete from notices');
      }
    });
  });

  const names = async () => {
    const found = await base.db.$client.query(`select name || ' ' || state one from registrations`);
    return found.rows.map((row) => row.one as string);
  };
});
