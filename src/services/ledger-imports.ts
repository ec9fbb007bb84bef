import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { AppError, type Problem } from '../core/errors.ts';
import { createUnitFinder } from '../core/import/unit-finder.ts';
import {
  findUnusedLedgerColumns,
  guessLedgerColumns,
  type LedgerMapping,
  parseLedgerMapping,
} from '../core/publicity/columns.ts';
import { checkEntry, type Entry, monthOf } from '../core/publicity/entry.ts';
import { checkParts } from '../core/publicity/findings.ts';
import { type Kind, normaliseName, suggestKinds } from '../core/publicity/kinds.ts';
import { createRowReader, type SheetRow } from '../core/publicity/sheet-row.ts';
import { buildTree, type UnitTree } from '../core/units/tree.ts';
import { LEVELS } from '../core/units/types.ts';
import type { TableFile } from '../intake/table-file.ts';
import type { Reader } from '../store/connection.ts';
import { isUniqueViolation } from '../store/dialect/expressions.ts';
import type { LedgerImportRow } from '../store/outputs.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';
import { requireReason } from './ledger-months.ts';
import type { OutputService } from './outputs.ts';
import { findUnit } from './units.ts';

export interface NewLedgerImport {
  /** Whose ledger it is: rows without a unit are this one's, and no row lies outside it. Default: the actor's own. */
  readonly unit?: string | undefined;
  readonly file: TableFile;
  readonly fileHash: string;
  readonly fileName: string;
  /** As somebody corrected it; null for the remembered one, or else a guess. */
  readonly mapping: unknown;
  readonly dryRun?: boolean;
  /** Why entries of closed months come now. */
  readonly reason?: string | undefined;
  /** Share of the work done, 0..1. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

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

export interface LedgerImportReport {
  readonly rows: number;
  readonly created: number;
  /** Rows that the ledger held already, with the same content. */
  readonly unchanged: number;
  readonly header: readonly string[];
  readonly mapping: LedgerMapping;
  readonly mappingFrom: 'given' | 'remembered' | 'guessed';
  readonly unusedColumns: readonly string[];
  /** Words that no kind is called by, with the likeliest kinds; a person chooses. */
  readonly words: readonly { readonly word: string; readonly rows: number; readonly suggestions: readonly string[] }[];
  readonly preview: readonly PreviewRow[];
  /** What refuses the file; only a check answers with any. */
  readonly count: number;
  readonly problems: readonly Problem[];
  /** Findings that are told and refuse nothing. */
  readonly warnings: readonly Problem[];
  readonly alreadyImported: boolean;
  /** Null when nothing was written. */
  readonly importId: string | null;
}

export type LedgerImportService = ReturnType<typeof createLedgerImportService>;

/** A row that will be an entry. */
interface Judged {
  readonly sheet: SheetRow;
  readonly kind: Kind;
  readonly unit: { readonly code: string; readonly path: string };
  readonly entry: Entry;
  readonly clientKey: string;
  countsIn: string | null;
  note: string;
}

const MOST_ROWS = 50_000;
const MOST_PROBLEMS = 1000;
const MOST_WARNINGS = 200;
const PREVIEW = 20;
/** Rows judged before others get their turn. */
const BATCH = 500;

