import { AppError, type Problem } from '../core/errors.ts';
import {
  findUnusedLedgerColumns,
  guessLedgerColumns,
  guessYear,
  type LedgerMapping,
  parseLedgerMapping,
} from '../core/publicity/columns.ts';
import type { Kind } from '../core/publicity/kinds.ts';
import type { SheetEntry } from '../core/publicity/sheet-findings.ts';
import type { TableFile } from '../intake/table-file.ts';
import type { Writer } from '../store/connection.ts';
import { isUniqueViolation } from '../store/dialect/expressions.ts';
import type { LedgerImportRow } from '../store/ledger-imports.ts';
import type { OutputRow } from '../store/outputs.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { OnProgress } from './import-jobs.ts';
import type { KindService } from './kinds.ts';
import { requireReason } from './ledger-months.ts';
import { findClosed, hashOf, judgeSheet, MOST_PROBLEMS, type PreviewRow } from './ledger-sheets.ts';
import { createLedgerShifts } from './ledger-shifts.ts';
import { createLedgerStages } from './ledger-stages.ts';
import { createLedgerUndo } from './ledger-undo.ts';
import { layRow } from './output-rows.ts';
import { createPauses } from './pauses.ts';
import { findUnit } from './units.ts';

export type { PreviewRow } from './ledger-sheets.ts';

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
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
  /** Asked in the transaction that makes the rows count; throws when they are wanted no more. */
  readonly confirm?: (tx: Writer) => Promise<void>;
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

/** What is settled about an import before its rows are written. */
interface Settled {
  readonly unitCode: string;
  readonly fileHash: string;
  readonly mapping: LedgerMapping;
  readonly reason: string | null;
  readonly judged: readonly SheetEntry[];
  readonly there: ReadonlyMap<string, string>;
}

/** Keys looked up together. */
const KEYS = 400;

