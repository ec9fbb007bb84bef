import type { Kind, MediaLevel } from '../core/publicity/kinds.ts';
import type { Platform } from '../core/publicity/media-accounts.ts';
import type { Quantity } from '../core/publicity/quantity.ts';
import type { Reach } from '../core/publicity/totals.ts';
import type { Columns } from './dialect/columns.pg.ts';

/** 已报 → 已审; 退回 goes back to who wrote it; 合并 counts in another entry; 撤回 counts nowhere. */
export type OutputState = 'submitted' | 'returned' | 'accepted' | 'merged' | 'withdrawn';

/**
 * Entries of an import count for nobody while it is being written (`staged`), taken back out after it broke off
 * (`dropped`), or undone (`undoing`): they are there for all at once, and gone for all at once.
 */
export type LedgerImportState = 'staged' | 'dropped' | 'taken' | 'undoing' | 'undone';

/** What an output reached: copies, persons, reads as of a day. */
export interface StoredReach {
  readonly reach: Reach;
  readonly quantity: Quantity;
  /** The day for which the number was read off, `YYYY-MM-DD`; null when nobody said. */
  readonly asOf: string | null;
}

/** The tables of the publicity ledger 宣传台账; `units` are those of the survey. */
export function defineLedgerTables(c: Columns) {
  const { table, text, instant, flag, json, count, real, primaryKey, index, uniqueIndex } = c;

  /** Kinds that administrators added or changed; the shipped ones are part of the program. */
  const outputKinds = table('output_kinds', {
    code: text().primaryKey(),
    definition: json<Kind>().notNull(),
    updatedAt: instant().notNull(),
    updatedBy: text().notNull(),
  });

  const outputs = table(
    'outputs',
    {
      id: text().primaryKey(),
      /** Made by the browser or out of an import's row: sending an entry twice makes one. */
      clientKey: text().notNull(),
      unitCode: text().notNull(),
      kind: text().notNull(),
      title: text().notNull(),
      /** Village, grid or spot. */
      place: text().notNull(),
      startDate: text().notNull(),
      endDate: text().notNull(),
      /** A period as a document states it (三年以来), when there is no day; such an entry is in no month's total. */
      statedPeriod: text(),
      quantity: json<Quantity>().notNull(),
      reach: json<readonly StoredReach[]>().notNull(),
      /** The level at which it counts: its own, or that of the highest repost merged into it. */
      mediaLevel: text().$type<MediaLevel>(),
      /** The level of its own, as it was entered. */
      ownLevel: text().$type<MediaLevel>(),
      outlet: text().notNull(),
      link: text().notNull(),
      note: text().notNull(),
      state: text().$type<OutputState>().notNull(),
      returnReason: text(),
      /** The entry in which this one counts. */
      mergedInto: text(),
      /** Of what was merged or withdrawn: the state to go back to. Null for what was never anything else. */
      stateBefore: text().$type<OutputState>(),
      importId: text(),
      /** Why it was changed after its month was closed 更正. */
      correctionReason: text(),
      version: count().notNull(),
      createdAt: instant().notNull(),
      createdBy: text().notNull(),
      updatedAt: instant().notNull(),
      updatedBy: text().notNull(),
    },
    (t) => [
      uniqueIndex('outputs_client').on(t.clientKey),
      // A page of the list, of everywhere or of one unit, with a kind or a state chosen or not: no index, no page in time.
      index('outputs_date').on(t.startDate, t.id),
      index('outputs_kind').on(t.kind, t.startDate, t.id),
      index('outputs_state').on(t.state, t.startDate, t.id),
      index('outputs_unit').on(t.unitCode, t.startDate, t.id),
      index('outputs_unit_kind').on(t.unitCode, t.kind, t.startDate, t.id),
      index('outputs_unit_state').on(t.unitCode, t.state, t.startDate, t.id),
      index('outputs_import').on(t.importId),
      index('outputs_place').on(t.unitCode, t.kind, t.place),
      index('outputs_merged').on(t.mergedInto),
      // What was changed a moment ago, for an import that is about to count.
      index('outputs_updated').on(t.updatedAt, t.importId),
    ],
  );

  /** Pairs of entries that somebody judged not to be the same; `a` comes before `b`. */
  const outputPairs = table(
    'output_pairs',
    {
      a: text().notNull(),
      b: text().notNull(),
      judgedAt: instant().notNull(),
      judgedBy: text().notNull(),
    },
    (t) => [primaryKey({ columns: [t.a, t.b] })],
  );

  /**
   * Counters of the ledger, written in the transaction that writes the entry, for its unit and every unit above: what a
   * report adds up costs the same at ten thousand entries and at a million, for a town and for the city. `what` is the
   * entry's own number (`''`), a reach, or `unreviewed`; see `SumCell`.
   */
  const outputSums = table(
    'output_sums',
    {
      unitCode: text().notNull(),
      month: text().notNull(),
      kind: text().notNull(),
      what: text().notNull(),
      mediaLevel: text().notNull(),
      qualifier: text().notNull(),
      n: count().notNull(),
      sum: real().notNull(),
    },
    // The month comes last: sums over months of each of the others are read in the order of the key.
    (t) => [primaryKey({ columns: [t.unitCode, t.kind, t.what, t.mediaLevel, t.qualifier, t.month] })],
  );

  /**
   * What the counters will gain or lose at once, when an import is taken or undone: worked out beforehand in short
   * transactions, since there may be tens of thousands.
   */
  const stagedSums = table(
    'staged_sums',
    {
      stageId: text().notNull(),
      unitCode: text().notNull(),
      month: text().notNull(),
      kind: text().notNull(),
      what: text().notNull(),
      mediaLevel: text().notNull(),
      qualifier: text().notNull(),
      n: count().notNull(),
      sum: real().notNull(),
      stagedAt: instant().notNull(),
    },
    (t) => [primaryKey({ columns: [t.stageId, t.unitCode, t.kind, t.what, t.mediaLevel, t.qualifier, t.month] })],
  );

  const attachments = table(
    'attachments',
    {
      id: text().primaryKey(),
      outputId: text().notNull(),
      /** SHA-256 of the stored file, which is also its name on disk. */
      hash: text().notNull(),
      /** Of the file as it was sent: the same photo is known again whatever we made of it. */
      sourceHash: text().notNull(),
      name: text().notNull(),
      type: text().notNull(),
      bytes: count().notNull(),
      /** Kept on purpose: the position in the photo tells where it was taken. */
      keepsPosition: flag().notNull(),
      createdAt: instant().notNull(),
      createdBy: text().notNull(),
    },
    (t) => [index('attachments_output').on(t.outputId), index('attachments_source').on(t.sourceHash)],
  );

  /** Where a unit publishes under a name of its own 发布账号. */
  const mediaAccounts = table(
    'media_accounts',
    {
      id: text().primaryKey(),
      unitCode: text().notNull(),
      platform: text().$type<Platform>().notNull(),
      name: text().notNull(),
      /** Other names by which entries call it, its former ones among them. */
      aliases: json<readonly string[]>().notNull(),
      /** The last day on which it was in use; null while it is. */
      endedOn: text(),
      version: count().notNull(),
      createdAt: instant().notNull(),
      createdBy: text().notNull(),
      updatedAt: instant().notNull(),
      updatedBy: text().notNull(),
    },
    (t) => [index('media_accounts_unit').on(t.unitCode)],
  );

  /** How many followed an account on a day, as somebody read it off. */
  const mediaFollowers = table(
    'media_followers',
    {
      accountId: text().notNull(),
      day: text().notNull(),
      quantity: json<Quantity>().notNull(),
      notedAt: instant().notNull(),
      notedBy: text().notNull(),
    },
    (t) => [primaryKey({ columns: [t.accountId, t.day] })],
  );

  const ledgerClosings = table(
    'ledger_closings',
    {
      unitCode: text().notNull(),
      month: text().notNull(),
      closedAt: instant().notNull(),
      closedBy: text().notNull(),
    },
    (t) => [primaryKey({ columns: [t.unitCode, t.month] })],
  );

  const ledgerImports = table(
    'ledger_imports',
    {
      id: text().primaryKey(),
      unitCode: text().notNull(),
      fileName: text().notNull(),
      fileHash: text().notNull(),
      mapping: json<unknown>().notNull(),
      rows: count().notNull(),
      state: text().$type<LedgerImportState>().notNull(),
      /** When its state changed, or it last wrote a row. */
      changedAt: instant().notNull().default(0),
      importedAt: instant().notNull(),
      importedBy: text().notNull(),
    },
    (t) => [
      index('ledger_imports_unit').on(t.unitCode, t.importedAt),
      index('ledger_imports_state').on(t.state, t.changedAt),
    ],
  );

  /** How a unit's spreadsheet was read the last time, known again by its column heads. */
  const ledgerMappings = table(
    'ledger_mappings',
    {
      unitCode: text().notNull(),
      headerHash: text().notNull(),
      mapping: json<unknown>().notNull(),
      updatedAt: instant().notNull(),
    },
    (t) => [primaryKey({ columns: [t.unitCode, t.headerHash] })],
  );

  /** A batch of posters or leaflets with a code of its own 宣传品编码. */
  const instruments = table(
    'instruments',
    {
      code: text().primaryKey(),
      unitCode: text().notNull(),
      kind: text().notNull(),
      label: text().notNull(),
      outputId: text(),
      createdAt: instant().notNull(),
      createdBy: text().notNull(),
    },
    (t) => [index('instruments_unit').on(t.unitCode)],
  );

  const instrumentCounts = table(
    'instrument_counts',
    {
      code: text().notNull(),
      day: text().notNull(),
      scans: count().notNull(),
      completes: count().notNull(),
    },
    (t) => [primaryKey({ columns: [t.code, t.day] })],
  );

  return {
    outputKinds,
    outputs,
    outputPairs,
    outputSums,
    stagedSums,
    mediaAccounts,
    mediaFollowers,
    attachments,
    ledgerClosings,
    ledgerImports,
    ledgerMappings,
    instruments,
    instrumentCounts,
  };
}
