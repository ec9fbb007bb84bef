import type { Clock, NewId } from '../core/ids.ts';
import type { Writer } from '../store/connection.ts';
import type { Stores } from '../store/stores.ts';
import type { Actor } from './actor.ts';

export interface AuditDeps {
  readonly stores: Pick<Stores, 'audit'>;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** Records who did what, when, on what, in the transaction that does it: no change without its row, no row without its change. */
export async function recordAudit(
  { stores, clock, newId }: AuditDeps,
  tx: Writer,
  actor: Pick<Actor, 'id' | 'name'>,
  what: {
    readonly action: string;
    readonly objectType: string;
    readonly objectId: string;
    readonly unitCode: string | null;
    readonly details?: Record<string, unknown>;
  },
): Promise<void> {
  await stores.audit.insert(tx, {
    id: newId(),
    at: clock(),
    actorId: actor.id,
    actorName: actor.name,
    action: what.action,
    objectType: what.objectType,
    objectId: what.objectId,
    unitCode: what.unitCode,
    details: what.details ?? {},
  });
}