/** Spreadsheets into the publicity ledger: all rows or none, known again by their content, undone as a whole. */
export function createLedgerImportService(deps: Deps & { readonly kinds: KindService }) {
  const { connection, stores, clock, newId, kinds } = deps;
  const shifts = createLedgerShifts(deps);
  const stages = createLedgerStages({ ...deps, shifts });

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
    { header, titles }: Pick<TableFile, 'header' | 'titles'>,
    given: unknown,
    known: ReadonlyMap<string, Kind>,
  ) {
    const remembered =
      given === null ? await stores.ledgerImports.findMapping(connection.reader, unitCode, hashOf(header)) : null;
    const guess: LedgerMapping = { columns: guessLedgerColumns(header), kinds: {}, year: guessYear(titles) };
    const { mapping, problems } = parseLedgerMapping(given ?? remembered ?? guess, { header, kinds: known });
    // A kind that was chosen once may be gone by now: then the file is read anew.
    if (mapping === null && given === null) return { mapping: guess, problems: [], from: 'guessed' as const };
    if (mapping === null) throw new AppError('IMPORT_REFUSED', { count: problems.length, problems });
    const from = given !== null ? 'given' : remembered !== null ? 'remembered' : 'guessed';
    return { mapping, problems, from } as const;
  }

  /** The entries that the ledger holds already, by their keys. */
  async function findThere(judged: readonly SheetEntry[], signal: AbortSignal | undefined) {
    const pause = createPauses(signal);
    const there = new Map<string, string>();
    for (let at = 0; at < judged.length; at += KEYS) {
      const keys = judged.slice(at, at + KEYS).map(({ clientKey }) => clientKey);
      for (const [key, id] of await stores.outputs.findByClientKeys(connection.reader, keys)) there.set(key, id);
      await pause();
    }
    return there;
  }

  /** Writes the rows as staged, and makes all of them count at once. Gives the import that took the same file meanwhile. */
  async function write(actor: Actor, input: NewLedgerImport, about: Settled): Promise<string | LedgerImportRow> {
    const { unitCode, fileHash, mapping, reason, judged, there } = about;
    const { fileName, signal, onProgress = () => {} } = input;
    const importId = newId();
    const pause = createPauses(signal);
    const fresh = judged.filter(({ clientKey }) => !there.has(clientKey));
    const ids = new Map(there);
    for (const { clientKey } of fresh) {
      ids.set(clientKey, newId());
      await pause();
    }
    const as = { now: clock(), actor, importId, reason };
    const rows: OutputRow[] = [];
    for (const { entry, note, ...one } of fresh) {
      rows.push(layRow({ ...one, entry: { ...entry, note } }, ids, as));
      await pause();
    }
    const total = rows.length;
    await connection.transaction((tx) =>
      stores.ledgerImports.insert(tx, {
        ...{ id: importId, unitCode, fileName, fileHash, mapping, rows: total, state: 'staged' },
        ...{ changedAt: clock(), importedAt: clock(), importedBy: actor.name },
      }),
    );
    try {
      const onDone = (done: number): void => onProgress(0.3 + (0.55 * done) / total, { done, total });
      await stages.write(importId, rows, { onDone, signal });
      const shift = await shifts.prepare(importId, rows, 1, signal);
      const twin = await connection.transaction(async (tx) => {
        signal?.throwIfAborted();
        // Somebody pressed twice: the second finds what the first has taken.
        const taken = await stores.ledgerImports.findOfFile(tx, unitCode, fileHash);
        if (taken) return taken;
        const now = clock();
        if (!(await stores.ledgerImports.move(tx, importId, { from: 'staged', to: 'taken', at: now }))) {
          throw new AppError('IMPORT_INTERRUPTED', { file: fileName });
        }
        const closed = reason === null ? await findClosed(deps, tx, judged) : [];
        if (closed.length > 0) throw new AppError('IMPORT_REFUSED', { count: closed.length, problems: closed });
        await input.confirm?.(tx);
        await shifts.apply(tx, shift);
        const headerHash = hashOf(input.file.header);
        await stores.ledgerImports.saveMapping(tx, { unitCode, headerHash, mapping, updatedAt: now });
        await recordAudit(deps, tx, actor, {
          ...{ action: 'ledger.import', objectType: 'import', objectId: importId, unitCode: unitCode || null },
          details: { file: fileName, rows: total, ...(reason ? { reason } : {}) },
        });
        return null;
      });
      await shifts.clear(shift);
      if (twin === null) return importId;
      await stages.drop(importId);
      return twin;
    } catch (error) {
      // Should this fail as well, the next sweep removes them.
      await stages.drop(importId).catch(() => {});
      // Somebody else is taking rows of the same content at the same moment.
      throw isUniqueViolation(error) ? new AppError('LEDGER_IMPORT_RUNNING') : error;
    }
  }

  return {
    /** Ends what imports and undoings left behind that died on the way; called at the start and before each import. */
    sweepStaged: stages.sweep,

    /**
     * Takes a spreadsheet over, all rows or none, or with `dryRun` tells what would become of it. Rows that the ledger
     * holds already are left as they are, so that the same sheet with ten more rows adds ten.
     */
    async importLedger(actor: Actor, input: NewLedgerImport): Promise<LedgerImportReport> {
      requirePermission(actor, 'output.write');
      const unit = await unitOf(actor, input.unit);
      const reason = input.reason === undefined ? null : requireReason(input.reason);
      const { signal, onProgress = () => {} } = input;
      await stages.sweep();
      const { header } = input.file;
      const unitCode = unit?.code ?? '';
      const known = await kinds.all(connection.reader);
      const { mapping, problems: missing, from } = await findMapping(unitCode, input.file, input.mapping, known);
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
      const before = await stores.ledgerImports.findOfFile(connection.reader, unitCode, fileHash);
      if (before) return again(before);

      const reading = input.dryRun ? 0.9 : 0.25;
      const { judged, ...found } = await judgeSheet(deps, {
        ...{ file: input.file, mapping, kinds: known, root: unit?.code ?? null, scope: scopePath(actor), signal },
        onProgress: (share, rows) => onProgress(share * reading, rows),
      });
      const closed = reason === null ? await findClosed(deps, connection.reader, judged) : [];
      const count = found.count + closed.length;
      const problems = [...found.problems, ...closed].slice(0, MOST_PROBLEMS);
      problems.sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
      if (count > 0 && !input.dryRun) throw new AppError('IMPORT_REFUSED', { count, problems });
      const there = await findThere(judged, signal);
      const firstKnown = judged.find(({ clientKey }) => there.has(clientKey));
      const known1: Problem[] = firstKnown
        ? [{ code: 'LEDGER_ROWS_KNOWN', row: firstKnown.sheet.row, details: { count: there.size } }]
        : [];
      const report: LedgerImportReport = {
        ...{ ...about, ...found, count, problems, warnings: [...found.warnings, ...known1] },
        ...{ created: judged.length - there.size, unchanged: there.size, alreadyImported: false, importId: null },
      };
      if (input.dryRun || report.created === 0) return report;
      const written = await write(actor, input, { unitCode, fileHash, mapping, reason, judged, there });
      return typeof written === 'string' ? { ...report, importId: written } : again(written);
    },

    /** The last imports, the newest first. */
    async listImports(actor: Actor) {
      requirePermission(actor, 'output.read');
      const scope = scopePath(actor);
      const rows = await stores.ledgerImports.list(connection.reader, scope === '/' ? null : scope);
      return rows.map(({ id, unitCode, fileName, rows: n, state, importedAt, importedBy }) => {
        const isTaken = state === 'taken';
        return { id, unitCode, fileName, rows: n, state: isTaken ? state : 'undone', importedAt, importedBy } as const;
      });
    },

    ...createLedgerUndo({ ...deps, shifts, stages }),
  };
}
