import { AppError } from '../core/errors.ts';
import { type Actor, requirePermission, scopePath } from './actor.ts';
import type { Deps } from './deps.ts';

/** Rows of the log on one page. */
const PAGE = 50;

export type AuditService = ReturnType<typeof createAuditService>;

/** Reading who did what. Writing is `recordAudit`, inside the verbs themselves. */
export function createAuditService({ connection, stores }: Pick<Deps, 'connection' | 'stores'>) {
  return {
    /** Newest first; `before` is what the page before gave as `next`. */
    async listAudit(
      actor: Actor,
      filter: { readonly before?: string | undefined; readonly action?: string | undefined },
    ) {
      requirePermission(actor, 'audit.read');
      const scope = scopePath(actor);
      const units =
        scope === null || scope === '/'
          ? null
          : (await stores.units.listSubtree(connection.reader, scope)).map(({ code }) => code);
      const { action, before } = filter;
      const rows = await stores.audit.list(connection.reader, {
        action,
        before: before === undefined ? undefined : readCursor(before),
        units,
        limit: PAGE,
      });
      const last = rows.at(-1);
      return { rows, next: last && rows.length === PAGE ? `${last.at}-${last.id}` : null };
    },
  };
}

/** The place after which a page begins, as `next` wrote it. */
function readCursor(text: string): { at: number; id: string } {
  const [, at, id] = /^(\d{1,15})-(\w{1,60})$/.exec(text) ?? [];
  if (at === undefined || id === undefined)
    throw new AppError('INPUT_INVALID', { field: 'before', reason: text.slice(0, 40) });
  return { at: Number(at), id };
}
