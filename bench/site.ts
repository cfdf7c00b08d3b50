import { Router } from 'express';
import { pino } from 'pino';
import { makeApp } from '../src/app.ts';
import { connect } from '../src/db/client.ts';
import { listen } from '../src/db/listen.ts';
import type { Site } from '../src/web/http.ts';
import { keptPages } from '../src/web/kept.ts';
import { startWeb } from '../src/web/server.ts';

// The website as a process of its own, with one route more: a POST handler that does nothing, behind the same middleware.

const [databaseUrl = ''] = process.argv.slice(2);
const listener = listen(databaseUrl, ['event_changed', 'chat_message']);
const site: Site = {
  db: connect(databaseUrl, console.error),
  now: () => new Date(),
  log: pino({ level: 'warn' }, pino.destination(2)),
  secret: 'only for measuring, only for measuring',
  baseUrl: 'http://localhost:3000',
  listener,
  kept: keptPages(listener),
  converse: async () => [],
  stopping: () => false,
};
const empty = () => Router().post('/empty', (_req, res) => res.redirect(303, '/'));
const web = await startWeb(site, { port: 0, host: '127.0.0.1' }, makeApp(site, [empty]));
console.log(web.url);
process.on('SIGINT', () => process.exit(0));
