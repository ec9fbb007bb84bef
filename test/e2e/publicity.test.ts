import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { findBarriers, openBrowser } from '../support/browser.ts';
import { visitConsole } from '../support/console.ts';
import { type DemoServer, startDemoServer } from '../support/server.ts';

const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const WULI = '610902104';
/** What the browser itself reports of a cut line and of refused requests. */
const EXPECTED = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK|ERR_FAILED|ERR_CONNECTION|fetching the script|\b4\d\d\b/;

const today = (): string => {
  const date = new Date();
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

describe('the publicity ledger in a browser, with the demonstration', () => {
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

  const leave = async (page: Page): Promise<void> => {
    await page.context().close();
    expect(visits.complaints().filter((line) => !EXPECTED.test(line))).toEqual([]);
  };
  const ledger = (query: object) => demo.services.publicity.outputs.listOutputs(OPERATOR, { unit: WULI, ...query });
  const placed = async (place: string) => (await ledger({})).outputs.filter((one) => one.place === place);

  it('a town’s staff land on the entry page and enter an output with a few taps', async () => {
    const page = await visits.signIn('wuli', '/console', PHONE);
    await page.waitForURL(/\/console\/publicity\/new$/);
    await page
      .getByRole('button', { name: /^宣传资料/ })
      .first()
      .tap();
    expect(await page.getByLabel('日期', { exact: true }).inputValue()).toBe(today());
    await page.getByLabel(/^地点/).fill('一号点');
    await page.getByLabel('数量（份）').fill('10万余');
    await page.getByText('读作：至少100,000份').waitFor();
    await page.getByLabel(/^覆盖户数/).fill('近300');
    await page.getByText('读作：约300户').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: '登记', exact: true }).tap();
    await page.locator('.receipts').getByText('宣传资料 10万余份').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(await placed('一号点')).toMatchObject([
      { kind: 'leaflet', startDate: today(), quantity: { value: 100_000, qualifier: 'at-least', text: '10万余' } },
    ]);
    await leave(page);
  });

  it('an entry begun with a network and finished without one waits, is counted, and goes out by itself', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new?kind=talk', PHONE);
    await page.getByLabel(/^地点/).fill('二号点');
    await page.context().setOffline(true);
    await page.getByLabel('数量（场）').fill('2');
    await page.getByLabel(/^参与人次/).fill('80余');
    await page.getByRole('button', { name: '登记', exact: true }).tap();
    await page.locator('.waiting-count', { hasText: '待发1' }).waitFor();
    await page.getByText('现在没有网络').waitFor();
    // Another one meanwhile: the page does not need the network.
    await page.getByRole('button', { name: /^横幅/ }).first().tap();
    await page.getByLabel(/^地点/).fill('二号点');
    await page.getByLabel('数量（条）').fill('数百');
    await page.getByText('不是一个数').waitFor();
    await page.getByRole('button', { name: '登记', exact: true }).tap();
    await page.locator('.waiting-count', { hasText: '待发2' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(await placed('二号点')).toEqual([]);

    await page.context().setOffline(false);
    await page.locator('.receipts li').nth(1).waitFor();
    await page.locator('.waiting-count').waitFor({ state: 'detached' });
    expect((await placed('二号点')).map(({ kind, quantity }) => [kind, quantity.text]).sort()).toEqual([
      ['banner', '数百'],
      ['talk', '2'],
    ]);
    await leave(page);
  });

  it('a photo cut off in the middle of its upload is sent again, and the entry is there once', async () => {
    const noise = { create: { width: 1200, height: 900, channels: 3, background: '#888', noise: GRAIN } } as const;
    const photo = await sharp(noise).jpeg({ quality: 95 }).toBuffer();
    const page = await visits.signIn('wuli', '/console/publicity/new?kind=banner', PHONE);
    await page.getByLabel(/^地点/).fill('三号点');
    await page.getByLabel('数量（条）').fill('6');
    await page.getByText('照片中有可辨认的群众请先遮挡').waitFor();
    await page.getByLabel(/^照片或扫描件/).setInputFiles({ name: '横幅.jpg', mimeType: 'image/jpeg', buffer: photo });
    await page.locator('.photos canvas:visible').waitFor();
    // The line breaks while the photo is on its way: the request is out, and no answer will come.
    await page.route(
      /\/attachments$/,
      async (route) => {
        await page.context().setOffline(true);
        await route.abort('connectionreset');
      },
      { times: 1 },
    );
    await page.getByRole('button', { name: '登记', exact: true }).tap();
    await page.getByText('记录已登记，照片还有1张').waitFor();
    await page.getByText('现在没有网络').waitFor();
    const [entry] = await placed('三号点');
    const attachments = () => demo.services.publicity.attachments.listAttachments(OPERATOR, entry?.id ?? '');
    expect(await attachments()).toEqual([]);

    // The phone throws the page away; the photo is still on the device.
    await page.context().setOffline(false);
    await page.goto(`${demo.origin}/console/publicity/new`);
    await page.locator('.outbox').waitFor({ state: 'detached' });
    await expect.poll(attachments, { timeout: 10_000 }).toMatchObject([{ name: '横幅.jpg', type: 'image/jpeg' }]);
    expect(await placed('三号点')).toHaveLength(1);

    await page.goto(`${demo.origin}/console/publicity/entries/${entry?.id}`);
    await page.locator('.photos img').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await leave(page);
  });

  it('an entry whose receipt was lost on the way is sent again and is there once', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new?kind=home-visit', PHONE);
    await page.getByLabel(/^地点/).fill('六号点');
    await page.getByLabel('数量（户）').fill('17');
    await page.route(
      /\/api\/outputs$/,
      async (route) => {
        await route.fetch();
        await route.abort('connectionreset');
      },
      { times: 1 },
    );
    await page.getByRole('button', { name: '登记', exact: true }).tap();
    await page.getByText('现在没有网络').waitFor();
    expect(await placed('六号点')).toHaveLength(1);
    await page.getByRole('button', { name: '立即发送' }).tap();
    await page.locator('.receipts').getByText('入户宣传 17户').waitFor();
    expect(await placed('六号点')).toHaveLength(1);
    await leave(page);
  });

  it('what the server refuses stands beside the waiting entry and is mended there', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new?kind=leaflet', PHONE);
    await page.getByLabel('数量（份）').fill('40');
    await page.getByLabel(/^地点/).fill('四号点');
    await page.context().setOffline(true);
    await demo.services.publicity.outputs.closeMonth(OPERATOR, { unit: WULI, month: '2026-03' });
    await page.getByLabel('日期', { exact: true }).fill('2026-03-05');
    await page.getByRole('button', { name: '登记', exact: true }).tap();
    await page.context().setOffline(false);
    await page.locator('.outbox').getByRole('alert').getByText('已结账').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: '不要了' }).tap();
    await page.locator('.outbox').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '撤销' }).tap();
    await page.locator('.outbox').getByRole('alert').getByText('已结账').waitFor();
    await page.getByRole('link', { name: '修改' }).tap();
    await page.getByLabel('原因').fill('当时漏登');
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: '保存' }).tap();
    await page.locator('.receipts').getByText('宣传资料 40份').waitFor();
    expect(await placed('四号点')).toMatchObject([{ startDate: '2026-03-05', correctionReason: '当时漏登' }]);
    await leave(page);
  });

  it('yesterday’s entry is entered again with today’s date; mistakes are told beside their fields', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new', PHONE);
    await page.locator('.repeats a').first().tap();
    expect(await page.getByLabel('日期', { exact: true }).inputValue()).toBe(today());
    await page.getByLabel(/^地点/).fill('五号点');
    await page.getByLabel('日期', { exact: true }).fill('1900-01-01');
    const quantity = page.getByLabel(/^数量/);
    const written = await quantity.inputValue();
    await quantity.fill('-3');
    await page.getByRole('button', { name: '登记', exact: true }).tap();
    await page.getByText('有2处要改').waitFor();
    await page.getByText('请核对年份').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: '今天' }).tap();
    await quantity.fill(written);
    await page.getByRole('button', { name: '登记', exact: true }).tap();
    await page.locator('.receipts li').waitFor();
    expect(await placed('五号点')).toMatchObject([{ startDate: today() }]);
    await leave(page);
  });

  it('a half-filled form comes back when the phone has thrown the page away', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new?kind=poster', PHONE);
    await page.getByLabel('数量（张）').fill('35');
    await page.reload();
    await page.getByText('找回了上次没填完的内容').waitFor();
    expect(await page.getByLabel('数量（张）').inputValue()).toBe('35');
    await leave(page);
  });

  it('a reviewer accepts, returns and takes both back with the keyboard alone', async () => {
    const { outputs } = demo.services.publicity;
    const add = (place: string, clientKey: string) =>
      outputs.addOutput(OPERATOR, {
        ...{ unit: '610924101', clientKey, kind: 'leaflet', startDate: today(), place, quantity: '20' },
      });
    const first = await add('键盘一', 'keyboard-1');
    const second = await add('键盘二', 'keyboard-2');
    const page = await visits.signIn('reviewer', `/console/publicity?kind=leaflet&from=${today()}&to=${today()}`);
    const stateOf = async ({ id }: { id: string }) => (await outputs.readOutput(OPERATOR, id)).state;
    const row = (place: string) => page.locator('tbody tr', { hasText: place });
    await row('键盘二').focus();
    await page.keyboard.press('a');
    await page.getByText('已通过1条。').waitFor();
    expect(await stateOf(second)).toBe('accepted');
    await page.getByRole('button', { name: '撤销' }).press('Enter');
    await page.getByText('已撤销。').waitFor();
    expect(await stateOf(second)).toBe('submitted');

    await row('键盘二').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('r');
    await page.getByRole('dialog').getByLabel('原因').fill('请写明集市的名称');
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText('已退回1条。').waitFor();
    expect(await stateOf(first)).toBe('returned');

    await row('键盘二').focus();
    await page.keyboard.press(' ');
    await page.getByText('已选1条').waitFor();
    await page.getByRole('button', { name: '批量修改' }).press('Enter');
    await page.getByRole('dialog').getByLabel('地点').fill('键盘二改');
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).press('Enter');
    await page.getByText('已修改1条。').waitFor();
    expect((await outputs.readOutput(OPERATOR, second.id)).place).toBe('键盘二改');
    await page.getByRole('button', { name: '撤销' }).press('Enter');
    await page.getByText('已撤销。').waitFor();
    expect((await outputs.readOutput(OPERATOR, second.id)).place).toBe('键盘二');

    await page.goto(`${demo.origin}/console/publicity/review`);
    await page.getByText('退回原因：请写明集市的名称').waitFor();
    await page.goto(`${demo.origin}/console/publicity/entries/${second.id}`);
    await page.getByText('审核通过').waitFor();
    await page.getByText('撤销审核意见').first().waitFor();
    await page.goto(`${demo.origin}/console/publicity/entries/${first.id}`);
    await page.getByRole('button', { name: '撤销审核意见' }).click();
    await page.getByText('已撤销。').waitFor();
    expect(await stateOf(first)).toBe('submitted');
    expect(await findBarriers(page)).toEqual([]);
    await leave(page);
  });

  it('two entries of one piece are seen side by side, merged, and taken apart again', async () => {
    const { outputs } = demo.services.publicity;
    const title = '百姓讲堂走进汉王古镇河街小院';
    const piece = (mediaLevel: string, clientKey: string) =>
      outputs.addOutput(OPERATOR, {
        ...{ unit: '610924101', clientKey, kind: 'media-piece', startDate: today(), quantity: '1', title, mediaLevel },
      });
    const [county, province] = [await piece('county', 'double-1'), await piece('province', 'double-2')];
    const page = await visits.signIn('reviewer', '/console/publicity/review');
    const pair = page.locator('.doubles > li', { hasText: title });
    const keep = pair.locator('.double-side', { hasText: '县级' }).getByRole('button', { name: '留这条，另一条并入' });
    await keep.click();
    await page.getByText('已合并，只计一次。').waitFor();
    expect(await outputs.readOutput(OPERATOR, county.id)).toMatchObject({ mediaLevel: 'province' });
    expect(await outputs.readOutput(OPERATOR, province.id)).toMatchObject({ state: 'merged', mergedInto: county.id });
    await page.getByRole('button', { name: '撤销' }).click();
    await page.getByText('已撤销。').waitFor();
    expect(await outputs.readOutput(OPERATOR, county.id)).toMatchObject({ mediaLevel: 'county' });
    expect(await outputs.readOutput(OPERATOR, province.id)).toMatchObject({ state: 'submitted', mergedInto: null });
    expect((await outputs.recountLedger(OPERATOR, { write: false })).differing).toBe(0);
    await leave(page);
  });

  it('an account is added with its followers, named in an entry, and its reads are marked for a look', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/accounts', PHONE);
    await page.getByText('还没有登记账号').waitFor();
    await page.getByText('登记账号', { exact: true }).click();
    await page.getByLabel('账号名称').fill('五里发布');
    await page.getByRole('button', { name: '登记', exact: true }).click();
    await page.getByRole('heading', { name: '五里发布' }).waitFor();
    const followers = page.getByRole('textbox', { name: '粉丝数' });
    await followers.fill('不少');
    await page.getByRole('button', { name: '记粉丝数' }).click();
    await page.getByText('粉丝数“不少”不是一个人数').waitFor();
    await followers.fill('1百余');
    await page.getByRole('button', { name: '记粉丝数' }).click();
    await page.getByText('1百余（').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.goto(`${demo.origin}/console/publicity/new?kind=post`);
    await page.getByLabel(/^数量/).fill('1');
    await page.getByLabel(/^阅读量/).fill('2万');
    await page.getByLabel(/^标题/).fill('五里镇的院坝会');
    const outlet = page.getByLabel(/^媒体或账号/);
    const offered = page.locator(`datalist#${await outlet.getAttribute('list')} option`);
    expect(await offered.evaluateAll((options) => options.map((one) => one.getAttribute('value')))).toEqual([
      '五里发布（微信公众号）',
    ]);
    await outlet.fill('五里发布');
    await page.getByText(/账号：五里发布（微信公众号），粉丝1百余/).waitFor();
    await page.getByRole('button', { name: '登记', exact: true }).click();
    await page.getByText('已登记').first().waitFor();
    await leave(page);
    const { marks } = await demo.services.publicity.marks.listMarks(OPERATOR, {
      ...{ unit: WULI, month: today().slice(0, 7) },
    });
    expect(marks.map(({ piece, check }) => [piece?.title, check])).toContainEqual([
      ...['五里镇的院坝会', 'reads-per-follower'],
    ]);
  });

  it('a spreadsheet is pasted, an unknown word is given its kind, and the import is undone as a whole', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/import');
    const rows = [
      ['日期', '村社区', '类别', '数量', '参与人次'],
      ['2026.5.6', '粘贴点', '宣讲活动', '2场', '近300'],
      ['2026.5.7', '粘贴点', '无人机喊话', '12', ''],
      ['2026.5.8', '粘贴点', '横幅', '-4', ''],
    ];
    const paste = (lines: readonly (readonly string[])[]) =>
      page.getByLabel('或粘贴表格').fill(lines.map((cells) => cells.join('\t')).join('\n'));
    await paste(rows);
    await page.getByRole('button', { name: '看一遍' }).click();
    await page.getByText('“无人机喊话”（1行）').waitFor();
    await page.locator('table', { hasText: '问题与改法' }).getByText('-4').waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await paste(rows.slice(0, 3));
    await page.getByRole('button', { name: '看一遍' }).click();
    await page.getByLabel('“无人机喊话”（1行）').selectOption('loudspeaker');
    await page.getByRole('button', { name: '按此再看一遍' }).click();
    await page.getByRole('button', { name: '写入2条' }).click();
    await page.getByText('已写入2条。').waitFor();
    expect(await placed('粘贴点')).toHaveLength(2);
    await page.getByRole('button', { name: '撤销', exact: true }).click();
    await page.getByText('已撤销。').waitFor();
    expect((await placed('粘贴点')).map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn']);
    expect(await findBarriers(page)).toEqual([]);
    await leave(page);
  });

  it('a leader reads the report and what goes beside the rates, without a ranking', async () => {
    const page = await visits.signIn('leader', '/console/publicity/report?unit=6109&period=2026-10');
    await page.getByText('简报段落').waitFor();
    const order = await page.locator('.report-unit').allInnerTexts();
    expect(order.length).toBeGreaterThan(1);
    expect(await page.locator('main [aria-sort], main .sort').count()).toBe(0);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载表格（XLSX）' }).click();
    expect((await download).suggestedFilename()).toBe('宣传台账报表-安康市-2026-10.xlsx');
    expect(await findBarriers(page)).toEqual([]);

    await page.goto(`${demo.origin}/console/publicity/reach?wave=2019`);
    await page.locator('.scatter svg').waitFor();
    await page.getByText('不能证明效果').waitFor();
    expect(await page.locator('.scatter .whisker').count()).toBeGreaterThan(50);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: '看数据表' }).click();
    await page.getByRole('columnheader', { name: '每千人宣传资料（份）' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await leave(page);
  });

  it('an administrator adds a kind and closes a month; a batch gets its code', async () => {
    const page = await visits.signIn('admin', '/console/publicity/kinds?kind=new');
    await page.getByLabel('编码').fill('drone');
    await page.getByLabel('名称', { exact: true }).fill('无人机喊话');
    await page.getByLabel('英文名称').fill('Drone announcements');
    await page.getByLabel('计量单位', { exact: true }).fill('架次');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('已保存“无人机喊话”。').waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await page.goto(`${demo.origin}/console/publicity/months?unit=610902&year=2026`);
    await page.getByRole('button', { name: '2026年2月结账' }).click();
    await page.getByText('2026年2月已结账。').waitFor();
    await page.getByRole('button', { name: '重开2026年2月' }).click();
    await page.getByRole('dialog').getByLabel('原因').fill('漏了一个镇');
    await page.getByRole('dialog').getByRole('button', { name: '重开' }).click();
    await page.getByText('2026年2月已重开。').waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await page.goto(`${demo.origin}/console/publicity/instruments`);
    await page.getByText('生成编码', { exact: true }).click();
    await page.getByLabel('这批宣传品').fill('11月传单');
    await page.locator('.new-instrument').getByLabel('单位').selectOption(WULI);
    await page.getByRole('button', { name: '生成', exact: true }).click();
    await page.getByRole('img', { name: '“11月传单”的二维码' }).waitFor();
    expect(await page.evaluate(`document.querySelector('.qr').naturalWidth > 0`)).toBe(true);
    expect(await findBarriers(page)).toEqual([]);
    await page.goto(`${demo.origin}/console/audit`);
    await page.getByRole('cell', { name: '增加类别' }).first().waitFor();
    expect(await page.locator('td:nth-of-type(2)').allTextContents()).not.toContainEqual(
      expect.stringMatching(/^\w+\./),
    );
    await leave(page);
  });
});

/** Grain that no JPEG can shrink. */
const GRAIN = { type: 'gaussian', mean: 128, sigma: 60 } as const;
