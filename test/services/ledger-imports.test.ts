import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Problem } from '../../src/core/errors.ts';
import { countKnownHeads } from '../../src/core/publicity/columns.ts';
import { sumCells } from '../../src/core/publicity/sums.ts';
import { totalOf } from '../../src/core/publicity/totals.ts';
import { openTable } from '../../src/intake/table-file.ts';
import { type Actor, OPERATOR } from '../../src/services/actor.ts';
import { createKindService } from '../../src/services/kinds.ts';
import {
  createLedgerImportService,
  type LedgerImportService,
  type NewLedgerImport,
} from '../../src/services/ledger-imports.ts';
import { createOutputService, type OutputService } from '../../src/services/outputs.ts';
import { bookParts, sheetOf, zipBytes } from '../intake/xlsx-bytes.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { createWorld, refusal, refusalOf, staff, type World } from '../support/world.ts';

const WULI = '610902104';
/** The units of the five source documents, with what stands above them. */
const SEED_UNITS = `code,name,level,parent_code,population,population_source
15,内蒙古自治区,province,,,
150822,磴口县,county,15,,
37,山东省,province,,,
371323,沂水县,county,37,,
371323111,沙沟镇,town,371323,,
42,湖北省,province,,,
420106,武昌区,county,42,,
61,陕西省,province,,,
6109,安康市,city,61,,
`;

