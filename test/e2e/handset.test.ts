import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRealClock } from '../../src/telephony/simulator/clock.ts';
import { createPhoneNetwork, type PhoneNetwork } from '../../src/telephony/simulator/network.ts';
import { listenNetwork, type NetworkServer } from '../../src/telephony/simulator/server.ts';
import { findBarriers, openBrowser, watchPage } from '../support/browser.ts';
import { createKeypadServer, hooks } from '../telephony/simulator/keypad-server.ts';
import { ACCOUNT, BASE, OURS, THEIRS, TOKEN } from '../telephony/simulator/world.ts';

const SHOTS = process.env.SHOTS_DIR;

describe('the page “be the resident”', () => {
  const clock = createRealClock(3);
  const keypad = createKeypadServer(clock);
  let network: PhoneNetwork;
  let server: NetworkServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let origin: string;

  beforeAll(async () => {
    network = createPhoneNetwork({
      clock,
      seed: 7,
      accountSid: ACCOUNT,
      authToken: TOKEN,
      publicBaseUrl: BASE,
      fetch: (url, init) => {
        if (!url.includes('/voice/') && !url.endsWith('/inbound')) return new Response(null, { status: 204 });
        return keypad.answer({ url, form: Object.fromEntries(new URLSearchParams(String(init.body))) });
      },
    });
    server = await listenNetwork(network, { host: '127.0.0.1', port: 0, ours: OURS });
    origin = `http://127.0.0.1:${server.port}`;
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    complaints = watchPage(page, origin);
    await page.goto(origin);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const shoot = async (name: string): Promise<void> => {
    if (SHOTS === undefined) return;
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  };

  const call = (attempt: string) =>
    network.exchange.call({
      from: OURS,
      to: THEIRS,
      direction: 'outbound-api',
      voice: { url: hooks.start(attempt), method: 'POST' },
      fallback: null,
      callbacks: null,
      amd: null,
      ringMs: 60_000,
      limitMs: 600_000,
      parent: null,
    });

  test('waits for a call, and says so', async () => {
    await expect.poll(() => page.getByRole('status').textContent()).toBe('空闲，等待来电。');
    await expect.poll(() => page.getByRole('button', { name: '1', exact: true }).isDisabled()).toBe(true);
    await shoot('idle');
  });

  test('a call is taken, heard and answered with the keyboard alone', async () => {
    const placed = call('at1');
    await page.getByRole('button', { name: '接听' }).waitFor();
    expect(await page.getByRole('status').textContent()).toContain(OURS);
    await shoot('ringing');
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText('统计调查中心').first().waitFor();
    for (const key of ['1', '1', '1', '1']) {
      await expect.poll(() => page.locator('.pad.listening').count(), { timeout: 20_000 }).toBe(1);
      const visit = keypad.interviews.get('at1')?.session.visit;
      await page.keyboard.press(key);
      await expect.poll(() => keypad.interviews.get('at1')?.session.visit).not.toBe(visit);
    }
    await expect.poll(() => Object.keys(keypad.interviews.get('at1')?.answers ?? {})).toEqual(['adult', 'resident']);
    await shoot('talking');
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('status').textContent()).toBe('通话结束。');
    await expect.poll(() => placed.status).toBe('completed');
  });

  test('a call can be declined', async () => {
    const placed = call('at2');
    await page.getByRole('button', { name: '拒接' }).click();
    await expect.poll(() => placed.status).toBe('failed');
    expect(placed.sip).toBe(603);
  });

  test('a number is called from the page, and the keys on the glass count', async () => {
    await page.getByRole('button', { name: '打给调查' }).click();
    await page.getByText('统计调查中心').first().waitFor();
    await page.getByRole('button', { name: '2', exact: true }).click();
    await page.getByText('再见').first().waitFor({ timeout: 20_000 });
    await expect.poll(() => page.getByRole('status').textContent(), { timeout: 20_000 }).toBe('通话结束。');
    expect(keypad.interviews.get('inbound')?.ended?.reason).toBe('later');
  });

  test('a message is shown', async () => {
    network.exchange.messages.send({ from: OURS, to: THEIRS, body: '您好，请点链接完成调查。', callback: null });
    await page.getByText('请点链接完成调查').waitFor();
  });

  test('with a number of one’s own only the calls to it ring; a wrong one is told', async () => {
    await page.getByLabel('我的号码').fill('123');
    await page.getByRole('button', { name: '换号码' }).click();
    await page.getByText('号码应为国际格式').waitFor();
    await page.getByLabel('我的号码').fill('+8613800000009');
    await page.getByRole('button', { name: '换号码' }).click();
    await expect.poll(() => page.getByRole('status').textContent()).toBe('空闲，等待来电。');
    const elsewhere = call('at3');
    await expect.poll(() => elsewhere.status, { timeout: 20_000 }).not.toBe('queued');
    expect(await page.getByRole('button', { name: '接听' }).count()).toBe(0);
  });

  test('it speaks English, and fills a wide screen', async () => {
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Be the resident' }).waitFor();
    await page.setViewportSize({ width: 1100, height: 760 });
    await shoot('wide');
    await page.setViewportSize({ width: 360, height: 740 });
  });

  test('nothing came from elsewhere, nothing was refused, and nothing is wider than the phone', async () => {
    expect(complaints).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });

  test('nobody else’s page can press its keys', async () => {
    const response = await fetch(`${origin}/handset/none/hangup`, { method: 'POST' });
    expect(response.status).toBe(403);
    const headers = { 'Sec-Fetch-Site': 'cross-site' };
    expect((await fetch(`${origin}/handset/events`, { headers })).status).toBe(403);
  });

  test('the API answers over HTTP as in one process', async () => {
    const response = await fetch(`${origin}/2010-04-01/Accounts/${ACCOUNT}/Calls.json`);
    expect(response.status).toBe(401);
  });
});
