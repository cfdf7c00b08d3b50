import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Base } from '../../src/context.ts';
import { grantRole, signInLink } from '../../src/services/people/commands.ts';
import { cancelByToken } from '../../src/services/registrations/commands.ts';
import { manageToken } from '../../src/services/registrations/queries.ts';
import { mailboxUrl } from '../../src/shared/mailbox-key.ts';
import { freshDatabase } from '../support/database.ts';
import { guests } from '../support/dinners.ts';
import { asSystem, asVisitor, makeBase, makeEvent, must, secret, signUp } from '../support/factories.ts';
import { describeWith, programPath } from '../support/needs.ts';
import { startTurnout, type Turnout } from '../support/turnout.ts';

// A dinner as people live it: the real process with its worker, a browser, the mail read where it is put.

describeWith('chromium', 'a dinner in a browser', () => {
  let database: { url: string; drop(): Promise<void> };
  let base: Base;
  let turnout: Turnout;
  let browser: Browser;
  beforeAll(async () => {
    database = await freshDatabase();
    base = makeBase(database.url, () => new Date());
    must(await grantRole(asSystem(base), { email: 'olga@example.org', role: 'organiser', eventId: null }));
    turnout = await startTurnout({ DATABASE_URL: database.url, ROLES: 'web,worker', SECRET: secret });
    browser = await chromium.launch({ executablePath: programPath('chromium'), args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await turnout?.stop();
    await base.db.$client.end();
    await database.drop();
  });

  const visitor = async (): Promise<Page> => {
    const context = await browser.newContext({ baseURL: turnout.url, viewport: { width: 390, height: 800 } });
    context.setDefaultTimeout(15_000);
    return context.newPage();
  };

  it('register a party of four, wait, take the offer from the mail, seat the tables, print the sheet', {
    timeout: 90_000,
  }, async () => {
    const day = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
    const dinner = await makeEvent(base, {
      ...{ name: 'Supper', slug: 'supper', kind: 'dinner', capacity: '6', partyMost: '5', line: 'offer' },
      menu: 'Main:\nRoast lamb | 3\nRisotto',
      zone: zoneOfNoon(),
      startsAt: `${day}T19:00`,
      endsAt: `${day}T22:00`,
    });
    const dan = must(await signUp(base, dinner, 'Dan', { members: guests(4) }));
    must(await signUp(base, dinner, 'Eve', { members: [{ choices: { main: 'Risotto' } }, {}], near: 'Ann' }));

    const ann = await visitor();
    await ann.goto('/events/supper/register');
    await ann.fill('[name=name]', 'Ann');
    await ann.fill('[name=email]', 'ann@example.org');
    await ann.check('[name="members.0.choices.main"][value="Roast lamb"]');
    for (const [n, name] of ['Bo', 'Cy', ''].entries()) {
      await ann.click('button[value=guest]');
      await ann.fill(`[name="members.${n + 1}.name"]`, name);
    }
    await ann.check('[name="members.1.diets"][value=vegan]');
    await ann.check('[name="members.1.choices.main"][value=Risotto]');
    await ann.fill('[name="members.2.dietOther"]', 'no celery');
    await ann.click('main form .button-large');
    await ann.waitForURL('**/r/*');
    expect(await ann.textContent('main')).toContain('You are next in the line');

    must(await cancelByToken(asVisitor(base), manageToken(secret, dan)));
    await readMail(ann, 'ann@example.org', 'held for you');
    await ann.click('main pre a[href*="/r/"]');
    expect(await ann.textContent('main')).toContain('4 places are held for you until');
    await ann.click('button:has-text("Take them")');
    await ann.waitForSelector('svg.qr');
    expect(await ann.textContent('.party-list')).toMatch(
      /Ann.*Roast lamb.*Bo.*Risotto · Vegan.*Cy.*no celery.*Guest of Ann/s,
    );

    const olga = await visitor();
    await olga.goto(new URL(await signInLink(asSystem(base), 'olga@example.org')).pathname);
    await olga.click('main form button');
    await olga.goto('/organise/events/supper/tables');
    await olga.fill('[name=count]', '2');
    await olga.fill('[name=seats]', '6');
    await olga.click('main form button:has-text("Add")');
    await olga.click('button:has-text("Seat everybody")');
    await olga.waitForURL('**said=seated_all');
    const at = async (table: number) =>
      (
        await olga
          .locator('.seat-tables .seat-table')
          .nth(table)
          .locator('.seat-name strong')
          .allTextContents()
      ).sort();
    const all = ['Ann', 'Bo', 'Cy', 'Eve', 'Guest of Ann', 'Guest of Eve'];
    expect([await at(0), await at(1)]).toContainEqual(all);
    // By keyboard: the focused person goes to the next table, has the focus again there, and comes back by "Undo".
    const from = (await at(0)).length > 0 ? 0 : 1;
    await olga.locator('.seat', { hasText: 'Guest of Eve' }).focus();
    await olga.keyboard.press(from === 0 ? 'ArrowRight' : 'ArrowLeft');
    await olga.waitForURL(/said=seated&/);
    expect(await at(1 - from)).toEqual(['Guest of Eve']);
    await expect.poll(() => olga.evaluate('document.activeElement.textContent')).toContain('Guest of Eve');
    await olga.click('button:has-text("Undo")');
    await expect.poll(() => at(from)).toEqual(all);

    await olga.goto('/organise/events/supper/restaurant');
    await olga.click('button:has-text("The restaurant is told this now")');
    await olga.waitForURL('**said=sheet_frozen');
    const total = await olga.textContent('.sheet >> nth=0');
    expect(total).toMatch(/6 people.*Main: Roast lamb.*1.*Main: Risotto.*2.*Vegan.*1.*no celery.*1/s);
    for (const name of ['Ann', 'Bo', 'Eve']) expect(total).not.toContain(name);
    await olga.emulateMedia({ media: 'print' });
    expect(await olga.isVisible('.sheet-table >> nth=0')).toBe(true);
    expect(await olga.isVisible('.button')).toBe(false);
    expect((await olga.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
    await olga.emulateMedia({ media: 'screen' });
    const [file] = await Promise.all([
      olga.waitForEvent('download'),
      olga.click('a[href$="restaurant.csv"]'),
    ]);
    const rows: string[][] = parse(readFileSync(await file.path()), { bom: true });
    expect(rows).toContainEqual(['In all', 'dish', 'Main', 'Risotto', '2']);
  });
});

/** Where it is between twelve and one: offers are told by day, and the clock of this test is the real one. POSIX turns the sign around. */
function zoneOfNoon(): string {
  const hours = 12 - new Date().getUTCHours();
  return hours === 0 ? 'Etc/GMT' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

/** Opens the newest mail to the address whose subject has these words, as soon as the worker has sent it. */
async function readMail(page: Page, to: string, words: string) {
  const link = page.locator('main tbody a', { hasText: words });
  await page.goto(mailboxUrl({ baseUrl: '', secret }));
  for (let tries = 0; ; tries++) {
    await page.goto(`/dev/mail?to=${encodeURIComponent(to)}`);
    if ((await link.count()) > 0 || tries === 100) break;
    await page.waitForTimeout(100);
  }
  await link.first().click();
  await page.waitForSelector('.mail-text');
}
