import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { type Browser, chromium, type Page } from 'playwright-core';
import readXlsxFile from 'read-excel-file/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Base } from '../../src/context.ts';
import { grantRole } from '../../src/services/people/commands.ts';
import { mailboxUrl } from '../../src/shared/mailbox-key.ts';
import { freshDatabase } from '../support/database.ts';
import { asSystem, makeBase, makeEvent, must, secret } from '../support/factories.ts';
import { describeWith, programPath } from '../support/needs.ts';
import { startTurnout, type Turnout } from '../support/turnout.ts';

// The whole of it as people use it: the real process with its worker, a browser, the mails read where they are put.

describeWith('chromium', 'from the first visit to the exported list', () => {
  let database: { url: string; drop(): Promise<void> };
  let base: Base;
  let turnout: Turnout;
  let browser: Browser;
  beforeAll(async () => {
    database = await freshDatabase();
    base = makeBase(database.url, () => new Date());
    must(
      await grantRole(asSystem(base), {
        email: 'olga@example.org',
        name: 'Olga',
        role: 'organiser',
        eventId: null,
      }),
    );
    await makeEvent(base, { name: 'Tiny dinner', capacity: '1', ...inDays(9) });
    turnout = await startTurnout({ DATABASE_URL: database.url, ROLES: 'web,worker' });
    browser = await chromium.launch({ executablePath: programPath('chromium'), args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await turnout?.stop();
    await base.db.$client.end();
    await database.drop();
  });

  const visitor = async (): Promise<Page> => {
    const context = await browser.newContext({ baseURL: turnout.url });
    context.setDefaultTimeout(15_000);
    return context.newPage();
  };

  it('register, read the mail, cancel by its link, see the waiting list move', {
    timeout: 60_000,
  }, async () => {
    const ann = await visitor();
    await register(ann, 'Ann', 'ann@example.org');
    expect(await ann.textContent('h1')).toBe('You are coming');
    const bob = await visitor();
    await register(bob, 'Bob', 'bob@example.org');
    expect(await bob.textContent('main')).toContain('You are next in the line');

    await readMail(ann, 'ann@example.org', 'You are coming');
    await ann.click('main pre a[href*="/r/"]');
    await ann.click('summary:has-text("Cancel my registration")');
    await ann.click('button:has-text("Yes, cancel it")');
    expect(await ann.textContent('main')).toContain('Your registration is cancelled');

    await bob.reload();
    expect(await bob.textContent('h1')).toBe('You are coming');
    await readMail(bob, 'bob@example.org', 'place');
    expect(await bob.textContent('main')).toContain('.ics');
  });

  it('make an event, register for it in the chat, find it in the list, export it', {
    timeout: 90_000,
  }, async () => {
    const olga = await visitor();
    await olga.goto('/sign-in?next=/organise');
    await olga.fill('[name=email]', 'olga@example.org');
    await olga.click('main form button');
    await readMail(olga, 'olga@example.org', 'sign');
    await olga.click('main pre a[href*="/sign-in/"]');
    await olga.click('main form button');
    await olga.waitForURL('**/organise');

    await olga.goto('/organise/events/new');
    const { startsAt, endsAt } = inDays(12);
    await olga.fill('[name=name]', 'Hack night');
    await olga.selectOption('[name=kind]', 'meetup').catch(() => olga.check('[name=kind][value=meetup]'));
    await olga.fill('[name=zone]', 'Europe/London');
    await olga.fill('[name=startsAt]', startsAt);
    await olga.fill('[name=endsAt]', endsAt);
    await ask(olga, 0, 'What will you hack on?', 'text');
    await ask(olga, 1, 'Do you bring a laptop?', 'yesno');
    await ask(olga, 2, 'Pizza', 'choice', 'Margherita\nFunghi');
    await olga.click('.event-form-parts button.button-large');
    await olga.waitForURL('**/organise/events/hack-night*');
    await olga.click('button:has-text("Publish")');
    await olga.waitForURL('**/organise/events/hack-night*');

    const carl = await visitor();
    await carl.goto('/chat');
    for (const [text, answer] of [
      ['register hack-night', 'What is your name?'],
      ['Carl 🦊 "Ace" Ö', 'e-mail'],
      ['carl@example.org', 'What will you hack on?'],
      ['=1+1 compiler', 'laptop'],
      ['yes', 'Pizza'],
      ['2', 'public list'],
      ['no', 'Please check'],
      ['yes', 'You are coming to Hack night'],
    ] as const)
      await say(carl, text, answer);

    await olga.goto('/organise/events/hack-night/attendees');
    expect(await olga.textContent('main')).toContain('Carl 🦊');
    const csv = parse(readFileSync(await download(olga, 'csv')), { bom: true, columns: true }) as Record<
      string,
      string
    >[];
    expect(csv).toHaveLength(1);
    expect(Object.values(csv[0]!)).toEqual(
      expect.arrayContaining(['Carl 🦊 "Ace" Ö', 'carl@example.org', "'=1+1 compiler", 'Funghi']),
    );
    const sheet = (await readXlsxFile(await download(olga, 'xlsx'))) as unknown;
    const cells = JSON.stringify(sheet);
    for (const text of ['Carl 🦊', '=1+1 compiler', 'Funghi', 'What will you hack on?'])
      expect(cells).toContain(text);
  });

  async function register(page: Page, name: string, email: string) {
    await page.goto('/events/tiny-dinner');
    await page.click('main a[href$="/register"]');
    await page.fill('[name=name]', name);
    await page.fill('[name=email]', email);
    await page.click('main form .button-large');
    await page.waitForURL('**/r/*');
  }
});

/** Opens the newest mail to the address whose subject has these words, as soon as the worker has sent it. */
async function readMail(page: Page, to: string, words: string) {
  const link = page.locator('main tbody a', { hasText: words });
  await page.goto(mailboxUrl({ baseUrl: '', secret }));
  for (let tries = 0; ; tries++) {
    await page.goto(`/dev/mail?to=${encodeURIComponent(to)}`);
    if ((await link.count()) > 0 || tries === 60) break;
    await page.waitForTimeout(100);
  }
  await link.first().click();
  await page.waitForSelector('.mail-text');
}

async function ask(page: Page, index: number, label: string, kind: string, options?: string) {
  await page.click('button[name=do][value=add]');
  const question = page.locator('fieldset.question').nth(index);
  await question.locator('[name$=".label"]').fill(label);
  await question.locator('[name$=".kind"]').selectOption(kind);
  if (options) await question.locator('[name$=".options"]').fill(options);
}

async function say(page: Page, text: string, answer: string) {
  const lines = page.locator('.line-bot');
  const before = await lines.count();
  await page.fill('#say-text', text);
  await page.press('#say-text', 'Enter');
  await lines.nth(before).waitFor();
  await expect.poll(async () => (await lines.allTextContents()).slice(before).join(' ')).toContain(answer);
}

async function download(page: Page, format: string): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page
      .locator(`main a[href*="attendees.${format}"], main button[formaction*="attendees.${format}"]`)
      .first()
      .click(),
  ]);
  return file.path();
}

const inDays = (days: number) => {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  return { startsAt: `${day}T19:00`, endsAt: `${day}T22:00` };
};
