import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWeb, type Web } from '../../src/web/server.ts';
import { describeWith, programPath } from '../support/needs.ts';
import { openSite, type TestSite } from '../support/site.ts';
import { makeWorld } from '../support/world.ts';

// A browser is slow to start where many tests run beside it.
vi.setConfig({ testTimeout: 60_000 });

describeWith('chromium', 'the chat in a browser', () => {
  let site: TestSite;
  let web: Web;
  let browser: Browser;
  let stopping = false;
  beforeAll(async () => {
    site = await openSite({ stopping: () => stopping });
    await makeWorld(site.base);
    web = await startWeb(site.site, { port: 0, host: '127.0.0.1' });
    browser = await chromium.launch({ executablePath: programPath('chromium'), args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    stopping = true;
    await browser?.close();
    await web?.stop();
    await site?.close();
  });

  async function open(options: BrowserContextOptions = {}, path = '/chat'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(web.url + path);
    return page;
  }

  /** Says something and waits for so many more messages. */
  async function say(page: Page, text: string, more = 2) {
    const before = await page.locator('.line').count();
    await page.fill('#say-text', text);
    await page.press('#say-text', 'Enter');
    await page
      .locator(`.line:not(.line-pending)`)
      .nth(before + more - 1)
      .waitFor();
  }

  it('talks without leaving the page, by typing and by pressing', async () => {
    const page = await open();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.getByRole('button', { name: '1 See what is on' }).click();
    await page.getByRole('button', { name: /Geek breakfast/ }).click();
    await page.getByRole('button', { name: '1 Register', exact: true }).click();
    await page.getByText('What is your name?').waitFor();
    await say(page, 'Ann Lee');
    await say(page, 'ann@example.org');
    await page.getByRole('button', { name: '2 No' }).click();
    await page.getByRole('button', { name: 'Yes', exact: true }).click();
    await page.getByText('You are coming to Geek breakfast').waitFor();
    // What was chosen before can be read, not pressed again.
    expect(await page.locator('.line button').allInnerTexts()).toHaveLength(0);
    expect(await page.locator('.line-row').count()).toBeGreaterThan(8);
    expect(await page.locator('.line').count()).toBe(new Set(await ids(page)).size);
    const said = await page.locator('.line').allInnerTexts();
    await page.reload();
    expect(await page.locator('.line').count()).toBe(said.length);
    expect(errors).toEqual([]);
  });

  const ids = (page: Page) =>
    page.locator('.line').evaluateAll((lines) => lines.map((line) => line.getAttribute('data-id')));

  it('shows in a second tab what is said in the first, once, and keeps the field above the fold', async () => {
    const page = await open();
    await say(page, 'whoami');
    const tab = await page.context().newPage();
    await tab.goto(`${web.url}/chat`);
    await say(page, 'event barcamp');
    await tab.getByText('BarCamp (BarCamp)').waitFor();
    expect(await ids(tab)).toEqual(await ids(page));
    const field = await tab.locator('#say').boundingBox();
    expect(field!.y + field!.height).toBeLessThanOrEqual(740);
    expect(await tab.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  });

  it('keeps what was typed when it does not get through, and sends it once the connection is back', async () => {
    const page = await open();
    await say(page, 'menu');
    await page.context().setOffline(true);
    await page.fill('#say-text', 'event geek-dinner');
    await page.press('#say-text', 'Enter');
    await page.getByRole('status').waitFor();
    expect(await page.inputValue('#say-text')).toBe('event geek-dinner');
    await page.context().setOffline(false);
    await page.press('#say-text', 'Enter');
    await page.getByText('The Crown').waitFor();
    expect(await page.locator('.line-person', { hasText: 'event geek-dinner' }).count()).toBe(1);
  });

  it('works without a script, buttons included', async () => {
    const page = await open({ javaScriptEnabled: false }, '/chat?say=event+geek-dinner');
    await page.click('#say button');
    await page.getByRole('button', { name: '1 Register', exact: true }).click();
    await page.fill('#say-text', 'Bob');
    await page.click('#say button');
    const last = page.locator('.line').last();
    expect(await last.innerText()).toContain('What is your e-mail address?');
    // The log begins at its end without being scrolled by a script.
    const [line, log] = await Promise.all([last.boundingBox(), page.locator('.chat-log').boundingBox()]);
    expect(line!.y + line!.height).toBeLessThanOrEqual(log!.y + log!.height);
  });

  it('goes by keyboard alone, with boxes to tick and the keyboard that fits; a reload goes on, and two tabs agree', async () => {
    const page = await open();
    await page.focus('#say-text');
    await page.keyboard.type('register barcamp Cat');
    await page.keyboard.press('Enter');
    await page.getByText('What is your e-mail address?').waitFor();
    expect(await page.getAttribute('#say-text', 'inputmode')).toBe('email');
    expect(await page.getAttribute('#say-text', 'autocomplete')).toBe('email');
    await page.keyboard.type('cat@example.org');
    await page.keyboard.press('Enter');
    await page.getByText('T-shirt').waitFor();
    await page.keyboard.type('M');
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: 'Saturday' }).waitFor();
    // In the middle of a dialogue: it is all there again, to be pressed too.
    await page.reload();
    const tab = await page.context().newPage();
    await tab.goto(`${web.url}/chat`);
    await page.getByRole('checkbox', { name: 'Saturday' }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Send');
    await page.keyboard.press('Enter');
    await page.getByText('How many talks').waitFor();
    expect(await page.locator('.line-person').last().innerText()).toContain('1, 2');
    expect(await page.getAttribute('#say-text', 'inputmode')).toBe('decimal');
    // What can be ticked no more can still be read.
    expect(await page.locator('.line input').count()).toBe(0);
    expect(await page.getByText('Sunday', { exact: true }).count()).toBe(1);
    await tab.getByText('How many talks').waitFor();
    expect(await ids(tab)).toEqual(await ids(page));
    expect(await tab.getAttribute('#say-text', 'inputmode')).toBe('decimal');
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  });

  it('reads out what is said, and names what can be pressed', async () => {
    const page = await open();
    const log = page.getByRole('log', { name: 'Conversation' });
    expect(await log.count()).toBe(1);
    // The role alone says it: polite, and additions only.
    expect(await log.getAttribute('aria-live')).toBeNull();
    await say(page, 'register geek-breakfast Dan dan@example.org');
    await log.getByRole('button', { name: '2 No' }).waitFor();
    await page.getByRole('textbox', { name: 'Your message' }).fill('no');
    await page.keyboard.press('Enter');
    await log.getByRole('button', { name: 'Yes' }).waitFor();
    expect(await log.locator('.line-bot').last().locator('.visually-hidden').innerText()).toMatch(/\w/);
  });

  it('has nothing that axe objects to, light and dark', async () => {
    const page = await open();
    await say(page, 'register geek-dinner');
    await say(page, 'Ann');
    await page.click('.chat-about summary');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).include('.chat').analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
    }
  });
});
