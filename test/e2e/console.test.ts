import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { findBarriers, openBrowser, watchPage } from '../support/browser.ts';
import { type DemoServer, startDemoServer } from '../support/server.ts';
import { ANSWERS } from '../support/world.ts';

const DESK = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

const HEADER = ['interview_id', 'unit_code', 'mode', 'problems', ...Object.keys(ANSWERS)];
const row = (id: string, change: Partial<Record<keyof typeof ANSWERS, string>> = {}) =>
  [id, '610902104', 'phone', '', ...Object.values({ ...ANSWERS, ...change })].join(',');
const csv = (...rows: string[]) => ({
  name: '电话.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from([HEADER.join(','), ...rows].join('\n')),
});

describe('the console in a browser, with the demonstration', () => {
  let demo: DemoServer;
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemoServer(), openBrowser()]);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await demo.close();
  });

  async function open(path: string, options = DESK): Promise<Page> {
    const page = await (await browser.newContext(options)).newPage();
    page.setDefaultTimeout(20_000);
    const seen = watchPage(page, demo.origin);
    page.on('close', () => complaints.push(...seen));
    await page.goto(`${demo.origin}${path}`);
    return page;
  }

  async function signIn(username: string, path = '/console', options = DESK): Promise<Page> {
    const page = await open(path, options);
    const password = demo.accounts.find((account) => account.username === username)?.password ?? '';
    await page.getByLabel('账号', { exact: true }).fill(username);
    await page.getByLabel('密码', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname !== '/console/sign-in');
    return page;
  }

  /** Ends a visit: nothing may have been refused by the policy, fetched elsewhere or thrown. */
  async function leave(page: Page): Promise<void> {
    await page.context().close();
    expect(complaints.splice(0)).toEqual([]);
  }

  const headline = (page: Page, name: string) =>
    page.locator('article.headline', { has: page.getByRole('heading', { name, exact: true }) });
  const rowOf = (page: Page, name: string) =>
    page.locator('.results-table tbody tr', { has: page.getByRole('rowheader', { name }) });

  it('a leader reads the city’s sentence and finds everything beside it', async () => {
    const page = await signIn('leader');
    await page.waitForURL(/\/console\/results/);
    await headline(page, '知晓率').waitFor();
    const text = (await page.locator('.headlines').textContent()) ?? '';
    expect(text).toContain('知晓率97.97%，同比上升5.52个百分点，变化显著');
    for (const figure of ['97.97%', '97.70%', '98.81%']) expect(text).toContain(figure);
    expect(text).toMatch(/97\.70%，同比上升0\.34个百分点/);
    expect(text).toMatch(/98\.81%，同比上升0\.61个百分点/);
    expect(await page.locator('main').textContent()).toContain('演示数据');
    expect(await findBarriers(page)).toEqual([]);
    await leave(page);
  });

  it('drills to a county and a town, comes back, and keeps its place in the address', async () => {
    const page = await signIn('leader', '/console/results?wave=2019');
    await page.getByRole('link', { name: '紫阳县' }).click();
    await page.waitForURL(/unit=610924/);
    await page.getByRole('link', { name: '蒿坪镇' }).click();
    await page.waitForURL(/unit=610924\d+/);
    await page.locator('.finding', { hasText: '蒿坪镇' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.reload();
    await page.locator('.finding', { hasText: '蒿坪镇' }).waitFor();
    await page.getByRole('navigation', { name: '当前单位' }).getByRole('link', { name: '安康市' }).click();
    await page.locator('.finding', { hasText: '安康市' }).waitFor();
    await leave(page);
  });

  it('searches and sorts the 139 towns, without a ranking', async () => {
    const page = await signIn('leader', '/console/results?wave=2019&by=town');
    await page.getByText('共139个').waitFor();
    await page.getByLabel('按名称或编码查找').fill('五里');
    await page.getByText('找到1个，共139个').waitFor();
    await page.getByLabel('按名称或编码查找').fill('没有这个镇');
    await page.getByRole('button', { name: '清除查找' }).click();
    await page.getByRole('button', { name: '按“知晓率 比率”排序' }).click();
    const rates = async () =>
      (await page.locator('.results-table tbody tr:not(.whole) td:nth-of-type(1) .figure').allInnerTexts()).map(
        parseFloat,
      );
    const descending = await rates();
    expect(descending).toEqual([...descending].sort((a, b) => b - a));
    expect(await page.locator('.sort-note').textContent()).toContain('不是名次');
    await page.getByRole('button', { name: '恢复单位顺序' }).click();
    expect(await findBarriers(page)).toEqual([]);
    await leave(page);
  });

  it('speaks English as well, to the last word', async () => {
    const page = await signIn('leader');
    await headline(page, '知晓率').waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await headline(page, 'Awareness').waitFor();
    expect(page.url()).toContain('lang=en');
    expect(await page.evaluate('document.documentElement.lang')).toBe('en');
    expect(await page.locator('.headlines').textContent()).toMatch(/97\.97/);
    expect(await findBarriers(page)).toEqual([]);
    await leave(page);
  });

  it('fits a phone of 360 pixels', async () => {
    const page = await signIn('leader', '/console', PHONE as typeof DESK);
    await headline(page, '知晓率').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await findBarriers(page)).toEqual([]);
    await leave(page);
  });

  it('shows the leader of a county that county, and refuses another', async () => {
    const page = await signIn('ziyang');
    await page.locator('.finding', { hasText: '紫阳县' }).waitFor();
    expect(await page.locator('main').textContent()).not.toMatch(/汉滨区|石泉县/);
    const answer = await page.evaluate(
      `fetch('/api/results?wave=2019&unit=610902').then(async (r) => [r.status, (await r.json()).error.code])`,
    );
    expect(answer).toEqual([403, 'OUT_OF_SCOPE']);
    await page.goto(`${demo.origin}/console/results?wave=2019&unit=610902`);
    await page.getByRole('alert').waitFor();
    expect(await page.locator('main').textContent()).not.toMatch(/汉滨区/);
    await page.context().close();
    // A refused request is the one thing the browser itself reports here.
    expect(complaints.splice(0).filter((line) => !line.includes('403'))).toEqual([]);
  });

  it('counts who answers through an open link in a column of its own, and moves no rate', async () => {
    const { services } = demo;
    const leader = await signIn('leader', '/console/results?wave=2026&unit=610902');
    await rowOf(leader, '五里镇').waitFor();
    const cells = async () => (await rowOf(leader, '五里镇').locator('td').allInnerTexts()).map((text) => text.trim());
    const before = await cells();
    expect(before.at(-1)).toBe('0');
    const figures = await leader.locator('.headlines').textContent();

    const unit = await services.units.getUnit(OPERATOR, '610902104');
    const resident = await open(`/s/${unit.placeCode}`, PHONE as typeof DESK);
    await resident.getByRole('button', { name: '开始答题' }).click();
    for (let i = 0; i < 14; i += 1) {
      const title = await resident.locator('h1').textContent();
      await resident.locator('.sd-item.key-1').click();
      await resident.locator('.steps .primary').click();
      await resident.waitForFunction(`document.querySelector('h1')?.textContent !== ${JSON.stringify(title)}`);
    }
    await resident.locator('#receipt').waitFor();
    await leave(resident);

    await leader.reload();
    await rowOf(leader, '五里镇').waitFor();
    expect(await cells()).toEqual([...before.slice(0, -1), '1']);
    expect(await leader.locator('.headlines').textContent()).toBe(figures);
    await leave(leader);
  });

  it('shows a manager the problems of a bad file, then takes the good one over once', async () => {
    const page = await signIn('manager', '/console/waves/2026?tab=imports');
    const file = page.getByLabel('数据文件');
    await file.setInputFiles(csv(row('1'), row('2', { safety: '77' })));
    await page.getByRole('button', { name: '检查' }).click();
    const problems = page.locator('table', { hasText: '问题与改法' });
    await problems.waitFor();
    expect(await problems.locator('tbody tr').count()).toBe(1);
    expect(await problems.textContent()).toMatch(/3.*safety/s);
    expect(await findBarriers(page)).toEqual([]);

    // Whoever leaves the page finds the report on coming back.
    await page.goto(`${demo.origin}/console/waves`);
    await page.goto(`${demo.origin}/console/waves/2026?tab=imports`);
    await page.locator('.jobs summary', { hasText: '电话.csv' }).click();
    await page.locator('.jobs table', { hasText: '问题与改法' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await file.setInputFiles(csv(row('1'), row('2')));
    await page.getByRole('button', { name: '检查' }).click();
    await page.getByRole('button', { name: '确认写入2份' }).click();
    await page.getByText('已写入2份答卷。').waitFor();
    await page.getByRole('rowheader', { name: '电话.csv' }).waitFor();
    await page.getByRole('button', { name: '检查' }).click();
    await page.getByText('这个文件以前导入过').waitFor();
    expect((await demo.services.tallies.verifyTallies(OPERATOR, '2026')).flatMap((one) => one.differing)).toEqual([]);
    await leave(page);
  });

  it('a manager weights a wave to known populations, sees a bad file refused by row, and takes the weights away', async () => {
    const page = await signIn('manager', '/console/waves/2026');
    await page.getByText('本轮没有加权。').waitFor();
    await page.locator('summary', { hasText: '设定' }).click();
    const counties = (await demo.services.units.listUnits(OPERATOR)).filter(({ level }) => level === 'county');
    const lines = counties.flatMap(({ code }) =>
      ['male', 'female'].flatMap((sex) =>
        ['18-29', '30-39', '40-49', '50-59', '60+'].map((band) => `${code},${sex},${band},1000`),
      ),
    );
    const table = (...extra: string[]) => ({
      name: '人口.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(['unit_code,sex,age_band,population', ...lines, ...extra].join('\n')),
    });
    const file = page.getByLabel('分性别、年龄的人口');
    await file.setInputFiles(table('610902,male,18-29,-5'));
    await page.getByRole('button', { name: '设定' }).click();
    await page.locator('table', { hasText: '问题与改法' }).getByText('102', { exact: true }).waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await file.setInputFiles(table());
    await page.getByLabel('办法').selectOption('post-stratification');
    await page.getByRole('button', { name: '设定' }).click();
    await page.getByText('已设定，结果已按人口加权。').waitFor();
    await page.getByText('10个，人口合计100,000').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: '取消加权' }).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: '取消加权' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('2026');
    await confirm.click();
    await page.getByText('本轮没有加权。').waitFor();
    await page.context().close();
    // The refused file is the one thing the browser itself reports here.
    expect(complaints.splice(0).filter((line) => !line.includes('422'))).toEqual([]);
  });

  it('a manager plans a wave, changes it, and deletes it by its name; an open one can only be closed', async () => {
    const page = await signIn('manager', '/console/waves/new');
    await page.getByLabel('编号').fill('draft');
    await page.getByLabel('测评范围').selectOption('610924');
    await page.getByLabel('时期').fill('2027-H1');
    await page.getByLabel('网上单次链接').check();
    await page.getByLabel('开始日期').fill('2027-03-01');
    await page.getByLabel('结束日期').fill('2027-03-31');
    await page.getByRole('button', { name: '新建轮次' }).click();
    await page.getByRole('heading', { name: '紫阳县 2027-H1' }).waitFor();

    await page.getByRole('link', { name: '单次链接' }).click();
    await page.getByLabel('单位').selectOption('610924');
    await page.getByText('登记在紫阳县本级的答卷不进入任何比率').waitFor();
    await page.getByRole('link', { name: '修改' }).click();
    await page.getByLabel('时期').fill('2027-H2');
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('heading', { name: '紫阳县 2027-H2' }).waitFor();

    await page.getByRole('button', { name: '删除' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('draft');
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: '删除' }).click();
    await page.waitForURL(/\/console\/waves$/);
    await page.getByRole('rowheader', { name: '2026' }).waitFor();
    expect(await page.locator('main').textContent()).not.toContain('紫阳县');
    await page.goto(`${demo.origin}/console/waves/2026`);
    await page.getByRole('button', { name: '结束' }).waitFor();
    expect(await page.getByRole('button', { name: '删除' }).count()).toBe(0);
    await leave(page);
  });

  it('a figure leads to the page that explains it, which is whole on a phone and on paper', async () => {
    const page = await signIn('leader', '/console/results?wave=2019');
    await headline(page, '知晓率').waitFor();
    await headline(page, '知晓率').getByRole('link', { name: '95%区间' }).click();
    await page.waitForURL(/\/console\/method#interval/);
    await page.getByRole('heading', { name: '怎么算，为什么' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('interval');
    // Every entry of the contents leads to its section, and every formula is drawn.
    const anchors = await page.locator('.method-contents a').evaluateAll((links) => links.map((link) => link.hash));
    expect(anchors.length).toBeGreaterThan(10);
    for (const anchor of anchors) expect([anchor, await page.locator(`h2${anchor}`).count()]).toEqual([anchor, 1]);
    expect(await page.locator('.method-formulas math').count()).toBeGreaterThan(8);
    expect(await findBarriers(page)).toEqual([]);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.method-contents').isVisible()).toBe(false);
    await leave(page);

    const phone = await signIn('leader', '/console/method', PHONE as typeof DESK);
    await phone.getByRole('heading', { name: '怎么算，为什么' }).waitFor();
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await findBarriers(phone)).toEqual([]);
    await leave(phone);
  });

  it('an administrator opens an account, and its owner comes in by the one-time link', async () => {
    const page = await signIn('admin', '/console/accounts/new');
    await page.getByLabel('账号').fill('xinren');
    await page.getByLabel('姓名').fill('新来的同志');
    await page.getByLabel('角色').selectOption('leader');
    await page.getByLabel('单位').selectOption('610924');
    await page.getByRole('button', { name: '新建账号' }).click();
    const link = (await page.locator('.one-time-link code').textContent()) ?? '';
    expect(link.startsWith(`${demo.origin}/console/welcome#`)).toBe(true);
    expect(await findBarriers(page)).toEqual([]);
    await page.goto(`${demo.origin}/console/audit`);
    await page.getByRole('cell', { name: '新建账号' }).first().waitFor();
    // Everything that was done has a name in words.
    expect(await page.locator('td:nth-of-type(2)').allTextContents()).not.toContainEqual(
      expect.stringMatching(/^\w+\./),
    );
    expect(await findBarriers(page)).toEqual([]);
    await leave(page);

    const owner = await open(link.slice(demo.origin.length));
    await owner.getByText('新来的同志，您好！您的账号是“xinren”。').waitFor();
    await owner.getByLabel('新密码', { exact: true }).fill('五里镇的一座老桥边');
    await owner.getByLabel('再输一遍新密码').fill('五里镇的一座老桥边!');
    await owner.getByRole('button', { name: '设置密码并登录' }).click();
    await owner.getByText('至少10个字符，现在是9个').waitFor();
    expect(await findBarriers(owner)).toEqual([]);
    await owner.getByLabel('新密码', { exact: true }).fill('五里镇的一座老桥边上');
    await owner.getByLabel('再输一遍新密码').fill('五里镇的一座老桥边上');
    await owner.getByRole('button', { name: '设置密码并登录' }).click();
    await owner.locator('.finding', { hasText: '紫阳县' }).waitFor();
    await leave(owner);

    const late = await open(link.slice(demo.origin.length));
    await late.getByRole('alert').waitFor();
    await late.context().close();
    expect(complaints.splice(0).filter((line) => !/\b(4\d\d)\b/.test(line))).toEqual([]);
  });

  it.each<[string, readonly string[]]>([
    ['admin', ['units', 'units/import', 'accounts', 'password']],
    [
      'manager',
      [
        ...['waves', 'waves/2026', 'waves/2026?tab=links', 'waves/2026?tab=invitations', 'waves/new'],
        ...['surveys', 'surveys/saohei-county', 'surveys/publish'],
      ],
    ],
  ])('%s finds no barrier on the other pages', async (username, paths) => {
    const page = await signIn(username);
    for (const path of paths) {
      await page.goto(`${demo.origin}/console/${path}`);
      await page.locator('main h1').waitFor();
      await page.waitForLoadState('networkidle');
      expect([path, await findBarriers(page)]).toEqual([path, []]);
    }
    await leave(page);
  });
});
