import pg from 'pg';
import { entranceToken } from '../src/services/entrances/rules.ts';
import { headers, makeEvent } from './registrations.ts';
import { type Row, startScript } from './support.ts';

/** As the web process of the tests has it. */
const secret = 'a secret for the tests, long enough';

/**
 * What a stranger brings about from one address of the network, with no limits and with those that there are: sign-in mails to one victim,
 * registrations of made-up people; and how many of a meeting behind one address are served, without and with a link for the wall.
 */
export async function flood(url: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  const rows: Row[] = [];
  try {
    for (const [mode, name] of [
      ['uncounted', 'no limits'],
      ['limited', 'limits'],
    ] as const) {
      const site = await startScript('../test/support/web-process.ts', url, mode);
      try {
        rows.push(...(await attack(client, url, site.line, mode, name)));
      } finally {
        await site.stop();
      }
    }
  } finally {
    await client.end();
  }
  return rows;
}

async function attack(
  client: pg.Client,
  url: string,
  site: string,
  mode: string,
  name: string,
): Promise<Row[]> {
  const limited = mode === 'limited';
  const victim = `victim-${mode}@example.org`;
  const started = performance.now();
  await sent(400, (n) => post(`${site}/sign-in`, `email=${victim}`, `10.9.${n >> 4}.1`));
  const took = Math.round((performance.now() - started) / 1000);
  const mails = (await client.query('select from sign_ins where email = $1', [victim])).rowCount ?? 0;
  const register = async (slug: string, count: number, network: string, more = '') => {
    const form = (n: number) => `name=Ann&email=${slug}-${n}%40example.org${more}`;
    await sent(count, (n) => post(`${site}/events/${slug}/register`, form(n), network));
    const found = await client.query('select taken from events where slug = $1', [slug]);
    return found.rows[0].taken as number;
  };
  const event = (what: string) => makeEvent(url, 0, `${what}-${mode}`);
  const madeUp = await register(await event('made-up'), 300, '10.8.0.1');
  const meeting = await register(await event('meeting'), 200, '10.8.0.2');
  const row = (what: string, figure: number, expected: number): Row =>
    limited
      ? { what, figure: String(figure), target: String(expected), good: figure === expected }
      : { what, figure: String(figure) };
  const rows = [
    row(`${name}: mails to a victim of 400 sign-in forms in ${took} s, 25 networks`, mails, 3),
    row(`${name}: registered of 300 made-up people, one address`, madeUp, 20),
    row(`${name}: registered of a meeting of 200, one address`, meeting, 20),
  ];
  if (!limited) return rows;
  const slug = await event('wall');
  const opened = await client.query(
    `insert into entrances (event_id, ends_at) select id, now() + interval '2 hours' from events where slug = $1 returning key`,
    [slug],
  );
  const entrance = `&entrance=${entranceToken(secret, opened.rows[0].key)}`;
  return [
    ...rows,
    row(`${name}: the same by a link for the wall`, await register(slug, 200, '10.8.0.3', entrance), 200),
  ];
}

const post = (url: string, body: string, network: string) =>
  fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...headers, 'x-forwarded-for': network },
    body,
  });

/** So many, sixteen at a time. */
async function sent(count: number, send: (n: number) => Promise<Response>): Promise<void> {
  let next = 0;
  const hand = async () => {
    while (next < count) await (await send(next++)).text();
  };
  await Promise.all(Array.from({ length: 16 }, hand));
}
