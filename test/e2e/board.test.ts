import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { findBarriers, openBrowser } from '../support/browser.ts';
import { visitConsole } from '../support/console.ts';
import { type DemoServer, startDemoServer } from '../support/server.ts';

const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

describe('the manager’s pages of a phone survey', () => {
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

  const address = (query = '') => `/console/waves/${wave}/phone${query}`;
  const figure = (page: Page, name: string) =>
    page.locator('.board-figures > div', { hasText: name }).locator('.board-figure');

  async function leave(page: Page): Promise<void> {
    await page.context().close();
    expect(visits.complaints()).toEqual([]);
  }

  /** Presses keys at the desk, each once the one before has been taken. */
  async function type(page: Page, keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const before = await page.locator('.desk-stage').innerHTML();
      await page.keyboard.press(key);
      await expect.poll(() => page.locator('.desk-stage').innerHTML()).not.toBe(before);
      await expect.poll(() => page.locator('.desk-line').textContent()).toBe('已连接');
    }
  }

  it('moves while an interviewer calls and completes, without being loaded again', async () => {
    const board = await visits.signIn('manager', address());
    await figure(board, '正在通话').getByText('0', { exact: true }).waitFor();
    expect(await board.getByText('现在没有需要处理的事项。').isVisible()).toBe(true);
    const desk = await visits.signIn('interviewer');
    await desk.getByRole('heading', { name: '准备取样本' }).waitFor();
    await type(desk, ['n', 'd', '1', '1']);
    await figure(board, '正在通话').getByText('1', { exact: true }).waitFor();
    await board.getByRole('cell', { name: '汉滨区 访问员' }).waitFor();
    expect(await findBarriers(board)).toEqual([]);
    while ((await desk.locator('.desk-stage h2').textContent()) !== '结束语') {
      await type(desk, ['1']);
      if (await desk.getByText('逐个按数字，再按 Enter。').isVisible()) {
        if ((await desk.locator('.desk-keys output').textContent()) !== '') await type(desk, ['Enter']);
      }
    }
    await type(desk, ['Enter', 'Enter']);
    await figure(board, '完访').getByText('1', { exact: true }).waitFor();
    // One complete of ninety cases, all of whose known ones are eligible.
    await figure(board, 'RR3').getByText('1.11%').waitFor();
    await board.getByText('应答率，e＝1.000').waitFor();
    await leave(desk);
    // The tabs are addresses.
    await board.getByRole('link', { name: '访问员进度' }).click();
    await board.waitForURL(/by=pace/);
    await board.getByRole('row', { name: /汉滨区 访问员/ }).waitFor();
    for (const view of ['cell', 'mode', 'interviewer', 'rates']) {
      await board.goto(`${demo.origin}${address(`?by=${view}`)}`);
      await board.getByRole('heading', { name: '进展' }).waitFor();
      expect(await findBarriers(board)).toEqual([]);
    }
    await leave(board);
  });

  it('lets a second person code an interview by digits, and shows the agreement only then', async () => {
    const { phone, stores, connection } = demo.services;
    const [one] = (await phone.cases.listCases(OPERATOR, wave, { state: 'FINAL' })).cases;
    const [attempt] = await stores.attempts.listOfCase(connection.reader, one?.id ?? '');
    if (!attempt) throw new Error('no call');
    const why = { share: 0, flags: ['fast'], recorded: false };
    await connection.transaction((tx) => phone.reviews.queue(tx, attempt, why));
    const page = await visits.signIn('manager', address('?tab=reviews'));
    await page
      .getByRole('row', { name: /答得过快/ })
      .getByRole('link')
      .click();
    await page.getByText('没有录音').waitFor();
    const title = () => page.locator('.review h2').textContent();
    expect(await page.locator('main').textContent()).not.toContain('一致率');
    expect(await findBarriers(page)).toEqual([]);
    for (let before = await title(); !before?.startsWith('已录入'); before = await title()) {
      // One answer differs from the interviewer's.
      await page.keyboard.press(before?.includes('您的性别') ? '2' : '1');
      if ((await title()) === before) await page.keyboard.press('Enter');
      await expect.poll(title).not.toBe(before);
    }
    await page.getByRole('button', { name: '提交并对照' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^一致率9\d\.\d\d%$/ }).waitFor();
    expect(await page.getByRole('cell', { name: '不一致' }).count()).toBe(1);
    expect(await findBarriers(page)).toEqual([]);
    await leave(page);
  });

  it('opens a finished case again, with a reason, and takes its count back', async () => {
    const page = await visits.signIn('manager', address('?tab=cases&state=FINAL'));
    await page.getByRole('button', { name: '重新打开' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('原因').focus();
    await page.keyboard.type('受访者要求更正');
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('没有符合条件的样本。').waitFor();
    const [check] = await demo.services.tallies.verifyTallies(OPERATOR, wave);
    expect(check).toMatchObject({ differing: [] });
    const log = await demo.services.audit.listAudit(OPERATOR, { action: 'case.reopen' });
    expect(log.rows).toMatchObject([{ details: { reason: '受访者要求更正' } }]);
    await leave(page);
  });

  it('pauses with a reason that the desk feels, and goes on', async () => {
    const page = await visits.signIn('manager', address());
    await page.getByRole('button', { name: '暂停' }).click();
    await page.getByRole('dialog').getByLabel('原因').focus();
    await page.keyboard.type('下午开会');
    await page.keyboard.press('Enter');
    await page.getByText('原因：下午开会').waitFor();
    const desk = await visits.signIn('interviewer');
    await desk.getByRole('heading', { name: '准备取样本' }).waitFor();
    await desk.keyboard.press('Enter');
    await desk.getByText('本轮的电话访问没有开始或已暂停。').waitFor();
    await page.getByRole('button', { name: '继续拨打' }).click();
    await page.getByText('正在拨打').waitFor();
    await type(desk, ['Enter', 'x']);
    await desk.getByText('样本已放回。').waitFor();
    await leave(desk);
    await leave(page);
  });

  it('takes the good rows of a list once the bad ones were shown', async () => {
    const page = await visits.signIn('manager', address('?tab=numbers'));
    const rows = [
      '单位,号码',
      '五里镇,0915-1010001',
      '五里镇,12345',
      '没有这个镇,0915-1010002',
      '610902104,0915 1000001',
    ];
    await page.getByLabel('号码文件').setInputFiles({
      name: '名单.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(rows.join('\n')),
    });
    await page.getByRole('button', { name: '检查' }).first().click();
    await page.getByText('略去2行，写入可用的1个').waitFor();
    expect(await page.getByRole('table', { name: '不能用的行' }).getByRole('row').count()).toBe(3);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: '略去2行，写入可用的1个' }).click();
    await page.getByText('已写入1个样本。').waitFor();
    // Numbers by a draw: the same seed, the same numbers, so a second time there is nothing left.
    await page.getByLabel('各镇的数量和号段').fill('五里镇\t5\t0915102');
    await page.getByRole('button', { name: '检查' }).last().click();
    await page.getByRole('button', { name: '写入5个' }).click();
    await page.getByText('已写入5个样本。').waitFor();
    await page.getByRole('button', { name: '检查' }).last().click();
    await page.getByRole('button', { name: '写入0个' }).waitFor();
    await leave(page);
  });

  it('saves quotas as a spreadsheet gives them, and settings', async () => {
    const page = await visits.signIn('manager', address('?tab=quotas'));
    await page.getByLabel('配额表').fill('单位\t男18-29\t女18-29\n五里镇\t3\t4\n没有这个镇\t1\t1');
    await page.getByText('第3行：“没有这个镇”').waitFor();
    await page.getByLabel('配额表').fill('单位\t男18-29\t女18-29\n五里镇\t3\t4\n*\t\t100');
    await page.getByRole('button', { name: '保存3格配额' }).click();
    await page.getByText('已保存3格配额。').waitFor();
    const { quotas } = await demo.services.phone.campaigns.readCampaign(OPERATOR, wave);
    expect(quotas).toContainEqual({ unitCode: '610902104', sex: 'female', ageBand: '18-29', target: 4, completes: 0 });
    await page.goto(`${demo.origin}${address('?tab=setup')}`);
    await page.getByLabel('工作日（可不填）').fill('九点到五点');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('alert').first().waitFor();
    await page.getByLabel('工作日（可不填）').fill('09:00-12:00, 14:00-18:00');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('设置已保存').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    const { rules } = await demo.services.phone.campaigns.readCampaign(OPERATOR, wave);
    expect(rules.hours.weekday).toEqual([
      { from: 540, to: 720 },
      { from: 840, to: 1080 },
    ]);
    await leave(page);
  });

  it('puts a number on the do-not-call list, at once for its open case', async () => {
    const page = await visits.signIn('manager', address('?tab=suppressions'));
    const one = page.getByRole('form', { name: '一个号码' });
    await one.getByLabel('号码').fill('0915-1000005');
    await one.getByLabel('原因').fill('本人来电要求');
    await page.keyboard.press('Enter');
    await page.getByText('涉及未完结样本1个').waitFor();
    await page.getByText('共1个号码。').waitFor();
    expect(await page.locator('main').textContent()).not.toContain('1000005');
    expect(await findBarriers(page)).toEqual([]);
    await leave(page);
  });

  it('shows a reviewer the board and the queue, and nothing to change', async () => {
    const page = await visits.signIn('reviewer', address('?tab=reviews'));
    await page.getByText('没有待复听的访问。').waitFor();
    await page.getByRole('link', { name: '样本', exact: true }).click();
    await page.waitForURL(/tab=cases/);
    expect(await page.getByRole('button', { name: '改派' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: '设置' }).count()).toBe(0);
    await leave(page);
  });

  it('can be read on a phone of 360 pixels', async () => {
    const page = await visits.signIn('manager', address(), PHONE);
    for (const tab of ['board', 'cases', 'setup', 'numbers', 'quotas', 'reviews', 'suppressions']) {
      await page.goto(`${demo.origin}${address(`?tab=${tab}`)}`);
      await page.locator('.tabs').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
      expect(await findBarriers(page)).toEqual([]);
    }
    await leave(page);
  });
});
