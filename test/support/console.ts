import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { watchPage } from './browser.ts';
import type { DemoServer } from './server.ts';

/** Visits to the console of a demonstration; everything the pages complain about is kept until it is asked for. */
export function visitConsole(demo: DemoServer, browser: Browser) {
  const complaints: string[] = [];
  return {
    /** What was complained about since the last time. */
    complaints: (): string[] => complaints.splice(0),

    /** Signs in with the keyboard and waits until the first page is there. */
    async signIn(username: string, path = '/console', options: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const seen = watchPage(page, demo.origin);
      page.on('close', () => complaints.push(...seen));
      await page.goto(`${demo.origin}${path}`);
      const password = demo.accounts.find((account) => account.username === username)?.password ?? '';
      await page.locator('[name=username]').focus();
      await page.keyboard.type(username);
      await page.keyboard.press('Tab');
      await page.keyboard.type(password);
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.pathname !== '/console/sign-in');
      return page;
    },
  };
}
