import { AppError } from '../core/errors.ts';
import { checkEntry, type Entry, type EntryInput, monthOf, WRITING_LEVELS } from '../core/publicity/entry.ts';
import type { Kind } from '../core/publicity/kinds.ts';
import type { Reader, Writer } from '../store/connection.ts';
import { isUniqueViolation } from '../store/dialect/expressions.ts';
import type { OutputRow } from '../store/outputs.ts';
import type { StoredUnit } from '../store/units.ts';
import { type Actor, requirePermission, requireScope } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';
import { createLedgerCounters } from './ledger-counters.ts';
import { createLedgerMonths, requireReason } from './ledger-months.ts';
import { createOutputLists } from './output-lists.ts';
import { createOutputMergers } from './output-mergers.ts';
import { createOutputPairs } from './output-pairs.ts';
import { createOutputReviews } from './output-reviews.ts';
import { createOutputRows, type OutputView, requireState } from './output-rows.ts';
import { findUnit } from './units.ts';

export type OutputService = ReturnType<typeof createOutputService>;

export interface NewOutput extends EntryInput {
  readonly unit: string;
  /** Made where the entry was written: sent twice, it is one entry. */
  readonly clientKey: string;
}

/** What many entries can be changed in at once. */
export type OutputEdit = {
  readonly [Field in Exclude<keyof EntryInput, 'quantity' | 'reach'>]?: string | undefined;
};

