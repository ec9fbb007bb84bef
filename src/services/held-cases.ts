import { AppError } from '../core/errors.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Writer } from '../store/connection.ts';
import { type Actor, requirePermission, requireScope } from './actor.ts';
import type { Deps } from './deps.ts';
import type { DeskCase, DeskViews } from './desk-views.ts';
import { findUnit } from './units.ts';

/** Names a case that the caller holds. */
export interface Held {
  readonly case: string;
  readonly lease: string;
}

export type HeldCases = ReturnType<typeof createHeldCases>;

/** Cases in somebody's hand: a lease token guards each, so that what somebody else was given meanwhile is out of reach. */
export function createHeldCases(deps: Deps & { readonly views: DeskViews }) {
  const { connection, stores, views } = deps;

  /** The case as the caller holds it, against all others until the transaction ends. */
  async function requireHeld(tx: Writer, actor: Actor, held: Held): Promise<CaseRow> {
    const one = await stores.cases.hold(tx, held.case);
    if (one) requireScope(actor, await findUnit(deps, one.unitCode, tx));
    if (!one || one.leaseToken !== held.lease || one.leaseBy !== actor.id) throw new AppError('LEASE_LOST');
    return one;
  }

  /** Does something with a held case and shows it as it then stands. */
  async function withHeld(
    actor: Actor,
    held: Held,
    work: (tx: Writer, one: CaseRow) => Promise<string | null>,
  ): Promise<DeskCase> {
    requirePermission(actor, 'case.work');
    return connection.transaction(async (tx) => {
      const one = await requireHeld(tx, actor, held);
      const at = await work(tx, one);
      return views.viewCase(tx, (await stores.cases.find(tx, one.id)) ?? one, at);
    });
  }

  return { requireHeld, withHeld };
}
