import { AppError } from '../core/errors.ts';
import { highestLevel } from '../core/publicity/duplicates.ts';
import { monthOf } from '../core/publicity/entry.ts';
import { isCounted } from '../core/publicity/sums.ts';
import type { Writer } from '../store/connection.ts';
import type { OutputRow } from '../store/outputs.ts';
import { type Actor, requirePermission } from './actor.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';
import { type LedgerMonths, requireReason } from './ledger-months.ts';
import { type OutputRows, type OutputView, requireState } from './output-rows.ts';

/** The level of what stays before a repost was merged into it, and since. */
interface Raised {
  readonly from: OutputRow['mediaLevel'];
  readonly to: OutputRow['mediaLevel'];
}

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
    rows: { requireOutput, change, viewOne },
  } = deps;

  /** What counted in an entry that counts no more stands for itself again. A stated sum of rows stays a statement. */
  async function release(tx: Writer, actor: Actor, id: string): Promise<void> {
    for (const held of await stores.outputs.listMergedInto(tx, id)) {
      if (held.version === 1) continue;
      const next = { state: 'submitted', mergedInto: null } as const;
      await change(tx, actor, held, next, 'output.restore', { from: id });
      await lower(tx, actor, held);
    }
  }

  /** What a merger raised to the level of a repost goes back to its own when the repost counts for itself again. */
  async function lower(tx: Writer, actor: Actor, { id, mergedInto }: OutputRow): Promise<void> {
    const target = mergedInto === null ? null : await stores.outputs.find(tx, mergedInto);
    const about = { units: null, action: 'output.merge', object: { type: 'output', id }, limit: 1 };
    const [merger] = await stores.audit.list(tx, about);
    const raised = merger?.details.raised as Raised | undefined;
    if (!target || !raised || target.mediaLevel !== raised.to) return;
    const others = (await stores.outputs.listMergedInto(tx, target.id)).map((one) => one.mediaLevel);
    const level = highestLevel([raised.from, ...others]);
    if (level !== target.mediaLevel) await change(tx, actor, target, { mediaLevel: level }, 'output.change');
  }

  return {
    release,
    lower,

    /** Counts one entry within another: a repost, or the same event entered by two. It counts once, at the highest level. */
    async mergeOutputs(actor: Actor, id: string, into: string, why?: string): Promise<OutputView> {
      requirePermission(actor, 'output.review');
      const reason = why === undefined ? null : requireReason(why);
      if (id === into) throw new AppError('OUTPUT_MERGE_SELF');
      return connection.transaction(async (tx) => {
        const { row, unit } = await requireOutput(tx, actor, id);
        const { row: target, unit: targetUnit } = await requireOutput(tx, actor, into);
        const known = await kinds.all(tx);
        const isPiece = ({ kind }: OutputRow): boolean => known.get(kind)?.inMedia === true;
        // One piece in the newspaper and on WeChat is of two kinds and still one piece.
        const isAlike = row.kind === target.kind || (isPiece(row) && isPiece(target));
        if (!isCounted(target.state) || !isAlike) throw new AppError('OUTPUT_MERGE_SELF');
        requireState(row, 'submitted', 'returned', 'accepted');
        const level = highestLevel([row.mediaLevel, target.mediaLevel]);
        const raised: Raised | null = level === target.mediaLevel ? null : { from: target.mediaLevel, to: level };
        await months.requireOpen(tx, unit, [monthOf(row)], reason);
        if (raised) await months.requireOpen(tx, targetUnit, [monthOf(target)], reason);
        const told = { into, ...(raised ? { raised } : {}), ...(reason ? { reason } : {}) };
        await change(tx, actor, row, { state: 'merged', mergedInto: into }, 'output.merge', told);
        const kept =
          level === target.mediaLevel
            ? target
            : await change(tx, actor, target, { mediaLevel: level }, 'output.change');
        return viewOne(tx, kept);
      });
    },
  };
}
