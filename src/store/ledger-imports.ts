import { and, asc, desc, eq, getTableColumns, gt, gte, inArray, isNull, lt, max, ne, or } from 'drizzle-orm';
import type { Reader, Writer } from './connection.ts';
import { addExcluded, changedRows, forUpdate, joined, plus, rowCount, total } from './dialect/expressions.ts';
import type { LedgerImportState } from './ledger-tables.ts';
import { insertRows } from './many-rows.ts';
import { isCounting, type OutputRow, type OutputSumRow } from './outputs.ts';
import type { Tables } from './tables.ts';
import { isUnder } from './units.ts';

export type LedgerImportRow = Tables['ledgerImports']['$inferSelect'];

/** What undoing an import puts before the keys of its entries, with the entry's own id: they are free, and not forgotten. */
const FREED = 'undone:';

/** The key that an entry had before its import was undone; null for one that keeps its key. */
export function keyBefore({ id, clientKey }: Pick<OutputRow, 'id' | 'clientKey'>): string | null {
  const mark = `${FREED}${id}:`;
  return clientKey.startsWith(mark) ? clientKey.slice(mark.length) : null;
}

/** Where something stands. */
export interface Spot {
  readonly unitCode: string;
  readonly kind: string;
  readonly place: string;
}

const PAGE = 200;

