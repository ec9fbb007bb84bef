import { describe, expect, test } from 'vitest';
import { countKnownHeads, guessLedgerColumns, parseLedgerMapping } from '../../../src/core/publicity/columns.ts';
import { SHIPPED_KINDS } from '../../../src/core/publicity/kinds.ts';
import { createRowReader, readMediaLevel } from '../../../src/core/publicity/sheet-row.ts';
import { readWhen } from '../../../src/core/publicity/when.ts';

const kinds = new Map(SHIPPED_KINDS.map((kind) => [kind.code, kind]));

describe('when something was done', () => {
  const read = (text: string, year: number | null = null) => {
    const when = readWhen(text, { today: '2026-11-23', year });
    if (when === null) return null;
    return when.statedPeriod === null ? `${when.startDate}…${when.endDate}` : `“${when.statedPeriod}”`;
  };
  test.each([
    ['2026.3.5', '2026-03-05…2026-03-05'],
    ['2026-03-05', '2026-03-05…2026-03-05'],
    ['2026/3/5', '2026-03-05…2026-03-05'],
    ['2026年3月5日', '2026-03-05…2026-03-05'],
    ['２０２６年３月５日', '2026-03-05…2026-03-05'],
    ['2026年3月5日（星期四）'.replace(/[（）]/g, ''), '2026-03-05…2026-03-05'],
    ['2026-03-05T09:30:00', '2026-03-05…2026-03-05'],
    ['2026年3月5日 9:30', '2026-03-05…2026-03-05'],
    ['20260305', '2026-03-05…2026-03-05'],
    ['26.3.5', '2026-03-05…2026-03-05'],
    ['46086', '2026-03-05…2026-03-05'],
    ['2026.3.5-3.8', '2026-03-05…2026-03-08'],
    ['2026.3.5—2026.4.1', '2026-03-05…2026-04-01'],
    ['2026年3月5日至8日', '2026-03-05…2026-03-08'],
    ['2026-03-05~2026-03-08', '2026-03-05…2026-03-08'],
    ['2026年3月', '2026-03-01…2026-03-31'],
    ['2026.2', '2026-02-01…2026-02-28'],
    ['2026年11月', '2026-11-01…2026-11-23'],
    ['三年以来', '“三年以来”'],
    ['今年以来', '“今年以来”'],
    ['目前', '“目前”'],
    ['2019', '“2019”'],
    ['2019年', '“2019年”'],
    ['2026年上半年', '“2026年上半年”'],
    ['2026年第三季度', '“2026年第三季度”'],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });
  test.each(['', '3月5日', '2026-02-30', '2026.13.1', '明天', '12345', '99999', '目前'.repeat(50), '2026年3月5日横幅'])(
    '“%s” is no time',
    (text) => {
      expect(read(text)).toBeNull();
    },
  );
  test('a day without a year takes the one that stands above the table', () => {
    expect(read('3月5日', 2026)).toBe('2026-03-05…2026-03-05');
    expect(read('3.5-3.8', 2026)).toBe('2026-03-05…2026-03-08');
  });
});

describe('the columns of a ledger', () => {
  test('the heads that staff write are known, whatever their order and brackets', () => {
    const header =
      '序号|填报单位(镇办/部门)|所属村社区|日期（起止）|类别|名称/主题|形式|数量|单位|参与/受众人次|发放份数|媒体名称|媒体级别|链接|阅读量(截至日)|佐证(照片/链接/签领)|责任人|填报人|审核人|审核状态|备注';
    expect(guessLedgerColumns(header.split('|').reverse())).toMatchObject({
      ...{ unit: '填报单位(镇办/部门)', quantityUnit: '单位' },
    });
    expect(guessLedgerColumns(header.split('|'))).toEqual({
      ...{ unit: '填报单位(镇办/部门)', place: '所属村社区', date: '日期（起止）', kind: '类别', title: '名称/主题' },
      ...{ form: '形式', quantity: '数量', quantityUnit: '单位', audience: '参与/受众人次', copies: '发放份数' },
      ...{ outlet: '媒体名称', mediaLevel: '媒体级别', link: '链接', reads: '阅读量(截至日)', note: '备注' },
    });
  });
  test('单位 is who reports, but behind 数量 what it is counted in', () => {
    expect(guessLedgerColumns(['单位', '日期', '类别', '数量'])).toMatchObject({ unit: '单位' });
    expect(guessLedgerColumns(['镇办', '日期', '类别', '数量', '单位'])).toMatchObject({
      unit: '镇办',
      quantityUnit: '单位',
    });
    expect(guessLedgerColumns(['单位', '数量', '计量单位'])).toMatchObject({ unit: '单位', quantityUnit: '计量单位' });
  });
  test('titles and figures are no heads', () => {
    expect(countKnownHeads(['五里镇2026年宣传台账', '', ''])).toBe(0);
    expect(countKnownHeads(['序号', '日期', '类别', '数量'])).toBe(3);
  });
  test('a mapping that names what is not there is refused by its place', () => {
    const refused = (json: unknown) =>
      parseLedgerMapping(json, { header: ['日期', '类别'], kinds }).problems.map(({ code }) => code);
    const columns = { date: '日期', kind: '类别' };
    expect(refused({ columns, kinds: { 大篷车: 'talk' }, year: 2026 })).toEqual([]);
    expect(refused({ columns: { ...columns, note: '备注' } })).toEqual(['MAPPING_COLUMN']);
    expect(refused({ columns: { ...columns, likes: '类别' } })).toEqual(['MAPPING_KEY']);
    expect(refused({ columns, kinds: { 大篷车: 'circus' } })).toEqual(['OUTPUT_KIND']);
    expect(refused({ columns, year: 1900 })).toEqual(['MAPPING_SHAPE']);
    expect(refused('日期')).toEqual(['MAPPING_SHAPE', 'MAPPING_SHAPE']);
    expect(refused({ columns: { date: '日期' } })).toEqual(['LEDGER_COLUMN_MISSING']);
  });
});

