import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import { cancelEvent } from '../../../src/services/events/publishing.ts';
import { renewFeed } from '../../../src/services/people/commands.ts';
import { personById } from '../../../src/services/people/queries.ts';
import {
  addHost,
  editSession,
  propose,
  removeHost,
  restoreSession,
  setStar,
  withdrawSession,
} from '../../../src/services/sessions/commands.ts';
import { sessionByNumber, tagsOf } from '../../../src/services/sessions/queries.ts';
import { revisionOf } from '../../../src/services/sessions/rules.ts';
import { freshDatabase } from '../../support/database.ts';
import { asSystem, asVisitor, code, makeBase, makeEvent, must } from '../../support/factories.ts';
import { attend, makeCamp, placed, proposed } from '../../support/sessions.ts';

let base: Base;
let database: { url: string; drop(): Promise<void> };
const later: { now?: Date } = {};
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url, () => later.now ?? new Date('2026-05-01T12:00:00Z'));
});
afterAll(async () => {
  await base.db.$client.end();
  await database.drop();
});

const titled = (event: { slug: string }, title: string, requestKey?: string) => ({
  event: event.slug,
  answers: { title },
  requestKey,
});

describe('proposing', () => {
  it('is for BarCamps that are not over, nor cancelled; what was proposed before is still the answer', async () => {
    const dinner = await makeEvent(base, { kind: 'dinner' });
    const { event } = await makeCamp(base);
    const ann = await attend(base, event, 'Ann');
    const cancelled = await makeCamp(base);
    expect(await propose(ann, titled(dinner, 'x'))).toMatchObject({
      refusal: { kind: 'not_found', code: 'no_sessions' },
    });
    const made = must(await propose(ann, titled(event, 'x', 'key')));
    must(await cancelEvent(asSystem(base), cancelled.event.slug, ''));
    expect(code(await propose(ann, titled(cancelled.event, 'x')))).toBe('sessions_cancelled');
    later.now = event.endsAt;
    expect(code(await propose(ann, titled(event, 'x')))).toBe('sessions_over');
    expect(must(await propose(ann, titled(event, 'x', 'key')))).toMatchObject({ ...made, repeated: true });
    later.now = undefined;
  });

  it('takes a language by its name or its code, whatever the case', async () => {
    const { event } = await makeCamp(base);
    const ann = await attend(base, event, 'Ann');
    const spoken = async (language: string) =>
      (await sessionByNumber(base.db, event.id, await proposed(ann, event, 'x', { language })))?.language;
    expect(await spoken('')).toBe('en');
    expect(await spoken('German')).toBe('de');
    expect(await spoken('deutsch')).toBe('de');
    expect(await spoken('PT-BR')).toBe('pt-br');
    expect(await spoken('Klingon, mostly spoken')).toBe('klingon, mostly spok');
  });
});

describe('editing', () => {
  it('does not write over what somebody else has changed since; after a move or a star it still saves', async () => {
    const camp = await makeCamp(base);
    const { event } = camp;
    const ann = await attend(base, event, 'Ann');
    const number = await proposed(ann, event, 'Feeds', { tags: 'web' });
    const get = async () => (await sessionByNumber(base.db, event.id, number))!;
    const seen = revisionOf(await get());
    await placed(camp, number);
    must(await setStar(ann, event.slug, number, true));
    expect(revisionOf(await get())).toBe(seen);
    const links = [{ kind: 'slides', url: 'https://example.org/s', title: '' }];
    const after = must(await editSession(ann, event.slug, number, { title: 'Feeds', links }, seen));
    expect(revisionOf(await get())).toBe(revisionOf(after));
    expect(await editSession(ann, event.slug, number, { title: 'Mine' }, seen)).toMatchObject({
      refusal: { kind: 'conflict', code: 'session_changed' },
    });
    expect(await get()).toMatchObject({ title: 'Feeds', links, tags: [] });
  });

  it('keeps the links where none are given, and goes on after the event', async () => {
    const { event } = await makeCamp(base);
    const ann = await attend(base, event, 'Ann');
    const number = await proposed(ann, event, 'Feeds');
    later.now = new Date('2027-01-01T12:00:00Z');
    const links = [
      { kind: 'recording', url: 'https://example.org/v', title: '' },
      { kind: 'link', url: ' ', title: '' },
    ];
    must(await editSession(ann, event.slug, number, { title: 'Feeds', links }));
    expect(must(await editSession(ann, event.slug, number, { title: 'Again' })).links).toEqual([links[0]]);
    later.now = undefined;
  });

  it('names each row of the links that is no web address, by where it stands', async () => {
    const { event } = await makeCamp(base);
    const ann = await attend(base, event, 'Ann');
    const number = await proposed(ann, event, 'Feeds');
    const links = [{ url: '' }, { url: 'javascript:alert(1)' }, { title: 'no address' }];
    expect(await editSession(ann, event.slug, number, { title: '', links })).toMatchObject({
      refusal: {
        issues: [
          { field: 'title', code: 'required' },
          { field: 'links.1.url', code: 'url' },
          { field: 'links.2.url', code: 'url' },
        ],
      },
    });
  });
});

