import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { signInLink } from '../../src/services/people/commands.ts';
import { startWeb } from '../../src/web/server.ts';
import { asSystem } from './factories.ts';
import { programPath } from './needs.ts';
import { openSite, type TestSite } from './site.ts';

export type Visit = {
  page: Page;
  /** What no page may do: break the content security policy, throw, miss a file, ask another host for something. */
  problems: string[];
  close(): Promise<void>;
};

export type Browsing = {
  site: TestSite;
  url: string;
  browser: Browser;
  /** A new visitor, with cookies of their own. */
  visit(options?: BrowserContextOptions): Promise<Visit>;
  close(): Promise<void>;
};

/** One Chromium for a test file, and the site on a free port: for suites of `describeWith('chromium', …)`. */
export async function openBrowser(): Promise<Browsing> {
  const site = await openSite();
  const web = await startWeb(site.site, { port: 0, host: '127.0.0.1' });
  const browser = await chromium.launch({ executablePath: programPath('chromium'), args: ['--no-sandbox'] });
  return {
    site,
    url: web.url,
    browser,
    visit: (options) => visit(browser, web.url, options),
    close: async () => {
      await browser.close();
      await web.stop();
      await site.close();
    },
  };
}

async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ baseURL: url, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  return { page, problems: watch(page, url), close: () => context.close() };
}

function watch(page: Page, url: string): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`thrown: ${error.message}`));
  page.on('console', (said) => {
    // A page that is refused on purpose is one of these too; of other files `response` tells below.
    const status = said.text().startsWith('Failed to load resource');
    if (said.type() === 'error' && !status) problems.push(`console: ${said.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:'))
      problems.push(`asked another host: ${request.url()}`);
  });
  page.on('response', (response) => {
    const missing = response.status() >= 400 && !response.request().isNavigationRequest();
    if (missing) problems.push(`${response.status()}: ${response.url()}`);
  });
  return problems;
}

/** Signs in by the link that the mail has. */
export async function signInAs({ site }: Browsing, { page }: Pick<Visit, 'page'>, email: string) {
  await page.goto(new URL(await signInLink(asSystem(site.base), email)).pathname);
  await page.click('main form button');
  await page.waitForURL('**/me');
}
