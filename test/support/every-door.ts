import { type IncomingHttpHeaders, type IncomingMessage, request, Agent as Sockets } from 'node:http';
import { load } from 'cheerio';
import express from 'express';
import { makeApp } from '../../src/app.ts';
import { startWeb } from '../../src/web/server.ts';
import { pagesToCheck } from '../pages/pages.ts';
import { makeWorld, type World } from '../pages/world.ts';
import { noon } from './factories.ts';
import { valuesOf } from './form.ts';
import { routesOf } from './routes.ts';
import { openSite, type TestSite } from './site.ts';

/** Where a form goes, and what a browser would send of it as it stands; `open`: what one types into; `parts`: it is sent in parts. */
export type Form = { path: string; values: Record<string, string>; open: Set<string>; parts: boolean };
export type Answer = { status: number; text: string; headers: IncomingHttpHeaders };
export type Sent = { body?: string | Buffer; headers?: Record<string, string> };
export type Doors = Awaited<ReturnType<typeof openDoors>>;

export const botkey = 'a-key-of-the-tests';

/** Would sign those out who ask, forget them, or take their roles. */
const ends = /sign-out|forget|revoke|\/team|unlink/;
const isStream = (route: string) => /stream/.test(route);

/** Which route of them a path belongs to. */
const fits = (pattern: string) => new RegExp(`^${pattern.replace(/[.]/g, '\\.').replace(/:\w+/g, '[^/]+')}$`);

/** A site with something of everything, served; all of its routes and forms; and what asks it, as Ann or, below /organise, as Olga. */
export async function openDoors(texts: string[], database?: { url: string; drop(): Promise<void> }) {
  const given = { now: () => noon, imified: { key: botkey }, chatPace: 1_000_000 };
  const site = await openSite(given, {}, database);
  const world = await makeWorld(site.base);
  const app = makeApp(site.site, [() => lengthened(texts)]);
  const routes = routesOf(app);
  const web = await startWeb(site.site, { port: 0, host: '127.0.0.1' }, app);
  const cookies = await cookiesOf(site);
  const sockets = new Sockets({ keepAlive: true });
  const ask = (method: string, path: string, sent: Sent = {}) =>
    answerTo(web.url + path, { method, agent: sockets, headers: headersOf(path, cookies, sent) }, sent.body);
  const filled = (pattern: string) => fillIn(pattern, world);
  const gets = routes.filter((one) => one.startsWith('GET ') && !isStream(one)).map((one) => one.slice(4));
  const pages = pagesToCheck.map(({ path }) => (typeof path === 'string' ? path : path(world)));
  const plain = gets.filter((one) => !/\.\w+$/.test(one)).map(filled);
  const forms = await formsOf([...new Set([...plain, ...pages])], routes, web.url, ask);
  for (const route of routes.filter((one) => one.startsWith('POST ')))
    if (!forms.has(route))
      forms.set(route, { path: filled(route.slice(5)), values: {}, open: new Set(), parts: false });
  return {
    site,
    routes,
    gets,
    pages,
    filled,
    ask,
    forms,
    posts: [...forms].filter(([route]) => route.startsWith('POST ') && !ends.test(route)),
    async close() {
      sockets.destroy();
      await web.stop();
      await site.close();
    },
  };
}

/**
 * Stands where the body has been read: a request that names a text in a header of this test has it in its query, or in the fields of its
 * form: in those in which `x` stands, and in those that are looked for though it has them not. So many bytes do not go into one body:
 * no more than five fields have it.
 */
function lengthened(texts: string[]): express.Router {
  const router = express.Router();
  router.use((req, _res, next) => {
    const text = texts[Number(req.headers['x-text'])];
    if (text === undefined) return next();
    if (req.headers['x-in'] === 'query') Object.defineProperty(req, 'query', { value: every({}, text) });
    else if (req.body) req.body = every(req.body, text);
    next();
  });
  return router;
}

