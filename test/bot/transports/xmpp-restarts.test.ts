import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeConverse } from '../../../bot/conversation.ts';
import type { Xmpp } from '../../../src/config.ts';
import type { Base } from '../../../src/context.ts';
import { freshDatabase } from '../../support/database.ts';
import { type Ejabberd, openEjabberd } from '../../support/ejabberd.ts';
import { makeBase, makeEvent } from '../../support/factories.ts';
import { describeWith, type Need } from '../../support/needs.ts';
import { openServer, type TestServer } from '../../support/prosody.ts';
import { becomesOnline, startBot, type TestBot } from '../../support/xmpp-bot.ts';

/** How often the server is started anew while people register; 30 by hand: `RESTARTS=30 npm test -- restarts`. */
const restarts = Number(process.env.RESTARTS ?? 1);

type Server = {
  ways: Record<'client' | 'component', Xmpp>;
  account(name: string): Promise<Xmpp>;
  restart(): Promise<void>;
  stop(): Promise<void>;
};

const servers: Record<'prosody' | 'ejabberd', () => Promise<Server>> = {
  prosody: async () => {
    const server: TestServer = await openServer();
    return {
      ways: { client: server.prosody.config, component: server.component() },
      account: async (name) => {
        server.prosody.addUser(`${name}@localhost`, 'secret');
        const { service } = server.prosody.config;
        return { mode: 'client', service, jid: `${name}@localhost`, password: 'secret' };
      },
      restart: async () => {
        const before = server.prosody.pid() ?? 0;
        process.kill(before, 'SIGTERM');
        // Our keeper starts it again.
        await vi.waitFor(() => expect([undefined, before]).not.toContain(server.prosody.pid()), 10_000);
      },
      stop: server.stop,
    };
  },
  ejabberd: async () => {
    const server: Ejabberd = await openEjabberd();
    return {
      ways: { client: await server.account('turnout'), component: server.component() },
      account: server.account,
      restart: server.restart,
      stop: server.stop,
    };
  },
};

describe.each(Object.keys(servers) as (keyof typeof servers)[])('with %s', (name) => {
  describeWith(name satisfies Need, `a server that is started anew while people write (${name})`, () => {
    let database: Awaited<ReturnType<typeof freshDatabase>>;
    let base: Base;
    let server: Server;
    let bot: TestBot | undefined;
    beforeAll(async () => {
      database = await freshDatabase();
      base = makeBase(database.url);
      server = await servers[name]();
    });
    afterEach(async () => {
      await bot?.stop();
      bot = undefined;
    });
    afterAll(async () => {
      await server?.stop();
      await base?.db.$client.end();
      await database?.drop();
    });

    async function telephone(who: string): Promise<TestBot> {
      // While the server is away there is no account to be had.
      const xmpp = await vi.waitFor(() => server.account(who), { timeout: 20_000, interval: 200 });
      // What fell into the gap is said again soon, not after the usual twenty seconds.
      return startBot({ xmpp, converse: async () => [], wait: false, pace: { confirmWithin: 2_000 } });
    }

    /** As a person with a phone does: says it, and again in the same message as long as the network does not take it. */
    async function insists(phone: TestBot, to: string, text: string): Promise<string> {
      const id = randomUUID();
      const before = phone.heard.length;
      for (const until = Date.now() + 90_000; Date.now() < until; ) {
        const sent = await phone.send(to, id, { text }).then(
          () => true,
          () => sleep(300, false),
        );
        const answer = sent && (await answered(phone, before));
        if (answer) return answer;
      }
      throw new Error(`never had an answer: ${phone.logs.said()}`);
    }

    async function answered(phone: TestBot, before: number): Promise<string | undefined> {
      for (let waited = 0; waited < 2_000; waited += 20) {
        if (phone.heard.length > before) return phone.heard.at(-1)!.text;
        await sleep(20);
      }
      return undefined;
    }

    test.each(['client', 'component'] as const)(
      'as a %s the bot is back in time, and what people asked for is done once',
      async (way) => {
        const event = await makeEvent(base, { slug: `${name}-${way}` });
        bot = await startBot({
          xmpp: server.ways[way],
          converse: makeConverse(base),
          pace: { again: 1_000, confirmWithin: 2_000 },
        });
        const { jid } = bot;
        let going = true;
        let count = 0;
        let done = 0;
        // Each with a telephone of their own: an address that has registered is somebody from then on.
        const person = async () => {
          while (going) {
            const who = `p${count++}-${way}`;
            const phone = await telephone(who);
            const answer = await insists(phone, jid, `register ${event.slug} Pat ${who}@example.org no yes`);
            expect(answer).toContain('You are coming');
            done++;
            await phone.stop();
          }
        };
        const people = Array.from({ length: 4 }, person);
        let longest = 0;
        for (let n = 0; n < restarts; n++) {
          // Somebody has come through since the last time, and others are in the middle of it.
          const before = done;
          await vi.waitUntil(() => done > before, 60_000);
          await server.restart();
          const since = Date.now();
          await becomesOnline(bot);
          longest = Math.max(longest, Date.now() - since);
        }
        await sleep(500);
        going = false;
        await Promise.all(people);
        expect(longest).toBeLessThan(30_000);
        expect(done).toBe(count);
        const registered = await base.db.$client.query(
          `select count(*)::int rows, count(distinct person_id)::int people from registrations where event_id = $1`,
          [event.id],
        );
        expect(registered.rows[0]).toEqual({ rows: count, people: count });
        // Whoever registers a second time is sent the link: nobody was taken to do so.
        const again = await base.db.$client.query(
          `select from graphile_worker._private_jobs where payload::text like '%"link"%'`,
        );
        expect(again.rows).toHaveLength(0);
      },
      150_000 + restarts * 15_000,
    );
  });
});