/** Spreadsheets into the publicity ledger: all rows or none, known again by their content, undone as a whole. */
export function createLedgerImportService(
  deps: Deps & { readonly kinds: KindService; readonly outputs: OutputService },
) {
  const { connection, stores, clock, newId, today, kinds, outputs } = deps;

  /** The unit an import belongs to; an operator may leave it open. */
  async function unitOf(actor: Actor, code: string | undefined) {
    const wanted = code ?? (actor.kind === 'staff' ? actor.unitCode : undefined);
    if (wanted === undefined) return null;
    const unit = await findUnit(deps, wanted);
    requireScope(actor, unit);
    return unit;
  }

  /** The mapping to read the file with: the one given, the one remembered for these heads, or a guess. */
  async function findMapping(
    unitCode: string,
    header: readonly string[],
    given: unknown,
    known: ReadonlyMap<string, Kind>,
  ) {
    const remembered =
      given === null ? await stores.outputs.findMapping(connection.reader, unitCode, hashOf(header)) : null;
    const guess: LedgerMapping = { columns: guessLedgerColumns(header), kinds: {}, year: null };
    const { mapping, problems } = parseLedgerMapping(given ?? remembered ?? guess, { header, kinds: known });
    // A kind that was chosen once may be gone by now: then the file is read anew.
    if (mapping === null && given === null) return { mapping: guess, problems: [], from: 'guessed' as const };
    if (mapping === null) throw new AppError('IMPORT_REFUSED', { count: problems.length, problems });
    const from = given !== null ? 'given' : remembered !== null ? 'remembered' : 'guessed';
    return { mapping, problems, from } as const;
  }

  /** Reads and judges everything, writes nothing. */
  async function judge(input: NewLedgerImport, mapping: LedgerMapping, root: string | null, scope: string | null) {
    const known = await kinds.all(connection.reader);
    const tree = buildTree(await stores.units.listSubtree(connection.reader, null));
    const place = createPlacer(tree, root, scope);
    const now = today();
    const read = createRowReader({ mapping, kinds: known, today: now });
    const findings = { problems: [] as Problem[], count: 0, warnings: [] as Problem[] };
    const refuse = (problem: Problem): void => {
      findings.count += 1;
      if (findings.problems.length < MOST_PROBLEMS) findings.problems.push(problem);
    };
    const warn = (problem: Problem): void => {
      if (findings.warnings.length < MOST_WARNINGS) findings.warnings.push(problem);
    };
    const words = new Map<string, number>();
    const seen = new Map<string, { first: number; times: number }>();
    const judged: Judged[] = [];
    const preview: PreviewRow[] = [];
    let rows = 0;
    const aside = { sumLines: 0, headings: [] as { row: number; text: string }[] };
    const { totalBytes } = input.file;
    const onBytes = (done: number): void =>
      input.onProgress?.(totalBytes > 0 ? Math.min(0.5, done / totalBytes / 2) : 0);
    for await (const item of input.file.rows(onBytes)) {
      rows += 1;
      if (rows > MOST_ROWS) throw new AppError('LEDGER_ROWS_MANY', { most: MOST_ROWS });
      if (rows % BATCH === 0) {
        input.signal?.throwIfAborted();
        await setImmediate();
      }
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
      for (const warning of [...sheet.warnings, ...placed.warnings]) warn(warning);
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
      if (before) warn({ code: 'LEDGER_ROW_REPEATED', row: sheet.row, details: { first: before.first } });
      seen.set(content, { first: before?.first ?? sheet.row, times: (before?.times ?? 0) + 1 });
      const clientKey = `import:${content}:${before?.times ?? 0}`;
      judged.push({ sheet, kind: sheet.kind, unit, entry, clientKey, countsIn: null, note: entry.note });
    }
    findings.warnings.push(...settleTotals(judged), ...summarise(judged, aside));
    const settled = new Map(judged.filter(({ countsIn }) => countsIn !== null).map(({ sheet }) => [sheet.row, true]));
    return {
      ...{ rows, judged, ...findings },
      preview: preview.map((one) => ({ ...one, countsElsewhere: settled.has(one.row) })),
      words: [...words]
        .sort(([, a], [, b]) => b - a)
        .slice(0, 100)
        .map(([word, n]) => ({
          word,
          rows: n,
          suggestions: suggestKinds([...known.values()], word).map((k) => k.code),
        })),
    };
  }

  /** Rows of months that are closed for their unit, unless a reason is given. */
  async function findClosed(db: Reader, judged: readonly Judged[]): Promise<Problem[]> {
    const months = new Set(judged.flatMap(({ entry }) => monthOf(entry) ?? []));
    const above = new Set(judged.flatMap(({ unit }) => unit.path.split('/').filter((code) => code !== '')));
    const closings = await stores.outputs.listClosings(db, [...above], [...months]);
    if (closings.length === 0) return [];
    return judged.flatMap(({ unit, entry, sheet }) => {
      const closing = closings.find(
        ({ unitCode, month }) => month === monthOf(entry) && unit.path.includes(`/${unitCode}/`),
      );
      if (!closing) return [];
      const column = sheet.columnOf('startDate');
      const details = { unit: unit.code, month: closing.month };
      return [{ code: 'OUTPUT_MONTH_CLOSED', row: sheet.row, ...(column ? { column } : {}), details } as const];
    });
  }

  async function requireImport(actor: Actor, id: string): Promise<LedgerImportRow> {
    const row = await stores.outputs.findImport(connection.reader, id);
    if (!row) throw new AppError('NOT_FOUND', { what: 'import', id });
    if (row.unitCode === '') {
      if (scopePath(actor) !== null) throw new AppError('NOT_FOUND', { what: 'import', id });
    } else requireScope(actor, await findUnit(deps, row.unitCode));
    return row;
  }

  return {
    /**
     * Takes a spreadsheet over, all rows or none, or with `dryRun` tells what would become of it. Rows that the ledger
     * holds already are left as they are, so that the same sheet with ten more rows adds ten.
     */
    async importLedger(actor: Actor, input: NewLedgerImport): Promise<LedgerImportReport> {
      requirePermission(actor, 'output.write');
      const unit = await unitOf(actor, input.unit);
      const reason = input.reason === undefined ? null : requireReason(input.reason);
      const { header } = input.file;
      const unitCode = unit?.code ?? '';
      const known = await kinds.all(connection.reader);
      const { mapping, problems: missing, from } = await findMapping(unitCode, header, input.mapping, known);
      const about = {
        ...{ header, mapping, mappingFrom: from, unusedColumns: findUnusedLedgerColumns(mapping, header) },
      };
      const empty = { words: [], preview: [], count: 0, problems: [], warnings: [], importId: null };
      if (missing.length > 0) {
        if (!input.dryRun) throw new AppError('IMPORT_REFUSED', { count: missing.length, problems: missing });
        const counts = { rows: 0, created: 0, unchanged: 0, alreadyImported: false };
        return { ...about, ...empty, ...counts, count: missing.length, problems: missing };
      }
      // The same file read through another mapping is another import.
      const fileHash = hashOf([input.fileHash, mapping]);
      const again = ({ id, rows }: LedgerImportRow): LedgerImportReport => {
        return { ...about, ...empty, rows, created: 0, unchanged: rows, alreadyImported: true, importId: id };
      };
      const before = await stores.outputs.findImportOfFile(connection.reader, unitCode, fileHash);
      if (before) return again(before);

      const { judged, ...found } = await judge(input, mapping, unit?.code ?? null, scopePath(actor));
      const closed = reason === null ? await findClosed(connection.reader, judged) : [];
      const count = found.count + closed.length;
      const problems = [...found.problems, ...closed].slice(0, MOST_PROBLEMS);
      problems.sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
      if (count > 0 && !input.dryRun) throw new AppError('IMPORT_REFUSED', { count, problems });
      const keys = judged.map(({ clientKey }) => clientKey);
      const there = await stores.outputs.findByClientKeys(connection.reader, keys);
      const report: LedgerImportReport = {
        ...about,
        ...{ ...found, count, problems, created: judged.length - there.size, unchanged: there.size },
        ...{ alreadyImported: false, importId: null },
      };
      input.onProgress?.(0.6);
      if (input.dryRun || report.created === 0) {
        input.onProgress?.(1);
        return report;
      }
      const importId = newId();
      try {
        const twin = await connection.transaction(async (tx) => {
          // Somebody pressed twice: the second finds what the first has taken.
          const taken = await stores.outputs.findImportOfFile(tx, unitCode, fileHash);
          if (taken) return taken;
          const entries = judged.map(({ entry, unit: of, clientKey, countsIn, note }) => ({
            ...{ entry: { ...entry, note }, unit: of, clientKey, countsIn },
          }));
          const rows = await outputs.insert(tx, entries, { actor, importId, reason });
          if (rows.length !== report.created) throw new AppError('IMPORT_INTERRUPTED', { file: input.fileName });
          const now = clock();
          await stores.outputs.insertImport(tx, {
            ...{ id: importId, unitCode, fileName: input.fileName, fileHash, mapping, rows: rows.length },
            ...{ state: 'taken', changedAt: now, importedAt: now, importedBy: actor.name },
          });
          await stores.outputs.saveMapping(tx, { unitCode, headerHash: hashOf(header), mapping, updatedAt: now });
          await recordAudit(deps, tx, actor, {
            ...{ action: 'ledger.import', objectType: 'import', objectId: importId, unitCode: unit?.code ?? null },
            details: { file: input.fileName, rows: rows.length, ...(reason ? { reason } : {}) },
          });
          return null;
        });
        if (twin) return again(twin);
      } catch (error) {
        // Somebody else took rows of the same content at the same moment.
        throw isUniqueViolation(error) ? new AppError('IMPORT_INTERRUPTED', { file: input.fileName }) : error;
      }
      input.onProgress?.(1);
      return { ...report, importId };
    },

    /** The last imports, the newest first. */
    async listImports(actor: Actor) {
      requirePermission(actor, 'output.read');
      const scope = scopePath(actor);
      const rows = await stores.outputs.listImports(connection.reader, scope === '/' ? null : scope);
      return rows.map(({ id, unitCode, fileName, rows: n, state, importedAt, importedBy }) => {
        return { id, unitCode, fileName, rows: n, state, importedAt, importedBy };
      });
    },

    /** Withdraws all entries of an import, unless some were reviewed; the same file can be taken again. */
    async undoImport(
      actor: Actor,
      id: string,
      input: { readonly reason?: string | undefined } = {},
    ): Promise<{ readonly withdrawn: number }> {
      requirePermission(actor, 'output.write');
      const row = await requireImport(actor, id);
      const reason = input.reason === undefined ? null : requireReason(input.reason);
      return connection.transaction(async (tx) => {
        if (!(await stores.outputs.undoImport(tx, id))) throw new AppError('LEDGER_UNDONE');
        const entries = await stores.outputs.listOfImport(tx, id);
        // A sum that the import itself counted elsewhere was looked at by nobody.
        const reviewed = [
          ...entries.filter(({ state, version }) => state !== 'submitted' && !(state === 'merged' && version === 1)),
          ...(await stores.outputs.findMergedFromOutside(tx, id)),
        ];
        if (reviewed.length > 0) {
          const known = await kinds.all(tx);
          const named = reviewed.slice(0, 10).map((one) => {
            const name = known.get(one.kind)?.name.zh ?? one.kind;
            return [one.startDate || one.statedPeriod, name, one.quantity.text, one.title].filter(Boolean).join(' ');
          });
          const ids = reviewed.slice(0, 100).map((one) => one.id);
          throw new AppError('LEDGER_UNDO_REVIEWED', { count: reviewed.length, entries: named, ids });
        }
        if (reason === null) await requireOpenMonths(tx, entries);
        const now = clock();
        await stores.outputs.withdrawImport(tx, id, { at: now, by: actor.id });
        const after = entries.map((one) => ({ ...one, state: 'withdrawn' as const }));
        await outputs.recount(tx, await kinds.all(tx), entries, after);
        await recordAudit(deps, tx, actor, {
          ...{ action: 'ledger.undo', objectType: 'import', objectId: id, unitCode: row.unitCode || null },
          details: { file: row.fileName, withdrawn: entries.length, ...(reason ? { reason } : {}) },
        });
        return { withdrawn: entries.length };
      });
    },
  };

  /** Taking entries out of a closed month is a correction too. */
  async function requireOpenMonths(tx: Reader, entries: ReadonlyArray<{ unitCode: string; startDate: string }>) {
    const units = await stores.units.listByCodes(tx, [...new Set(entries.map(({ unitCode }) => unitCode))]);
    const paths = new Map(units.map(({ code, path }) => [code, path]));
    const months = [...new Set(entries.flatMap((entry) => monthOf(entry) ?? []))];
    const above = new Set(units.flatMap(({ path }) => path.split('/').filter((code) => code !== '')));
    for (const { unitCode, month } of await stores.outputs.listClosings(tx, [...above], months)) {
      const hit = entries.find(
        (entry) => monthOf(entry) === month && paths.get(entry.unitCode)?.includes(`/${unitCode}/`),
      );
      if (hit) throw new AppError('OUTPUT_MONTH_CLOSED', { unit: hit.unitCode, month });
    }
  }
}

