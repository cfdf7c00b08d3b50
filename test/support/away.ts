import { load } from 'cheerio';
import { type Answer, botkey, type Doors, type Form, form, multipart, type Sent } from './every-door.ts';

/** A request to one route. `kept`: what was typed; `was`: the status without an outage, where that can be answered all the same. */
export type Ask = {
  what: string;
  method: string;
  path: string;
  sent?: Sent;
  kept?: Record<string, string>;
  was?: number;
};

/** Milliseconds for one answer on a machine that has nothing else to do; here hundreds are asked for at once, beside other tests. */
const bound = 3_000;
const share = 4;

export const noCookie = { headers: { cookie: '' } };
const typedText = 'Typed while it was away: käse & <b>\nand more';
const filledIn = ({ values, open }: Form) =>
  Object.fromEntries(Object.entries(values).map(([name, was]) => [name, open.has(name) ? typedText : was]));

/** All that can be asked of a site: pages and files, forms with a text wherever one types, and what programs send. */
export function asksOf(doors: Doors, token: string) {
  const patterns = doors.routes.filter((one) => one.startsWith('GET ')).map((one) => one.slice(4));
  const reads = (method: 'GET' | 'HEAD', sent?: Sent): Ask[] =>
    patterns.map((pattern) => ({ what: `${method} ${pattern}`, method, path: doors.filled(pattern), sent }));
  const forms = [...doors.forms].filter(
    ([what]) => what.startsWith('POST ') && !/^POST \/(api|bot)\//.test(what),
  );
  const sends = forms.map(([what, one]): Ask => {
    const kept = filledIn(one);
    return { what, method: 'POST', path: one.path, sent: one.parts ? multipart(kept) : form(kept), kept };
  });
  const call = { botkey, network: 'web', userkey: 'ann', channel: 'private', msg: 'events' };
  const authorization = `Basic ${Buffer.from(`a:${token}`).toString('base64')}`;
  const sent = { ...form({ apimethod: 'getallusers', botkey }), headers: { authorization } };
  const calls = [
    { what: 'POST /bot/imified', method: 'POST', path: '/bot/imified', sent: form(call) },
    ...['/api/bot', '/api/bot/'].map((path) => ({ what: `POST ${path}`, method: 'POST', path, sent })),
  ];
  return { reads, sends, calls };
}

/** What can be said truly without the database. */
const needsNone = /^GET \/(healthz|robots\.txt|site\.webmanifest|assets\/.*|[\w-]+\.(png|svg))$/;
/** `not ready` is what that one is for. */
const tellsState = 'GET /readyz';

/** What is wrong with an answer that should be this sentence, with status 503; nothing when all is as it should be. */
function wrong(ask: Ask, { status, headers, text }: Answer, sentence: string | RegExp): string[] {
  const { what, method, kept = {}, was } = ask;
  const route = what.replace(/^HEAD/, 'GET');
  if (status === was || (needsNone.test(route) && status < 500)) return [];
  if (status !== 503) return [`says ${status}`];
  if (route === tellsState) return [];
  const found: string[] = [];
  if (headers['retry-after'] !== '5') found.push('does not say when to come back');
  if (method !== 'HEAD' && text.search(sentence) < 0)
    found.push(`says why in other words: ${load(text)('main').text().trim().slice(0, 100)}`);
  if (/node_modules|\.ts:\d|ECONN|SQLSTATE|53\d00/.test(text)) found.push('shows a trace');
  const again = new URLSearchParams(load(text)('main form').serialize());
  const same = (name: string, was: string) => again.get(name)?.replace(/\r\n/g, '\n') === was;
  const lost = Object.entries(kept).filter(([name, was]) => !same(name, was.replace(/\r\n/g, '\n')));
  return [...found, ...lost.map(([name]) => `has lost ${name}`)];
}

/** Asks for everything at once; gives what is wrong, by route. */
export async function problemsOf(doors: Doors, all: Ask[], sentence: string | RegExp): Promise<string[]> {
  const given = await Promise.all(all.map((one) => asked(doors, one)));
  return given.flatMap(({ one, answer, took }) => {
    const found = wrong(one, answer, sentence);
    if (took > bound * share) found.push(`takes ${Math.round(took)} ms`);
    return found.length > 0 ? [`${one.what}: ${found.join(', ')}`] : [];
  });
}

export async function statusesOf(doors: Doors, all: Ask[]): Promise<number[]> {
  const given = await Promise.all(all.map((one) => asked(doors, one)));
  return given.map(({ answer }) => answer.status);
}

async function asked(doors: Doors, one: Ask) {
  const started = performance.now();
  const answer = await doors.ask(one.method, one.path, one.sent);
  return { one, answer, took: performance.now() - started };
}
