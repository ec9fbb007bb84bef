import { AppError } from '../core/errors.ts';
import { monthOf } from '../core/publicity/entry.ts';
import { type Actor, requirePermission } from './actor.ts';
import type { Deps } from './deps.ts';
import { type LedgerMonths, requireReason } from './ledger-months.ts';
import type { OutputMergers } from './output-mergers.ts';
import { type OutputRows, requireState } from './output-rows.ts';

/** What a reviewer says to entries: accepted, sent back, or neither after all. */
export function createOutputReviews(
  deps: Deps & { readonly rows: OutputRows; readonly mergers: OutputMergers; readonly months: LedgerMonths },
) {
  const {
    connection,
    rows: { requireOutput, lockOutputs, takeOutput, change, viewOne },
    mergers,
    months,
  } = deps;

  return {
    /** Accepts entries; those that are accepted already stay so. Says how many were. */
    async acceptOutputs(actor: Actor, ids: readonly string[]): Promise<{ readonly accepted: number }> {
      requirePermission(actor, 'output.review');
      return connection.transaction(async (tx) => {
        await lockOutputs(tx, ids);
        let accepted = 0;
        for (const id of new Set(ids)) {
          const { row } = await requireOutput(tx, actor, id);
          if (row.state === 'accepted') continue;
          requireState(row, 'submitted');
          await change(tx, actor, row, { state: 'accepted' }, 'output.accept');
          accepted += 1;
        }
        return { accepted };
      });
    },

    /** Takes a reviewer's own word back: what was accepted or returned waits again. */
    async reopenOutputs(actor: Actor, ids: readonly string[], why?: string): Promise<{ readonly reopened: number }> {
      requirePermission(actor, 'output.review');
      const reason = why === undefined ? null : requireReason(why);
      return connection.transaction(async (tx) => {
        await lockOutputs(tx, ids);
        let reopened = 0;
        for (const id of new Set(ids)) {
          const { row, unit } = await requireOutput(tx, actor, id);
          if (row.state === 'submitted') continue;
          requireState(row, 'accepted', 'returned');
          // What was returned is in no total, and comes back into that of its month.
          if (row.state === 'returned') await months.requireOpen(tx, unit, [monthOf(row)], reason);
          const next = { state: 'submitted', returnReason: null } as const;
          await change(tx, actor, row, next, 'output.reopen', reason ? { reason } : {});
          reopened += 1;
        }
        return { reopened };
      });
    },

    /** Sends an entry back to who wrote it; it is in no total until it is handed in again. */
    async returnOutput(actor: Actor, id: string, input: { readonly version: number; readonly reason: string }) {
      requirePermission(actor, 'output.review');
      const reason = requireReason(input.reason);
      return connection.transaction(async (tx) => {
        const { row } = await takeOutput(tx, actor, id);
        requireState(row, 'submitted', 'accepted');
        if (row.version !== input.version) throw new AppError('OUTPUT_CHANGED');
        const next = { state: 'returned', returnReason: reason } as const;
        await change(tx, actor, row, next, 'output.return');
        await mergers.release(tx, actor, id);
        return viewOne(tx, (await requireOutput(tx, actor, id)).row);
      });
    },
  };
}
