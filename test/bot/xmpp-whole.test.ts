import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stanza } from '../../bot/transports/xmpp/types.ts';
import type { Xmpp } from '../../src/config.ts';
import type { Base } from '../../src/context.ts';
import { freshDatabase } from '../support/database.ts';
import { makeBase, makeEvent } from '../support/factories.ts';
import { describeWith } from '../support/needs.ts';
import { until } from '../support/processes.ts';
import { openServer, type TestServer } from '../support/prosody.ts';
import { startTurnout, type Turnout } from '../support/turnout.ts';
import type { User } from '../support/xmpp-user.ts';

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
        await told(user, bot, 'register geek-dinner', 'What is your name?');
        await told(user, bot, ann, 'e-mail');
        await told(user, bot, `${mode}.ann@example.org`, 'Diet');
        await turnout.kill();
        turnout = await start(xmpp);
        await told(user, bot, '2', 'public list');
        await told(user, bot, 'no', `Name: ${ann}`);
        await told(user, bot, 'yes', 'You are coming to Geek dinner');
        await told(user, bot, 'my', 'Geek dinner');

        const line = `register geek-dinner "${noor}" ${mode}.noor@example.org vegan no yes`;
        await told(other, bot, line, 'number 1 on the waiting list');
        await told(user, bot, 'unregister geek-dinner yes', 'is cancelled');
        // The one who waited is told of the place by chat, through the queue.
        await other.wait((stanza) => bodyOf(stanza).includes('A place became free'));
        expect(await names()).toEqual([`${ann} cancelled fish`, `${noor} confirmed vegan`]);
        await told(other, bot, 'unregister geek-dinner yes', 'is cancelled');
        expect((await turnout.stop()).code).toBe(0);
      } finally {
        await turnout.kill();
        await base.db.$client.query('delete from notices; delete from registrations');
      }
    });
  });

  const names = async () => {
    const found = await base.db.$client.query(
      `select concat_ws(' ', name, state, answers->>'diet') one from registrations order by id`,
    );
    return found.rows.map((row) => row.one as string);
  };
});

/** Says something and waits for an answer with these words: a message that was in hand at the kill is answered once more before it. */
async function told(user: User, bot: string, text: string, words: string): Promise<void> {
  const before = user.got.length;
  await user.say(bot, text);
  const follows = (stanza: Stanza) => user.got.indexOf(stanza) >= before && bodyOf(stanza).includes(words);
  await user.wait(follows).catch(() => expect(user.texts().join('\n---\n')).toContain(words));
}

const bodyOf = (stanza: Stanza): string => stanza.getChild('body')?.getText() ?? '';
