import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { findBarriers, openBrowser } from '../support/browser.ts';
import { visitConsole } from '../support/console.ts';
import { type Line, openLine } from '../support/line.ts';
import { type DemoServer, startDemoServer } from '../support/server.ts';

const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const WULI = '610902104';
/** What the browser itself reports of a cut line, and of what the address bar could not reach. */
const EXPECTED =
  /ERR_INTERNET_DISCONNECTED|ERR_NETWORK|ERR_FAILED|ERR_CONNECTION|ERR_EMPTY|fetching the script|ERR_SOCKET|Failed to fetch|\b401\b/;

describe('the entry page when the network is gone', () => {
  let demo: DemoServer;
  let browser: Browser;
  let line: Line;
  let visits: ReturnType<typeof visitConsole>;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemoServer(), openBrowser()]);
    line = await openLine(Number(new URL(demo.origin).port));
    visits = visitConsole({ ...demo, origin: line.origin }, browser);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await line.close();
    await demo.close();
  });

  const leave = async (page: Page): Promise<void> => {
    await page.context().close();
    expect(visits.complaints().filter((one) => !EXPECTED.test(one))).toEqual([]);
  };
  const placed = async (place: string) =>
    (await demo.services.publicity.outputs.listOutputs(OPERATOR, { unit: WULI })).outputs.filter(
      (one) => one.place === place,
    );
  const photosOf = (id: string) => demo.services.publicity.attachments.listAttachments(OPERATOR, id);
  const draw = (): Promise<Buffer> =>
    sharp({
      create: {
        ...{ width: 1200, height: 900, channels: 3, background: '#888' },
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .jpeg({ quality: 95 })
      .toBuffer();
  /** The page is kept, with every file it names. */
  const isKept = (page: Page): Promise<unknown> =>
    expect
      .poll(() => page.evaluate(`caches.match('/console/').then((page) => page !== undefined)`), { timeout: 10_000 })
      .toBe(true);
  const keptAddresses = (page: Page): Promise<unknown> =>
    page.evaluate(`(async () => {
      const found = [];
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
      return found;
    })()`);
  const enter = async (page: Page, place: string): Promise<void> => {
    await page.getByRole('button', { name: /^横幅/ }).first().tap();
    await page.getByLabel(/^地点/).fill(place);
    await page.getByLabel('数量（条）').fill('6');
  };

  it('opens again without a network, takes an entry with a photo, and sends it once', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new', PHONE);
    await page.getByRole('button', { name: /^横幅/ }).first().waitFor();
    await isKept(page);

    await page.context().setOffline(true);
    await page.reload();
    await page.getByText('类别和单位用的是本机').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await enter(page, '断网点');
    const photo = { name: '横幅.jpg', mimeType: 'image/jpeg', buffer: await draw() };
    await page.getByLabel(/^照片或扫描件/).setInputFiles(photo);
    await page.locator('.photos canvas:visible').waitFor();
    await page.getByRole('button', { name: '登记', exact: true }).tap();
    await page.locator('.waiting-count', { hasText: '待发1' }).waitFor();
    // Thrown away and opened once more, still without a network: it is there.
    await page.reload();
    await page.locator('.waiting-count', { hasText: '待发1' }).waitFor();
    expect(await placed('断网点')).toEqual([]);

    await page.context().setOffline(false);
    await page.locator('.waiting-count').waitFor({ state: 'detached' });
    const [entry, ...more] = await placed('断网点');
    expect([entry?.quantity.text, more]).toEqual(['6', []]);
    await expect.poll(() => photosOf(entry?.id ?? ''), { timeout: 10_000 }).toMatchObject([{ name: '横幅.jpg' }]);
    // The name comes back with the server, and what is said of copies goes.
    await page.getByText('类别和单位用的是本机').waitFor({ state: 'detached' });
    await leave(page);
  });

  it('a photo whose line breaks in the middle of its bytes is sent again, whole and once', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new', PHONE);
    await enter(page, '断线点');
    const photo = { name: '半张.jpg', mimeType: 'image/jpeg', buffer: await draw() };
    await page.getByLabel(/^照片或扫描件/).setInputFiles(photo);
    await page.locator('.photos canvas:visible').waitFor();
    expect(photo.buffer.length).toBeGreaterThan(300_000);
    line.cutAfter(150_000);
    await page.getByRole('button', { name: '登记', exact: true }).tap();
    await page.locator('.outbox').waitFor({ state: 'detached' });
    expect(line.cuts()).toBe(1);
    const [entry, ...more] = await placed('断线点');
    expect(more).toEqual([]);
    expect(await photosOf(entry?.id ?? '')).toMatchObject([{ name: '半张.jpg', type: 'image/jpeg' }]);
    await leave(page);
  });

  it('opens when the line is dead and the device does not know it', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new', PHONE);
    await page.getByRole('button', { name: /^横幅/ }).first().waitFor();
    await isKept(page);
    line.down();
    await page.goto(`${line.origin}/console/publicity/new?kind=banner`);
    await page.getByLabel('数量（条）').waitFor();
    line.up();
    await leave(page);
  });

  it('what the outbox sends while the list is open comes into the list', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new', PHONE);
    await isKept(page);
    await page.context().setOffline(true);
    await enter(page, '列表点');
    await page.getByRole('button', { name: '登记', exact: true }).tap();
    await page.locator('.waiting-count', { hasText: '待发1' }).waitFor();
    await page.getByRole('link', { name: '台账', exact: true }).tap();
    await page.context().setOffline(false);
    await page.getByText('列表点').first().waitFor();
    await leave(page);
  });

  it('keeps the page and its files and nothing that the API said; signing out forgets who was there', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new', PHONE);
    await page.getByRole('button', { name: /^横幅/ }).first().waitFor();
    await isKept(page);
    for (const address of (await keptAddresses(page)) as string[]) expect(address).toMatch(/^\/(assets\/|console\/$)/);
    const copies = `new Promise((resolve) => {
      const opening = indexedDB.open('zhixiao-copies');
      opening.onsuccess = () => {
        const asking = opening.result.transaction('copies').objectStore('copies').getAll();
        asking.onsuccess = () => { opening.result.close(); resolve(asking.result); };
      };
    })`;
    const kept = (await page.evaluate(copies)) as { name: string; data: { username?: string; name?: string } }[];
    expect(kept.map(({ name }) => name).sort()).toEqual(['kinds', 'session', 'units']);
    expect(kept.find(({ name }) => name === 'session')?.data).toMatchObject({ name: '', username: '' });

    await page.getByRole('button', { name: '菜单' }).tap();
    await page.getByRole('button', { name: '退出' }).tap();
    await page.getByLabel('账号', { exact: true }).waitFor();
    expect(await page.evaluate(copies)).toEqual([]);
    await page.context().setOffline(true);
    await page.goto(`${line.origin}/console/publicity/new`);
    await page.getByRole('alert').getByText('连不上服务器').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: '重试' }).tap();
    await page.getByLabel('账号', { exact: true }).waitFor();
    await leave(page);
  });

  it('in a browser that keeps no pages an open page goes on without a network', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new', { ...PHONE, serviceWorkers: 'block' });
    await page.getByRole('button', { name: /^横幅/ }).first().waitFor();
    await page.context().setOffline(true);
    await enter(page, '旧机点');
    await page.getByRole('button', { name: '登记', exact: true }).tap();
    await page.locator('.waiting-count', { hasText: '待发1' }).waitFor();
    await page.context().setOffline(false);
    await page.locator('.waiting-count').waitFor({ state: 'detached' });
    expect(await placed('旧机点')).toHaveLength(1);
    await leave(page);
  });

  it('of an earlier build nothing stays', async () => {
    const page = await visits.signIn('wuli', '/console/publicity/new', PHONE);
    await isKept(page);
    await page.evaluate(`caches.open('zhixiao-console /assets/console-old.js').then((cache) =>
      cache.put('/console/', new Response('old')))`);
    await page.reload();
    await expect.poll(() => page.evaluate('caches.keys()'), { timeout: 10_000 }).toHaveLength(1);
    await page.context().setOffline(true);
    await page.reload();
    await page.getByRole('button', { name: /^横幅/ }).first().waitFor();
    await leave(page);
  });
});
