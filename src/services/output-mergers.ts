import { AppError } from '../core/errors.ts';
import { highestLevel } from '../core/publicity/duplicates.ts';
import { monthOf } from '../core/publicity/entry.ts';
import { isCounted } from '../core/publicity/sums.ts';
import type { Reader, Writer } from '../store/connection.ts';
import { keyBefore } from '../store/ledger-imports.ts';
import type { OutputRow } from '../store/outputs.ts';
import { type Actor, requirePermission } from './actor.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';
import { type LedgerMonths, requireReason } from './ledger-months.ts';
import { type OutputRows, type OutputView, requireState } from './output-rows.ts';
import { findUnit } from './units.ts';

export type OutputMergers = ReturnType<typeof createOutputMergers>;

/** Entries that count within another one, and how they come to count for themselves again. */
export function createOutputMergers(
  deps: Deps & { readonly kinds: KindService; readonly months: LedgerMonths; readonly rows: OutputRows },
) {
  const {
    connection,
    stores,
    kinds,
    months,
    rows: { requireOutput, lockOutputs, change, viewOne },
  } = deps;

  /** The level at which an entry counts: its own, or that of the highest that counts within it. */
  async function levelOf(db: Reader, { id, ownLevel }: Pick<OutputRow, 'id' | 'ownLevel'>) {
    const held = (await stores.outputs.listMergedInto(db, id)).filter(isMerger);
    return highestLevel([ownLevel, ...held.map((one) => one.mediaLevel)]);
  }

  /** Brings the level of an entry, and of the one it counts in, to what is merged into it now. */
  async function settle(tx: Writer, actor: Actor, id: string): Promise<void> {
    await lockOutputs(tx, [id]);
    const row = await stores.outputs.find(tx, id);
    if (!row) return;
    const mediaLevel = await levelOf(tx, row);
    if (mediaLevel === row.mediaLevel) return;
    await change(tx, actor, row, { mediaLevel }, 'output.change');
    if (row.mergedInto !== null) await settle(tx, actor, row.mergedInto);
  }

  /** An entry that counts for itself again, in the state that it had. */
  async function restore(tx: Writer, actor: Actor, row: OutputRow, details: Record<string, unknown>) {
    // Before anything is counted: two that come back from the same entry go one after the other.
    if (row.mergedInto !== null) await lockOutputs(tx, [row.mergedInto]);
    const clientKey = await keyOf(tx, row);
    const next = { clientKey, state: row.stateBefore ?? 'submitted', stateBefore: null, mergedInto: null } as const;
    const restored = await change(tx, actor, row, next, 'output.restore', details);
    if (row.mergedInto !== null) await settle(tx, actor, row.mergedInto);
    return restored;
  }

  /**
   * A row of a spreadsheet whose import was undone takes its key back, so that the same row is known when it is imported
   * again; where that happened already, the entry is there.
   */
  async function keyOf(tx: Writer, row: OutputRow): Promise<string> {
    const key = keyBefore(row);
    if (key === null) return row.clientKey;
    const there = (await stores.outputs.findByClientKeys(tx, [key])).get(key);
    if (there === undefined) return key;
    const other = (await stores.outputs.find(tx, there)) ?? row;
    const kind = (await kinds.all(tx)).get(other.kind)?.name.zh ?? other.kind;
    const date = other.startDate || other.statedPeriod;
    throw new AppError('LEDGER_ROW_THERE', { date, kind, quantity: other.quantity.text, id: there });
  }

  /** Taking a repost back may lower the level of the entry it counted in, which is a change of that one's month. */
  async function requireOpenTarget(tx: Writer, row: OutputRow, reason: string | null): Promise<void> {
    const target = row.mergedInto === null ? null : await stores.outputs.find(tx, row.mergedInto);
    if (!target || target.mediaLevel === target.ownLevel || target.mediaLevel !== row.mediaLevel) return;
    await months.requireOpen(tx, await findUnit(deps, target.unitCode, tx), [monthOf(target)], reason);
  }

  /** What counted in an entry that counts no more stands for itself again. */
  async function release(tx: Writer, actor: Actor, id: string): Promise<void> {
    const list = async () => (await stores.outputs.listMergedInto(tx, id)).filter(isMerger);
    await lockOutputs(
      tx,
      (await list()).map((one) => one.id),
    );
    for (const one of await list()) await restore(tx, actor, one, { from: id });
  }

  return {
    levelOf,
    requireOpenTarget,
    restore,
    release,

    /** Counts one entry within another: a repost, or the same event entered by two. It counts once, at the highest level. */
    async mergeOutputs(actor: Actor, id: string, into: string, why?: string): Promise<OutputView> {
      requirePermission(actor, 'output.review');
      const reason = why === undefined ? null : requireReason(why);
      if (id === into) throw new AppError('OUTPUT_MERGE_SELF');
      return connection.transaction(async (tx) => {
        await lockOutputs(tx, [id, into]);
        const { row, unit } = await requireOutput(tx, actor, id);
        const { row: target, unit: targetUnit } = await requireOutput(tx, actor, into);
        const known = await kinds.all(tx);
        const isPiece = ({ kind }: OutputRow): boolean => known.get(kind)?.inMedia === true;
        // One piece in the newspaper and on WeChat is of two kinds and still one piece.
        const isAlike = row.kind === target.kind || (isPiece(row) && isPiece(target));
        if (!isCounted(target.state) || !isAlike) throw new AppError('OUTPUT_MERGE_SELF');
        requireState(row, 'submitted', 'returned', 'accepted');
        const level = highestLevel([row.mediaLevel, target.mediaLevel]);
        await months.requireOpen(tx, unit, [monthOf(row)], reason);
        if (level !== target.mediaLevel) await months.requireOpen(tx, targetUnit, [monthOf(target)], reason);
        const next = { state: 'merged', stateBefore: row.state, mergedInto: into } as const;
        await change(tx, actor, row, next, 'output.merge', { into, ...(reason ? { reason } : {}) });
        await settle(tx, actor, into);
        return viewOne(tx, (await requireOutput(tx, actor, into)).row);
      });
    },
  };
}

/** A stated sum of rows was never anything else: it stays a statement. */
const isMerger = ({ stateBefore }: OutputRow): boolean => stateBefore !== null;