describe('a row', () => {
  const header = ['日期', '类别', '形式', '数量', '计量单位', '受众', '阅读量', '媒体级别', '备注'];
  const reader = createRowReader({
    mapping: { columns: guessLedgerColumns(header), kinds: {}, year: null },
    kinds,
    today: '2026-11-23',
  });
  const read = (cells: Record<string, string>) => {
    const blank = Object.fromEntries(header.map((head) => [head, '']));
    const row = reader({ row: 2, cells: { ...blank, 日期: '2026-03-05', ...cells } });
    if (typeof row === 'string') throw new Error(row);
    return row;
  };
  test('takes the form where the heading of its kind is no kind', () => {
    const { kind, input } = read({ 类别: '新媒体', 形式: '短视频', 数量: '3' });
    expect([kind?.code, input.note]).toEqual(['video', '']);
    expect(read({ 类别: '横幅', 形式: '电子屏滚动', 数量: '3' }).input.note).toBe('形式：电子屏滚动');
  });
  test('reads given as persons are reads, and told; what is no number stays in the note', () => {
    const row = read({ 类别: '微信文章', 数量: '1', 阅读量: '50万人次', 受众: '村社区全覆盖' });
    expect(row.input.reach).toEqual([{ reach: 'reads', quantity: '50万人次' }]);
    expect(row.warnings.map(({ code, column }) => `${column} ${code}`)).toEqual(['阅读量 LEDGER_READS_AS_PERSONS']);
    expect(row.input.note).toBe('受众：村社区全覆盖');
  });
  test('a unit of measure that does not fit is a finding about its own cell', () => {
    const { problems, input } = read({ 类别: '宣传单', 数量: '300', 计量单位: '人次' });
    expect(problems.map(({ column, code }) => `${column} ${code}`)).toEqual(['计量单位 OUTPUT_UNIT']);
    expect(input.quantity).toBe('300');
  });
  test('a sum of its kind is marked, a sum of everything is no row', () => {
    expect(read({ 类别: '媒体宣传稿件（合计）', 数量: '163余' })).toMatchObject({
      isTotal: true,
      kind: { code: 'media-piece' },
    });
    expect(read({ 类别: '横幅小计', 数量: '3' })).toMatchObject({ isTotal: true, kind: { code: 'banner' } });
    expect(() => read({ 日期: '合计', 数量: '3' })).toThrow('sum-line');
    expect(() => read({ 日期: '', 类别: '横幅（合计）', 数量: '3' })).toThrow('sum-line');
    expect(() => read({ 日期: '一、线下宣传' })).toThrow('heading');
    expect(read({ 日期: '', 类别: '横幅' }).kind?.code).toBe('banner');
  });
  test.each([
    ['中央级', 'central'],
    ['国家级', 'central'],
    ['省级', 'province'],
    ['市级', 'city'],
    ['县级', 'county'],
    ['区县级', 'county'],
    ['旗级', 'county'],
    ['乡镇', 'town'],
    ['宇宙级', '宇宙级'],
  ])('the level %s', (text, expected) => {
    expect(readMediaLevel(text)).toBe(expected);
  });
});
