import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRealClock } from '../../src/telephony/simulator/clock.ts';
import { createPhoneNetwork, type PhoneNetwork } from '../../src/telephony/simulator/network.ts';
import { listenNetwork, type NetworkServer } from '../../src/telephony/simulator/server.ts';
import { toneWav } from '../../src/telephony/simulator/wav.ts';
import { findBarriers, openBrowser, watchPage } from '../support/browser.ts';
import { createKeypadServer, hooks } from '../telephony/simulator/keypad-server.ts';
import { ACCOUNT, BASE, OURS, THEIRS, TOKEN, xml } from '../telephony/simulator/world.ts';

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
  /** What calls that come in are answered with, instead of the interview. */
  let inbound: string | null = null;
  let keypadIsAway = false;

  beforeAll(async () => {
    network = createPhoneNetwork({
      clock,
      seed: 7,
      accountSid: ACCOUNT,
      authToken: TOKEN,
      publicBaseUrl: BASE,
      fetch: (url, init) => {
        if (keypadIsAway) throw new TypeError('fetch failed');
        if (url.endsWith('.wav')) return new Response(toneWav(2), { headers: { 'Content-Type': 'audio/wav' } });
        if (url.endsWith('/inbound') && inbound !== null) return xml(inbound);
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

  const call = (attempt: string, twiml: string | null = null, to = THEIRS) =>
    network.exchange.call({
      from: OURS,
      to,
      direction: 'outbound-api',
      voice: twiml === null ? { url: hooks.start(attempt), method: 'POST' } : { twiml },
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

  test('a recording is played as sound, to its end', async () => {
    await page.evaluate(`{
      const { play } = HTMLMediaElement.prototype;
      HTMLMediaElement.prototype.play = function () {
        this.addEventListener('ended', () => document.body.setAttribute('data-played', String(this.currentTime)));
        return play.call(this);
      };
    }`);
    const placed = call('', `<Response><Play>${BASE}/a.wav</Play><Pause length="12"/></Response>`);
    await page.getByRole('button', { name: '接听' }).click();
    await page.getByText('（录音，2秒）').first().waitFor();
    await expect.poll(() => page.locator('body').getAttribute('data-played'), { timeout: 10_000 }).toBe('2');
    await page.getByRole('button', { name: '挂断' }).click();
    await expect.poll(() => placed.status).toBe('completed');
    const url = encodeURIComponent(`${BASE}/a.wav`);
    expect((await fetch(`${origin}/handset/none/sound?url=${url}`)).status).toBe(404);
  });

  test('a call of one’s own that is rejected costs nothing, and the page says so', async () => {
    inbound = '<Reject/>';
    await page.getByRole('button', { name: '打给调查' }).click();
    await page.getByRole('status').getByText('不收话费').waitFor();
    inbound = '<Reject reason="busy"/>';
    await page.getByRole('button', { name: '打给调查' }).click();
    await page.getByRole('status').getByText('正忙').waitFor();
    inbound = null;
  });

  test('connected with a person, one types what one says, and reads what the other says', async () => {
    const other: string[] = [];
    const room = '<Response><Dial><Conference>talk</Conference></Dial></Response>';
    const leave = network.occupy('+8613700000001', {
      ring: (line) =>
        line.answer({
          ...{ hear: () => {}, listen: () => {}, ended: () => {} },
          voice({ text }) {
            other.push(text);
            line.say('请讲。');
          },
        }),
    });
    call('', room);
    call('', room, '+8613700000001');
    await page.getByRole('button', { name: '接听' }).click();
    await page.getByLabel('我说').fill('喂，哪位？');
    await page.keyboard.press('Enter');
    await page.getByText('请讲。').first().waitFor();
    expect(other).toEqual(['喂，哪位？']);
    expect(await findBarriers(page)).toEqual([]);
    await shoot('person');
    await page.getByRole('button', { name: '挂断' }).click();
    leave();
  });

  test('a missed call is told as missed', async () => {
    const placed = call('', '<Response/>');
    await page.getByRole('button', { name: '接听' }).waitFor();
    network.exchange.cut(placed);
    await expect.poll(() => page.getByRole('status').textContent()).toBe('未接来电：对方挂断了。');
  });

  test('a server that is away is told as what it is', async () => {
    call('', '<Response><Redirect>http://away.test/voice/x</Redirect></Response>');
    keypadIsAway = true;
    await page.getByRole('button', { name: '接听' }).click();
    await page.getByRole('status').getByText('错误11210').waitFor();
    await page.getByRole('button', { name: '挂断' }).click();
    keypadIsAway = false;
  });

  test('a message is shown, its link can be opened, and it can be answered', async () => {
    const body = '您好，请点击https://survey.test/i/x1 完成调查。';
    network.exchange.messages.send({ from: OURS, to: THEIRS, body, callback: null });
    await page.getByRole('status').getByText('收到一条短信').waitFor();
    expect(await page.getByRole('link').getAttribute('href')).toBe('https://survey.test/i/x1');
    await page.getByLabel(`回复${OURS}`).fill('stop');
    await page.getByRole('button', { name: '发送' }).click();
    await expect.poll(() => network.exchange.messages.isOptedOut(THEIRS)).toBe(true);
    expect(await findBarriers(page)).toEqual([]);
    await shoot('message');
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
