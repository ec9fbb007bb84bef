import { periodText } from '../core/period.ts';
import { writeBulletin } from '../core/publicity/bulletin.ts';
import { MEDIA_LEVEL_NAMES, QUALIFIER_NAMES, REACH_NAMES } from '../core/publicity/names.ts';
import type { Qualifier } from '../core/publicity/quantity.ts';
import type { Amount, LedgerReport, ReportGroup, ReportLine, ReportRow } from '../core/publicity/report.ts';
import { type Column, type Sheet, type SheetCell, type Shown, writeWorkbook } from './workbook.ts';

const SHEETS: Readonly<Record<ReportGroup, string>> = {
  output: '本期产出',
  stock: '现有设施',
  reach: '到达',
  input: '组织工作',
};

/** The table that is handed in, one sheet per group: whatever may not be added does not stand in one column. */
export function writeLedgerReport(report: LedgerReport): Promise<Uint8Array> {
  const groups = (['output', 'stock', 'reach', 'input'] as const)
    .map((group) => sheetOf(report, group))
    .filter(({ rows }) => rows.length > 0);
  const stated = report.stated.length > 0 ? [statedSheet(report)] : [];
  const title = `${report.unit.name}宣传台账报表 ${periodText(report.period, 'zh')}`;
  return writeWorkbook(title, [...groups, ...stated, aboutSheet(report)]);
}

function amountColumns(head: string): Column[] {
  return [
    { head, width: 14 },
    { head: `${head}·限定`, width: 11 },
    { head: `${head}·未计数项`, width: 11 },
  ];
}

const SIGNS: Readonly<Record<Exclude<Qualifier, 'exact'>, Shown['as']>> = {
  ...{ 'at-least': '≥', capped: '≥', about: '约', 'at-most': '≤' },
};

function amountCells(amount: Amount | null): SheetCell[] {
  if (amount === null) return [null, null, null];
  const { value, qualifier } = amount;
  return [
    value === null || qualifier === 'exact' ? value : { value, as: SIGNS[qualifier] },
    amount.value === null ? '只有文字' : QUALIFIER_NAMES[amount.qualifier].zh,
    amount.uncounted > 0 ? amount.uncounted : null,
  ];
}

function sheetOf(report: LedgerReport, group: ReportGroup): Sheet {
  const isStock = group === 'stock';
  const hasReach = group === 'reach';
  const columns: Column[] = [
    { head: '单位代码', width: 12 },
    { head: '单位', width: 18 },
    { head: '类别', width: 18 },
    ...(hasReach ? [{ head: '到达', width: 12 }] : [{ head: '媒体级别', width: 10 }]),
    { head: '计量单位', width: 10 },
    ...amountColumns(isStock ? '期末现有' : '本期'),
    ...(isStock ? [] : amountColumns('本年累计')),
    ...amountColumns(isStock ? '上年同期末' : '上年同期'),
    { head: '同比', width: 10 },
  ];
  const whole = report.rows.length > 0 ? '合计' : '';
  const rowOf = (row: ReportRow, line: ReportLine): SheetCell[] => [
    row.unit.code,
    `${row.unit.name}${row.own ? '本级' : row === report.total ? whole : ''}`,
    line.name.zh,
    hasReach
      ? line.reach
        ? REACH_NAMES[line.reach].name.zh
        : ''
      : line.mediaLevel
        ? MEDIA_LEVEL_NAMES[line.mediaLevel].zh
        : '',
    line.unit.zh,
    ...amountCells(line.period),
    ...(isStock ? [] : amountCells(line.toDate)),
    ...amountCells(line.lastYear),
    line.change === null ? null : { value: line.change, as: 'change' },
  ];
  const rows = [report.total, ...report.rows].flatMap((row) =>
    row.lines.filter((line) => line.group === group).map((line) => rowOf(row, line)),
  );
  return { name: SHEETS[group], columns, rows };
}

function statedSheet({ stated }: LedgerReport): Sheet {
  return {
    name: '只注明期间的',
    columns: [
      { head: '单位', width: 18 },
      { head: '期间', width: 14 },
      { head: '类别', width: 18 },
      { head: '名称', width: 40 },
      { head: '数量（原文）', width: 16 },
      { head: '计量单位', width: 10 },
    ],
    rows: stated.map(({ unit, statedPeriod, kind, title, quantity, countedIn }) => [
      ...[unit, statedPeriod, kind.zh, title, quantity, countedIn],
    ]),
  };
}

function aboutSheet(report: LedgerReport): Sheet {
  const { unit, period, months, running, total, moreStated } = report;
  return {
    name: '说明',
    columns: [
      { head: '项目', width: 16 },
      { head: '内容', width: 90 },
    ],
    rows: [
      ['单位', `${unit.name}（${unit.code}）及所辖各单位`],
      ['期间', `${periodText(period, 'zh')}（${months.from}至${months.to}）${running ? '，尚未结束' : ''}`],
      ['限定', '“至少”“约”“至多”照填报原文，在数字前写作“≥”“约”“≤”；合计中有一项不是确数，合计即不是确数。'],
      ['未计数项', '“数百”“一系列”等没有数目的登记，以及“每天3次”一类，不折算成数，只计条数。'],
      ['现有设施', '按每处最近一次清点，不逐月相加。'],
      ['到达', '阅读、播放、点击、人次、份数、户数各自计，互不相加。'],
      ['同比', '（本期－上年同期）÷上年同期；两期都是确数且没有未计数项时才给出。'],
      ['未审核', `本期尚有${total.unreviewed}条未审核，已计入。退回、撤回、合并的不计。`],
      ...(moreStated ? [['只注明期间的', '条数较多，只列出一部分。'] as const] : []),
      ['用途', '工作量登记，不用于排名或打分；做了多少不说明效果。'],
      ['可直接引用的文字', writeBulletin(report).zh],
    ],
  };
}
