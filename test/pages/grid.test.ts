import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { placeSession } from '../../src/services/grid/commands.ts';
import { type Browsing, openBrowser, signInAs } from '../support/browser.ts';
import { attendee, hold, keyOfCell, makeCamp } from '../support/camp.ts';
import { must } from '../support/factories.ts';
import { tabTo } from '../support/keyboard.ts';
import { describeWith } from '../support/needs.ts';

const phone = { viewport: { width: 360, height: 740 } };

describeWith('chromium', 'the grid in a browser', () => {
  let browsing: Browsing;
  beforeAll(async () => {
    browsing = await openBrowser();
  });
  afterAll(() => browsing.close());

  /** A BarCamp with one session of somebody else at 10:00 in Red, and a phone that is signed in as an attendee. */
  async function visitCamp(name: string, options: object = phone) {
    const { base } = browsing.site;
    const camp = await makeCamp(base);
    const zoe = await attendee(base, camp, 'Zoe');
    const other = await hold(zoe, camp, 'Tea for all', 0);
    await attendee(base, camp, name);
    const visit = await browsing.visit(options);
    await signInAs(browsing, visit, `${name.toLowerCase()}@example.org`);
    return { camp, zoe, other, ...visit };
  }

  const placeOf = (page: Page, title: string) =>
    page.evaluate(
      `[...document.querySelectorAll('.cell')].find((one) => one.textContent.includes('${title}'))?.dataset.cell`,
    );

  it('with the keyboard alone at 360 px: proposes, claims, stars, moves', { timeout: 60_000 }, async () => {
    const { camp, page, problems, close } = await visitCamp('Ann');
    await page.goto(`/events/${camp.slug}`);
    await tabTo(page, 'Propose one');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sessions/new');
    await tabTo(page, 'Title');
    await page.keyboard.type('Knots');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sessions/2?*');
    await tabTo(page, 'Claim a room and a time');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/schedule?claim=2');
    await tabTo(page, 'Put it here');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/schedule?placed=2');
    expect(await placeOf(page, 'Knots')).toBe(keyOfCell(camp.cells[3]!));
    await page.locator('.cell-held .slip-star').first().focus();
    await page.keyboard.press('Space');
    await page.waitForSelector('.slip-star[aria-pressed=true]');
    await tabTo(page, 'Move');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/schedule?claim=2');
    await tabTo(page, 'Move it here');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/schedule?placed=2&from=*');
    expect(await placeOf(page, 'Knots')).toBe(keyOfCell(camp.cells[1]!));
    expect(await page.getAttribute('[data-starred]', 'data-starred')).toBe('1');
    expect(problems).toEqual([]);
    await close();
  });

  it('with a finger at 360 px: proposes, claims, stars, moves, and takes it back', {
    timeout: 60_000,
  }, async () => {
    const { camp, page, problems, close } = await visitCamp('Bob', {
      ...phone,
      hasTouch: true,
      isMobile: true,
    });
    const tap = (what: string) => page.locator(what).first().tap();
    await page.goto(`/events/${camp.slug}/schedule`);
    await tap('text=Propose a session');
    await page.fill('[name=title]', 'Kites');
    await tap('button:has-text("Propose it")');
    await tap('text=Claim a room and a time');
    await tap('.put >> nth=1');
    await page.waitForURL('**/schedule?placed=2');
    expect(await placeOf(page, 'Kites')).toBe(keyOfCell(camp.cells[2]!));
    await tap('.cell-held .slip-star');
    await page.waitForSelector('.slip-star[aria-pressed=true]');
    await tap('.own-row >> text=Move');
    await page.waitForURL('**/schedule?claim=2');
    await tap('.put >> nth=0');
    await page.waitForURL('**/schedule?placed=2&from=*');
    expect(await placeOf(page, 'Kites')).toBe(keyOfCell(camp.cells[1]!));
    await tap('.notice-ok >> text=Undo');
    await page.waitForURL(`**/schedule?placed=2&from=${keyOfCell(camp.cells[1]!)}`);
    expect(await placeOf(page, 'Kites')).toBe(keyOfCell(camp.cells[2]!));
    expect(problems).toEqual([]);
    await close();
  });

  it('a second browser sees a claim within a second, marked, with what is its own as it was', async () => {
    const { camp, zoe, other, page, problems, close } = await visitCamp('Cyd', {});
    await page.goto(`/events/${camp.slug}/schedule`);
    await page.click('.slip-star');
    await page.waitForSelector('.slip-star[aria-pressed=true]');
    const cell = `[data-cell="${keyOfCell(camp.cells[5]!)}"]`;
    await page.waitForTimeout(300);
    must(await placeSession(zoe, { event: camp.slug, session: other, ...camp.cells[5]! }));
    await page.waitForSelector(`${cell}.cell-changed.cell-starred >> text=Tea for all`, { timeout: 1000 });
    expect(await page.isVisible(`[data-cell="${keyOfCell(camp.cells[0]!)}"] >> text=Free`)).toBe(true);
    expect(await page.textContent('[data-say]')).toContain('Changed: Blue, 11:00: Tea for all');
    expect(await page.getAttribute(`${cell} .slip-star`, 'aria-pressed')).toBe('true');
    expect(problems).toEqual([]);
    await close();
  });

  it('a place that is taken while one chooses is no choice any more; one that is freed is', async () => {
    const { camp, zoe, other, page, close } = await visitCamp('Dee', {});
    await page.goto(`/events/${camp.slug}/sessions/new`);
    await page.fill('[name=title]', 'Dice');
    await page.press('[name=title]', 'Enter');
    await page.click('text=Claim a room and a time');
    await page.waitForTimeout(300);
    must(await placeSession(zoe, { event: camp.slug, session: other, ...camp.cells[1]! }));
    await page.waitForSelector(`[data-cell="${keyOfCell(camp.cells[1]!)}"] >> text=Tea for all`);
    expect(await page.locator(`[data-cell="${keyOfCell(camp.cells[1]!)}"] .put`).count()).toBe(0);
    await page.click(`[data-cell="${keyOfCell(camp.cells[0]!)}"] .put`);
    await page.waitForURL('**/schedule?placed=2');
    expect(await placeOf(page, 'Dice')).toBe(keyOfCell(camp.cells[0]!));
    await close();
  });

  it('drags one’s own card to a free place', async () => {
    const { camp, page, close } = await visitCamp('Eve', {});
    await hold(await attendee(browsing.site.base, camp, 'Fay'), camp, 'Not hers', 1);
    await page.goto(`/events/${camp.slug}/sessions/new`);
    await page.fill('[name=title]', 'Drums');
    await page.press('[name=title]', 'Enter');
    await page.waitForURL('**/sessions/3?*');
    await page.goto(`/events/${camp.slug}/schedule`);
    const drag = async (what: string, to: { roomId: number; slotId: number }) => {
      // A font that comes late moves the rows under the card.
      await page.evaluate('document.fonts.ready');
      await page.dragAndDrop(what, `[data-cell="${keyOfCell(to)}"] .free`);
    };
    await drag('.own-row', camp.cells[2]!);
    await page.waitForURL('**/schedule?placed=3');
    await drag('.cell-own .slip-hosts', camp.cells[4]!);
    await page.waitForURL('**/schedule?placed=3&from=*');
    expect(await placeOf(page, 'Drums')).toBe(keyOfCell(camp.cells[4]!));
    expect(await page.getAttribute('.slip:has-text("Not hers")', 'draggable')).toBe(null);
    await close();
  });

  it('without JavaScript: claims, moves, stars, by forms and reloads', async () => {
    const { camp, page, close } = await visitCamp('Gus', { javaScriptEnabled: false });
    await page.goto(`/events/${camp.slug}/sessions/new`);
    await page.fill('[name=title]', 'Glue');
    await page.click('button:has-text("Propose it")');
    await page.click('text=Claim a room and a time');
    await page.locator('.put').first().click();
    expect(await placeOf(page, 'Glue')).toBe(keyOfCell(camp.cells[1]!));
    await page.locator('.slip-star').first().click();
    expect(page.url()).toContain('/schedule');
    expect(await page.getAttribute('.slip-star', 'aria-pressed')).toBe('true');
    await close();
  });

  it('prints without what only a screen needs', async () => {
    const { camp, page, close } = await visitCamp('Hal', {});
    await page.goto(`/events/${camp.slug}/schedule`);
    await page.emulateMedia({ media: 'print' });
    for (const what of ['.slip-star', '.schedule-bar', '.own-list', '.schedule-head .actions'])
      for (const one of await page.locator(what).all()) expect(await one.isVisible()).toBe(false);
    expect(await page.isVisible('text=Tea for all')).toBe(true);
    await close();
  });
});
