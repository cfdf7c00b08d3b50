import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Xmpp } from '../../src/config.ts';
import { freshDatabase } from '../support/database.ts';
import { describeWith } from '../support/needs.ts';
import { until } from '../support/processes.ts';
import { openServer, type TestServer } from '../support/prosody.ts';
import { startTurnout, type Turnout } from '../support/turnout.ts';
import type { User } from '../support/xmpp-user.ts';

// Two processes with the bot's role: one speaks, and when it is killed the other does, within seconds. Each message is answered once.

describeWith('prosody', 'two processes of the bot', () => {
  let database: { url: string; drop(): Promise<void> };
  let server: TestServer;
  beforeAll(async () => {
    database = await freshDatabase();
    server = await openServer();
  });
  afterAll(async () => {
    await server?.stop();
    await database?.drop();
  });

  const running: Turnout[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.kill()));
  });
  const start = async (xmpp: Xmpp): Promise<Turnout> => {
    const turnout = await startTurnout({
      LOG_LEVEL: 'info',
      DATABASE_URL: database.url,
      ROLES: 'bot',
      XMPP_SERVICE: xmpp.service,
      ...(xmpp.mode === 'client'
        ? { XMPP_JID: xmpp.jid, XMPP_PASSWORD: xmpp.password }
        : { XMPP_DOMAIN: xmpp.domain, XMPP_COMPONENT_SECRET: xmpp.secret }),
    });
    running.push(turnout);
    return turnout;
  };

  /** People write in turns, a numbered message every so often, until they are told to stop; gives the numbers. */
  function writing(users: User[], to: string) {
    let stopped = false;
    const sent: number[] = [];
    const run = async () => {
      for (let n = 1; !stopped; n++) {
        await users[n % users.length]!.say(to, `stop number${n}`);
        sent.push(n);
        await sleep(250);
      }
    };
    const running = run();
    return {
      stop: async () => {
        stopped = true;
        await running;
        return sent;
      },
    };
  }

  describe.each(['client', 'component'] as const)('as a %s', (mode) => {
    it('the second takes over from one that was killed, and no message is answered twice', {
      timeout: 60_000,
    }, async () => {
      const xmpp = mode === 'client' ? server.prosody.config : server.component();
      const bot = xmpp.mode === 'client' ? xmpp.jid : `turnout@${xmpp.domain}`;
      const first = await start(xmpp);
      const second = await start(xmpp);
      await until(() => first.log().includes('is online'));
      await until(() => second.log().includes('this one stands by'));
      expect(second.log()).not.toContain('is online');
      // No one of them writes as fast as the bot would mind.
      const users = await Promise.all(Array.from({ length: 12 }, () => server.user()));
      /** By the id of the message: what is said again with the id that it had is the same message, and a client shows it once. */
      const answers = () => {
        const said = users.flatMap((user) => user.got).filter((one) => one.attrs.from?.startsWith(bot));
        const numbers = new Map(
          said.flatMap((one) => {
            const number = /“number(\d+)”/.exec(one.getChild('body')?.getText() ?? '')?.[1];
            return number ? [[one.attrs.id, Number(number)] as const] : [];
          }),
        );
        return [...numbers.values()];
      };
      const load = writing(users, bot);
      await until(() => answers().length > 4);
      const before = answers().length;
      const killed = performance.now();
      await first.kill();
      await until(() => answers().length > before + 4);
      const took = performance.now() - killed;
      const sent = await load.stop();
      const missing = () => {
        const got = answers();
        return sent.filter((n) => !got.includes(n));
      };
      const bounced = () =>
        users
          .flatMap((user) => user.got)
          .filter((one) => one.name === 'message' && one.attrs.type === 'error');
      // What a component misses comes back to the sender; a client's server keeps it.
      await until(() => missing().length <= (mode === 'client' ? 0 : bounced().length));
      // Whatever would be said twice is said by now.
      await sleep(1_500);
      expect(took).toBeLessThan(15_000);
      expect(answers()).toHaveLength(new Set(answers()).size);
      console.log(
        `taken over as a ${mode} after ${Math.round(took)} ms; ${missing().length} of ${sent.length} came back`,
      );
    });
  });
});
