import { type Actor, requirePermission, scopePath } from './actor.ts';
import type { Deps } from './deps.ts';

/** Rows of the log on one page. */
const PAGE = 50;

export type AuditService = ReturnType<typeof createAuditService>;

/** Reading who did what. Writing is `recordAudit`, inside the verbs themselves. */
export function createAuditService({ connection, stores }: Pick<Deps, 'connection' | 'stores'>) {
  return {
    /** Newest first; `before` is the instant of the last row of the page before. */
    async listAudit(
      actor: Actor,
      filter: { readonly before?: number | undefined; readonly action?: string | undefined },
    ) {
      requirePermission(actor, 'audit.read');
      const scope = scopePath(actor);
      const units =
        scope === null || scope === '/'
          ? null
          : (await stores.units.listSubtree(connection.reader, scope)).map(({ code }) => code);
      const rows = await stores.audit.list(connection.reader, { ...filter, units, limit: PAGE });
      return { rows, next: rows.length === PAGE ? (rows.at(-1)?.at ?? null) : null };
    },
  };
}
