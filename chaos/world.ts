import pg from 'pg';
import { pino } from 'pino';
import { type Base, type Ctx, system } from '../src/context.ts';
import { connect } from '../src/db/client.ts';
import { isEmpty, seedDemo } from '../src/demo/seed.ts';
import { createEvent } from '../src/services/events/commands.ts';
import { publishEvent } from '../src/services/events/publishing.ts';
import { grantRole, signInLink } from '../src/services/people/commands.ts';
import { must } from '../src/shared/result.ts';
import type { World } from './clients.ts';
import { imifiedKey, secret } from './site.ts';

const boss = 'chaos@example.org';
const camp = 'barcamp-ne';

/**
 * The demo's BarCamp with its grid, and two events of our own that are soon full: one whose line moves by itself, one that offers. Some large
 * ones beside them, where nobody registers, have the site mail as many strangers as come (docs/limits.md).
 */
export async function makeWorld(url: string, databaseUrl: string, db: pg.Pool, seed: number): Promise<World> {
  const own = connect(databaseUrl, () => {}, 2);
  const base: Base = { db: own, now: () => new Date(), log: pino({ level: 'silent' }), secret, baseUrl: url };
  const ctx = { ...base, actor: system() };
  if (await isEmpty(base)) await seedDemo(base);
  must(await grantRole(ctx, { email: boss, name: 'Chaos', role: 'organiser', eventId: null }));
  const events: string[] = [];
  for (const line of ['automatic', 'offer'])
    events.push(
      await open(ctx, `${line} ${seed}`, { capacity: '40', waitingList: 'on', line, offerHours: '24' }),
    );
  for (let n = 1; n <= 10; n++) await open(ctx, `large ${seed}-${n}`, { capacity: '1000' });
  const link = new URL(await signInLink(ctx, boss));
  const signedIn = await fetch(url + link.pathname, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Sec-Fetch-Site': 'same-origin' },
  });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  await own.$client.end();
  const find: World['idOf'] = (email, event) => idOf(db, email, event);
  return { ...{ url, imifiedKey, events, cookie }, camp: await grid(db), idOf: find };
}

/** Nobody is told of an offer by night (docs/waiting-list.md): the mails that are waited for come by day. */
function whereItIsDay(now: Date): string {
  const zones = ['Europe/London', 'Asia/Tokyo', 'Pacific/Honolulu', 'America/Denver'];
  const hour = (timeZone: string) =>
    Number(new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(now));
  return zones.find((zone) => hour(zone) >= 9 && hour(zone) < 19) ?? zones[0]!;
}

async function open(ctx: Ctx, name: string, more: Record<string, string>): Promise<string> {
  const day = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
  const times = { zone: whereItIsDay(new Date()), startsAt: `${day}T19:00`, endsAt: `${day}T22:00` };
  const { slug } = must(await createEvent(ctx, { name: `Chaos ${name}`, kind: 'meetup', ...more, ...times }));
  must(await publishEvent(ctx, slug));
  return slug;
}

async function grid(db: pg.Pool): Promise<World['camp']> {
  const sessions = await db.query<{ number: number }>(
    `select number from sessions s join events e on e.id = s.event_id where e.slug = $1 and withdrawn_at is null`,
    [camp],
  );
  const cells = await db.query<{ cell: string }>(
    `select r.id || '-' || s.id cell from events e join rooms r on r.event_id = e.id join slots s on s.event_id = e.id where e.slug = $1`,
    [camp],
  );
  return {
    slug: camp,
    sessions: sessions.rows.map((row) => row.number),
    cells: cells.rows.map((row) => row.cell),
  };
}

async function idOf(db: pg.Pool, email: string, event: string): Promise<number | undefined> {
  const found = await db.query<{ id: number }>(
    `select r.id from registrations r join people p on p.id = r.person_id join events e on e.id = r.event_id
      where p.email = $1 and e.slug = $2`,
    [email, event],
  );
  return found.rows[0]?.id;
}

/** Connections of ours that outlive whatever is killed. */
export function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    application_name: 'chaos',
    connectionTimeoutMillis: 5_000,
    query_timeout: 20_000,
  });
  return pool.on('error', () => {}).on('connect', (client) => client.on('error', () => {}));
}
