import type { Express } from 'express';
import request from 'supertest';
import { greeting, makeConverse } from '../../bot/conversation.ts';
import { makeApp } from '../../src/app.ts';
import type { Base } from '../../src/context.ts';
import { listen } from '../../src/db/listen.ts';
import { signInLink } from '../../src/services/people/commands.ts';
import type { Site } from '../../src/web/http.ts';
import { keptPages } from '../../src/web/kept.ts';
import { freshDatabase } from './database.ts';
import { asSystem, makeBase } from './factories.ts';
import { manyLooks } from './limits.ts';

export type Agent = ReturnType<typeof request.agent>;

export type TestSite = {
  base: Base;
  site: Site;
  app: Express;
  url: string;
  /** A browser with its own cookies, which says like one that its requests come from our pages. */
  browser(): Agent;
  /** One that is signed in. */
  signedIn(email: string): Promise<Agent>;
  close(): Promise<void>;
};

/** The whole website on a database of its own, or on a given one, without a port. */
export async function openSite(
  more: Partial<Site> = {},
  changed: Partial<Base> = {},
  given?: { url: string; drop(): Promise<void> },
): Promise<TestSite> {
  const database = given ?? (await freshDatabase());
  const made = { ...makeBase(database.url, more.now), ...changed };
  // The bot's are the site's.
  const base = 'limits' in more ? { ...made, limits: more.limits } : made;
  const listener = listen(database.url);
  const kept = keptPages(listener);
  const converse = makeConverse(base);
  const own = { converse, greeting, stopping: () => false, mostLooks: manyLooks };
  const site: Site = { ...base, listener, kept, ...own, ...more };
  const app = makeApp(site);
  const browser = () => request.agent(app).set('Sec-Fetch-Site', 'same-origin') as unknown as Agent;
  return {
    base,
    site,
    app,
    url: database.url,
    browser,
    signedIn: async (email) => {
      const agent = browser();
      const link = await signInLink(asSystem(base), email);
      await agent.post(new URL(link).pathname).expect(303);
      return agent;
    },
    close: async () => {
      await listener.stop();
      await base.db.$client.end();
      await database.drop();
    },
  };
}
