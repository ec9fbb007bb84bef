import {
  and,
  asc,
  between,
  type Column,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNull,
  lt,
  lte,
  not,
  notInArray,
  or,
  sql,
} from 'drizzle-orm';
import { WRITING_LEVELS } from '../core/publicity/entry.ts';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { addExcluded, changedRows, forUpdate, rowCount, totalBetween } from './dialect/expressions.ts';
import type { OutputState } from './ledger-tables.ts';
import { insertRows } from './many-rows.ts';
import type { Tables } from './tables.ts';
import { isUnder } from './units.ts';

export type OutputRow = Tables['outputs']['$inferSelect'];
export type OutputSumRow = Tables['outputSums']['$inferSelect'];
/** Counters added up over months. */
export type OutputSum = Omit<OutputSumRow, 'month'>;
export type AttachmentRow = Tables['attachments']['$inferSelect'];
export type LedgerClosingRow = Tables['ledgerClosings']['$inferSelect'];
export type OutputKindRow = Tables['outputKinds']['$inferSelect'];

/** Which entries a list shows; null fields do not narrow it. */
export interface OutputFilter {
  /** Path of the unit at the top. */
  readonly scope: string | null;
  readonly kinds: readonly string[] | null;
  readonly states: readonly OutputState[] | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly importId: string | null;
}

/** Where a page of the list begins: after this entry. */
export interface OutputCursor {
  readonly startDate: string;
  readonly id: string;
}

const CHUNK = 400;
const STATES: readonly OutputState[] = ['submitted', 'returned', 'accepted', 'merged', 'withdrawn'];

