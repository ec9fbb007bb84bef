import { AppError } from '../core/errors.ts';
import { isPeriod } from '../core/period.ts';
import { writeBulletin } from '../core/publicity/bulletin.ts';
import { MEDIA_LEVEL_NAMES, REACH_NAMES } from '../core/publicity/names.ts';
import {
  buildRows,
  type LedgerReport,
  type ReportUnit,
  type StatedEntry,
  type WindowSums,
  windowsOf,
} from '../core/publicity/report.ts';
import { isStock } from '../core/publicity/sums.ts';
import { REACHES } from '../core/publicity/totals.ts';
import type { Text } from '../core/text.ts';
import { CSV_MARK, csvLine } from '../reports/csv.ts';
import { writeLedgerReport } from '../reports/ledger-report.ts';
import type { OutputState } from '../store/ledger-tables.ts';
import type { OutputCursor, OutputRow } from '../store/outputs.ts';
import type { StoredUnit } from '../store/units.ts';
import { type Actor, requirePermission, requireScope } from './actor.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';
import type { OutputQuery } from './output-lists.ts';
import type { OutputService } from './outputs.ts';
import { findUnit } from './units.ts';

/** So many entries that only state a period are listed in a report. */
const MOST_STATED = 100;
/** Entries of a list that are read at a time. */
const PAGE = 2000;
const REPORT_LEVELS = ['county', 'town'] as const;
export type ReportLevel = (typeof REPORT_LEVELS)[number];

export interface ReportQuery {
  readonly unit: string;
  /** A month, a quarter, a half or a year. */
  readonly period: string;
  /** The level of the rows; the next one below the unit when absent. */
  readonly by?: ReportLevel | undefined;
}

/** A report with what a page needs beside it. */
export interface ReportView extends LedgerReport {
  /** Levels that rows may be listed by. */
  readonly levels: readonly ReportLevel[];
  readonly by: ReportLevel | null;
  /** The paragraph for the bulletin. */
  readonly bulletin: Text;
}

export interface ReportFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type LedgerReportService = ReturnType<typeof createLedgerReportService>;

