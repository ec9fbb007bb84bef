import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../src/core/sample/calling-rules.ts';
import { openTable } from '../../src/intake/table-file.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { findBarriers, openBrowser } from '../support/browser.ts';
import { visitConsole } from '../support/console.ts';
import { type DemoServer, startDemoServer } from '../support/server.ts';
import { sit } from '../support/talk.ts';

const AGENT = '13700000001';
const BOSS = '13700000002';
/** From midnight to midnight. */
const DAY = [{ from: 0, to: 1440 }];

describe('a call that the carrier connects, seen from the desk and the board', () => {
  let demo: DemoServer;
  let browser: Browser;
  let visits: ReturnType<typeof visitConsole>;
  const wave = 'connected';

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemoServer(), openBrowser()]);
    visits = visitConsole(demo, browser);
    const { waves, phone } = demo.services;
    await waves.createWave(OPERATOR, {
      ...{ code: wave, survey: 'saohei-county', rootUnit: '610902', period: '2026', kind: 'self-test' },
      ...{ modes: ['phone', 'web-token'], fieldworkStart: '2026-01-01', fieldworkEnd: '2035-12-31', synthetic: true },
    });
    await waves.openWave(OPERATOR, wave);
    await phone.campaigns.saveCampaign(OPERATOR, wave, {
      ...{ carrier: 'simulator', modes: ['phone'] },
      rules: { ...DEFAULT_RULES, hours: { weekday: DAY, saturday: DAY, sunday: DAY, holiday: DAY }, slots: [] },
    });
    const bytes = Buffer.from('单位,号码\n五里镇,0915-1020001\n五里镇,0915-1020002');
    await phone.numbers.importNumbers(OPERATOR, { wave, file: await openTable({ name: '名单.csv', bytes }), seed: 7 });
    await phone.campaigns.startCampaign(OPERATOR, wave);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await demo.close();
  });

  // Each leaves the desk empty.
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    const { calls, cases, board } = demo.services.phone;
    for (const { attempt } of (await board.readBoard(OPERATOR, wave)).calls) await calls.report(attempt, 'completed');
    for (const { id, leaseBy } of (await cases.listCases(OPERATOR, wave)).cases) {
      if (leaseBy !== null) await cases.releaseCase(OPERATOR, id, '测试收回');
    }
    expect(visits.complaints().filter((line) => !line.includes('422'))).toEqual([]);
  });

  const stage = (page: Page) => page.locator('.desk-stage');
  const heard = ({ heard }: { readonly heard: readonly string[] }, text: string) => heard.includes(`“${text}”`);

  /** An interviewer whom the carrier has connected with a respondent. */
  async function connect() {
    const { telephones, services } = demo;
    const { stores, connection, phone } = services;
    const desk = await visits.signIn('interviewer', `/console/desk?wave=${wave}`);
    await desk.getByRole('heading', { name: '准备取样本' }).waitFor();
    await desk.keyboard.press('n');
    await desk.getByLabel('您的座机号码').fill(AGENT);
    const [held] = (await phone.cases.listCases(OPERATOR, wave, { state: 'LEASED' })).cases;
    const [row] = await stores.numbers.listOfCase(connection.reader, held?.id ?? '');
    const respondent = sit(telephones, (row && phone.vault.read(row)) ?? '');
    await desk.keyboard.press('Tab');
    await desk.keyboard.press('d');
    await desk.getByRole('heading', { name: '开场白' }).waitFor();
    return { desk, respondent };
  }

  it('is heard by a manager, who is heard by nobody, while the desk says so; the log says for how long', async () => {
    const { telephones, services } = demo;
    const [agent, boss] = [AGENT, BOSS].map((number) => sit(telephones, `+86${number}`));
    if (!agent || !boss) throw new Error('nobody');

    const { desk, respondent } = await connect();
    expect(await stage(desk).textContent()).toContain('旁听');

    // Nobody listens before the introduction, which announces it, was read and agreed to.
    const board = await visits.signIn('manager', `/console/waves/${wave}/phone`);
    const call = board.getByRole('row', { name: /汉滨区 访问员/ });
    await call.waitFor();
    expect(await call.getByRole('button').count()).toBe(0);
    await desk.keyboard.press('1');
    await stage(desk).getByText('第1题').waitFor();
    await call.getByRole('button', { name: '旁听' }).focus();
    await board.keyboard.press('Enter');
    const dialog = board.getByRole('dialog');
    await dialog.getByLabel('您的电话').focus();
    await board.keyboard.type('123');
    await board.keyboard.press('Enter');
    await dialog.getByRole('alert').waitFor();
    expect(await findBarriers(board)).toEqual([]);
    await dialog.getByLabel('您的电话').fill(BOSS);
    await board.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await call.getByText(/从.+起旁听/).waitFor();
    expect(boss.rang).toBe(1);
    await desk.getByText('督导正在旁听').waitFor();
    for (const page of [board, desk]) expect(await findBarriers(page)).toEqual([]);

    respondent.line?.say('我放心');
    boss.line?.say('听得见吗');
    expect([heard(boss, '我放心'), heard(agent, '我放心')]).toEqual([true, true]);
    expect([heard(agent, '听得见吗'), heard(respondent, '听得见吗')]).toEqual([false, false]);

    await call.getByRole('button', { name: '结束旁听' }).focus();
    await board.keyboard.press('Enter');
    await call.getByRole('button', { name: '旁听', exact: true }).waitFor();
    await desk.getByText('督导正在旁听').waitFor({ state: 'detached' });
    await expect.poll(() => [boss.ended, agent.ended, respondent.ended]).toEqual([1, 0, 0]);

    const log = await visits.signIn('admin', '/console/audit?action=call.listen-end');
    await log.getByRole('row', { name: /安康市 测评管理.*旁听结束/ }).waitFor();
    const { rows } = await services.audit.listAudit(OPERATOR, { action: 'call.listen-end' });
    expect(rows).toHaveLength(1);
    expect(Number(rows[0]?.details.seconds)).toBeGreaterThanOrEqual(1);
  });

  it('sends the link when asked, and says by itself what became of the message', async () => {
    sit(demo.telephones, `+86${AGENT}`);
    const { desk } = await connect();
    await desk.keyboard.press('s');
    await desk.getByRole('dialog').waitFor();
    expect(await findBarriers(desk)).toEqual([]);
    await desk.keyboard.press('Enter');
    await desk.locator('.desk-side').getByText('已提交').waitFor();
    await desk.keyboard.press('h');
    await desk.locator('.desk-side').getByText('已送达').waitFor();
  });
});