export function createOutputStore(tables: Tables) {
  const { outputs, outputSums, outputKinds, attachments, ledgerClosings, units } = tables;
  const sumKey = [
    ...[outputSums.unitCode, outputSums.month, outputSums.kind, outputSums.what],
    ...[outputSums.mediaLevel, outputSums.qualifier],
  ];

  const isThere = (db: Reader) => isCounting(tables, db);

  /** Of several states, what is left out is asked for: the index of a single state, and sorting, stay out of the way. */
  const isInState = (states: readonly OutputState[]) =>
    states.length === 1
      ? isOneOf(outputs.state, states)
      : notInArray(
          outputs.state,
          STATES.filter((state) => !states.includes(state)),
        );

  /** What narrows a list, but for the units. */
  const narrow = (db: Reader, filter: OutputFilter) => [
    isThere(db),
    filter.kinds === null ? undefined : isOneOf(outputs.kind, filter.kinds),
    filter.states === null ? undefined : isInState(filter.states),
    filter.from === null ? undefined : gte(outputs.startDate, filter.from),
    filter.to === null ? undefined : lte(outputs.startDate, filter.to),
    filter.importId === null ? undefined : eq(outputs.importId, filter.importId),
  ];

  /** The units under a path in which entries can be; null when that is all of them. */
  async function findUnits(db: Reader, scope: string | null): Promise<string[] | null> {
    if (scope === null) return null;
    const known = await db
      .select({ code: units.code, path: units.path })
      .from(units)
      .where(inArray(units.level, [...WRITING_LEVELS]));
    const under = known.filter(({ path }) => path.startsWith(scope));
    return under.length === known.length ? null : under.map(({ code }) => code);
  }

  return {
    find: async (db: Reader, id: string): Promise<OutputRow | null> =>
      (
        await prepareOnce(db, 'output.find', (d) =>
          d
            .select()
            .from(outputs)
            .where(and(eq(outputs.id, sql.placeholder('id')), isThere(d)))
            .prepare('output_find'),
        ).execute({ id })
      )[0] ?? null,

    findByClientKeys: async (db: Reader, keys: readonly string[]): Promise<Map<string, string>> => {
      const found = new Map<string, string>();
      for (let at = 0; at < keys.length; at += CHUNK) {
        const rows = await db
          .select({ id: outputs.id, clientKey: outputs.clientKey })
          .from(outputs)
          .where(inArray(outputs.clientKey, keys.slice(at, at + CHUNK)));
        for (const row of rows) found.set(row.clientKey, row.id);
      }
      return found;
    },

    findMany: async (db: Reader, ids: readonly string[]): Promise<OutputRow[]> =>
      ids.length === 0
        ? []
        : db
            .select()
            .from(outputs)
            .where(inArray(outputs.id, [...ids])),

    /** Lets others wait who want to change these entries too, until the transaction ends. */
    lock: async (tx: Writer, ids: readonly string[]): Promise<void> => {
      const rows = tx.select({ id: outputs.id }).from(outputs);
      await forUpdate(rows.where(inArray(outputs.id, [...ids])).orderBy(asc(outputs.id)));
    },

    /**
     * A page of entries, the newest first. Of several units, the newest of each are read by the index of units and put
     * together: one query would sort all entries of all of them.
     */
    list: async (
      db: Reader,
      filter: OutputFilter,
      { after, limit }: { readonly after: OutputCursor | null; readonly limit: number },
    ): Promise<OutputRow[]> => {
      const conditions = [...narrow(db, filter), after === null ? undefined : isAfter(outputs, after)];
      const newest = [desc(outputs.startDate), desc(outputs.id)];
      const codes = await findUnits(db, filter.scope);
      if (codes === null || codes.length === 1) {
        const ofUnit = codes?.[0] === undefined ? undefined : eq(outputs.unitCode, codes[0]);
        return db
          .select()
          .from(outputs)
          .where(and(ofUnit, ...conditions))
          .orderBy(...newest)
          .limit(limit);
      }
      const keys = { id: outputs.id, startDate: outputs.startDate };
      const found = await Promise.all(
        codes.map((code) =>
          db
            .select(keys)
            .from(outputs)
            .where(and(eq(outputs.unitCode, code), ...conditions))
            .orderBy(...newest)
            .limit(limit),
        ),
      );
      const page = found.flat().sort(isNewer).slice(0, limit);
      const ids = page.map(({ id }) => id);
      return ids.length === 0 ? [] : (await db.select().from(outputs).where(inArray(outputs.id, ids))).sort(isNewer);
    },

    /** How many entries begin on each day. */
    countDays: async (db: Reader, filter: OutputFilter): Promise<{ day: string; entries: number }[]> =>
      db
        .select({ day: outputs.startDate, entries: rowCount() })
        .from(outputs)
        .where(and(isUnder(tables, db, outputs.unitCode, filter.scope), ...narrow(db, filter)))
        .groupBy(outputs.startDate)
        .orderBy(asc(outputs.startDate)),

    insertMany: async (tx: Writer, rows: readonly OutputRow[]): Promise<void> => {
      await insertRows(tx, 'output.insert', rows, (d, values) => d.insert(outputs).values(values));
    },

    /** Changes an entry that still has the version it was read with; false when somebody was faster. */
    update: async (tx: Writer, row: OutputRow, version: number): Promise<boolean> => {
      const { id, ...rest } = row;
      return (
        changedRows(
          await tx
            .update(outputs)
            .set({ ...rest, version: version + 1 })
            .where(and(eq(outputs.id, id), eq(outputs.version, version))),
        ) === 1
      );
    },

    /** The entries that count in another one. */
    listMergedInto: async (db: Reader, id: string): Promise<OutputRow[]> =>
      db
        .select()
        .from(outputs)
        .where(and(eq(outputs.mergedInto, id), eq(outputs.state, 'merged'), isThere(db))),

    /** The entries with which a new one of this unit, kind and month could be double. */
    listNear: async (
      db: Reader,
      { scope, from, to, kinds }: { scope: string | null; from: string; to: string; kinds: readonly string[] | null },
      limit: number,
    ): Promise<OutputRow[]> =>
      db
        .select()
        .from(outputs)
        .where(
          and(
            gte(outputs.startDate, from),
            lte(outputs.startDate, to),
            inArray(outputs.state, ['submitted', 'returned', 'accepted']),
            kinds === null ? undefined : inArray(outputs.kind, [...kinds]),
            isUnder(tables, db, outputs.unitCode, scope),
            isThere(db),
          ),
        )
        .orderBy(asc(outputs.startDate), asc(outputs.id))
        .limit(limit),

    /** What stood at one place, ever: the entries of a kind of stock that count. */
    listStanding: async (
      db: Reader,
      { unitCode, kind, place }: { unitCode: string; kind: string; place: string },
    ): Promise<OutputRow[]> =>
      db
        .select()
        .from(outputs)
        .where(
          and(
            eq(outputs.unitCode, unitCode),
            eq(outputs.kind, kind),
            eq(outputs.place, place),
            inArray(outputs.state, ['submitted', 'accepted']),
            isThere(db),
          ),
        ),

    /** Adds to the counters, in the transaction that writes the entries they count; taking away adds negatives. */
    addSums: async (tx: Writer, rows: readonly OutputSumRow[]): Promise<void> => {
      await insertRows(tx, 'output.sum', rows, (d, values) =>
        d
          .insert(outputSums)
          .values(values)
          .onConflictDoUpdate({
            target: sumKey,
            set: { n: addExcluded(outputSums.n), sum: addExcluded(outputSums.sum) },
          }),
      );
    },

    clearSums: async (tx: Writer): Promise<void> => {
      await tx.delete(outputSums);
    },

    /**
     * Sums over windows of months of each of these units with all below it. What stands (the own numbers of the kinds in
     * `stock`) is read for the windows that begin with the first month of all, the rest for the others: so each counter is
     * looked at for what it is good for, in the order of their key, and months in no window are passed over.
     */
    readSums: async <Window extends string>(
      db: Reader,
      {
        units: codes,
        stock,
        windows,
      }: {
        readonly units: readonly string[];
        /** None: every counter is read for every window. */
        readonly stock: readonly string[];
        readonly windows: Readonly<Record<Window, { readonly from: string; readonly to: string }>>;
      },
    ): Promise<Readonly<Record<Window, OutputSum[]>>> => {
      const { unitCode, kind, what, mediaLevel, qualifier, month, n, sum } = outputSums;
      const names = Object.keys(windows) as Window[];
      const stands = and(inArray(kind, [...stock]), eq(what, ''));
      const parts =
        stock.length === 0
          ? [{ names, of: undefined }]
          : [
              { names: names.filter((name) => windows[name].from === ''), of: stands },
              { names: names.filter((name) => windows[name].from !== ''), of: stands && not(stands) },
            ];
      const found = Object.fromEntries(names.map((name) => [name, [] as OutputSum[]])) as Record<Window, OutputSum[]>;
      for (const part of parts.filter((one) => one.names.length > 0)) {
        const sums: Record<string, ReturnType<typeof totalBetween>> = {};
        for (const [i, name] of part.names.entries()) {
          sums[`n${i}`] = totalBetween(n, month, windows[name]);
          sums[`sum${i}`] = totalBetween(sum, month, windows[name]);
        }
        const months = or(...part.names.map((name) => between(month, windows[name].from, windows[name].to)));
        for (let at = 0; at < codes.length; at += CHUNK) {
          const rows = await db
            .select({ unitCode, kind, what, mediaLevel, qualifier, ...sums })
            .from(outputSums)
            .where(and(inArray(unitCode, codes.slice(at, at + CHUNK)), part.of, months))
            .groupBy(unitCode, kind, what, mediaLevel, qualifier);
          for (const row of rows) {
            const { unitCode, kind, what, mediaLevel, qualifier } = row;
            const values = row as unknown as Record<string, number>;
            for (const [i, name] of part.names.entries()) {
              const [n = 0, sum = 0] = [values[`n${i}`], values[`sum${i}`]];
              if (n !== 0 || sum !== 0) found[name].push({ unitCode, kind, what, mediaLevel, qualifier, n, sum });
            }
          }
        }
      }
      return found;
    },

    /** Every counter, to compare it with what it counts. */
    listSums: async (db: Reader): Promise<OutputSumRow[]> => db.select().from(outputSums),

    /** Walks all entries in id order, a page at a time, to count them again. */
    async *walk(db: Reader, pageSize = 5000): AsyncGenerator<OutputRow[]> {
      for (let after = ''; ; ) {
        const page = await db
          .select()
          .from(outputs)
          .where(and(gt(outputs.id, after), isThere(db)))
          .orderBy(asc(outputs.id))
          .limit(pageSize);
        if (page.length === 0) return;
        yield page;
        after = page.at(-1)?.id ?? after;
      }
    },

    countByState: async (db: Reader, scope: string | null): Promise<Map<OutputState, number>> =>
      new Map(
        (
          await db
            .select({ state: outputs.state, n: rowCount() })
            .from(outputs)
            .where(and(isUnder(tables, db, outputs.unitCode, scope), isThere(db)))
            .groupBy(outputs.state)
        ).map(({ state, n }) => [state, n]),
      ),

    listKinds: async (db: Reader): Promise<OutputKindRow[]> =>
      db.select().from(outputKinds).orderBy(asc(outputKinds.code)),

    saveKind: async (tx: Writer, { code, ...rest }: OutputKindRow): Promise<void> => {
      await tx
        .insert(outputKinds)
        .values({ code, ...rest })
        .onConflictDoUpdate({ target: outputKinds.code, set: rest });
    },

    listAttachments: async (db: Reader, outputIds: readonly string[]): Promise<AttachmentRow[]> =>
      outputIds.length === 0
        ? []
        : db
            .select()
            .from(attachments)
            .where(inArray(attachments.outputId, [...outputIds]))
            .orderBy(asc(attachments.createdAt)),

    findAttachment: async (db: Reader, id: string): Promise<AttachmentRow | null> =>
      (await db.select().from(attachments).where(eq(attachments.id, id)))[0] ?? null,

    /** The entries that hold the same photo or scan as sent. */
    listBySource: async (db: Reader, sourceHash: string): Promise<AttachmentRow[]> =>
      db.select().from(attachments).where(eq(attachments.sourceHash, sourceHash)),

    insertAttachment: async (tx: Writer, row: AttachmentRow): Promise<void> => {
      await tx.insert(attachments).values(row);
    },

    removeAttachment: async (tx: Writer, id: string): Promise<void> => {
      await tx.delete(attachments).where(eq(attachments.id, id));
    },

    /** Whether another attachment still uses the stored file. */
    isFileUsed: async (db: Reader, hash: string): Promise<boolean> =>
      (await db.select({ id: attachments.id }).from(attachments).where(eq(attachments.hash, hash)).limit(1)).length > 0,

    listClosings: async (
      db: Reader,
      unitCodes: readonly string[],
      months: readonly string[],
    ): Promise<LedgerClosingRow[]> =>
      unitCodes.length === 0 || months.length === 0
        ? []
        : db
            .select()
            .from(ledgerClosings)
            .where(and(inArray(ledgerClosings.unitCode, [...unitCodes]), inArray(ledgerClosings.month, [...months]))),

    close: async (tx: Writer, row: LedgerClosingRow): Promise<boolean> =>
      changedRows(await tx.insert(ledgerClosings).values(row).onConflictDoNothing()) === 1,

    reopen: async (tx: Writer, unitCode: string, month: string): Promise<boolean> =>
      changedRows(
        await tx
          .delete(ledgerClosings)
          .where(and(eq(ledgerClosings.unitCode, unitCode), eq(ledgerClosings.month, month))),
      ) === 1,
  };
}