describe.each(DIALECTS)('spreadsheets into the ledger on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  let outputs: OutputService;
  let imports: LedgerImportService;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    const kinds = createKindService(world.deps);
    outputs = createOutputService({ ...world.deps, kinds });
    imports = createLedgerImportService({ ...world.deps, kinds });
  });
  afterEach(() => db.close());

  const town = staff('publicity', WULI);
  const county = staff('reviewer', '610902');
  async function bring(csv: string, over: Partial<NewLedgerImport> & { actor?: Actor } = {}) {
    const { actor = town, ...rest } = over;
    const bytes = Buffer.from(csv);
    return imports.importLedger(actor, {
      ...{ fileName: '台账.csv', mapping: null, fileHash: createHash('sha256').update(bytes).digest('hex') },
      ...{ file: await openTable({ name: '台账.csv', bytes }), ...rest },
    });
  }
  const cells = (problems: readonly Problem[]) => problems.map(({ row, column, code }) => `${row} ${column} ${code}`);
  const list = async (actor: Actor = OPERATOR) => {
    const all = [];
    for (let after: { startDate: string; id: string } | undefined; ; ) {
      const page = await outputs.listOutputs(actor, { after });
      all.push(...page.outputs);
      if (page.next === null) return all;
      after = page.next;
    }
  };
  const totals = async (kind: string, what = '') => {
    const { ever } = await world.stores.outputs.readSums(world.connection.reader, {
      ...{ units: ['6109'], stock: [], windows: { ever: { from: '', to: '9999' } } },
    });
    return totalOf(sumCells(ever.filter((one) => one.kind === kind && one.what === what)));
  };
  const isSound = async () => (await outputs.recountLedger(OPERATOR, { write: false })).differing === 0;

  test('the ledgers of the five source documents come in with no row lost, each rightly typed, and their findings', async () => {
    await world.loadUnits(SEED_UNITS);
    const csv = readFileSync(new URL('../support/seed-outputs.csv', import.meta.url), 'utf8');
    const report = await bring(csv, { actor: OPERATOR });
    expect(report).toMatchObject({ rows: 35, created: 35, unchanged: 0, count: 0, words: [], unusedColumns: [] });
    expect(report.mappingFrom).toBe('guessed');
    expect(cells(report.warnings)).toEqual([
      '2 受众 LEDGER_READS_AS_PERSONS',
      '18 数量 LEDGER_TOTAL_CONTRADICTED',
      '2 undefined LEDGER_PERIODS',
    ]);
    expect(report.warnings[1]?.details).toMatchObject({ stated: '163余篇', sum: 162, difference: 1 });
    const rows = await list();
    expect(rows).toHaveLength(35);
    const brief = rows
      .map(({ unitCode, kind, quantity: q, mediaLevel, statedPeriod, state }) => {
        const number = q.kind === 'words' ? `words ${q.text}` : `${q.qualifier} ${q.value}${q.per ? `/${q.per}` : ''}`;
        return [unitCode, kind, number, mediaLevel ?? '', statedPeriod, state === 'merged' ? 'merged' : '']
          .filter((text) => text !== '')
          .join(' ');
      })
      .sort();
    expect(brief).toEqual(
      [
        '150822 post exact 81 今年以来',
        '150822 post exact 158 今年以来',
        '150822 video words 一系列 今年以来',
        '150822 leaflet at-least 100000 今年以来',
        '150822 answered-question at-least 8010 今年以来',
        '150822 publicity-point exact 50 今年以来',
        '150822 training exact 21 今年以来',
        '371323111 pledge at-least 500 三年以来',
        '371323111 notice at-least 30000 三年以来',
        '371323111 leaflet at-least 100000 三年以来',
        '371323111 banner at-least 6000 三年以来',
        '371323111 slogan at-least 600 三年以来',
        '371323111 publicity-point exact 6 三年以来',
        '371323111 display-board at-least 300 三年以来',
        '371323111 show at-least 30 三年以来',
        '371323111 video exact 3 三年以来',
        '371323111 media-piece at-least 163 三年以来 merged',
        '371323111 media-piece exact 1 central 三年以来',
        '371323111 media-piece exact 98 province 三年以来',
        '371323111 media-piece exact 40 city 三年以来',
        '371323111 media-piece exact 23 county 三年以来',
        '371323111 culture-park exact 1 三年以来',
        '371323111 culture-corridor exact 1 三年以来',
        '371323111 publicity-van exact 2 三年以来',
        '371323111 loudspeaker exact 3/day 三年以来',
        '420106 media-piece words 多 目前',
        '420106 report-box exact 160 目前',
        '420106 roll-up at-least 200 目前',
        '420106 gift exact 300000 目前',
        '420106 banner words 数百 目前',
        '6109 talk exact 3500 2019',
        '6109 post exact 1 2019',
        '6109 study-session exact 1434 2019',
        '6109 party-lecture exact 417 2019',
        '6109 press-conference exact 4 2019',
      ].sort(),
    );
    const reach = rows.flatMap((row) =>
      row.reach.map(
        ({ reach: what, quantity: q }) => `${what} ${q.kind === 'number' ? `${q.qualifier} ${q.value}` : q.text}`,
      ),
    );
    expect(reach.sort()).toEqual(['clicks capped 100000', 'persons exact 80000', 'reads exact 500000']);
    expect(rows.find(({ state }) => state === 'merged')?.note).toContain('各行之和为162');
    expect(rows.find(({ kind }) => kind === 'talk')?.note).toBe('受众：村社区全覆盖');
    expect(await isSound()).toBe(true);
  });

  describe('a town’s own sheet', () => {
    beforeEach(() => world.loadUnits());
    const MANY = dialect === 'sqlite' ? 50_000 : 3000;
    const HEAD =
      '序号,填报单位(镇办/部门),所属村社区,日期(起止),类别,名称/主题,数量,单位,参与/受众人次,发放份数,媒体名称,媒体级别,链接,阅读量(截至日),责任人,备注';

    test('columns in any order, days in many spellings, levels, reach and its day', async () => {
      const report = await bring(
        `${HEAD}
1,五里镇,桥头村,2026.3.5,宣讲活动,法治宣讲,1,场,约120,300,,,,,张三,
2,,河湾村,2026年3月5日-3月8日,横幅,,12,条,,,,,,,张三,
3,五里镇人民政府,,46086,媒体稿件,百场宣讲进院坝,1,篇,,,安康日报,市级,https://e.test/1,2300(截至2026-03-12),李四,
4,610902104,,20260310,宣传单,,10万余,份,,,,,,,,`,
      );
      expect([report.count, report.unusedColumns, report.created]).toEqual([0, ['序号', '责任人'], 4]);
      const rows = (await list(town)).map(
        ({ startDate, endDate, kind, place, quantity, reach, mediaLevel, title }) => ({
          ...{ startDate, endDate, kind, place, text: quantity.text, mediaLevel, title },
          reach: reach.map((one) => `${one.reach} ${one.quantity.text} ${one.asOf}`),
        }),
      );
      expect(rows.sort((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([
        {
          ...{ kind: 'banner', startDate: '2026-03-05', endDate: '2026-03-08', place: '河湾村', text: '12条' },
          ...{ mediaLevel: null, title: '', reach: [] },
        },
        {
          ...{ kind: 'leaflet', startDate: '2026-03-10', endDate: '2026-03-10', place: '', text: '10万余份' },
          ...{ mediaLevel: null, title: '', reach: [] },
        },
        {
          ...{ kind: 'media-piece', startDate: '2026-03-05', endDate: '2026-03-05', place: '', text: '1篇' },
          ...{ mediaLevel: 'city', title: '百场宣讲进院坝', reach: ['reads 2300 2026-03-12'] },
        },
        {
          ...{ kind: 'talk', startDate: '2026-03-05', endDate: '2026-03-05', place: '桥头村', text: '1场' },
          ...{ mediaLevel: null, title: '法治宣讲', reach: ['persons 约120 null', 'copies-handed-out 300 null'] },
        },
      ]);
      expect(await totals('leaflet')).toMatchObject({ value: 100_000, qualifier: 'at-least' });
    });

    test('an unknown word takes no kind; what a person chose is remembered for the next sheet', async () => {
      const csv = (day: string) => `日期,类别,数量\n${day},大篷车宣讲会,2\n${day},横幅,3\n`;
      const check = await bring(csv('2026-03-01'), { dryRun: true });
      expect(check).toMatchObject({ count: 1, created: 1, importId: null });
      expect(cells(check.problems)).toEqual(['2 类别 OUTPUT_KIND']);
      expect(check.words).toEqual([{ word: '大篷车宣讲会', rows: 1, suggestions: expect.arrayContaining(['talk']) }]);
      expect(check.preview.map(({ kind, entry }) => [kind, entry?.quantity.text])).toEqual([
        [null, undefined],
        ['banner', '3'],
      ]);
      expect(await refusalOf(bring(csv('2026-03-01')))).toBe('IMPORT_REFUSED');
      const mapping = { ...check.mapping, kinds: { 大篷车宣讲会: 'talk' } };
      expect((await bring(csv('2026-03-01'), { mapping })).created).toBe(2);
      expect(await bring(csv('2026-03-02'))).toMatchObject({ created: 2, mappingFrom: 'remembered', words: [] });
      expect(await totals('talk')).toMatchObject({ value: 4 });
    });

    /** A workbook with these rows on its second sheet; a cell is a text, or the XML of its own. */
    const book = (rows: readonly (readonly string[])[], merged: readonly string[] = []) => {
      const cell = (text: string, at: string): string => {
        if (text === '') return '';
        if (text.startsWith('<')) return `<c r="${at}"${text.slice(2)}`;
        return `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
      };
      const row = (cells: readonly string[], r: number): string =>
        `<row r="${r + 1}">${cells.map((text, c) => cell(text, `${String.fromCharCode(65 + c)}${r + 1}`)).join('')}</row>`;
      const ranges = merged.map((ref) => `<mergeCell ref="${ref}"/>`).join('');
      return zipBytes(
        bookParts({
          sheets: {
            旧: sheetOf([
              ['日期', '类别'],
              ['1900-01-01', '旧的'],
            ]),
            台账: rows.map(row).join(''),
          },
          after: ranges === '' ? {} : { 台账: `<mergeCells>${ranges}</mergeCells>` },
          ...{ hidden: ['旧'], formats: [0, 14, 'yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;'] },
        }),
      );
    };
    async function take(bytes: Buffer, over: Partial<NewLedgerImport> = {}) {
      const file = await openTable({ name: '台账', bytes }, { isHeader: (cells) => countKnownHeads(cells) >= 2 });
      const fileHash = createHash('sha256').update(bytes).digest('hex');
      return imports.importLedger(town, { fileName: '台账', mapping: null, fileHash, file, ...over });
    }
    const brief = async () =>
      (await list(town))
        .map(({ kind, startDate, place, quantity }) => `${startDate} ${kind} ${place} ${quantity.text}`)
        .sort();

    test('a workbook as people keep it: titles, names in two lines, merged cells, a hidden sheet, days as numbers and as text', async () => {
      const bytes = book(
        [
          ['五里镇2026年宣传台账'],
          ['日期', '村', '宣传内容', '', ''],
          ['', '', '类别', '数量', '发放份数'],
          ['<c s="1"><v>46086</v></c>', '河湾村', '横幅', '<c><v>12</v></c>', ''],
          ['', '', '宣传单', '<c t="str"><f>A1</f><v>300</v></c>', '250'],
          ['<c s="2"><v>46087</v></c>', '老街', '宣讲', '1', ''],
          ['3月9日', '老街', '展板', '约40', ''],
          ['2026.3.10', '集市', '海报', '', ''],
          ['', '', '', '', ''],
          ['', '', '', '', ''],
        ],
        ['A1:E1', 'A2:A3', 'B2:B3', 'C2:E2', 'A4:A5', 'B4:B5', 'D7:D8'],
      );
      const refused = await refusal(take(bytes));
      // One amount beside two kinds of things is nobody's: it is asked for and never counted twice.
      expect(cells(refused.details.problems as Problem[])).toEqual(['8 数量 OUTPUT_QUANTITY_MISSING']);
      const mended = book(
        [
          ['五里镇2026年宣传台账'],
          ['日期', '村', '宣传内容', '', ''],
          ['', '', '类别', '数量', '发放份数'],
          ['<c s="1"><v>46086</v></c>', '河湾村', '横幅', '<c><v>12</v></c>', ''],
          ['', '', '宣传单', '<c t="str"><f>A1</f><v>300</v></c>', '250'],
          ['<c s="2"><v>46087</v></c>', '老街', '宣讲', '1', ''],
          ['3月9日', '老街', '展板', '约40', ''],
        ],
        ['A1:E1', 'A2:A3', 'B2:B3', 'C2:E2', 'A4:A5', 'B4:B5', 'C20:C29'],
      );
      expect(await take(mended)).toMatchObject({ rows: 4, created: 4, mapping: { year: 2026 } });
      expect(await brief()).toEqual([
        '2026-03-05 banner 河湾村 12',
        '2026-03-05 leaflet 河湾村 300',
        '2026-03-06 talk 老街 1',
        '2026-03-09 display-board 老街 约40',
      ]);
      expect(await isSound()).toBe(true);
    });

    test('a formula whose result is not in the file is named by its cell, and nothing is written', async () => {
      const bytes = book([
        ['日期', '类别', '数量'],
        ['2026-03-05', '横幅', '<c><f>B1+1</f><v></v></c>'],
        ['2026-03-06', '横幅', '2'],
      ]);
      const refused = await refusal(take(bytes));
      expect((refused.details.problems as Problem[]).map(({ code, row, details }) => [code, row, details])).toEqual([
        ['TABLE_FORMULA_EMPTY', 2, { cell: 'C2' }],
      ]);
    });

    test('a table with a mark of its encoding, in GB18030, or in two lines of names and empty lines behind', async () => {
      const csv = '日期,村,类别,数量\n2026-03-05,河湾村,横幅,3\n';
      expect((await take(Buffer.from(`\uFEFF${csv}`))).created).toBe(1);
      const gb = Buffer.concat([
        Buffer.from('c8d5c6dab4e5c0e0b1f0cafdc1bf', 'hex').subarray(0, 4),
        Buffer.from(','),
        Buffer.from('c0e0b1f0', 'hex'),
        Buffer.from(','),
        Buffer.from('cafdc1bf', 'hex'),
        Buffer.from('\r\n2026-03-06,'),
        Buffer.from('bae1b7f9', 'hex'),
        Buffer.from(',4\r\n,,\r\n,,\r\n'),
      ]);
      expect(await take(gb)).toMatchObject({ rows: 1, created: 1, header: ['日期', '类别', '数量'] });
      const lines = '日期,宣传品,,备注\n,类别,数量,\n2026-03-07,海报,5,无\n,,,\n';
      expect(await take(Buffer.from(lines))).toMatchObject({
        rows: 1,
        created: 1,
        header: ['日期', '类别', '数量', '备注'],
      });
      expect(await brief()).toEqual(['2026-03-05 banner 河湾村 3', '2026-03-06 banner  4', '2026-03-07 poster  5']);
    });

    test('three bad cells among many rows are three findings by row and column, and nothing is written', async () => {
      const rows = Array.from(
        { length: MANY },
        (_, i) => `2026-03-${String(1 + (i % 28)).padStart(2, '0')},横幅,${i + 1}`,
      );
      rows[9] = '1900-03-01,横幅,1';
      rows[1499] = '2026-03-01,横幅,-3';
      rows[MANY - 1] = '2026-03-01,神奇宣传,5';
      const refused = await refusal(bring(`日期,类别,数量\n${rows.join('\n')}`));
      expect(refused.details.count).toBe(3);
      expect(cells(refused.details.problems as Problem[])).toEqual([
        '11 日期 OUTPUT_DATE_RANGE',
        '1501 数量 OUTPUT_QUANTITY_RANGE',
        `${MANY + 1} 类别 OUTPUT_KIND`,
      ]);
      expect(await list()).toEqual([]);
      expect(await imports.listImports(town)).toEqual([]);
    });

    test('the same file twice changes nothing; a longer one adds only what is new', async () => {
      const csv = '日期,类别,数量\n2026-03-01,横幅,3\n2026-03-01,横幅,3\n';
      const first = await bring(csv);
      expect(cells(first.warnings)).toEqual(['3 undefined LEDGER_ROW_REPEATED']);
      expect(await bring(csv)).toMatchObject({ alreadyImported: true, created: 0, importId: first.importId });
      const longer = await bring(`数量,日期,类别,序号\n9,2026-03-02,横幅,1\n3,2026/3/1,横幅,2\n3,2026.3.1,横幅,3\n`);
      expect(longer).toMatchObject({ created: 1, unchanged: 2 });
      expect(await totals('banner')).toMatchObject({ value: 15, entries: 3 });
      expect(await isSound()).toBe(true);
    });

    test('a file sent twice at once is taken once', async () => {
      await world.warmUp();
      const csv = '日期,类别,数量\n2026-03-01,横幅,3\n';
      const ends = await Promise.allSettled([bring(csv), bring(csv), bring(csv)]);
      const created = ends.map((end) => (end.status === 'fulfilled' ? end.value.created : 0));
      expect(created.filter((n) => n === 1)).toHaveLength(1);
      expect(await totals('banner')).toMatchObject({ value: 3, entries: 1 });
      expect(await imports.listImports(town)).toHaveLength(1);
      expect(await isSound()).toBe(true);
    });

    test('an import is undone as a whole, and the file can be taken again', async () => {
      const csv = '日期,类别,数量,地点\n2026-03-01,横幅,3,\n2026-03-01,展板,7,广场\n';
      const { importId } = await bring(csv);
      expect(await imports.undoImport(town, importId ?? '')).toEqual({ withdrawn: 2 });
      expect([await totals('banner'), await totals('display-board')]).toEqual([null, null]);
      expect(await refusalOf(imports.undoImport(town, importId ?? ''))).toBe('LEDGER_UNDONE');
      expect((await imports.listImports(county)).map(({ state, rows }) => `${state} ${rows}`)).toEqual(['undone 2']);
      world.pass(10);
      expect(await bring(csv)).toMatchObject({ created: 2, alreadyImported: false });
      expect(await totals('display-board')).toMatchObject({ value: 7 });
      expect(await isSound()).toBe(true);
      const [row] = await list();
      expect((await outputs.readHistory(town, row?.id ?? '')).map(({ action }) => action)).toEqual(['ledger.import']);
    });

    test('what was reviewed is not undone, and is named', async () => {
      const { importId } = await bring('日期,类别,数量\n2026-03-01,横幅,3\n2026-03-02,横幅,4\n');
      const [latest] = await list();
      await outputs.acceptOutputs(county, [latest?.id ?? '']);
      const refused = await refusal(imports.undoImport(town, importId ?? ''));
      expect([refused.code, refused.details.count, refused.details.entries]).toEqual([
        'LEDGER_UNDO_REVIEWED',
        1,
        ['2026-03-02 横幅 4'],
      ]);
      expect(await totals('banner')).toMatchObject({ value: 7 });
    });

    test('a closed month takes rows only with a reason', async () => {
      await outputs.closeMonth(county, { unit: '610902', month: '2026-02' });
      const csv = '日期,类别,数量\n2026-02-01,横幅,3\n2026-03-01,横幅,3\n';
      const refused = await refusal(bring(csv));
      expect(cells(refused.details.problems as Problem[])).toEqual(['2 日期 OUTPUT_MONTH_CLOSED']);
      expect((await bring(csv, { reason: '补录' })).created).toBe(2);
    });

    test('units outside one’s own are refused, names are found, a village is its town and place', async () => {
      const csv =
        '单位,日期,类别,数量\n恒口镇,2026-03-01,横幅,3\n610924101,2026-03-01,横幅,1\n五里镇,2026-03-01,横幅,2\n';
      const refused = await refusal(bring(csv));
      expect(cells(refused.details.problems as Problem[])).toEqual(['2 单位 UNIT_UNKNOWN', '3 单位 OUT_OF_SCOPE']);
      expect((await bring(csv.replace('610924101', '恒口镇'), { actor: county })).created).toBe(3);
      expect(await refusalOf(bring(csv, { unit: '610924' }))).toBe('OUT_OF_SCOPE');
      expect(await refusalOf(bring(csv, { actor: staff('leader') }))).toBe('ROLE_FORBIDDEN');
      expect(await imports.listImports(staff('reviewer', '610924'))).toEqual([]);
      const [listed] = await imports.listImports(county);
      expect(await refusalOf(imports.undoImport(staff('reviewer', '610924'), listed?.id ?? ''))).toBe('OUT_OF_SCOPE');
    });

    test('sum lines of the whole sheet are no outputs; a file without a needed column says which', async () => {
      const report = await bring(
        '序号,日期,类别,数量\n一、线下宣传,,,\n1,2026-03-01,横幅,3\n小计,,横幅,3\n合计,,,3\n填报人：张三,,,\n',
      );
      expect([report.rows, report.created, cells(report.warnings)]).toEqual([
        ...[5, 1, ['2 undefined LEDGER_HEADINGS', 'undefined undefined LEDGER_SUM_LINES']],
      ]);
      expect(report.warnings.map(({ details }) => details.count)).toEqual([2, 2]);
      const check = await bring('东西,多少\n横幅,3\n', { dryRun: true });
      expect(check.problems.map(({ code, details }) => `${code} ${details.column}`)).toEqual([
        'LEDGER_COLUMN_MISSING 日期',
        'LEDGER_COLUMN_MISSING 类别',
      ]);
      expect(check.header).toEqual(['东西', '多少']);
    });
  });
});
