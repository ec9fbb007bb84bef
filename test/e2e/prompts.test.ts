import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, openBrowser } from '../support/browser.ts';
import { visitConsole } from '../support/console.ts';
import { type DemoServer, startDemoServer } from '../support/server.ts';
import { speechWav } from '../support/speech.ts';

/** As much of an `audio` element as is asked of it. */
interface Player {
  onended: () => void;
  onerror: () => void;
  readonly duration: number;
  readonly error: { readonly message: string } | null;
  play(): Promise<void>;
}

const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const wav = (name: string, change: Parameters<typeof speechWav>[0] = {}) => ({
  ...{ name, mimeType: 'audio/wav' },
  buffer: Buffer.from(speechWav({ rate: 8000, ...change })),
});

describe('the recordings of a keypad call', () => {
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

  const open = (options: BrowserContextOptions = {}) =>
    visits.signIn('manager', '/console/surveys/saohei-county?tab=prompts', options);
  const sentence = (page: Page, words: string) => page.locator('.prompt-list > li', { hasText: words });
  const leave = async (page: Page, expected: readonly RegExp[] = []) => {
    await page.context().close();
    const complaints = visits.complaints().filter((line) => !expected.some((pattern) => pattern.test(line)));
    expect(complaints).toEqual([]);
  };

  it('are uploaded by name, all or none, and heard', async () => {
    const page = await open();
    await page.getByText('批量上传').click();
    const files = page.getByLabel('录音文件');
    await files.setInputFiles([wav('_start.wav'), wav('safety.wav', { bits: 24 }), wav('hello.wav')]);
    await page.getByRole('button', { name: '上传 3 个' }).click();
    await page.getByText('有2个文件用不了，一个也没有存。').waitFor();
    await page.getByText('hello.wav：没有名为“hello”的语句。').waitFor();
    await page.getByText('safety.wav的格式（24-bit）').waitFor();
    expect(await page.locator('audio').count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);

    await files.setInputFiles([wav('_start.wav'), wav('safety.wav', { pitch: 300, ms: 700 })]);
    await page.getByRole('button', { name: '上传 2 个' }).click();
    await page.getByText('已存：新增 2 个，替换 0 个，未变 0 个。').waitFor();
    const sound = sentence(page, '感觉安全还是不安全').locator('audio');
    const heard = await sound.evaluate(
      (audio: Player) =>
        new Promise((resolve) => {
          audio.onended = () => resolve(Math.round(audio.duration * 10));
          audio.onerror = () => resolve(audio.error?.message);
          void audio.play();
        }),
    );
    expect(heard).toBe(7);
    await leave(page, [/422/]);
  });

  it('are replaced and removed one by one, with the keyboard, after a question', async () => {
    const page = await open();
    const start = sentence(page, '开始请按1');
    await start.locator('input[type=file]').setInputFiles(wav('take 2.wav', { pitch: 700 }));
    await page.getByText('已存：新增 0 个，替换 1 个，未变 0 个。').waitFor();
    await start.getByRole('button', { name: '删除' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('以后的电话由机器朗读这句话').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: '删除' }).click();
    await start.getByText('机器朗读').waitFor();
    await page.getByLabel('只看还没有录音的').check();
    await expect.poll(() => sentence(page, '感觉安全还是不安全').count()).toBe(0);
    await leave(page);
  });

  it('fit a phone, in both languages', async () => {
    const page = await open(PHONE);
    await page.locator('.prompt-list > li').first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel('语言').selectOption('en');
    await page.getByText('To begin, press 1. To be called later, press 2.').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await leave(page);
  });
});
