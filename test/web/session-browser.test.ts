import { afterAll, beforeAll, expect, it } from 'vitest';
import { signInLink } from '../../src/services/people/commands.ts';
import { sessionByNumber } from '../../src/services/sessions/queries.ts';
import { type Browsing, openBrowser, type Visit } from '../support/browser.ts';
import { asSystem } from '../support/factories.ts';
import { describeWith } from '../support/needs.ts';
import { attend, type Camp, makeCamp, proposed } from '../support/sessions.ts';

describeWith('chromium', 'sessions in a browser', () => {
  let browsing: Browsing;
  let camp: Camp;
  let visit: Visit;
  let path: string;
  beforeAll(async () => {
    browsing = await openBrowser();
    const { base } = browsing.site;
    camp = await makeCamp(base);
    const ann = await attend(base, camp.event, 'Ann');
    await proposed(ann, camp.event, 'Feeds', { tags: 'web' });
    path = `/events/${camp.event.slug}/sessions`;
    visit = await browsing.visit({ viewport: { width: 360, height: 800 }, hasTouch: true });
    await visit.page.goto(new URL(await signInLink(asSystem(base), 'ann@example.org')).pathname);
    await visit.page.click('main form button');
    await visit.page.waitForURL('**/me');
  });
  afterAll(() => browsing.close());

  const stars = async () => (await sessionByNumber(browsing.site.base.db, camp.event.id, 1))!.stars;
  const pressed = (yes: boolean) => visit.page.waitForSelector(`.star-button[aria-pressed="${yes}"]`);

  it('stars by a touch and by the keyboard, without a new page', async () => {
    const { page, problems } = visit;
    await page.goto(path);
    await page.evaluate('window.same = true');
    await page.tap('.star-button');
    await pressed(true);
    expect([await page.textContent('.star-count'), await stars()]).toEqual(['1 star', 1]);
    await page.focus('.star-button');
    await page.keyboard.press('Enter');
    await pressed(false);
    expect([await page.textContent('.star-count'), await stars()]).toEqual(['No stars yet', 0]);
    expect(await page.evaluate('window.same')).toBe(true);
    expect(problems.splice(0)).toEqual([]);
  });

  it('sends the form when the script cannot, and comes back to the same card', async () => {
    const { page } = visit;
    await page.goto(`${path}?order=title`);
    await page.route('**/star', (route) =>
      route.request().resourceType() === 'fetch' ? route.abort() : route.continue(),
    );
    await page.tap('.star-button');
    await page.waitForURL(`**${path}?order=title#session-1`);
    await pressed(true);
    expect(await stars()).toBe(1);
    await page.unroute('**/star');
    visit.problems.splice(0);
  });

  it('stars without JavaScript', async () => {
    const plain = await browsing.visit({
      javaScriptEnabled: false,
      storageState: await visit.page.context().storageState(),
    });
    await plain.page.goto(`${path}/1`);
    await plain.page.click('.star-button');
    await plain.page.waitForSelector('.star-button[aria-pressed="false"]');
    expect(await stars()).toBe(0);
    expect(await plain.page.isVisible('.suggestions')).toBe(false);
    await plain.close();
  });

  it('proposes by the keyboard alone, with the words that others used', async () => {
    const { page, problems } = visit;
    await page.goto(`${path}/new`);
    await page.focus('[name=title]');
    await page.keyboard.type('By keys');
    await page.focus('[data-adds=web]');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+Tab');
    expect(await page.inputValue('[name=tags]')).toBe('web');
    await page.focus('[name=title]');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${path}/2?said=session_proposed`);
    expect(await page.textContent('.session-next')).toContain('choose a room and a time');
    expect(problems.splice(0)).toEqual([]);
  });
});
