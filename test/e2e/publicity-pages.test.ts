import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { findBarriers, openBrowser } from '../support/browser.ts';
import { visitConsole } from '../support/console.ts';
import { type DemoServer, startDemoServer } from '../support/server.ts';

const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const DESK: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
const WULI = '610902104';
/** What a person needs for a tap and for a key on a phone's keyboard, generously. */
const TAP_MS = 1500;
const KEY_MS = 400;
const PAGES = [
  ...['new', 'new?kind=media-piece', '', '?view=calendar', 'import', 'review', 'report', 'reach', 'months'],
  ...['accounts', 'instruments'],
];

describe('the pages of the ledger in a browser, with the demonstration', () => {
  let demo: DemoServer;
  let browser: Browser;
  let visits: ReturnType<typeof visitConsole>;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemoServer(), openBrowser()]);
    visits = visitConsole(demo, browser);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await demo.close();
  });

  const leave = async (page: Page, expected = /fetching the script/): Promise<void> => {
    await page.context().close();
    expect(visits.complaints().filter((line) => !expected.test(line))).toEqual([]);
  };
  const open = async (page: Page, path: string, lang: string): Promise<void> => {
    const address = `${demo.origin}/console/publicity${path === '' || path.startsWith('?') ? path : `/${path}`}`;
    await page.goto(`${address}${path.includes('?') ? '&' : '?'}lang=${lang}`);
    await page.locator('main h1').waitFor();
    await page.waitForLoadState('networkidle');
  };

  it.each(['zh', 'en'])('no barrier on any page on a phone, in %s', async (lang) => {
    const page = await visits.signIn('reviewer', `/console?lang=${lang}`, PHONE);
    for (const path of PAGES) {
      await open(page, path, lang);
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 360]);
      expect([path, await findBarriers(page)]).toEqual([path, []]);
    }
    await leave(page);
  });

  it.each(['zh', 'en'])('no barrier on any page of an administrator at a desk, in %s', async (lang) => {
    const page = await visits.signIn('admin', `/console?lang=${lang}`, DESK);
    const accounts = await demo.services.publicity.accounts.listAccounts(OPERATOR);
    for (const path of [...PAGES, 'kinds', 'kinds?kind=new', `accounts?id=${accounts[0]?.id}`]) {
      await open(page, path, lang);
      expect([path, await findBarriers(page)]).toEqual([path, []]);
    }
    await leave(page);
  });

  it('a page that is cut off says so in each of its parts, without a barrier', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new', PHONE);
    await page.getByRole('button', { name: /^横幅/ }).first().waitFor();
    await page.route(/\/api\//, (route) => route.abort());
    await page.getByRole('link', { name: '导入', exact: true }).tap();
    await page.getByText('连不上服务器').nth(1).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await leave(page, /ERR_FAILED|fetching the script/);
  });

  it('an entry takes a few taps and keys: under a minute by any hand', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new', PHONE);
    let handMs = 0;
    const tap = async (name: RegExp | string): Promise<void> => {
      handMs += TAP_MS;
      await page.getByRole('button', { name, exact: true }).first().tap();
    };
    const type = async (label: RegExp, text: string): Promise<void> => {
      handMs += TAP_MS + KEY_MS * text.length;
      await page.getByLabel(label).tap();
      await page.keyboard.type(text);
    };
    const start = Date.now();
    await tap(/^宣讲活动/);
    await type(/^地点/, '五里村');
    await type(/^数量/, '2');
    await type(/^参与人次/, '80余');
    await tap('登记');
    await page.locator('.receipts li').waitFor();
    expect(handMs + Date.now() - start).toBeLessThan(60_000);
    const { outputs } = await demo.services.publicity.outputs.listOutputs(OPERATOR, { unit: WULI });
    expect(outputs.filter(({ place }) => place === '五里村')).toHaveLength(1);
    await leave(page);
  });

  it('a reviewer begins at what waits, and judges it without the mouse', async () => {
    const page = await visits.signIn('reviewer', '/console', DESK);
    await page.waitForURL(/\/console\/publicity\/review$/);
    await page.getByRole('link', { name: '去审核' }).press('Enter');
    await page.waitForURL(/state=submitted/);
    const rows = page.locator('tbody tr');
    const isOn = async (index: number): Promise<boolean> =>
      rows.nth(index).evaluate((row) => row === row.ownerDocument.activeElement);
    await rows.nth(1).focus();
    await page.keyboard.press('a');
    await page.getByText('已通过1条。').waitFor();
    // What was accepted has left the list; the next row stands in its place.
    await expect.poll(() => isOn(1)).toBe(true);
    await page.keyboard.press(' ');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await page.getByText('已选2条').waitFor();
    await page.keyboard.press('r');
    await page.getByRole('dialog').getByLabel('原因').fill('请核对数量');
    await page.keyboard.press('Enter');
    await page.getByText('已退回2条。').waitFor();
    await expect.poll(() => isOn(2)).toBe(true);
    await leave(page);
  });

  it('a link to an English page leads on in English', async () => {
    const page = await visits.signIn('leader', '/console', DESK);
    await page.goto(`${demo.origin}/console/publicity/report?unit=610924&period=2026-10&lang=en`);
    await page.getByRole('link', { name: 'Reach', exact: true }).click();
    await page.getByRole('heading', { name: 'Reach', exact: true }).waitFor();
    expect(page.url()).toContain('lang=en');
    await leave(page);
  });
});
