import { expect, it, vi } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { describeWith } from '../support/needs.ts';
import { lookAt } from './look.ts';
import { pagesToCheck } from './pages.ts';

lookAt(
  'visitors',
  pagesToCheck.filter(({ as }) => !as),
);

describeWith('chromium', 'what is wrong with a page', () => {
  it('would be told of by the browser: what breaks the policy, another host, a file that is missing', async () => {
    const browsing = await openBrowser();
    const { page, problems } = await browsing.visit();
    await page.goto('/');
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend',
      '<p onclick="x" style="color: red"></p><img src="https://evil.example/x.png"><img src="/nothing.png">')`);
    await vi.waitFor(() => {
      for (const one of [/style/, /evil\.example/, /404: .*nothing\.png/])
        expect(problems.join('\n')).toMatch(one);
    }, 10_000);
    await browsing.close();
  });
});
