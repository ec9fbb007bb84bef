import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppServer } from '../../src/http/server.ts';
import { compose, type Services, serve } from '../../src/main.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { NO_CARRIER } from '../../src/telephony/connect.ts';
import { findBarriers, openBrowser, watchPage } from '../support/browser.ts';
import { countySurvey, table, UNITS } from '../support/world.ts';

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

describe("the resident's page in a browser", () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'zhixiao-resident-'));
  let services: Services;
  let server: AppServer;
  let browser: Browser;
  let origin: string;
  let place: string;

  beforeAll(async () => {
    services = await compose({
      dataDir,
      databaseUrl: null,
      host: '127.0.0.1',
      port: 0,
      publicBaseUrl: null,
      secret: null,
      timeZone: 'Asia/Shanghai',
      trustProxy: false,
      ratePerMinute: 0,
      telephony: NO_CARRIER,
      recordingDays: 180,
      logLevel: 'silent',
    });
    const today = services.today();
    await services.units.importUnits(OPERATOR, { units: await table(UNITS) });
    await services.surveys.publishSurvey(OPERATOR, countySurvey());
    await services.waves.createWave(OPERATOR, {
      code: 'web',
      survey: 'saohei-county',
      rootUnit: '6109',
      period: today.slice(0, 4),
      modes: ['web-open', 'web-token'],
      fieldworkStart: today,
      fieldworkEnd: '2035-12-31',
    });
    await services.waves.openWave(OPERATOR, 'web');
    server = await serve(services);
    origin = `http://127.0.0.1:${server.port}`;
    const links = await services.links.listLinks(OPERATOR, 'web', { under: '610902104', level: 'town' });
    place = origin + new URL(links[0]?.url ?? '').pathname;
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
    await services.close();
    rmSync(dataDir, { recursive: true });
  });

  async function visit(url: string): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
    const context = await browser.newContext(PHONE);
    const page = await context.newPage();
    const complaints = watchPage(page, origin);
    await page.goto(url);
    await page.waitForSelector('h1');
    return { page, context, complaints };
  }

  async function begin(page: Page): Promise<void> {
    await page.click('.actions .primary');
    await page.waitForSelector('.sd-item');
  }

  /** Picks the option with key 1 (half of the respondents have it last on a scale) and goes on, `count` times; every screen must have changed before the next. */
  async function answer(page: Page, count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      const title = await page.textContent('h1');
      await page.click('.sd-item.key-1');
      await page.click('.steps .primary');
      await page.waitForFunction(`document.querySelector('h1')?.textContent !== ${JSON.stringify(title)}`);
    }
  }

  const standing = (page: Page): Promise<string | null> => page.textContent('.progress');

  it('asks, saves, resumes after a reload, gives a receipt and counts the participant', async () => {
    const { page, context, complaints } = await visit(place);
    expect(await page.textContent('main')).toContain('演示〔2026〕01号');
    expect(await findBarriers(page)).toEqual([]);
    await begin(page);
    expect(await standing(page)).toBe('第1题，共14题');
    expect(await findBarriers(page)).toEqual([]);
    await answer(page, 4);
    await page.waitForSelector('.saved');
    await page.reload();
    await begin(page);
    expect(await standing(page)).toBe('第5题，共14题');
    await answer(page, 10);
    await page.waitForSelector('#receipt');
    const receipt = await page.textContent('#receipt');
    expect(await page.textContent('main')).toContain('五里镇已有1人参与。网上开放答卷单独统计，不进入抽样比率。');
    expect(await findBarriers(page)).toEqual([]);
    await page.reload();
    await page.waitForSelector('#receipt');
    expect(await page.textContent('#receipt')).toBe(receipt);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('says once what is missing and where, and moves on when it is there', async () => {
    const { page, context } = await visit(place);
    await begin(page);
    await page.click('.steps .primary');
    const alerts = page.locator('[role=alert]');
    expect([await alerts.count(), await alerts.textContent()]).toEqual([1, '请先选一项，再到下一题。']);
    expect(await findBarriers(page)).toEqual([]);
    await answer(page, 1);
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    await context.close();
  });

  it('keeps answers while the network is away and delivers them when it is back', async () => {
    const { page, context } = await visit(place);
    await begin(page);
    await context.setOffline(true);
    await answer(page, 2);
    await page.waitForSelector('.trouble:has-text("没有网络，答案保存在本机")');
    await context.setOffline(false);
    await page.waitForSelector('.saved');
    await page.reload();
    await begin(page);
    expect(await standing(page)).toBe('第3题，共14题');
    await context.close();
  });

  it('ends politely for who is not meant, and lets somebody else begin', async () => {
    const { page, context } = await visit(place);
    await begin(page);
    await page.click('.sd-item.key-2');
    await page.click('.steps .primary');
    await page.waitForSelector('h1:has-text("谢谢，您不在本次调查范围")');
    await page.click('.actions .secondary');
    await page.waitForSelector('.facts');
    expect(await page.textContent('.actions')).toBe('开始答题');
    await context.close();
  });

  it('changes language and size in the middle without losing the place', async () => {
    const { page, context } = await visit(place);
    await begin(page);
    await answer(page, 5);
    await page.click('button:has-text("English")');
    await page.waitForSelector('h1:has-text("All in all, do you feel safe")');
    expect(await page.evaluate('document.documentElement.lang')).toBe('en');
    expect(page.url()).toContain('lang=en');
    await page.click('button:has-text("Large text")');
    const heights: unknown = await page.evaluate(
      `[...document.querySelectorAll('button, .sd-item label')].map((target) => target.getBoundingClientRect().height)`,
    );
    expect(Math.min(...(heights as number[]))).toBeGreaterThanOrEqual(60);
    expect(await page.evaluate('getComputedStyle(document.body).fontSize')).toBe('24px');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await findBarriers(page)).toEqual([]);
    await context.close();
  });

  it('is answered from the first screen to the next by keyboard alone', async () => {
    const { page, context } = await visit(place);
    await page.focus('.actions .primary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.sd-item');
    await page.waitForFunction(`document.activeElement.tagName === 'H1'`);
    for (const key of ['Tab', 'Space', 'Tab', 'Tab', 'Enter']) await page.keyboard.press(key);
    await page.waitForFunction(`document.querySelector('.progress').textContent === '第2题，共14题'`);
    await context.close();
  });

  it('opens a single-use link on another phone where it was left, and shows its receipt ever after', async () => {
    const {
      links: [link = ''],
    } = await services.links.createInvitations(OPERATOR, 'web', {
      unit: '610902107',
      count: 1,
      validUntil: '2035-12-31',
    });
    const url = origin + new URL(link).pathname;
    const first = await visit(url);
    await begin(first.page);
    await answer(first.page, 3);
    await first.page.waitForSelector('.saved');
    await first.context.close();
    const second = await visit(url);
    await begin(second.page);
    expect(await standing(second.page)).toBe('第4题，共14题');
    await answer(second.page, 11);
    const receipt = await second.page.textContent('#receipt');
    await second.context.close();
    const third = await visit(url);
    expect(await third.page.textContent('#receipt')).toBe(receipt);
    await third.context.close();
  });

  it('says what to do about a link that nobody knows', async () => {
    const { page, context } = await visit(`${origin}/s/nowhere`);
    expect(await page.textContent('main')).toBe('没有找到这个链接请核对网址是否完整，或者重新扫描二维码。');
    expect(await findBarriers(page)).toEqual([]);
    await context.close();
  });
});
