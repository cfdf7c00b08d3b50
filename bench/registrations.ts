import pg from 'pg';
import { load, median, type Row, startScript } from './support.ts';

const connections = 32;

/**
 * Registrations over HTTP for one hot event, against lock + count + insert straight to the database on the same tables, and
 * against a POST handler that does nothing in the same app.
 */
export async function registrations(url: string): Promise<Row[]> {
  const site = await startScript('../test/support/web-process.ts', url);
  try {
    const empty = await load({
      url: `${site.line}/empty`,
      method: 'POST',
      headers,
      body: form('nobody'),
      expect: 303,
    });
    const rows: Row[] = [];
    const reached: number[] = [];
    for (const onFile of [1_000, 100_000]) {
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < 3; round++) {
        ours.push(await register(site.line, await makeEvent(url, onFile, `ours-${onFile}-${round}`)));
        theirs.push(await lockAndCount(url, await makeEvent(url, onFile, `theirs-${onFile}-${round}`)));
      }
      const [we, they] = [median(ours), median(theirs)];
      reached.push(we);
      const name = `with ${onFile.toLocaleString('en')} on file`;
      rows.push({ what: `lock + count + insert, no HTTP, ${name}`, figure: `${Math.round(they)}/s` });
      rows.push({
        what: `registrations over HTTP, ${name}`,
        figure: `${Math.round(we)}/s`,
        ratio: we / they,
        target: '>= 5 x lock + count',
        good: we / they >= 5,
      });
    }
    rows.push({ what: 'an empty POST handler in the same app', figure: `${Math.round(empty)}/s` });
    rows.push({
      what: 'registrations against the empty handler',
      figure: '',
      ratio: reached[0]! / empty,
      target: '>= 0.5',
      good: reached[0]! / empty >= 0.5,
    });
    rows.push({
      what: 'at 100,000 on file against 1,000',
      figure: '',
      ratio: reached[1]! / reached[0]!,
      target: '>= 0.8 (flat)',
      good: reached[1]! / reached[0]! >= 0.8,
    });
    return rows;
  } finally {
    await site.stop();
  }
}

export const headers = {
  'content-type': 'application/x-www-form-urlencoded',
  'sec-fetch-site': 'same-origin',
};
const form = (who: string) => `name=Ann&email=${who}%40example.org&listed=yes`;

let person = 0;

/** `network`: gives each form the network that it comes from. */
export function register(site: string, slug: string, network?: () => string): Promise<number> {
  const run = Date.now();
  return load({
    url: site,
    expect: 303,
    requests: [
      {
        method: 'POST',
        path: `/events/${slug}/register`,
        headers: { ...headers },
        setupRequest: (request) => ({
          ...request,
          headers: network ? { ...headers, 'x-forwarded-for': network() } : { ...headers },
          body: form(`p${run}-${person++}`),
        }),
      },
    ],
  });
}

/** An event without an end to its places, with so many registrations already. */
export async function makeEvent(url: string, onFile: number, slug: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const made = await client.query(
      `insert into events (slug, kind, name, starts_at, ends_at, zone, capacity, state, taken, next_position, published_at)
        values ($1, 'meetup', $1, now() + interval '9 days', now() + interval '10 days', 'Europe/London', 900000, 'published', $2, $2::int + 1, now())
        returning id`,
      [slug, onFile],
    );
    await client.query(
      `with new as (insert into people (email, name) select $1 || n || '@example.org', 'Ann' from generate_series(1, $2::int) n returning id)
        insert into registrations (event_id, person_id, name, state, position, door)
        select $3, id, 'Ann', 'confirmed', row_number() over (), 'import' from new`,
      [slug, onFile, made.rows[0].id],
    );
    await client.query('analyze registrations; analyze people; checkpoint').catch(() => {});
    return slug;
  } finally {
    await client.end();
  }
}

/** The usual design, as pgbench would run it: 32 clients that do nothing else, each a transaction after the other. */
async function lockAndCount(url: string, slug: string): Promise<number> {
  const clients = Array.from({ length: connections }, () => new pg.Client(url));
  await Promise.all(clients.map((client) => client.connect()));
  const until = performance.now() + 3000;
  const started = performance.now();
  const counts = await Promise.all(clients.map((client, n) => registerUntil(client, slug, n, until)));
  const seconds = (performance.now() - started) / 1000;
  await Promise.all(clients.map((client) => client.end()));
  return counts.reduce((sum, one) => sum + one, 0) / seconds;
}

async function registerUntil(client: pg.Client, slug: string, n: number, until: number): Promise<number> {
  let done = 0;
  while (performance.now() < until) {
    await client.query('begin');
    const event = await client.query({
      name: 'lock',
      text: 'select id, capacity from events where slug = $1 for update',
      values: [slug],
    });
    const { id, capacity } = event.rows[0];
    const count = await client.query({
      name: 'count',
      text: `select count(*)::int taken from registrations where event_id = $1 and state = 'confirmed'`,
      values: [id],
    });
    const who = await client.query({
      name: 'person',
      text: 'insert into people (email, name) values ($1, $2) on conflict (email) do update set email = excluded.email returning id',
      values: [`${slug}-${n}-${done}@example.com`, 'Ann'],
    });
    await client.query({
      name: 'insert',
      text: 'insert into registrations (event_id, person_id, name, state, position, door) values ($1, $2, $3, $4, $5, $6)',
      values: [
        id,
        who.rows[0].id,
        'Ann',
        count.rows[0].taken < capacity ? 'confirmed' : 'waitlisted',
        count.rows[0].taken + 1,
        'web',
      ],
    });
    await client.query({
      name: 'job',
      text: `select graphile_worker.add_job('tell', payload => '{"changes":[]}'::json)`,
    });
    await client.query('commit');
    done++;
  }
  return done;
}