describe('those who hold a session', () => {
  it('are added once, and taken off by one another, but never all of them', async () => {
    const { event, organiser } = await makeCamp(base);
    const [ann, bob, cyd] = [
      await attend(base, event, 'Ann'),
      await attend(base, event, 'Bob'),
      await attend(base, event, 'Cyd'),
    ];
    const number = await proposed(ann, event, 'Feeds');
    const names = async () =>
      (await sessionByNumber(base.db, event.id, number))!.hosts.map((one) => one.name);
    must(await addHost(organiser, event.slug, number, 'bob@example.org'));
    must(await addHost(organiser, event.slug, number, ' BOB@example.org'));
    must(await addHost(organiser, event.slug, number, 'cyd@example.org'));
    expect(await names()).toEqual(['Ann', 'Bob', 'Cyd']);
    must(await removeHost(cyd, event.slug, number, bob.personId));
    must(await addHost(organiser, event.slug, number, 'bob@example.org'));
    expect(await names()).toEqual(['Ann', 'Cyd', 'Bob']);
    must(await removeHost(ann, event.slug, number, ann.personId, 999_999));
    expect(code(await removeHost(ann, event.slug, number, bob.personId))).toBe('not_host');
    expect(code(await removeHost(asVisitor(base), event.slug, number, bob.personId))).toBe('not_host');
    expect(code(await removeHost(cyd, event.slug, number, cyd.personId, bob.personId))).toBe('last_host');
    must(await removeHost(organiser, event.slug, number, cyd.personId));
    must(await removeHost(bob, event.slug, number, cyd.personId));
    expect(code(await removeHost(bob, event.slug, number, bob.personId))).toBe('last_host');
    expect(await names()).toEqual(['Bob']);
  });
});

describe('a withdrawn session', () => {
  it('comes back with its number and stars, off the grid, by those who held it', async () => {
    const camp = await makeCamp(base);
    const { event } = camp;
    const [ann, bob] = [await attend(base, event, 'Ann'), await attend(base, event, 'Bob')];
    const number = await proposed(ann, event, 'Feeds', { tags: 'web' });
    must(await setStar(bob, event.slug, number, true));
    await placed(camp, number);
    must(await withdrawSession(ann, event.slug, number));
    expect(await tagsOf(base.db, event.id)).toEqual([]);
    expect(code(await restoreSession(bob, event.slug, number))).toBe('not_host');
    must(await restoreSession(ann, event.slug, number));
    const { version } = must(await restoreSession(ann, event.slug, number));
    expect(version).toBe(3);
    expect(await sessionByNumber(base.db, event.id, number)).toMatchObject({
      withdrawnAt: null,
      place: null,
      stars: 1,
      version,
    });
    expect(await tagsOf(base.db, event.id)).toEqual([{ tag: 'web', count: 1 }]);
    expect(code(await restoreSession(ann, event.slug, 99))).toBe('session_unknown');
  });
});

describe('one’s own calendar', () => {
  it('gets an address, then another one; nobody’s does not', async () => {
    const { event } = await makeCamp(base);
    const ann = await attend(base, event, 'Ann');
    const key = async () => (await personById(base.db, ann.personId))!.feedKey;
    expect(await key()).toBeNull();
    must(await renewFeed(ann));
    const before = await key();
    must(await renewFeed(ann));
    expect(await key()).toMatch(/^[0-9a-f-]{36}$/);
    expect(await key()).not.toBe(before);
    expect(code(await renewFeed(asVisitor(base)))).toBe('not_signed_in');
  });
});