/** What comes out of the ledger without anybody typing it again: reports of a period, and the list as a file. */
export function createLedgerReportService(
  deps: Deps & { readonly kinds: KindService; readonly outputs: OutputService },
) {
  const { connection, stores, kinds, outputs, today } = deps;

  async function readReport(actor: Actor, query: ReportQuery): Promise<ReportView> {
    requirePermission(actor, 'output.read');
    if (!isPeriod(query.period)) throw new AppError('PERIOD_BAD', { value: query.period.slice(0, 20) });
    const db = connection.reader;
    const unit = await findUnit(deps, query.unit);
    requireScope(actor, unit);
    const below = (await stores.units.listSubtree(db, unit.path)).filter(({ code }) => code !== unit.code);
    const levels = REPORT_LEVELS.filter((level) => below.some((one) => one.level === level));
    const by = query.by ?? levels[0] ?? null;
    if (by !== null && !levels.includes(by)) {
      throw new AppError('INPUT_INVALID', { field: 'by', reason: levels.join(', ') || '—' });
    }
    const rows = below.filter(({ level }) => level === by);
    const known = [...(await kinds.all(db)).values()];
    const windows = windowsOf(query.period);
    const stock = known.filter(isStock).map(({ code }) => code);
    const codes = [unit, ...rows].map(({ code }) => code);
    const sums = (await stores.outputs.readSums(db, { units: codes, stock, windows })) as WindowSums;
    const { stated, moreStated } = await listStated(unit);
    const report: LedgerReport = {
      ...{ unit: reportUnit(unit), period: query.period, months: windows.period },
      running: today() <= `${windows.period.to}-31`,
      ...buildRows(reportUnit(unit), rows.map(reportUnit), { kinds: known, sums }),
      ...{ stated, moreStated },
    };
    return { ...report, levels, by, bulletin: writeBulletin(report) };
  }

  /** Entries without a day, which are in no period: told apart, and never added. */
  async function listStated(unit: StoredUnit): Promise<Pick<LedgerReport, 'stated' | 'moreStated'>> {
    const db = connection.reader;
    const known = await kinds.all(db);
    const filter = { scope: unit.path, kinds: null, states: COUNTED, from: null, to: '', importId: null };
    const rows = await stores.outputs.list(db, filter, { after: null, limit: MOST_STATED + 1 });
    const names = await namesOf(rows);
    const stated = rows.slice(0, MOST_STATED).map(
      (row): StatedEntry => ({
        ...{ id: row.id, unit: names.get(row.unitCode) ?? row.unitCode, title: row.title },
        kind: known.get(row.kind)?.name ?? { zh: row.kind, en: row.kind },
        ...{ statedPeriod: row.statedPeriod ?? '', quantity: row.quantity.text },
        countedIn: known.get(row.kind)?.unit ?? '',
      }),
    );
    return { stated, moreStated: rows.length > MOST_STATED };
  }

  async function namesOf(rows: readonly OutputRow[]): Promise<ReadonlyMap<string, string>> {
    const codes = [...new Set(rows.map(({ unitCode }) => unitCode))];
    return new Map((await stores.units.listByCodes(connection.reader, codes)).map(({ code, name }) => [code, name]));
  }

  /** The rows of a list as lines of a CSV file, a page at a time: the whole ledger is never in memory. */
  async function* writeLines(actor: Actor, query: OutputQuery): AsyncGenerator<string> {
    const filter = await outputs.filterOf(actor, query);
    const known = await kinds.all(connection.reader);
    yield CSV_MARK + csvLine(LIST_HEAD);
    for (let after: OutputCursor | null = null; ; ) {
      const rows: OutputRow[] = await stores.outputs.list(connection.reader, filter, { after, limit: PAGE });
      const names = await namesOf(rows);
      const lines = rows.map((row) => {
        const kind = known.get(row.kind);
        return csvLine([
          ...[row.unitCode, names.get(row.unitCode) ?? '', row.place, row.startDate || (row.statedPeriod ?? '')],
          ...[row.endDate === row.startDate ? '' : row.endDate, kind?.name.zh ?? row.kind, row.title],
          ...[row.quantity.text, kind?.unit ?? '', row.outlet],
          ...[row.mediaLevel ? MEDIA_LEVEL_NAMES[row.mediaLevel].zh : '', row.link],
          ...REACHES.map((reach) => row.reach.find((one) => one.reach === reach)?.quantity.text ?? ''),
          ...[row.reach.find(({ reach }) => reach === 'reads')?.asOf ?? '', STATES[row.state], row.note],
        ]);
      });
      yield lines.join('');
      const last = rows.at(-1);
      if (rows.length < PAGE || last === undefined) return;
      after = { startDate: last.startDate, id: last.id };
    }
  }

  return {
    /** A unit's month, quarter or year, by kind, with the units below it in code order. */
    readReport,

    /** The same as a spreadsheet. */
    async writeReport(actor: Actor, query: ReportQuery): Promise<ReportFile> {
      const report = await readReport(actor, query);
      const name = `宣传台账报表-${report.unit.name}-${report.period}.xlsx`;
      return { name, bytes: await writeLedgerReport(report) };
    },

    /** A list of entries as a CSV file that the ledger's own import reads again. Refuses before the first line. */
    async exportList(actor: Actor, query: OutputQuery): Promise<{ name: string; lines: AsyncGenerator<string> }> {
      requirePermission(actor, 'output.read');
      await outputs.filterOf(actor, query);
      return { name: `宣传台账-${today()}.csv`, lines: writeLines(actor, query) };
    },
  };
}

const COUNTED: readonly OutputState[] = ['submitted', 'accepted'];

const LIST_HEAD = [
  ...['单位代码', '填报单位', '村社区', '日期', '结束日期', '类别', '名称', '数量', '计量单位', '媒体名称', '媒体级别'],
  ...['链接', ...REACHES.map((reach) => REACH_NAMES[reach].name.zh), '截至日', '审核状态', '备注'],
];

const STATES: Readonly<Record<OutputState, string>> = {
  ...{ submitted: '已报', returned: '退回', accepted: '已审', merged: '合并', withdrawn: '撤回' },
};

function reportUnit({ code, name, level }: StoredUnit): ReportUnit {
  return { code, name, level };
}