/**
 * Entries of an import that is being written, dropped or undone are not there for anybody. Such imports are few or none, and
 * found by their state: what this costs does not grow.
 */
export function isCounting({ outputs, ledgerImports }: Tables, db: Reader) {
  const hidden = db
    .select({ id: ledgerImports.id })
    .from(ledgerImports)
    .where(inArray(ledgerImports.state, ['staged', 'dropped', 'undoing']));
  return or(isNull(outputs.importId), notInArray(outputs.importId, hidden));
}

function isAfter(outputs: Tables['outputs'], { startDate, id }: OutputCursor) {
  // The first condition says nothing new, but it is a range that an index begins at.
  return and(
    lte(outputs.startDate, startDate),
    or(lt(outputs.startDate, startDate), and(eq(outputs.startDate, startDate), lt(outputs.id, id))),
  );
}

/** The order of the list: the latest day first, ids by code point as SQLite and PostgreSQL compare them. */
function isNewer(a: OutputCursor, b: OutputCursor): number {
  if (a.startDate !== b.startDate) return a.startDate < b.startDate ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

/** One value asks for equality: then the index gives the order as well. */
function isOneOf<Value extends string>(column: Column, values: readonly Value[]) {
  const [only] = values;
  return values.length === 1 ? eq(column, only) : inArray(column, [...values]);
}
