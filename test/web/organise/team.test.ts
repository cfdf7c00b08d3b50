import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantRole, revokeRole } from '../../../src/services/people/commands.ts';
import { team } from '../../../src/services/people/members.ts';
import { asSystem, asVisitor, code, makeEvent, must } from '../../support/factories.ts';
import { type Agent, openSite, type TestSite } from '../../support/site.ts';

let site: TestSite;
let olga: Agent;
beforeAll(async () => {
  site = await openSite();
  must(await grantRole(asSystem(site.base), { email: 'olga@example.org', role: 'organiser', eventId: null }));
  olga = await site.signedIn('olga@example.org');
});
afterAll(() => site.close());

const members = async (eventId: number | null) =>
  must(await team(asSystem(site.base), eventId)).map((one) => `${one.email} ${one.role}`);
const give = (path: string, email: string, role: string) =>
  olga.post(path).type('form').send({ email, role });
const roleOf = async (email: string, eventId: number | null = null) =>
  must(await team(asSystem(site.base), eventId)).find((one) => one.email === email)!.roleId;

describe('the team of the site', () => {
  it('is given roles by e-mail, which are changed and taken away', async () => {
    await give('/organise/team', ' Hal@Example.org ', 'helper').expect(303);
    expect(await members(null)).toEqual(['olga@example.org organiser', 'hal@example.org helper']);
    await give('/organise/team', 'hal@example.org', 'organiser').expect(303);
    expect(await members(null)).toEqual(['hal@example.org organiser', 'olga@example.org organiser']);
    await olga.post(`/organise/team/${await roleOf('hal@example.org')}/remove`).expect(303);
    expect(await members(null)).toEqual(['olga@example.org organiser']);
  });

  it('refuses what is no address, and keeps it in the form', async () => {
    const refused = await give('/organise/team', 'hal@', 'organiser');
    expect(refused.status).toBe(422);
    const $ = load(refused.text);
    expect($('form.form input[name=email]').val()).toBe('hal@');
    expect($('form.form input[name=role][value=organiser]').attr('checked')).toBeDefined();
  });

  it('keeps its last organiser, who is neither removed nor made a helper', async () => {
    const removed = await olga.post(`/organise/team/${await roleOf('olga@example.org')}/remove`);
    expect(removed.status).toBe(409);
    expect(removed.text).toContain('last organiser');
    expect((await give('/organise/team', 'olga@example.org', 'helper')).status).toBe(409);
    expect(await members(null)).toEqual(['olga@example.org organiser']);
  });

  it('keeps one when two remove each other at once', async () => {
    const ctx = asSystem(site.base);
    for (let n = 0; n < 5; n++) {
      must(await grantRole(ctx, { email: 'hal@example.org', role: 'organiser', eventId: null }));
      const ids = [await roleOf('hal@example.org'), await roleOf('olga@example.org')];
      const results = await Promise.all(ids.map((id) => revokeRole(ctx, id)));
      expect(results.map(code).sort()).toEqual(['last_organiser', undefined]);
      must(await grantRole(ctx, { email: 'olga@example.org', role: 'organiser', eventId: null }));
      must(await revokeRole(ctx, await roleOf('hal@example.org').catch(() => 0)));
    }
  });
});

describe('the team of an event', () => {
  it('is of that event alone', async () => {
    const [mine, other] = [await makeEvent(site.base), await makeEvent(site.base)];
    const path = `/organise/events/${mine.slug}/team`;
    await give(path, 'eve@example.org', 'organiser').expect(303);
    expect(await members(mine.id)).toEqual(['eve@example.org organiser']);
    expect(await members(other.id)).toEqual([]);
    const role = await roleOf('eve@example.org', mine.id);
    await olga.post(`/organise/events/${other.slug}/team/${role}/remove`);
    await olga.post(`/organise/team/${role}/remove`);
    expect(await members(mine.id)).toEqual(['eve@example.org organiser']);
    await olga.post(`${path}/${role}/remove`).expect(303);
    expect(await members(mine.id)).toEqual([]);
  });

  it('is shown to its organisers, who cannot change it', async () => {
    const event = await makeEvent(site.base);
    await give(`/organise/events/${event.slug}/team`, 'ida@example.org', 'organiser').expect(303);
    const ida = await site.signedIn('ida@example.org');
    const page = await ida.get(`/organise/events/${event.slug}/team`);
    expect(page.text).toContain('ida@example.org');
    expect(load(page.text)('main form')).toHaveLength(0);
    const refused = await ida
      .post(`/organise/events/${event.slug}/team`)
      .type('form')
      .send({ email: 'x@example.org' });
    expect(refused.status).toBe(403);
  });

  it('is not shown to whoever has nothing to do with it', async () => {
    expect(code(await team(asVisitor(site.base), null))).toBe('not_organiser');
  });
});
