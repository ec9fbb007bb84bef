import { AppError } from '../core/errors.ts';
import type { Reader } from '../store/connection.ts';
import type { StoredUnit } from '../store/units.ts';
import { type Actor, requirePermission, requireScope } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import { findUnit } from './units.ts';

const LONGEST_REASON = 200;

export type LedgerMonths = ReturnType<typeof createLedgerMonths>;

/** The months of the ledger: once one is closed, what changes it is a correction with a reason 更正. */
export function createLedgerMonths(deps: Deps) {
  const { connection, stores, clock } = deps;

  return {
    /**
     * Refuses a change to a closed month unless a reason is given. A month is closed for a unit when it or any unit above
     * it has closed it.
     */
    async requireOpen(db: Reader, unit: StoredUnit, months: readonly (string | null)[], reason: string | null) {
      const asked = [...new Set(months.filter((month) => month !== null))];
      const above = unit.path.split('/').filter((code) => code !== '');
      const [closing] = await stores.outputs.listClosings(db, above, asked);
      if (closing && reason === null) {
        throw new AppError('OUTPUT_MONTH_CLOSED', { unit: unit.name, month: closing.month });
      }
    },

    /** Closes a month for a unit and all below it: from then on only corrections with a reason. */
    async closeMonth(actor: Actor, input: { readonly unit: string; readonly month: string }): Promise<void> {
      requirePermission(actor, 'month.close');
      if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(input.month)) throw new AppError('PERIOD_BAD', { value: input.month });
      await connection.transaction(async (tx) => {
        const unit = await findUnit(deps, input.unit, tx);
        requireScope(actor, unit);
        const row = { unitCode: unit.code, month: input.month, closedAt: clock(), closedBy: actor.id };
        if (!(await stores.outputs.close(tx, row))) return;
        await recordAudit(deps, tx, actor, {
          ...{ action: 'ledger.close', objectType: 'month', objectId: input.month, unitCode: unit.code },
        });
      });
    },

    async reopenMonth(actor: Actor, input: { readonly unit: string; readonly month: string; readonly reason: string }) {
      requirePermission(actor, 'month.close');
      const reason = requireReason(input.reason);
      await connection.transaction(async (tx) => {
        const unit = await findUnit(deps, input.unit, tx);
        requireScope(actor, unit);
        if (!(await stores.outputs.reopen(tx, unit.code, input.month))) return;
        await recordAudit(deps, tx, actor, {
          ...{ action: 'ledger.reopen', objectType: 'month', objectId: input.month, unitCode: unit.code },
          details: { reason },
        });
      });
    },

    /** The closed months of a year, of the unit and of those above it: each of these closes it for the unit. */
    async listClosings(actor: Actor, input: { readonly unit: string; readonly year: string }) {
      requirePermission(actor, 'output.read');
      const unit = await findUnit(deps, input.unit);
      requireScope(actor, unit);
      const months = Array.from({ length: 12 }, (_, i) => `${input.year}-${String(i + 1).padStart(2, '0')}`);
      const above = unit.path.split('/').filter((code) => code !== '');
      const rows = await stores.outputs.listClosings(connection.reader, above, months);
      return rows.map(({ unitCode, month, closedAt }) => ({ unitCode, month, closedAt }));
    },
  };
}

/** The reason that a change has to have. */
export function requireReason(reason: string | undefined): string {
  const text = reason?.trim() ?? '';
  if (text === '' || text.length > LONGEST_REASON)
    throw new AppError('OUTPUT_REASON_MISSING', { most: LONGEST_REASON });
  return text;
}