function every(given: Record<string, unknown>, text: string) {
  const names = new Set<string>();
  const long = (name: string) => {
    if (names.size < 5) names.add(name);
    return names.has(name) ? text : '';
  };
  const kept = Object.entries(given).map(([name, value]) => [name, value === 'x' ? long(name) : value]);
  return new Proxy<Record<string, unknown>>(Object.fromEntries(kept), {
    get: (all, name) => (typeof name !== 'string' || name in all ? all[name as string] : long(name)),
  });
}

async function cookiesOf(site: TestSite): Promise<Record<string, string>> {
  const cookieOf = async (email: string) => {
    const agent = await site.signedIn(email);
    const { jar } = agent as unknown as {
      jar: { getCookies(access: object): { toValueString(): string }[] };
    };
    const found = jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false });
    return found.map((one) => one.toValueString()).join('; ');
  };
  return { ann: await cookieOf('ann@example.org'), olga: await cookieOf('olga@example.org') };
}

function headersOf(path: string, cookies: Record<string, string>, { body, headers }: Sent) {
  const form = 'application/x-www-form-urlencoded';
  return {
    cookie: cookies[/^\/(organise|dev)/.test(path) ? 'olga' : 'ann']!,
    'sec-fetch-site': 'same-origin',
    ...(body !== undefined && { 'content-type': form, 'content-length': Buffer.byteLength(body) }),
    ...headers,
  };
}

function answerTo(url: string, options: object, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options);
    sent.on('response', (answer: IncomingMessage) => {
      const parts: Buffer[] = [];
      const done = () =>
        resolve({
          status: answer.statusCode!,
          text: Buffer.concat(parts).toString(),
          headers: answer.headers,
        });
      answer
        .on('data', (part) => parts.push(part))
        .on('end', done)
        .on('error', reject);
    });
    sent.on('error', reject).end(body);
  });
}

/** Fills in what a route's path leaves open. */
function fillIn(pattern: string, world: World): string {
  const slugFor = () => {
    if (/restaurant|tables|party|place-cards|table-plan/.test(pattern)) return 'supper';
    return /attendees|register|line|columns/.test(pattern) ? 'conf' : 'wall';
  };
  return pattern
    .replace(':slug', slugFor())
    .replace('/r/:token', world.manage.party)
    .replace('/t/:token', world.ticket)
    .replace('/c/:token', world.card)
    .replace(':cell', world.free)
    .replace(/:\w+/g, '1');
}

/** By route: the forms of all these pages. */
async function formsOf(
  paths: string[],
  routes: string[],
  url: string,
  ask: (method: string, path: string) => Promise<Answer>,
): Promise<Map<string, Form>> {
  const forms = new Map<string, Form>();
  for (const path of paths) {
    const $ = load((await ask('GET', path)).text);
    for (const form of $('form').toArray()) {
      const { method = 'get', action = path, enctype } = form.attribs;
      const to = new URL(action, url).pathname;
      const verb = `${method.toUpperCase()} `;
      const route = routes.find((one) => one.startsWith(verb) && fits(one.slice(verb.length)).test(to));
      if (!route) continue;
      const known = forms.get(route) ?? { path: to, values: {}, open: new Set<string>(), parts: false };
      Object.assign(known, { parts: enctype === 'multipart/form-data' });
      Object.assign(known.values, valuesOf($, form as unknown as string));
      for (const { name, attribs } of $(form).find('textarea[name], input[name]').toArray())
        if (name === 'textarea' || /^(text|search|email|url|tel)?$/.test(attribs.type ?? ''))
          known.open.add(attribs.name!);
      forms.set(route, known);
    }
  }
  return forms;
}

export const form = (fields: Record<string, string>): Sent => ({
  body: new URLSearchParams(fields).toString(),
});

export function multipart(fields: Record<string, string>): Sent {
  const mark = 'a-mark-between-parts';
  const head = (name: string) => `--${mark}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n`;
  const parts = Object.entries(fields).map(([name, value]) => `${head(name)}${value}\r\n`);
  return {
    body: Buffer.from(`${parts.join('')}--${mark}--\r\n`),
    headers: { 'content-type': `multipart/form-data; boundary=${mark}` },
  };
}