/** The publicity ledger 宣传台账: each thing entered once by those who did it, read by those above them. */
export function createOutputService(deps: Deps & { readonly kinds: KindService }) {
  const { connection, stores, today, kinds } = deps;
  const counters = createLedgerCounters(deps);
  const months = createLedgerMonths(deps);
  const rows = createOutputRows({ ...deps, counters });
  const mergers = createOutputMergers({ ...deps, months, rows });
  const { requireOpen } = months;
  const { levelOf, requireOpenTarget, restore, release } = mergers;
  const { requireOutput, lockOutputs, takeOutput, change, view, viewOne, insert } = rows;

  async function writingUnit(db: Reader, actor: Actor, code: string): Promise<StoredUnit> {
    const unit = await findUnit(deps, code, db);
    requireScope(actor, unit);
    if (!WRITING_LEVELS.includes(unit.level)) throw new AppError('OUTPUT_PLACE_LEVEL', { unit: unit.name });
    return unit;
  }

  function accept(input: EntryInput, known: ReadonlyMap<string, Kind>): Entry {
    const { entry, problems } = checkEntry(input, { kinds: known, today: today() });
    const [first] = problems;
    if (first) throw new AppError(first.code, first.details);
    return entry as Entry;
  }

  /** Writes an entry as it is now; what was returned is handed in again by it. */
  async function handIn(tx: Writer, actor: Actor, row: OutputRow, entry: Entry, reason: string | null) {
    const ownLevel = entry.mediaLevel;
    const mediaLevel = await levelOf(tx, { id: row.id, ownLevel });
    const next = { ...entry, ownLevel, mediaLevel, state: 'submitted', returnReason: null, correctionReason: reason };
    return change(tx, actor, row, next as Partial<OutputRow>, 'output.change', reason ? { reason } : {});
  }

  return {
    insert,
    ...counters,
    ...months,
    ...mergers,
    ...createOutputLists({ ...deps, rows }),
    ...createOutputPairs({ ...deps, rows }),
    ...createOutputReviews({ ...deps, rows, mergers, months }),

    /** Enters one output. The same client key again gives the entry that is there. */
    async addOutput(actor: Actor, input: NewOutput & { readonly reason?: string | undefined }): Promise<OutputView> {
      requirePermission(actor, 'output.write');
      const key = clientKeyOf(actor, input.clientKey);
      const add = async (tx: Writer): Promise<OutputView> => {
        const unit = await writingUnit(tx, actor, input.unit);
        const known = (await stores.outputs.findByClientKeys(tx, [key])).get(key);
        if (known !== undefined) {
          const { row } = await requireOutput(tx, actor, known);
          return viewOne(tx, row);
        }
        const entry = accept(input, await kinds.all(tx));
        const reason = input.reason === undefined ? null : requireReason(input.reason);
        await requireOpen(tx, unit, [monthOf(entry)], reason);
        const [row] = await insert(tx, [{ entry, unit, clientKey: key }], { actor, importId: null, reason });
        // Sent twice at the same moment: the other one was written just now.
        if (!row) return add(tx);
        await recordAudit(deps, tx, actor, {
          ...{ action: 'output.add', objectType: 'output', objectId: row.id, unitCode: unit.code },
          details: {
            kind: entry.kind,
            quantity: entry.quantity.text,
            date: entry.startDate,
            ...(reason ? { reason } : {}),
          },
        });
        return viewOne(tx, row);
      };
      try {
        return await connection.transaction(add);
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        return connection.transaction(add);
      }
    },

    /** Changes an entry as it was read; a returned one is handed in again by it. */
    async changeOutput(
      actor: Actor,
      id: string,
      input: EntryInput & { readonly version: number; readonly reason?: string | undefined },
    ): Promise<OutputView> {
      requirePermission(actor, 'output.write');
      return connection.transaction(async (tx) => {
        const { row, unit } = await takeOutput(tx, actor, id);
        requireState(row, 'submitted', 'returned', 'accepted');
        if (row.version !== input.version) throw new AppError('OUTPUT_CHANGED');
        const entry = accept(input, await kinds.all(tx));
        const reason = input.reason === undefined ? null : requireReason(input.reason);
        await requireOpen(tx, unit, [monthOf(row), monthOf(entry)], reason);
        return viewOne(tx, await handIn(tx, actor, row, entry, reason));
      });
    },

    /** Makes the same change to many entries at once, all or none; what the change does not name stays as it is. */
    async editOutputs(
      actor: Actor,
      ids: readonly string[],
      edit: { readonly change: OutputEdit; readonly reason?: string | undefined },
    ): Promise<OutputView[]> {
      requirePermission(actor, 'output.write');
      const reason = edit.reason === undefined ? null : requireReason(edit.reason);
      return connection.transaction(async (tx) => {
        await lockOutputs(tx, ids);
        const known = await kinds.all(tx);
        const changed: OutputRow[] = [];
        for (const id of new Set(ids)) {
          const { row, unit } = await requireOutput(tx, actor, id);
          requireState(row, 'submitted', 'returned', 'accepted');
          const entry = accept(editedInput(row, edit.change), known);
          await requireOpen(tx, unit, [monthOf(row), monthOf(entry)], reason);
          changed.push(await handIn(tx, actor, row, entry, reason));
        }
        return view(tx, changed);
      });
    },

    /** Takes an entry out of all counts, with a reason; it stays in the ledger and can be put back. */
    async withdrawOutput(actor: Actor, id: string, input: { readonly version: number; readonly reason: string }) {
      requirePermission(actor, 'output.write');
      const reason = requireReason(input.reason);
      return connection.transaction(async (tx) => {
        const { row } = await takeOutput(tx, actor, id);
        requireState(row, 'submitted', 'returned', 'accepted');
        if (row.version !== input.version) throw new AppError('OUTPUT_CHANGED');
        await change(tx, actor, row, { state: 'withdrawn', stateBefore: row.state }, 'output.withdraw', {
          reason,
        });
        await release(tx, actor, id);
        return viewOne(tx, (await requireOutput(tx, actor, id)).row);
      });
    },

    /** Undoes a withdrawal or a merger: the entry is again what it was before. */
    async restoreOutput(
      actor: Actor,
      id: string,
      input: { readonly version: number; readonly reason?: string | undefined },
    ): Promise<OutputView> {
      requirePermission(actor, 'output.write');
      const reason = input.reason === undefined ? null : requireReason(input.reason);
      return connection.transaction(async (tx) => {
        const { row, unit } = await takeOutput(tx, actor, id);
        requireState(row, 'withdrawn', 'merged');
        if (row.state === 'merged') requirePermission(actor, 'output.review');
        if (row.version !== input.version) throw new AppError('OUTPUT_CHANGED');
        await requireOpen(tx, unit, [monthOf(row)], reason);
        await requireOpenTarget(tx, row, reason);
        return viewOne(tx, await restore(tx, actor, row, reason ? { reason } : {}));
      });
    },
  };
}

/** An entry as a form would say it, so that a change of one field is checked as a whole. */
function inputOf(row: OutputRow): EntryInput {
  const { kind, title, place, startDate, endDate, outlet, link, note } = row;
  return {
    ...{ kind, title, place, startDate, endDate, outlet, link, note },
    statedPeriod: row.statedPeriod ?? undefined,
    mediaLevel: row.ownLevel ?? undefined,
    quantity: row.quantity.text,
    reach: row.reach.map(({ reach, quantity, asOf }) => ({ reach, quantity: quantity.text, asOf: asOf ?? undefined })),
  };
}

function editedInput(row: OutputRow, change: OutputEdit): EntryInput {
  const before = inputOf(row);
  // What was done on one day is done on the new one.
  const endDate = change.startDate !== undefined && row.startDate === row.endDate ? undefined : before.endDate;
  const named = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { ...before, endDate, ...named };
}

/** The same key of two people is two entries: nobody can take another's key. */
function clientKeyOf(actor: Actor, key: string): string {
  return `${actor.id}:${key.slice(0, 80)}`;
}
