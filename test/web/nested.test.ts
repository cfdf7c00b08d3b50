import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantRole } from '../../src/services/people/commands.ts';
import { attendee, hold, makeCamp } from '../support/camp.ts';
import { asSystem, must } from '../support/factories.ts';
import { routesOf } from '../support/routes.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';

// A name such as `a[b]` is a name and no more, and a value that comes twice is no surprise: at every form, of every kind.

let site: TestSite;
let olga: Agent;
let slug: string;
beforeAll(async () => {
  site = await openSite();
  must(await grantRole(asSystem(site.base), { email: 'olga@example.org', role: 'organiser', eventId: null }));
  olga = await site.signedIn('olga@example.org');
  const camp = await makeCamp(site.base);
  slug = camp.slug;
  await hold(await attendee(site.base, camp), camp, 'One', 0);
});
afterAll(() => site.close());

const views = join(import.meta.dirname, '../../views');

/** Every name that a field has in a template, and those that code puts together. */
const names = [
  ...new Set([
    ...readdirSync(views, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith('.ejs'))
      .flatMap((file) => [...readFileSync(join(views, file), 'utf8').matchAll(/\bname="([\w.]+)"/g)])
      .map((found) => found[1]!),
    ...[
      'email',
      'name',
      'next',
      'text',
      'answers',
      'imageId',
      'questions.0.label',
      'members.0.name',
      'version',
    ],
    ...[
      'zone',
      'startsAt',
      'capacity',
      'slot',
      'room',
      'number',
      'links',
      'tags',
      'subject',
      'filter',
      '__proto__',
    ],
  ]),
];

const bodies = {
  nested: names.map((name) => `${encodeURIComponent(name)}[a]=b`),
  deep: names.map((name) => `${encodeURIComponent(name)}[a][b][]=c`),
  list: names.map((name) => `${encodeURIComponent(name)}[]=1`),
  twice: names.flatMap((name) => [`${encodeURIComponent(name)}=1`, `${encodeURIComponent(name)}=2`]),
};

const pathOf = (route: string) =>
  route.replace(':slug', slug).replace(/:(\w+)/g, (_, name) => (name === 'token' ? 'x'.repeat(43) : '1'));

describe('names that nest, and values that come twice', () => {
  it('are no error of ours at any form', async () => {
    const posts = routesOf(site.app).filter(
      (route) => route.startsWith('POST ') && !/forget|sign-out|copy/.test(route),
    );
    expect(posts.length).toBeGreaterThan(60);
    const failed: string[] = [];
    for (const route of posts)
      for (const [kind, fields] of Object.entries(bodies)) {
        const { status } = await olga
          .post(pathOf(route.slice(5)))
          .type('form')
          .send(fields.join('&'));
        if (status >= 500) failed.push(`${status} ${route} ${kind}`);
      }
    expect(failed).toEqual([]);
  }, 120_000);

  it('are none in forms with a file', async () => {
    const failed: string[] = [];
    for (const path of ['/organise/events/new', `/organise/events/${slug}/edit`])
      for (const end of ['[a]', '[a][b]', '[]', '[toString]', '']) {
        const post = olga.post(path);
        for (const name of names) for (const value of ['1', '2']) post.field(name + end, value);
        const { status } = await post;
        if (status >= 500) failed.push(`${status} ${path} ${end}`);
      }
    expect(failed).toEqual([]);
    const { status } = await olga.post('/organise/events/new').field('imageId[a]', 'b').field('name', '');
    expect(status).toBe(422);
  }, 60_000);

  it('are none in the query of any page', async () => {
    const gets = routesOf(site.app).filter((route) => route.startsWith('GET ') && !route.includes('stream'));
    const asked = [
      'after',
      'before',
      'next',
      'said',
      'q',
      'tag',
      'order',
      'mine',
      'undo',
      'back',
      'state',
      'column',
      'rows',
      'say',
      'day',
      'room',
    ];
    const failed: string[] = [];
    for (const route of gets)
      for (const query of [
        asked.map((one) => `${one}[a]=b`),
        asked.flatMap((one) => [`${one}=1`, `${one}=2`]),
      ]) {
        const { status } = await olga.get(`${pathOf(route.slice(4))}?${query.join('&')}`);
        if (status >= 500) failed.push(`${status} ${route} ${query[0]}`);
      }
    expect(failed).toEqual([]);
  }, 120_000);
});