/** Imports of the ledger: their entries are written and taken out in many short transactions, and count in one. */
export function createLedgerImportStore(tables: Tables) {
  const { ledgerImports, ledgerMappings, outputs, outputSums, stagedSums } = tables;
  const { unitCode, month, kind, what, mediaLevel, qualifier, n, sum } = getTableColumns(stagedSums);

  return {
    /** The imports that were taken, and those undone since, the newest first. */
    list: async (db: Reader, scope: string | null): Promise<LedgerImportRow[]> =>
      db
        .select()
        .from(ledgerImports)
        .where(
          and(
            inArray(ledgerImports.state, ['taken', 'undoing', 'undone']),
            isUnder(tables, db, ledgerImports.unitCode, scope),
          ),
        )
        .orderBy(desc(ledgerImports.importedAt))
        .limit(100),

    find: async (db: Reader, id: string): Promise<LedgerImportRow | null> =>
      (await db.select().from(ledgerImports).where(eq(ledgerImports.id, id)))[0] ?? null,

    findOfFile: async (db: Reader, unit: string, fileHash: string): Promise<LedgerImportRow | null> =>
      (
        await db
          .select()
          .from(ledgerImports)
          .where(
            and(
              eq(ledgerImports.unitCode, unit),
              eq(ledgerImports.fileHash, fileHash),
              eq(ledgerImports.state, 'taken'),
            ),
          )
      )[0] ?? null,

    insert: async (tx: Writer, row: LedgerImportRow): Promise<void> => {
      await tx.insert(ledgerImports).values(row);
    },

    /** Says that an import still writes. */
    touch: async (tx: Writer, id: string, at: number): Promise<void> => {
      await tx.update(ledgerImports).set({ changedAt: at }).where(eq(ledgerImports.id, id));
    },

    /** Moves an import on; false when it is not where it should be. Nobody else moves it until the transaction ends. */
    move: async (
      tx: Writer,
      id: string,
      { from, to, at }: { readonly from: LedgerImportState; readonly to: LedgerImportState; readonly at: number },
    ): Promise<boolean> =>
      changedRows(
        await tx
          .update(ledgerImports)
          .set({ state: to, changedAt: at, ...(to === 'taken' ? { importedAt: at } : {}) })
          .where(and(eq(ledgerImports.id, id), eq(ledgerImports.state, from))),
      ) === 1,

    /** Lets others wait who want to undo these imports, or change what came with them, until the transaction ends. */
    lock: async (tx: Writer, ids: readonly string[]): Promise<void> => {
      const rows = tx.select({ id: ledgerImports.id }).from(ledgerImports);
      await forUpdate(rows.where(inArray(ledgerImports.id, [...ids])).orderBy(asc(ledgerImports.id)));
    },

    /** What was left half-way: nobody has worked on it since. */
    listLeft: async (db: Reader, before: number): Promise<LedgerImportRow[]> =>
      db
        .select()
        .from(ledgerImports)
        .where(
          and(inArray(ledgerImports.state, ['staged', 'dropped', 'undoing']), lt(ledgerImports.changedAt, before)),
        ),

    remove: async (tx: Writer, id: string): Promise<void> => {
      await tx.delete(ledgerImports).where(eq(ledgerImports.id, id));
    },

    /** Takes some entries of a dropped import out; the number taken is 0 when none is left. */
    dropSome: async (tx: Writer, importId: string): Promise<number> => {
      const some = tx.select({ id: outputs.id }).from(outputs).where(eq(outputs.importId, importId)).limit(PAGE);
      return changedRows(await tx.delete(outputs).where(inArray(outputs.id, some)));
    },

    /** Withdraws some entries of an import that is being undone and frees their keys: the same file can be taken again. */
    withdrawSome: async (
      tx: Writer,
      importId: string,
      { at, by }: { readonly at: number; readonly by: string },
    ): Promise<number> => {
      const some = tx
        .select({ id: outputs.id })
        .from(outputs)
        .where(and(eq(outputs.importId, importId), ne(outputs.state, 'withdrawn')))
        .limit(PAGE);
      return changedRows(
        await tx
          .update(outputs)
          .set({
            ...{ state: 'withdrawn', mergedInto: null },
            clientKey: joined(FREED, outputs.id, ':', outputs.clientKey),
            ...{ updatedAt: at, updatedBy: by, version: plus(outputs.version, 1) },
          })
          .where(inArray(outputs.id, some)),
      );
    },

    /** A page of the entries of an import that still count somewhere, by id. */
    listEntries: async (db: Reader, importId: string, after: string): Promise<OutputRow[]> =>
      db
        .select()
        .from(outputs)
        .where(and(eq(outputs.importId, importId), ne(outputs.state, 'withdrawn'), gt(outputs.id, after)))
        .orderBy(asc(outputs.id))
        .limit(PAGE),

    /** Another text when one of the entries of an import was changed. */
    fingerprint: async (db: Reader, importId: string): Promise<string> => {
      const [one] = await db
        .select({ n: rowCount(), versions: total(outputs.version), at: max(outputs.updatedAt) })
        .from(outputs)
        .where(and(eq(outputs.importId, importId), ne(outputs.state, 'withdrawn')));
      return [one?.n, one?.versions, one?.at].join(' ');
    },

    /** Entries of another import, or of none, that count within one of this import. */
    findMergedFromOutside: async (db: Reader, importId: string): Promise<OutputRow[]> => {
      const own = db.select({ id: outputs.id }).from(outputs).where(eq(outputs.importId, importId));
      return db
        .select()
        .from(outputs)
        .where(
          and(
            inArray(outputs.mergedInto, own),
            eq(outputs.state, 'merged'),
            or(isNull(outputs.importId), ne(outputs.importId, importId)),
            isCounting(tables, db),
          ),
        )
        .limit(20);
    },

    /** What stands at these places of a unit beside the entries of this import. */
    listStandingBeside: async (
      db: Reader,
      of: Pick<Spot, 'unitCode' | 'kind'>,
      places: readonly string[],
      importId: string,
    ): Promise<OutputRow[]> =>
      db
        .select()
        .from(outputs)
        .where(
          and(
            eq(outputs.unitCode, of.unitCode),
            eq(outputs.kind, of.kind),
            inArray(outputs.place, [...places]),
            inArray(outputs.state, ['submitted', 'accepted']),
            or(isNull(outputs.importId), ne(outputs.importId, importId)),
            isCounting(tables, db),
          ),
        ),

    /**
     * Entries of these units and kinds that were changed since, or came or went with another import: the places at which
     * they are, and their ids, since they may have been elsewhere before.
     */
    listMoved: async (
      db: Reader,
      {
        since,
        importId,
        ...of
      }: {
        readonly since: number;
        readonly importId: string;
        readonly units: readonly string[];
        readonly kinds: readonly string[];
      },
    ): Promise<(Spot & { readonly id: string })[]> => {
      if (of.kinds.length === 0) return [];
      const spot = { id: outputs.id, unitCode: outputs.unitCode, kind: outputs.kind, place: outputs.place };
      const others = db
        .select({ id: ledgerImports.id })
        .from(ledgerImports)
        .where(
          and(
            inArray(ledgerImports.state, ['taken', 'undoing', 'undone']),
            gte(ledgerImports.changedAt, since),
            ne(ledgerImports.id, importId),
          ),
        );
      const narrowed = and(inArray(outputs.unitCode, [...of.units]), inArray(outputs.kind, [...of.kinds]));
      const changed = await db
        .select(spot)
        .from(outputs)
        .where(
          and(gte(outputs.updatedAt, since), or(isNull(outputs.importId), ne(outputs.importId, importId)), narrowed),
        );
      const moved = await db
        .select(spot)
        .from(outputs)
        .where(and(inArray(outputs.importId, others), narrowed));
      return [...changed, ...moved];
    },

    /** Lays counters aside that will be added at once. */
    stageSums: async (tx: Writer, stageId: string, rows: readonly OutputSumRow[], at: number): Promise<void> => {
      await insertRows(
        tx,
        'ledger.stage',
        rows.map((row) => ({ ...row, stageId, stagedAt: at })),
        (d, values) => d.insert(stagedSums).values(values),
      );
    },

    /** Adds what was laid aside to the counters, in one statement and in the order of their keys; says how many there were. */
    addStagedSums: async (tx: Writer, stageId: string): Promise<number> => {
      const key = [unitCode, kind, what, mediaLevel, qualifier, month];
      return changedRows(
        await tx
          .insert(outputSums)
          .select(
            tx
              .select({ unitCode, month, kind, what, mediaLevel, qualifier, n, sum })
              .from(stagedSums)
              .where(eq(stagedSums.stageId, stageId))
              .orderBy(...key.map((column) => asc(column))),
          )
          .onConflictDoUpdate({
            target: [
              ...[outputSums.unitCode, outputSums.kind, outputSums.what, outputSums.mediaLevel],
              ...[outputSums.qualifier, outputSums.month],
            ],
            set: { n: addExcluded(outputSums.n), sum: addExcluded(outputSums.sum) },
          }),
      );
    },

    /** The units for which counters are laid aside under this name. */
    listStagedUnits: async (db: Reader, stageId: string): Promise<string[]> =>
      (await db.selectDistinct({ unitCode }).from(stagedSums).where(eq(stagedSums.stageId, stageId))).map(
        (row) => row.unitCode,
      ),

    clearStagedSums: async (tx: Writer, stageId: string, unit: string): Promise<void> => {
      await tx.delete(stagedSums).where(and(eq(stagedSums.stageId, stageId), eq(stagedSums.unitCode, unit)));
    },

    /** What was laid aside and never added. */
    listLeftSums: async (db: Reader, before: number): Promise<string[]> =>
      (
        await db
          .select({ stageId: stagedSums.stageId, at: max(stagedSums.stagedAt) })
          .from(stagedSums)
          .groupBy(stagedSums.stageId)
      ).flatMap(({ stageId, at }) => ((at ?? 0) < before ? [stageId] : [])),

    findMapping: async (db: Reader, unit: string, headerHash: string): Promise<unknown> =>
      (
        await db
          .select({ mapping: ledgerMappings.mapping })
          .from(ledgerMappings)
          .where(and(eq(ledgerMappings.unitCode, unit), eq(ledgerMappings.headerHash, headerHash)))
      )[0]?.mapping ?? null,

    saveMapping: async (tx: Writer, row: Tables['ledgerMappings']['$inferSelect']): Promise<void> => {
      const { mapping, updatedAt } = row;
      await tx
        .insert(ledgerMappings)
        .values(row)
        .onConflictDoUpdate({
          target: [ledgerMappings.unitCode, ledgerMappings.headerHash],
          set: { mapping, updatedAt },
        });
    },
  };
}
