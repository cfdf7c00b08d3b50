import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What has the focus, as it is called: a control by its label, a link or a button by its text. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const at = document.activeElement;
    return (at.labels?.[0] ?? at).innerText.replace(/\\(optional\\)/, '').trim();
  })()`);

/** Tab after Tab, as a person would; at each stop the focus can be seen. */
export async function tabTo(page: Page, name: string) {
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(`(() => {
      const seen = (one) => one && getComputedStyle(one).outlineStyle !== 'none';
      return seen(document.activeElement) || seen(document.activeElement.closest('.event-card'));
    })()`);
    expect(outline, `${await focused(page)} has an outline`).toBe(true);
    if ((await focused(page)) === name) return;
  }
  throw new Error(`There is no way to “${name}” with the Tab key`);
}
