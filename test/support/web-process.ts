import { Router } from 'express';
import { pino } from 'pino';
import { greeting, makeConverse } from '../../bot/conversation.ts';
import { makeApp } from '../../src/app.ts';
import { connect } from '../../src/db/client.ts';
import { listen } from '../../src/db/listen.ts';
import { control } from '../../src/services/registrations/batch.ts';
import type { Site } from '../../src/web/http.ts';
import { keptPages } from '../../src/web/kept.ts';
import { startWeb } from '../../src/web/server.ts';
import { generous, manyLooks } from './limits.ts';

// The website as a process of its own; says its address. `unlocked` is for negative controls alone; `limited`: with the limits
// that there are, and not with those for tests; `uncounted`: with none. It has one route more
// than the real one, for measuring: a POST handler that does nothing, behind the same middleware.

const [databaseUrl = '', mode] = process.argv.slice(2);
if (mode === 'unlocked') {
  control.locked = false;
  control.pause = () => new Promise((resolve) => setTimeout(resolve, 30));
}
const db = connect(databaseUrl, console.error);
const listener = listen(databaseUrl);
const base = {
  db,
  now: () => new Date(),
  log: pino({ level: 'warn' }, pino.destination(2)),
  secret: 'a secret for the tests, long enough',
  baseUrl: 'http://localhost:3000',
  limits: mode === 'limited' ? undefined : generous,
};
const site: Site = {
  ...base,
  listener,
  kept: keptPages(listener),
  converse: makeConverse(base),
  greeting,
  mostLooks: mode === 'limited' ? undefined : manyLooks,
  stopping: () => false,
};
const empty = () => Router().post('/empty', (_req, res) => res.redirect(303, '/'));
/** Where nobody knows from where a form comes, it counts on nothing. */
const uncounted = () =>
  Router().use((req, _res, next) => {
    req.ctx.actor.network = undefined;
    next();
  });
const more = mode === 'uncounted' ? [uncounted, empty] : [empty];
const web = await startWeb(site, { port: 0, host: '127.0.0.1' }, makeApp(site, more));
console.log(web.url);
