import type { OutputState } from '../store/ledger-tables.ts';
import type { OutputCursor, OutputFilter } from '../store/outputs.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import type { Deps } from './deps.ts';
import type { OutputRows, OutputView } from './output-rows.ts';
import { findUnit } from './units.ts';

const PAGE = 50;
/** So much of an entry's history is shown. */
const MOST_EVENTS = 200;

export interface OutputEvent {
  readonly at: number;
  readonly by: string;
  readonly action: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface OutputQuery {
  readonly unit?: string | undefined;
  readonly kinds?: readonly string[] | undefined;
  readonly states?: readonly OutputState[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly importId?: string | undefined;
  readonly after?: OutputCursor | undefined;
}

/** Reading the ledger: a page of it, the days of a month, one entry with its history. */
export function createOutputLists(deps: Deps & { readonly rows: OutputRows }) {
  const {
    connection,
    stores,
    rows: { requireOutput, view, viewOne },
  } = deps;

  /** What a list may show of what was asked for: nothing outside the actor's units. */
  async function filterOf(actor: Actor, query: OutputQuery): Promise<OutputFilter> {
    let scope = scopePath(actor);
    if (query.unit !== undefined) {
      const unit = await findUnit(deps, query.unit);
      requireScope(actor, unit);
      scope = unit.path;
    }
    return {
      scope: scope === '/' ? null : scope,
      kinds: query.kinds ?? null,
      states: query.states ?? null,
      from: query.from ?? null,
      to: query.to ?? null,
      importId: query.importId ?? null,
    };
  }

  return {
    filterOf,

    /** A page of the ledger, the newest first. */
    async listOutputs(actor: Actor, query: OutputQuery) {
      requirePermission(actor, 'output.read');
      const filter = await filterOf(actor, query);
      const found = await stores.outputs.list(connection.reader, filter, {
        after: query.after ?? null,
        limit: PAGE + 1,
      });
      const rows = found.slice(0, PAGE);
      const last = rows.at(-1);
      return {
        outputs: await view(connection.reader, rows),
        next: found.length > PAGE && last ? { startDate: last.startDate, id: last.id } : null,
      };
    },

    /** How many entries begin on each day of a month, for the calendar. */
    async countDays(
      actor: Actor,
      { month, ...query }: Pick<OutputQuery, 'unit' | 'kinds' | 'states'> & { readonly month: string },
    ): Promise<ReadonlyArray<{ readonly day: string; readonly entries: number }>> {
      requirePermission(actor, 'output.read');
      const filter = await filterOf(actor, { ...query, from: `${month}-01`, to: `${month}-31` });
      return stores.outputs.countDays(connection.reader, filter);
    },

    async readOutput(actor: Actor, id: string): Promise<OutputView> {
      requirePermission(actor, 'output.read');
      const { row } = await requireOutput(connection.reader, actor, id);
      return viewOne(connection.reader, row);
    },

    /** Who did what to an entry, the latest first. */
    async readHistory(actor: Actor, id: string): Promise<OutputEvent[]> {
      requirePermission(actor, 'output.read');
      const { row } = await requireOutput(connection.reader, actor, id);
      const rows = [];
      for (const object of [{ type: 'output', id }, ...(row.importId ? [{ type: 'import', id: row.importId }] : [])]) {
        rows.push(...(await stores.audit.list(connection.reader, { units: null, object, limit: MOST_EVENTS })));
      }
      rows.sort((a, b) => b.at - a.at);
      return rows.map(({ at, actorName, action, details }) => ({ at, by: actorName, action, details }));
    },
  };
}
