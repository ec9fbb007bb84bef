import { AppError } from '../core/errors.ts';
import { type Actor, requirePermission } from './actor.ts';
import type { Deps } from './deps.ts';
import { requireReason } from './ledger-months.ts';
import type { OutputMergers } from './output-mergers.ts';
import { type OutputRows, requireState } from './output-rows.ts';

/** What a reviewer says to entries: accepted, sent back, or neither after all. */
export function createOutputReviews(deps: Deps & { readonly rows: OutputRows; readonly mergers: OutputMergers }) {
  const {
    connection,
    rows: { requireOutput, change, viewOne },
    mergers,
  } = deps;

  return {
    /** Accepts entries; those that are accepted already stay so. Says how many were. */
    async acceptOutputs(actor: Actor, ids: readonly string[]): Promise<{ readonly accepted: number }> {
      requirePermission(actor, 'output.review');
      return connection.transaction(async (tx) => {
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
    async reopenOutputs(actor: Actor, ids: readonly string[]): Promise<{ readonly reopened: number }> {
      requirePermission(actor, 'output.review');
      return connection.transaction(async (tx) => {
        let reopened = 0;
        for (const id of new Set(ids)) {
          const { row } = await requireOutput(tx, actor, id);
          if (row.state === 'submitted') continue;
          requireState(row, 'accepted', 'returned');
          await change(tx, actor, row, { state: 'submitted', returnReason: null }, 'output.reopen');
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
        const { row } = await requireOutput(tx, actor, id);
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
