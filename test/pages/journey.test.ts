import { afterAll, beforeAll, expect, it } from 'vitest';
import { manageToken } from '../../src/services/registrations/queries.ts';
import { type Browsing, openBrowser, signInAs } from '../support/browser.ts';
import { makeEvent, must, signUp } from '../support/factories.ts';
import { focused, tabTo } from '../support/keyboard.ts';
import { describeWith } from '../support/needs.ts';

const questions = [
  { label: 'T-shirt', kind: 'choice', options: 'S\nM\nL', required: 'yes' },
  { label: 'Diet', kind: 'several', options: 'Vegan\nNuts' },
];

describeWith('chromium', 'a person in a browser', () => {
  let browsing: Browsing;
  beforeAll(async () => {
    browsing = await openBrowser();
    const { base } = browsing.site;
    await makeEvent(base, { name: 'Conference', slug: 'conf', questions, series: 'Web week' });
    await makeEvent(base, { name: 'Dinner', slug: 'dinner', capacity: '1', series: 'Web week' });
  });
  afterAll(() => browsing.close());

  it('registers with the keyboard alone, from the first page to the ticket', async () => {
    const { page, problems, close } = await browsing.visit();
    await page.goto('/');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await tabTo(page, 'Conference');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/events/conf');
    await tabTo(page, 'Register');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/register');
    await tabTo(page, 'Name');
    await page.keyboard.type('Ann');
    await tabTo(page, 'E-mail');
    await page.keyboard.type('ann@example.org');
    await tabTo(page, 'S');
    await page.keyboard.press('ArrowDown');
    await tabTo(page, 'Nuts');
    await page.keyboard.press('Space');
    await tabTo(page, 'Register');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/r/*');
    expect(await page.textContent('h1')).toBe('You are coming');
    expect(await page.isVisible('svg.qr')).toBe(true);
    expect(await page.textContent('.pairs')).toMatch(/Ann.*M.*Nuts/s);
    expect(problems).toEqual([]);
    await close();
  });

  it('finds what was wrong with the form read out first, and everything else as it was', async () => {
    const { page, close } = await browsing.visit();
    await page.goto('/events/conf/register');
    await page.fill('[name=email]', 'bob@');
    await page.check('[name=diet][value=Vegan]');
    await page.check('[name=listed]');
    await page.click('main form .button-large');
    await page.waitForSelector('#errors');
    expect(await page.evaluate('document.activeElement.id')).toBe('errors');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('Name');
    expect(await page.inputValue('[name=email]')).toBe('bob@');
    expect(await page.isChecked('[name=diet][value=Vegan]')).toBe(true);
    expect(await page.isChecked('[name=listed]')).toBe(true);
    await close();
  });

  it('registers, cancels and registers again without JavaScript', async () => {
    const { page, close } = await browsing.visit({ javaScriptEnabled: false });
    const fill = async () => {
      await page.goto('/events/dinner/register');
      await page.fill('[name=name]', 'Cyd');
      await page.fill('[name=email]', 'cyd@example.org');
      await page.click('main form .button-large');
    };
    await fill();
    expect(await page.textContent('h1')).toBe('You are coming');
    expect(await page.isVisible('button[data-print]')).toBe(false);
    expect(await page.isVisible('.button-danger')).toBe(false);
    await page.click('summary');
    await page.click('.button-danger');
    expect(await page.textContent('h1')).toBe('Your registration is cancelled');
    await page.click('text=Register again');
    await fill();
    expect(await page.textContent('h1')).toBe('You are coming');
    await close();
  });

  it('links a chat, changes the name and signs out', async () => {
    const visit = await browsing.visit();
    await signInAs(browsing, visit, 'ann@example.org');
    const { page } = visit;
    await page.fill('[name=name]', 'Ann Other');
    await page.click('button:has-text("Save")');
    expect(await page.textContent('h1')).toBe('Hello, Ann Other.');
    await page.click('button:has-text("Link a chat")');
    expect(await page.textContent('.code')).toMatch(/^link [A-Z2-9]{4}-[A-Z2-9]{4}$/);
    await page.click('text=Back to your page');
    await page.click('button:text-is("Sign out")');
    expect(await page.textContent('[role=status]')).toContain('You are signed out.');
    expect((await page.goto('/me'))?.url()).toContain('/sign-in?next=%2Fme');
    expect(visit.problems).toEqual([]);
    await visit.close();
  });

  it('prints the ticket on one page, with its code and without buttons', async () => {
    const { base } = browsing.site;
    const row = must(await signUp(base, { slug: 'conf' }, 'Dee', { answers: { t_shirt: 'L' } }));
    const { page, close } = await browsing.visit();
    await page.goto(`/r/${manageToken(base.secret, row)}`);
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    await page.emulateMedia({ media: 'print' });
    expect(await page.isVisible('svg.qr')).toBe(true);
    expect(await page.isVisible('.actions')).toBe(false);
    expect(await page.isVisible('nav')).toBe(false);
    await close();
  });
});