interface Placed {
  readonly unit: { readonly code: string; readonly name: string } | null;
  /** The village or grid that the unit column named, when the row names no place itself. */
  readonly place: string;
  readonly problem: Problem | null;
  readonly warnings: readonly Problem[];
}

const TOWN = LEVELS.indexOf('town');

/** Makes the function that finds the unit of a row by code or by name; below a town, the town and the place in it. */
function createPlacer(tree: UnitTree, root: string | null, scope: string | null) {
  const byCode = createUnitFinder(tree, root, 'code');
  const byName = createUnitFinder(tree, root, 'name');
  return (sheet: SheetRow, { columns }: LedgerMapping): Placed => {
    const isCode = sheet.unitCode === '' && tree.get(sheet.unitName) !== null;
    const code = sheet.unitCode || (isCode ? sheet.unitName : '');
    const name = isCode ? '' : normaliseName(sheet.unitName);
    const column = code !== '' && !isCode ? columns.unitCode : columns.unit;
    const at = { row: sheet.row, ...(column === undefined ? {} : { column }) };
    const refuse = (problemCode: Problem['code'], details: Problem['details']): Placed => {
      return { unit: null, place: '', problem: { code: problemCode, ...at, details }, warnings: [] };
    };
    let found = code !== '' ? byCode(code) : name !== '' ? byName(name) : root === null ? null : { code: root };
    if (found === null) return refuse('LEDGER_UNIT_MISSING', {});
    if ('problem' in found && code === '') {
      const short = byName(name.replace(/(人民政府|政府|街道办事处|办事处|党委|政法委|综治中心)$/, ''));
      if ('code' in short) found = short;
    }
    if ('problem' in found) {
      if (found.problem === 'INTERVIEW_UNIT_OUTSIDE') return refuse('OUT_OF_SCOPE', found.details);
      return refuse(found.problem, found.details);
    }
    const named = tree.get(found.code);
    if (named === null || (scope !== null && !tree.path(named.code).startsWith(scope))) {
      return refuse('OUT_OF_SCOPE', { unit: found.code });
    }
    const isBelow = LEVELS.indexOf(named.level) > TOWN;
    const unit = isBelow ? tree.ancestors(named.code).findLast(({ level }) => LEVELS.indexOf(level) <= TOWN) : named;
    if (!unit) return refuse('OUTPUT_PLACE_LEVEL', { unit: named.name });
    if (scope !== null && !tree.path(unit.code).startsWith(scope)) return refuse('OUT_OF_SCOPE', { unit: unit.code });
    const disagrees = code !== '' && name !== '' && name !== named.name && !name.endsWith(named.name);
    const details = { code, name: named.name, value: sheet.unitName };
    const warnings: Problem[] = disagrees
      ? [{ code: 'LEDGER_UNIT_NAME', row: sheet.row, ...(columns.unit ? { column: columns.unit } : {}), details }]
      : [];
    return { unit, place: isBelow ? named.name : '', problem: null, warnings };
  };
}

/** Checks one row; each finding is named by row and column. */
function checkRow(
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
function settleTotals(judged: readonly Judged[]): Problem[] {
  const groups = new Map<string, { totals: Judged[]; parts: Judged[] }>();
  for (const one of judged) {
    const key = `${one.unit.code} ${one.kind.code}`;
    const group = groups.get(key) ?? { totals: [], parts: [] };
    group[one.sheet.isTotal ? 'totals' : 'parts'].push(one);
    groups.set(key, group);
  }
  const when = ({ entry }: Judged): string => `${entry.startDate} ${entry.endDate} ${entry.statedPeriod}`;
  return [...groups.values()].flatMap(({ totals, parts }) =>
    totals.flatMap((total): Problem[] => {
      const same = parts.filter((part) => when(part) === when(total));
      const own = same.length > 0 ? same : parts;
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
    }),
  );
}

/** What is told once for many rows. */
function summarise(
  judged: readonly Judged[],
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

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
