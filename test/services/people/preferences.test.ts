import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Base, Ctx } from '../../../src/context.ts';
import { prefer, speak, zonesNamed } from '../../../src/services/people/preferences.ts';
import { type Person, personByEmail } from '../../../src/services/people/queries.ts';
import { quietUntil } from '../../../src/services/people/rules.ts';
import { actorOfAddress } from '../../../src/services/people/speakers.ts';
import { freshDatabase } from '../../support/database.ts';
import { as, asVisitor, code, makeBase, makeEvent, must, signUp } from '../../support/factories.ts';

describe('quiet hours', () => {
  const night = { from: 22 * 60, to: 7 * 60 };
  it.each([
    ['by day', '2026-05-01T12:00:00Z', undefined],
    ['from their first minute', '2026-05-01T20:00:30Z', '2026-05-02T05:00:00.000Z'],
    ['after midnight', '2026-05-01T23:30:00Z', '2026-05-02T05:00:00.000Z'],
    ['until their last minute', '2026-05-02T04:59:59Z', '2026-05-02T05:00:00.000Z'],
    ['and are over then', '2026-05-02T05:00:00Z', undefined],
  ])('are those of the zone: %s', (_when, now, until) => {
    expect(quietUntil(night, 'Europe/Berlin', new Date(now))?.toISOString()).toBe(until);
  });

  it('that do not go over midnight are of one day', () => {
    const siesta = { from: 13 * 60, to: 15 * 60 };
    expect(quietUntil(siesta, 'UTC', new Date('2026-05-01T14:00:00Z'))?.toISOString()).toBe(
      '2026-05-01T15:00:00.000Z',
    );
    expect(quietUntil(siesta, 'UTC', new Date('2026-05-01T15:00:00Z'))).toBeUndefined();
  });
});

describe('a zone', () => {
  it('is meant by its name, its city, or the beginning of that', () => {
    expect(zonesNamed('europe/london')).toEqual(['Europe/London']);
    expect(zonesNamed('New York')).toEqual(['America/New_York']);
    expect(zonesNamed('UTC')).toEqual(['UTC']);
    expect(zonesNamed('berl')).toEqual(['Europe/Berlin']);
    expect(zonesNamed('port').length).toBeGreaterThan(2);
    for (const nothing of ['', ' ', '7', '../etc', 'Atlantis']) expect(zonesNamed(nothing)).toEqual([]);
  });
});

describe('preferences', () => {
  let base: Base;
  let database: { url: string; drop(): Promise<void> };
  let ctx: Ctx;
  const ann = async () => (await personByEmail(base.db, 'ann@example.org')) as Person;
  beforeAll(async () => {
    database = await freshDatabase();
    base = makeBase(database.url);
    must(await signUp(base, await makeEvent(base)));
    ctx = as(base, { door: 'web', personId: (await ann()).id, grants: [] });
  });
  afterAll(async () => {
    await base.db.$client.end();
    await database.drop();
  });

  it('are kept, each by itself', async () => {
    must(await prefer(ctx, await ann(), { zone: 'Europe/Berlin', quiet: { from: 1320, to: 420 } }));
    must(await prefer(ctx, await ann(), { muted: ['places', 'places'], remind: 10 }));
    expect(await ann()).toMatchObject({
      ...{ zone: 'Europe/Berlin', quietFrom: 1320, quietTo: 420, muted: ['places'], remind: 10 },
    });
    must(await prefer(ctx, await ann(), { quiet: null, remind: null }));
    expect(await ann()).toMatchObject({
      zone: 'Europe/Berlin',
      quietFrom: null,
      quietTo: null,
      remind: null,
    });
  });

  it.each([
    ['a zone that there is not', { zone: 'Mars/Olympus' }, 'zone'],
    ['hours that are none', { quiet: { from: 420, to: 420 } }, 'quiet'],
    ['half of the hours', { quiet: { from: 420, to: Number.NaN } }, 'quiet'],
    ['hours without a zone', { quiet: { from: 420, to: 480 }, zone: null }, 'quiet_zone'],
    ['minutes beyond two hours', { remind: 121 }, 'remind'],
    ['what nobody writes about', { muted: ['weather'] }, 'muted'],
    ['a language that the bot does not speak', { language: 'tlh' }, 'language'],
  ])('refuse %s, and stay as they are', async (_what, raw, code) => {
    const before = await ann();
    const result = await prefer(ctx, before, raw);
    expect(result).toMatchObject({ ok: false, refusal: { kind: 'invalid', issues: [{ code }] } });
    expect(await ann()).toEqual(before);
  });

  it('have a language: of a person wherever they are linked, of an address where nobody is known', async () => {
    const chat = async (uri: string) => await actorOfAddress(base.db, uri);
    const first = await chat('xmpp:stranger@example.org');
    must(await speak(as(base, first.actor), undefined, 'de'));
    expect((await chat('xmpp:stranger@example.org')).language).toBe('de');
    expect((await chat('xmpp:other@example.org')).language).toBeUndefined();
    expect(code(await speak(as(base, first.actor), undefined, 'tlh'))).toBe('invalid');
    // Once it is Ann's, hers goes first.
    await base.db.execute(sql`update addresses set person_id = ${(await ann()).id}, linked_at = now()`);
    expect((await chat('xmpp:stranger@example.org')).language).toBe('de');
    must(await speak(ctx, await ann(), 'en'));
    expect((await chat('xmpp:stranger@example.org')).language).toBe('en');
    expect((await chat('xmpp:other@example.org')).language).toBe('en');
  });

  it('are nobody else’s', async () => {
    const result = await prefer(asVisitor(base), await ann(), { remind: 5 });
    expect(result).toMatchObject({ ok: false, refusal: { code: 'not_signed_in' } });
  });
});
