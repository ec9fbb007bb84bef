import { createHash } from 'node:crypto';
import { AppError, type Problem } from '../core/errors.ts';
import type { LedgerMapping } from '../core/publicity/columns.ts';
import { type Entry, monthOf } from '../core/publicity/entry.ts';
import { type Kind, normaliseName, suggestKinds } from '../core/publicity/kinds.ts';
import { checkRow, type SheetEntry, settleTotals, summarise } from '../core/publicity/sheet-findings.ts';
import { createPlacer } from '../core/publicity/sheet-places.ts';
import { createRowReader } from '../core/publicity/sheet-row.ts';
import { buildTree } from '../core/units/tree.ts';
import type { TableFile } from '../intake/table-file.ts';
import type { Reader } from '../store/connection.ts';
import type { Deps } from './deps.ts';
import type { OnProgress } from './import-jobs.ts';
import { createPauses } from './pauses.ts';

/** One row as it would be entered. */
export interface PreviewRow {
  readonly row: number;
  readonly unit: { readonly code: string; readonly name: string } | null;
  readonly word: string;
  readonly kind: string | null;
  /** Null when something in it is refused. */
  readonly entry: Entry | null;
  /** A stated sum of other rows: kept, and counted in them. */
  readonly countsElsewhere: boolean;
}

/** What a spreadsheet would become. */
export interface JudgedSheet {
  readonly rows: number;
  readonly judged: readonly SheetEntry[];
  readonly count: number;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly preview: readonly PreviewRow[];
  /** Words that no kind is called by, with the likeliest kinds; a person chooses. */
  readonly words: readonly { readonly word: string; readonly rows: number; readonly suggestions: readonly string[] }[];
}

const MOST_ROWS = 50_000;
export const MOST_PROBLEMS = 1000;
const MOST_WARNINGS = 200;
const PREVIEW = 20;

/** Reads and judges a whole spreadsheet; writes nothing, and leaves others their turn. */
export async function judgeSheet(
  { connection, stores, today }: Deps,
  {
    file,
    mapping,
    kinds: known,
    root,
    scope,
    onProgress,
    signal,
  }: {
    readonly file: TableFile;
    readonly mapping: LedgerMapping;
    readonly kinds: ReadonlyMap<string, Kind>;
    /** Rows without a unit are this one's, and none lies outside it. */
    readonly root: string | null;
    readonly scope: string | null;
    readonly onProgress: OnProgress;
    readonly signal: AbortSignal | undefined;
  },
): Promise<JudgedSheet> {
  const tree = buildTree(await stores.units.listSubtree(connection.reader, null));
  const place = createPlacer(tree, root, scope);
  const now = today();
  const read = createRowReader({ mapping, kinds: known, today: now });
  const problems: Problem[] = [];
  let warnings: Problem[] = [];
  let count = 0;
  const refuse = (problem: Problem): void => {
    count += 1;
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
  };
  const words = new Map<string, number>();
  const seen = new Map<string, { first: number; times: number }>();
  const judged: SheetEntry[] = [];
  const preview: PreviewRow[] = [];
  let rows = 0;
  const aside = { sumLines: 0, headings: [] as { row: number; text: string }[] };
  const { totalBytes } = file;
  const pause = createPauses(signal);
  const onBytes = (done: number): void =>
    onProgress(totalBytes > 0 ? Math.min(1, done / totalBytes) : 0, { done: rows, total: null });
  for await (const item of file.rows(onBytes)) {
    rows += 1;
    if (rows > MOST_ROWS) throw new AppError('LEDGER_ROWS_MANY', { most: MOST_ROWS });
    await pause();
    if (item.problem !== null) {
      refuse(item.problem);
      continue;
    }
    const sheet = read(item);
    if (sheet === 'sum-line') {
      aside.sumLines += 1;
      continue;
    }
    if (sheet === 'heading') {
      aside.headings.push({ row: item.row, text: Object.values(item.cells).join('').slice(0, 40) });
      continue;
    }
    const placed = place(sheet, mapping);
    const entry = checkRow(sheet, placed, known, now, refuse);
    if (warnings.length < MOST_WARNINGS) warnings.push(...sheet.warnings, ...placed.warnings);
    if (sheet.kind === null && sheet.word !== '') words.set(sheet.word, (words.get(sheet.word) ?? 0) + 1);
    if (preview.length < PREVIEW) {
      const unit = placed.unit && { code: placed.unit.code, name: placed.unit.name };
      preview.push({
        ...{ row: sheet.row, unit, word: sheet.word, kind: sheet.kind?.code ?? null, entry, countsElsewhere: false },
      });
    }
    if (entry === null || placed.unit === null || sheet.kind === null) continue;
    const unit = { code: placed.unit.code, path: tree.path(placed.unit.code) };
    // The word and not the kind: the same row under a better kind is still the same row.
    const content = hashOf([unit.code, normaliseName(sheet.word), { ...entry, kind: '' }]);
    const before = seen.get(content);
    if (before && warnings.length < MOST_WARNINGS) {
      warnings.push({ code: 'LEDGER_ROW_REPEATED', row: sheet.row, details: { first: before.first } });
    }
    seen.set(content, { first: before?.first ?? sheet.row, times: (before?.times ?? 0) + 1 });
    const clientKey = `import:${content}:${before?.times ?? 0}`;
    judged.push({ sheet, kind: sheet.kind, unit, entry, clientKey, countsIn: null, note: entry.note });
  }
  warnings = [...[...warnings, ...settleTotals(judged)].slice(0, MOST_WARNINGS), ...summarise(judged, aside)];
  const elsewhere = new Set(judged.flatMap(({ countsIn, sheet }) => (countsIn === null ? [] : [sheet.row])));
  return {
    ...{ rows, judged, count, problems, warnings },
    preview: preview.map((one) => ({ ...one, countsElsewhere: elsewhere.has(one.row) })),
    words: [...words]
      .sort(([, a], [, b]) => b - a)
      .slice(0, 100)
      .map(([word, n]) => ({
        word,
        rows: n,
        suggestions: suggestKinds([...known.values()], word).map((kind) => kind.code),
      })),
  };
}

/** Rows of months that are closed for their unit or any above it. */
export async function findClosed(
  { stores }: Pick<Deps, 'stores'>,
  db: Reader,
  judged: readonly SheetEntry[],
): Promise<Problem[]> {
  const months = new Set<string>();
  const paths = new Set<string>();
  for (const { entry, unit } of judged) {
    const month = monthOf(entry);
    if (month !== null) months.add(month);
    paths.add(unit.path);
  }
  const above = new Set([...paths].flatMap(codesOf));
  const closings = await stores.outputs.listClosings(db, [...above], [...months]);
  if (closings.length === 0) return [];
  const closed = new Set(closings.map(({ unitCode, month }) => `${month} ${unitCode}`));
  return judged.flatMap(({ unit, entry, sheet }): Problem[] => {
    const month = monthOf(entry);
    if (month === null || !codesOf(unit.path).some((code) => closed.has(`${month} ${code}`))) return [];
    const column = sheet.columnOf('startDate');
    const details = { unit: unit.code, month };
    return [{ code: 'OUTPUT_MONTH_CLOSED', row: sheet.row, ...(column ? { column } : {}), details }];
  });
}

export const codesOf = (path: string): string[] => path.split('/').filter((code) => code !== '');

export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
