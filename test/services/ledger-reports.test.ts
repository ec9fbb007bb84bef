import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReportLine, ReportRow } from '../../src/core/publicity/report.ts';
import { openTable, readTable } from '../../src/intake/table-file.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { createKindService } from '../../src/services/kinds.ts';
import { createLedgerReportService, type LedgerReportService } from '../../src/services/ledger-reports.ts';
import { createOutputService, type NewOutput, type OutputService } from '../../src/services/outputs.ts';
import { createUnitService } from '../../src/services/units.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { createWorld, refusalOf, staff, table, type World } from '../support/world.ts';

const [WULI, HENGKOU, HAOPING] = ['610902104', '610902107', '610924101'];
const HEAD = 'code,name,level,parent_code,population,population_source\n';

describe.each(DIALECTS)('reports of the ledger on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  let outputs: OutputService;
  let reports: LedgerReportService;
  let keys = 0;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.loadUnits();
    const kinds = createKindService(world.deps);
    outputs = createOutputService({ ...world.deps, kinds });
    reports = createLedgerReportService({ ...world.deps, kinds, outputs });
  });
  afterEach(() => db.close());

  const leader = staff('leader');
  const enter = (unit: string, kind: string, startDate: string, quantity: string, over: Partial<NewOutput> = {}) => {
    keys += 1;
    return outputs.addOutput(staff('administrator'), {
      unit,
      clientKey: `key-${keys}`,
      kind,
      startDate,
      quantity,
      ...over,
    });
  };
  const line = (row: ReportRow, kind: string, over: Partial<ReportLine> = {}): ReportLine | undefined =>
    row.lines.find(
      (one) => one.kind === kind && one.reach === (over.reach ?? null) && one.mediaLevel === (over.mediaLevel ?? null),
    );

  test('a period stands beside the year so far and the same period a year before', async () => {
    await enter(WULI, 'leaflet', '2025-10-08', '9800');
    await enter(WULI, 'leaflet', '2026-03-02', '10万余');
    await enter(WULI, 'leaflet', '2026-10-02', '12000');
    await enter(HENGKOU, 'leaflet', '2026-10-20', '300');
    await enter('610902', 'leaflet', '2026-10-21', '数百');
    const report = await reports.readReport(leader, { unit: '6109', period: '2026-10' });
    expect(line(report.total, 'leaflet')).toMatchObject({
      group: 'output',
      period: { value: 12_300, qualifier: 'at-least', uncounted: 1 },
      toDate: { value: 112_300, qualifier: 'at-least', entries: 3 },
      lastYear: { value: 9800, qualifier: 'exact' },
      change: null,
    });
    const county = await reports.readReport(leader, { unit: '610902', period: '2026-10' });
    expect(county.rows.map(({ unit, own }) => [unit.name, own])).toEqual([
      ['汉滨区', true],
      ['五里镇', false],
      ['恒口镇', false],
    ]);
    const [own, wuli] = county.rows;
    expect(own && line(own, 'leaflet')?.period).toEqual({
      value: null,
      qualifier: 'at-least',
      entries: 0,
      uncounted: 1,
    });
    expect(wuli && line(wuli, 'leaflet')?.change).toBeCloseTo(12_000 / 9800 - 1, 12);
  });

  test('what stands is the latest count of each place at the end of the period, and has no running total', async () => {
    const board = (place: string, day: string, quantity: string) =>
      enter(WULI, 'notice-board', day, quantity, { place });
    await board('桥头村', '2025-06-01', '4');
    await board('桥头村', '2026-10-05', '6');
    await board('河湾村', '2026-02-05', '3');
    const late = await board('桥头村', '2026-11-05', '1');
    const at = async (period: string) =>
      line((await reports.readReport(leader, { unit: '6109', period })).total, 'notice-board');
    expect(await at('2026-10')).toMatchObject({
      ...{ group: 'stock', period: { value: 9, entries: 2 }, toDate: null, lastYear: { value: 4 } },
    });
    expect(await at('2026-Q1')).toMatchObject({ period: { value: 7 }, lastYear: null });
    expect(await at('2026')).toMatchObject({ period: { value: 4 } });
    await outputs.withdrawOutput(staff('administrator'), late.id, { version: 1, reason: '录错' });
    expect(await at('2026')).toMatchObject({ period: { value: 9 } });
    // A count found later, of a month in between, changes what the month after it changed.
    await board('桥头村', '2026-08-01', '5');
    expect(await at('2026-09')).toMatchObject({ period: { value: 8 } });
    expect(await at('2026-10')).toMatchObject({ period: { value: 9 } });
  });

  test('reads and persons, levels of media, and organisation stand apart', async () => {
    await enter(WULI, 'post', '2026-10-02', '2', {
      reach: [{ reach: 'reads', quantity: '10万+' }],
      mediaLevel: 'county',
    });
    await enter(WULI, 'post', '2026-10-03', '1', { mediaLevel: 'province' });
    await enter(WULI, 'talk', '2026-10-02', '3场', { reach: [{ reach: 'persons', quantity: '近300' }] });
    await enter(WULI, 'meeting', '2026-10-02', '1次');
    const { total, bulletin } = await reports.readReport(leader, { unit: WULI, period: '2026-Q4' });
    expect(bulletin.zh).toContain('到达：推送图文阅读量至少100,000次；宣讲活动参与约300人次。组织工作：专题会议1次。');
    expect(bulletin.en).toContain('Reached: Posts, reads at least 100,000; Talks, persons present about 300.');
    const told = total.lines.map(({ group, kind, reach, mediaLevel, period }) => {
      return [group, kind, reach ?? mediaLevel, period?.value, period?.qualifier];
    });
    expect(told).toEqual([
      ['output', 'post', null, 3, 'exact'],
      ['output', 'post', 'province', 1, 'exact'],
      ['output', 'post', 'county', 2, 'exact'],
      ['output', 'talk', null, 3, 'exact'],
      ['reach', 'post', 'reads', 100_000, 'at-least'],
      ['reach', 'talk', 'persons', 300, 'about'],
      ['input', 'meeting', null, 1, 'exact'],
    ]);
  });

  test('what nobody reviewed is told; returned and merged entries are out; stated periods are listed and not added', async () => {
    const reviewer = staff('reviewer', '610902');
    const one = await enter(WULI, 'leaflet', '2026-10-02', '100');
    const two = await enter(WULI, 'leaflet', '2026-10-03', '200');
    await enter(WULI, 'leaflet', '2026-10-04', '400');
    await enter(WULI, 'leaflet', '2026-03-04', '200');
    await enter(WULI, 'leaflet', '2025-10-04', '90');
    await enter(WULI, 'leaflet', '', '10万余', { statedPeriod: '三年以来' });
    await outputs.acceptOutputs(reviewer, [one.id]);
    await outputs.returnOutput(reviewer, two.id, { version: 1, reason: '请核对' });
    const report = await reports.readReport(reviewer, { unit: '610902', period: '2026-10' });
    expect(line(report.total, 'leaflet')?.period).toMatchObject({ value: 500, entries: 2 });
    expect(report.total.unreviewed).toBe(1);
    expect(report.stated).toMatchObject([
      { unit: '五里镇', statedPeriod: '三年以来', quantity: '10万余', countedIn: '份' },
    ]);
    expect(report.bulletin.zh).toBe(
      '2026年10月，汉滨区宣传产出：宣传资料500份（1至10月累计700份，上年同期90份）。本期尚有1条未审核。' +
        '1条只注明期间（“三年以来”），不在以上数字之内。以上是所做工作的数量，不说明效果。',
    );
  });

  test('units stand in the order of their codes however much they did', async () => {
    await enter(HAOPING, 'leaflet', '2026-10-02', '1');
    await enter(HENGKOU, 'leaflet', '2026-10-02', '900');
    await enter(WULI, 'leaflet', '2026-10-02', '50');
    const report = await reports.readReport(leader, { unit: '6109', period: '2026-10', by: 'town' });
    expect(report.rows.map(({ unit }) => unit.code)).toEqual([WULI, HENGKOU, HAOPING]);
    expect(report).toMatchObject({ levels: ['county', 'town'], by: 'town', running: false });
  });

  test('nobody reads another unit’s report, interviewers none, and a period must be one', async () => {
    const query = { unit: '610924', period: '2026-10' };
    expect(await refusalOf(reports.readReport(staff('publicity', WULI), query))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(reports.writeReport(staff('interviewer'), query))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(reports.readReport(leader, { unit: '6109', period: '2026-13' }))).toBe('PERIOD_BAD');
    expect(await refusalOf(reports.exportList(staff('publicity', WULI), { unit: '610924' }))).toBe('OUT_OF_SCOPE');
  });

  test('a town that moves to another county takes its figures along', async () => {
    await enter(WULI, 'leaflet', '2026-10-02', '50');
    const units = createUnitService({ ...world.deps, onMoved: outputs.recountMoved });
    await units.importUnits(OPERATOR, { units: await table(`${HEAD}610902104,五里镇,town,610924,40000,普查\n`) });
    const at = async (unit: string) =>
      line((await reports.readReport(OPERATOR, { unit, period: '2026-10' })).total, 'leaflet');
    expect([await at('610902'), (await at('610924'))?.period?.value, (await at('6109'))?.period?.value]).toEqual([
      ...[undefined, 50, 50],
    ]);
    expect(await outputs.recountLedger(OPERATOR, { write: false })).toEqual({ differing: 0 });
  });

  test('the spreadsheet says the same, cell by cell, and computes nothing', async () => {
    await enter(WULI, 'leaflet', '2026-10-02', '10万余份');
    await enter(WULI, 'leaflet', '2026-10-03', '30000');
    await enter(WULI, 'banner', '2026-10-03', '数百');
    await enter(WULI, 'notice-board', '2026-10-03', '7块', { place: '桥头村' });
    await enter(WULI, 'talk', '', '3500场次', { statedPeriod: '2019', title: '=HYPERLINK("http://x")' });
    const { name, bytes } = await reports.writeReport(leader, { unit: '610902', period: '2026-10' });
    expect(name).toBe('宣传台账报表-汉滨区-2026-10.xlsx');
    const sheet = async (title: string) =>
      (await readTable(await openTable({ name, bytes: Buffer.from(bytes) }, { sheet: title }))).rows.map(
        ({ cells }) => cells,
      );
    const [total, banner, wuli] = await sheet('本期产出');
    expect(total).toMatchObject({
      ...{ 单位代码: '610902', 单位: '汉滨区合计', 类别: '宣传资料', 计量单位: '份' },
      ...{ 本期: '130000', 本期·限定: '至少', 本期·未计数项: '', 本年累计: '130000', 上年同期: '', 同比: '' },
    });
    expect(banner).toMatchObject({ 类别: '横幅', 本期: '', 本期·限定: '只有文字', 本期·未计数项: '1' });
    expect(wuli).toMatchObject({ 单位代码: WULI, 单位: '五里镇' });
    expect((await sheet('现有设施'))[0]).toMatchObject({ 类别: '宣传栏', 期末现有: '7', 期末现有·限定: '确数' });
    expect(await sheet('只注明期间的')).toMatchObject([
      { 期间: '2019', 名称: '=HYPERLINK("http://x")', '数量（原文）': '3500场次' },
    ]);
    expect((await sheet('说明')).map((row) => row.项目)).toContain('可直接引用的文字');
  });

  test('the list goes out as a file that is read in again, with what would be computed as text', async () => {
    await enter(WULI, 'leaflet', '2026-10-02', '10万余份', {
      title: '=cmd|calc',
      note: '集市,"两天"',
      place: '+桥头村',
    });
    await enter(HAOPING, 'post', '2026-10-03', '1篇', {
      ...{
        link: 'https://example.cn/a',
        mediaLevel: 'county',
        reach: [{ reach: 'reads', quantity: '300', asOf: '2026-10-09' }],
      },
    });
    const { lines } = await reports.exportList(leader, { from: '2026-10-01' });
    let csv = '';
    for await (const part of lines) csv += part;
    const { rows } = await readTable(await openTable({ name: 'x.csv', bytes: Buffer.from(csv) }));
    expect(rows.map(({ cells }) => cells)).toMatchObject([
      { 填报单位: '蒿坪镇', 类别: '推送图文', 媒体级别: '县级', 阅读量: '300', 截至日: '2026-10-09', 审核状态: '已报' },
      { 日期: '2026-10-02', 数量: '10万余份', 名称: "'=cmd|calc", 村社区: "'+桥头村", 备注: '集市,"两天"' },
    ]);
  });
});
