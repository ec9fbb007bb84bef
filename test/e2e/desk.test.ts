import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { findBarriers, openBrowser } from '../support/browser.ts';
import { visitConsole } from '../support/console.ts';
import { type DemoServer, startDemoServer } from '../support/server.ts';

describe('the interviewer’s desk, by the keyboard alone', () => {
  let demo: DemoServer;
  let browser: Browser;
  let visits: ReturnType<typeof visitConsole>;
  let wave: string;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemoServer(), openBrowser()]);
    visits = visitConsole(demo, browser);
    const waves = await demo.services.waves.listWaves(OPERATOR);
    wave = waves.find(({ state }) => state === 'open')?.code ?? '';
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await demo.close();
  });
  // Each test leaves an empty desk behind, whatever became of it.
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    const { phone } = demo.services;
    for (const { attempt } of (await phone.board.readBoard(OPERATOR, wave)).calls) {
      await phone.calls.report(attempt, 'completed');
    }
    const { cases } = await listCases();
    for (const { id, leaseBy } of cases) {
      if (leaseBy === null) continue;
      await release(id);
      await phone.cases.holdCase(OPERATOR, id, '测试搁置');
    }
  });

  const listCases = (of = {}) => demo.services.phone.cases.listCases(OPERATOR, wave, of);
  const release = (id: string) => demo.services.phone.cases.releaseCase(OPERATOR, id, '测试收回');
  const stage = (page: Page) => page.locator('.desk-stage');
  const title = (page: Page) => stage(page).locator('h2').textContent();

  /** Signed in, at the desk, with nothing in hand. */
  async function sitDown(): Promise<Page> {
    const page = await visits.signIn('interviewer');
    await page.getByRole('heading', { name: '准备取样本' }).waitFor();
    return page;
  }

  /** Presses a key and waits until the desk shows the next step. */
  async function press(page: Page, key: string): Promise<void> {
    const before = await stage(page).innerHTML();
    await page.keyboard.press(key);
    await expect.poll(() => stage(page).innerHTML()).not.toBe(before);
    await expect.poll(() => page.locator('.desk-line').textContent()).toBe('已连接');
  }

  /** Takes a case and has somebody on the line who agrees. */
  async function reach(page: Page): Promise<void> {
    for (const key of ['n', 'd', '1', '1']) await press(page, key);
    await stage(page)
      .getByText(/^第\d+题/)
      .waitFor();
  }

  /** Answers by digits until the closing words. */
  async function answerAll(page: Page): Promise<number> {
    let asked = 0;
    for (; (await title(page)) !== '结束语'; asked += 1) {
      const before = await title(page);
      await page.keyboard.press('1');
      if (await page.getByText('逐个按数字，再按 Enter。').isVisible()) await page.keyboard.press('Enter');
      await expect.poll(() => title(page)).not.toBe(before);
    }
    return asked;
  }

  async function expectWhole(page: Page): Promise<void> {
    expect(
      await page.evaluate('[document.documentElement.scrollHeight, document.documentElement.scrollWidth]'),
    ).toEqual([720, 1280]);
    expect(await findBarriers(page)).toEqual([]);
  }

  it('takes a case, dials by hand, asks and completes it, all on one screen', async () => {
    const page = await sitDown();
    await expectWhole(page);
    await press(page, 'n');
    expect(await title(page)).toMatch(/镇 · 0915\*{4}\d{3}$/);
    await expectWhole(page);
    await press(page, 'r');
    expect(await title(page)).toMatch(/镇 · 0915-100\d{4}$/);
    const log = await demo.services.audit.listAudit(OPERATOR, { action: 'number.reveal' });
    expect(log.rows).toHaveLength(1);
    await press(page, 'd');
    expect(await stage(page).textContent()).toMatch(/请用座机拨打[\s\S]*0915-100\d{4}[\s\S]*1\s*有人接听/);
    await expectWhole(page);
    await press(page, '1');
    expect(await stage(page).textContent()).toMatch(/我是汉滨区的访问员[\s\S]*大约4分钟[\s\S]*同意受访吗/);
    await expectWhole(page);
    await press(page, '1');
    expect(await stage(page).textContent()).toMatch(/第1题[\s\S]*请问您是否年满18周岁？[\s\S]*访问员提示/);
    await expectWhole(page);
    expect(await answerAll(page)).toBeGreaterThan(10);
    expect(await stage(page).textContent()).toContain('谢谢您抽出时间');
    await press(page, 'Enter');
    expect(await stage(page).textContent()).toContain('成功完访');
    await expectWhole(page);
    await press(page, 'Enter');
    await page.getByText('已记录：成功完访（1.1）。').waitFor();
    await page.getByText('今天：拨打1，完访1').waitFor();
    const { cases } = await listCases({ state: 'FINAL' });
    expect(cases).toMatchObject([{ disposition: '1.1', attempts: 1, mode: 'phone' }]);
    const [check] = await demo.services.tallies.verifyTallies(OPERATOR, wave);
    expect(check).toMatchObject({ wave, differing: [] });
  });

  it('asks from the beginning when a complete interview was set aside', async () => {
    const { campaigns } = demo.services.phone;
    const { carrier, modes, rules } = await campaigns.readCampaign(OPERATOR, wave);
    await campaigns.saveCampaign(OPERATOR, wave, { carrier, modes, rules: { ...rules, minGapMinutes: 0 } });
    const page = await sitDown();
    await reach(page);
    const number = await page
      .locator('.desk-side')
      .getByText(/0915\*/)
      .textContent();
    const asked = await answerAll(page);
    await press(page, 'Enter');
    await press(page, 'Enter');
    const [done] = (await listCases({ state: 'FINAL' })).cases.filter(({ numbers }) => numbers.includes(number ?? ''));

    const manager = await visits.signIn('manager', `/console/waves/${wave}/phone?tab=cases&state=FINAL`);
    await manager
      .getByRole('row', { name: number ?? '' })
      .getByRole('button', { name: '重新打开' })
      .focus();
    await manager.keyboard.press('Enter');
    const dialog = manager.getByRole('dialog');
    await dialog.getByLabel('已有的答案').focus();
    await manager.keyboard.press('End');
    await dialog.getByText('旧答卷连同原因另存备查').waitFor();
    await dialog.getByLabel('原因').focus();
    await manager.keyboard.type('复核录音，疑似代答');
    expect(await findBarriers(manager)).toEqual([]);
    await manager.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });

    // A case that was begun comes before those never called.
    await press(page, 'n');
    expect(await page.locator('.desk-side').textContent()).toContain(number);
    for (const key of ['d', '1', '1']) await press(page, key);
    expect(await stage(page).textContent()).toMatch(/第1题/);
    expect(await page.getByText('已答：').count()).toBe(0);
    expect(await answerAll(page)).toBe(asked);
    await press(page, 'Enter');
    await press(page, 'Enter');
    await page.getByText('已记录：成功完访（1.1）。').waitFor();
    const [again] = (await listCases({ state: 'FINAL' })).cases.filter(({ id }) => id === done?.id);
    expect(again).toMatchObject({ disposition: '1.1', attempts: 2 });
    const [check] = await demo.services.tallies.verifyTallies(OPERATOR, wave);
    expect(check).toMatchObject({ wave, differing: [] });
  });

  it('keeps an agreed time, to the minute, where the respondent lives', async () => {
    const page = await sitDown();
    await reach(page);
    await press(page, 'e');
    const row = page.locator('.desk-codes li', { hasText: '本人不在或不便' });
    await page.keyboard.type((await row.locator('kbd').textContent()) ?? '');
    await page.getByText('结果码2.21').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.getByLabel('时间（受访者当地）').waitFor();
    await expectWhole(page);
    await page.getByLabel('时间（受访者当地）').focus();
    await page.keyboard.type('1930');
    await page.getByText('19:30—20:00').waitFor();
    await page.getByLabel('备注').focus();
    await page.keyboard.type('晚饭后再打');
    await page.keyboard.press('Enter');
    await page.getByText('已记录：本人不在或不便（2.21）。').waitFor();
    const [one] = (await listCases({ state: 'APPOINTMENT' })).cases;
    const start = new Date((one?.appointmentStart ?? 0) + 480 * 60_000).toISOString();
    const tomorrow = new Date(Date.now() + 86_400_000 + 480 * 60_000).toISOString().slice(0, 10);
    expect(start).toBe(`${tomorrow}T19:30:00.000Z`);
    expect((one?.appointmentEnd ?? 0) - (one?.appointmentStart ?? 0)).toBe(30 * 60_000);
  });

  it('reports a call that nobody took with two keys', async () => {
    const page = await sitDown();
    for (const key of ['n', 'd', '3']) await press(page, key);
    expect(await stage(page).textContent()).toContain('无人接听');
    await press(page, 'Enter');
    await page.getByText('已记录：无人接听（3.13）。').waitFor();
  });

  it('gives back a case and its answers after the browser crashed', async () => {
    const page = await sitDown();
    await reach(page);
    const number = await page
      .locator('.desk-side')
      .getByText(/0915\*/)
      .textContent();
    for (const key of ['1', '1', '2']) await press(page, key);
    const question = await title(page);
    await page.context().close();
    const again = await visits.signIn('interviewer');
    await again.getByRole('heading', { name: '开场白' }).waitFor();
    expect(
      await again
        .locator('.desk-side')
        .getByText(/0915\*/)
        .textContent(),
    ).toBe(number);
    await press(again, '1');
    expect(await title(again)).toBe(question);
    // What was answered is still there: one step back shows it.
    await press(again, 'Backspace');
    await again.getByText('已答：女').waitFor();
    await press(again, 'Enter');
    expect(await title(again)).toBe(question);
  });

  it('says what a wrong key means, takes digits back, and goes back a question', async () => {
    const page = await sitDown();
    await reach(page);
    await page.keyboard.press('7');
    await page.getByRole('alert').waitFor();
    expect(await title(page)).toContain('年满18周岁');
    expect(await page.evaluate('document.activeElement?.tagName')).toBe('H2');
    expect(await findBarriers(page)).toEqual([]);
    await press(page, '1');
    await press(page, 'Backspace');
    expect(await title(page)).toContain('年满18周岁');
    // Somebody under 18: the interview ends by the screening.
    await press(page, '2');
    expect(await title(page)).toBe('结束语');
    await press(page, 'Enter');
    expect(await stage(page).textContent()).toContain('无合格受访者');
    await press(page, 'Escape');
    expect(await title(page)).toBe('结束语');
    expect(visits.complaints().filter((line) => !/4\d\d/.test(line))).toEqual([]);
  });

  it('waits out a broken line, and does the pressed key once', async () => {
    const page = await sitDown();
    await reach(page);
    await page.context().setOffline(true);
    await page.keyboard.press('1');
    await page.getByText('连不上服务器').waitFor();
    expect(await title(page)).toContain('年满18周岁');
    await page.context().setOffline(false);
    await page.keyboard.press('Enter');
    await stage(page).getByText('第2题').waitFor();
    await page.getByText('连不上服务器').waitFor({ state: 'detached' });
  });

  it('says so when the case was taken back, and goes on with the next', async () => {
    const page = await sitDown();
    await press(page, 'n');
    const [held] = (await listCases({ state: 'LEASED' })).cases;
    await release(held?.id ?? '');
    await page.keyboard.press('d');
    await page.getByText('这个样本已不在您手中').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await press(page, 'Enter');
    expect(await title(page)).toBe('准备取样本');
  });

  it('takes a break and comes back, and lists every key', async () => {
    const page = await sitDown();
    await press(page, 'b');
    expect(await title(page)).toMatch(/^休息中/);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: '按键说明' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await press(page, 'b');
    expect(await title(page)).toBe('准备取样本');
  });
});
