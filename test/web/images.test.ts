import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setImage } from '../../src/services/events/images.ts';
import { publishEvent } from '../../src/services/events/publishing.ts';
import { grantRole } from '../../src/services/people/commands.ts';
import { asSystem, code, makeEvent, must } from '../support/factories.ts';
import { jpeg, pngOf, secretPlace } from '../support/pictures.ts';
import { openSite, type TestSite } from '../support/site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

describe('the image of an event', () => {
  it('is nobody’s but its organisers’ while it is a draft; then it is everybody’s, under the same address', async () => {
    const ctx = asSystem(site.base);
    const [event, other] = [
      await makeEvent(site.base, { draft: true }),
      await makeEvent(site.base, { draft: true }),
    ];
    const { imageId } = must(await setImage(ctx, event.slug, jpeg()));
    for (const [email, eventId] of [
      ['olga@example.org', event.id],
      ['oto@example.org', other.id],
    ] as const)
      must(await grantRole(ctx, { email, role: 'organiser', eventId }));
    const [olga, oto] = [await site.signedIn('olga@example.org'), await site.signedIn('oto@example.org')];
    const url = `/images/${imageId}`;
    const unknown = await site.browser().get('/images/4711').expect(404);
    expect((await site.browser().get(url).expect(404)).text).toBe(unknown.text);
    await oto.get(url).expect(404);
    const own = await olga.get(url).expect(200);
    expect(own.headers['cache-control']).toBe('private, no-store');
    expect(Buffer.from(own.body).includes(secretPlace)).toBe(false);
    // Nor is it found by putting it on an event of one's own.
    const grants = [{ role: 'organiser' as const, eventId: other.id }];
    const acting = { ...ctx, actor: { door: 'web' as const, personId: 0, grants } };
    expect(await setImage(acting, other.slug, imageId)).toMatchObject({
      refusal: { issues: [{ code: 'image_gone' }] },
    });
    must(await publishEvent(ctx, event.slug));
    const shown = await site.browser().get(url).expect(200);
    expect(shown.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('is refused over 8,000 pixels on a side, by its header', async () => {
    const event = await makeEvent(site.base);
    const ctx = asSystem(site.base);
    must(await setImage(ctx, event.slug, pngOf(8000, 8000)));
    for (const [width, height] of [
      [8001, 1],
      [1, 60_000],
    ] as const) {
      const refused = await setImage(ctx, event.slug, pngOf(width, height));
      expect(code(refused)).toBe('invalid');
      expect(refused).toMatchObject({
        refusal: { issues: [{ code: 'image_wide', data: { width, height } }] },
      });
    }
  });
});
