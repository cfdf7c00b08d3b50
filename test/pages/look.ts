import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signInLink } from '../../src/services/people/commands.ts';
import { type Browsing, openBrowser, type Visit } from '../support/browser.ts';
import { asSystem } from '../support/factories.ts';
import { describeWith } from '../support/needs.ts';
import type { PageToCheck } from './pages.ts';
import { makeWorld, type World } from './world.ts';

/** Looks at each of these pages: accessible, as wide as the window, within the policy, every sentence there. In parts, as browsers take their time. */
export const lookAt = (who: string, pages: PageToCheck[]) =>
  describeWith('chromium', `every page of ${who}`, () => {
    let browsing: Browsing;
    let world: World;
    const visits = new Map<string, Visit>();
    beforeAll(async () => {
      browsing = await openBrowser();
      world = await makeWorld(browsing.site.base);
    });
    afterAll(() => browsing.close());

    it.each(pages)(
      '$name: accessible, as wide as the window, within the policy',
      { timeout: 60_000 },
      async (one) => {
        const { page, problems } = await visitAs(one.as ?? '');
        const answer = await page.goto(typeof one.path === 'string' ? one.path : one.path(world));
        expect(answer?.status()).toBe(one.status ?? 200);
        await show(page, 1280, 'light');
        expect(await axe(page)).toEqual([]);
        for (const [width, scheme] of one.overlaps ? [...others, other] : [other]) {
          await show(page, width, scheme);
          expect(await axe(page, dependent)).toEqual([]);
        }
        await show(page, 320, 'light');
        expect(await wider(page)).toBe(0);
        expect(await page.evaluate('window.owned')).toBeUndefined();
        expect((await page.innerText('body')).split('\n').filter(isKey)).toEqual([]);
        expect(problems.splice(0)).toEqual([]);
      },
    );

    async function visitAs(email: string): Promise<Visit> {
      const known = visits.get(email);
      if (known) return known;
      const visit = await browsing.visit();
      visits.set(email, visit);
      if (email) {
        await visit.page.goto(new URL(await signInLink(asSystem(browsing.site.base), email)).pathname);
        await visit.page.click('main form button');
        await visit.page.waitForURL('**/me');
      }
      return visit;
    }
  });

/** A sentence that the catalogue has not is shown by its key. */
const isKey = (line: string) => /^[a-z]+(_[a-z]+)*\.[a-z_.]*_[a-z_.]*$/.test(line.trim());

/** A page's colours follow the scheme and its layout the width: only where things lie over each other both matter at once. */
const other = [360, 'dark'] as const;
const others = [
  [1280, 'dark'],
  [360, 'light'],
] as const;

/** What depends on the width and the scheme; the rest of a page is the same for all. */
const dependent = ['color-contrast', 'target-size', 'link-in-text-block', 'scrollable-region-focusable'];

async function show(page: Page, width: number, colorScheme: 'light' | 'dark') {
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme });
}

/** What axe finds wrong: the rule, and where. */
async function axe(page: Page, rules?: string[]): Promise<string[]> {
  // The other mode collects from frames, of which there are none, over a page of its own: three times as slow.
  const builder = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules ? builder.withRules(rules) : builder).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
  );
}

const wider = (page: Page) =>
  page.evaluate('Math.max(0, document.documentElement.scrollWidth - window.innerWidth)');
