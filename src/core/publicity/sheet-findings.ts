import type { Problem } from '../errors.ts';
import { checkEntry, type Entry } from './entry.ts';
import { checkParts } from './findings.ts';
import type { Kind } from './kinds.ts';
import type { Placed } from './sheet-places.ts';
import type { SheetRow } from './sheet-row.ts';

/** A row that will be an entry. */
export interface SheetEntry {
  readonly sheet: SheetRow;
  readonly kind: Kind;
  readonly unit: { readonly code: string; readonly path: string };
  readonly entry: Entry;
  readonly clientKey: string;
  countsIn: string | null;
  note: string;
}

/** Checks one row; each finding is named by row and column. */
export function checkRow(
  sheet: SheetRow,
  placed: Placed,
  kinds: ReadonlyMap<string, Kind>,
  today: string,
  refuse: (problem: Problem) => void,
): Entry | null {
  const { row, input, kind, word, columnOf } = sheet;
  const at = (column: string | undefined) => ({ row, ...(column === undefined ? {} : { column }) });
  const problems: Problem[] = [...sheet.problems];
  if (placed.problem) problems.push(placed.problem);
  if (kind === null) {
    const code = word === '' ? 'OUTPUT_KIND_MISSING' : 'OUTPUT_KIND';
    problems.push({ code, ...at(columnOf('kind')), details: { field: 'kind', value: word.slice(0, 60) } });
  }
  const place = input.place || placed.place;
  const checked = checkEntry({ ...input, place }, { kinds, today });
  for (const { code, column, details } of checked.problems) {
    if (column !== 'kind') problems.push({ code, ...at(columnOf(column ?? '', details.reach)), details });
  }
  for (const problem of problems) refuse(problem);
  return problems.length === 0 ? checked.entry : null;
}

/**
 * A row marked 合计 beside rows of the same kind states their sum: it is kept and counts in them. Where the two disagree,
 * that is a finding. Alone, it is the only number there is, and counts.
 */
export function settleTotals(judged: readonly SheetEntry[]): Problem[] {
  const groups = new Map<string, { totals: SheetEntry[]; parts: SheetEntry[] }>();
  for (const one of judged) {
    const key = `${one.unit.code} ${one.kind.code}`;
    const group = groups.get(key) ?? { totals: [], parts: [] };
    group[one.sheet.isTotal ? 'totals' : 'parts'].push(one);
    groups.set(key, group);
  }
  const when = ({ entry }: SheetEntry): string => `${entry.startDate} ${entry.endDate} ${entry.statedPeriod}`;
  return [...groups.values()].flatMap(({ totals, parts }) => {
    const byTime = new Map<string, SheetEntry[]>();
    for (const part of totals.length > 0 ? parts : []) {
      const same = byTime.get(when(part));
      if (same) same.push(part);
      else byTime.set(when(part), [part]);
    }
    return totals.flatMap((total): Problem[] => {
      const own = byTime.get(when(total)) ?? parts;
      const [first] = own;
      if (!first) return [];
      total.countsIn = first.clientKey;
      const clash = checkParts(
        total.entry.quantity,
        own.map(({ entry }) => entry.quantity),
      );
      const about = clash ? `合计行，计在各行里；各行之和为${clash.sum}，与合计不符` : '合计行，计在各行里';
      total.note = [total.entry.note, about].filter((text) => text !== '').join('；');
      const column = total.sheet.columnOf('quantity');
      const at = { row: total.sheet.row, ...(column === undefined ? {} : { column }) };
      const kind = total.kind.name.zh;
      if (!clash) return [{ code: 'LEDGER_TOTAL_KEPT', ...at, details: { kind } }];
      const details = {
        kind,
        stated: total.entry.quantity.text,
        sum: clash.sum,
        difference: Math.abs(clash.difference),
      };
      return [{ code: 'LEDGER_TOTAL_CONTRADICTED', ...at, details }];
    });
  });
}

/** What is told once for many rows. */
export function summarise(
  judged: readonly SheetEntry[],
  { sumLines, headings }: { readonly sumLines: number; readonly headings: readonly { row: number; text: string }[] },
): Problem[] {
  const stated = judged.filter(({ entry }) => entry.statedPeriod !== null && entry.startDate === '');
  const [first] = stated;
  const [heading] = headings;
  return [
    ...(heading
      ? [
          {
            ...{ code: 'LEDGER_HEADINGS' as const, row: heading.row },
            details: { count: headings.length, value: heading.text },
          },
        ]
      : []),
    ...(sumLines > 0 ? [{ code: 'LEDGER_SUM_LINES' as const, details: { count: sumLines } }] : []),
    ...(first
      ? [
          {
            ...{ code: 'LEDGER_PERIODS' as const, row: first.sheet.row },
            details: { count: stated.length, value: first.entry.statedPeriod },
          },
        ]
      : []),
  ];
}
