import { AppError } from '../core/errors.ts';
import type { Entry } from '../core/publicity/entry.ts';
import type { Kind } from '../core/publicity/kinds.ts';
import { unitName } from '../core/publicity/names.ts';
import type { Text } from '../core/text.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { OutputState } from '../store/ledger-tables.ts';
import type { OutputRow } from '../store/outputs.ts';
import type { StoredUnit } from '../store/units.ts';
import { type Actor, requireScope } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';
import type { LedgerCounters } from './ledger-counters.ts';
import { findUnit } from './units.ts';

/** A checked entry on its way into the ledger. */
interface NewEntry {
  readonly entry: Entry;
  readonly unit: Pick<StoredUnit, 'code'>;
  readonly clientKey: string;
  /** The client key of the entry in which it counts: a stated sum of other rows. */
  readonly countsIn?: string | null;
}

export interface OutputView extends Omit<OutputRow, 'clientKey'> {
  readonly unit: { readonly code: string; readonly name: string };
  readonly kindName: Kind['name'];
  readonly measure: Kind['measure'];
  readonly countedIn: Text;
}

export type OutputRows = ReturnType<typeof createOutputRows>;

/** Entries as rows: found in an actor's scope, written with their counters and their history, shown. */
export function createOutputRows(deps: Deps & { readonly kinds: KindService; readonly counters: LedgerCounters }) {
  const { stores, clock, newId, kinds, counters } = deps;

  async function requireOutput(db: Reader, actor: Actor, id: string): Promise<{ row: OutputRow; unit: StoredUnit }> {
    const row = await stores.outputs.find(db, id);
    if (!row) throw new AppError('NOT_FOUND', { what: 'output', id });
    const unit = await findUnit(deps, row.unitCode, db);
    requireScope(actor, unit);
    return { row, unit };
  }

  /**
   * Before entries are read to be changed: nobody else changes or merges them, or undoes the import they came with, until the
   * transaction ends. Else two who merge each other's entry, or merge into what is being withdrawn, would lose both.
   */
  async function lockOutputs(tx: Writer, ids: readonly string[]): Promise<void> {
    const imports = (await stores.outputs.findMany(tx, ids)).flatMap(({ importId }) => importId ?? []);
    if (imports.length > 0) await stores.ledgerImports.lock(tx, imports);
    await stores.outputs.lock(tx, ids);
  }

  /** An entry to be changed, which nobody else changes meanwhile. */
  async function takeOutput(tx: Writer, actor: Actor, id: string): Promise<{ row: OutputRow; unit: StoredUnit }> {
    await lockOutputs(tx, [id]);
    return requireOutput(tx, actor, id);
  }

  /** Writes a changed entry, its counters and its history. */
  async function change(
    tx: Writer,
    actor: Actor,
    row: OutputRow,
    next: Partial<OutputRow>,
    action: string,
    details: Record<string, unknown> = {},
  ): Promise<OutputRow> {
    const changed = { ...row, ...next, updatedAt: clock(), updatedBy: actor.id };
    if (!(await stores.outputs.update(tx, changed, row.version))) throw new AppError('OUTPUT_CHANGED');
    await counters.recount(tx, await kinds.all(tx), [row], [changed]);
    await recordAudit(deps, tx, actor, {
      ...{ action, objectType: 'output', objectId: row.id, unitCode: row.unitCode },
      details: { ...differences(row, changed), ...details },
    });
    return { ...changed, version: row.version + 1 };
  }

  async function view(db: Reader, rows: readonly OutputRow[]): Promise<OutputView[]> {
    const known = await kinds.all(db);
    const names = new Map<string, string>();
    for (const code of new Set(rows.map(({ unitCode }) => unitCode))) {
      names.set(code, (await stores.units.find(db, code))?.name ?? code);
    }
    return rows.map(({ clientKey: _ours, ...row }) => {
      const kind = known.get(row.kind);
      return {
        ...row,
        unit: { code: row.unitCode, name: names.get(row.unitCode) ?? row.unitCode },
        kindName: kind?.name ?? { zh: row.kind, en: row.kind },
        measure: kind?.measure ?? 'flow',
        countedIn: kind ? unitName(kind) : { zh: '', en: '' },
      };
    });
  }

  const viewOne = async (db: Reader, row: OutputRow): Promise<OutputView> => {
    const [one] = await view(db, [row]);
    if (!one) throw new RangeError('a view of one entry');
    return one;
  };

  /** Writes new entries; those whose client key is there already stay as they are. */
  async function insert(
    tx: Writer,
    entries: readonly NewEntry[],
    { actor, importId, reason }: { actor: Actor; importId: string | null; reason: string | null },
  ): Promise<OutputRow[]> {
    const there = await stores.outputs.findByClientKeys(
      tx,
      entries.map(({ clientKey }) => clientKey),
    );
    const fresh = entries.filter(({ clientKey }) => !there.has(clientKey));
    const ids = new Map([...there, ...fresh.map(({ clientKey }) => [clientKey, newId()] as const)]);
    const about = { now: clock(), actor, importId, reason };
    const placed = fresh.map((one) => layRow(one, ids, about));
    await stores.outputs.insertMany(tx, placed);
    await counters.recount(tx, await kinds.all(tx), [], placed);
    return placed;
  }

  return { requireOutput, lockOutputs, takeOutput, change, view, viewOne, insert };
}

/** A new entry as a row; `ids` has its own id, and that of the entry in which it counts, by their client keys. */
export function layRow(
  { entry, unit, clientKey, countsIn }: NewEntry,
  ids: ReadonlyMap<string, string>,
  about: {
    readonly now: number;
    readonly actor: Actor;
    readonly importId: string | null;
    readonly reason: string | null;
  },
): OutputRow {
  const { now, actor, importId, reason } = about;
  const mergedInto = ids.get(countsIn ?? '') ?? null;
  return {
    ...{ id: ids.get(clientKey) ?? '', clientKey, unitCode: unit.code, ...entry, ownLevel: entry.mediaLevel },
    ...{ state: mergedInto === null ? 'submitted' : 'merged', mergedInto, returnReason: null, stateBefore: null },
    ...{ importId, correctionReason: reason, version: 1 },
    ...{ createdAt: now, createdBy: actor.id, updatedAt: now, updatedBy: actor.id },
  };
}

export function requireState(row: OutputRow, ...states: readonly OutputState[]): void {
  if (!states.includes(row.state)) throw new AppError('OUTPUT_STATE', { state: row.state });
}

/** What changed, before and after, for the history. */
function differences(before: OutputRow, after: OutputRow): Record<string, unknown> {
  const fields = [
    'kind',
    'title',
    'place',
    'startDate',
    'endDate',
    'quantity',
    'reach',
    'mediaLevel',
    'ownLevel',
    'outlet',
    'link',
    'note',
    'state',
    'returnReason',
  ] as const;
  const changed = fields
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    // The level of its own is told where it is not the one at which it counts.
    .filter((field) => field !== 'ownLevel' || after.ownLevel !== after.mediaLevel);
  const brief = (row: OutputRow) =>
    Object.fromEntries(changed.map((field) => [field, field === 'quantity' ? row.quantity.text : row[field]]));
  return { before: brief(before), after: brief(after) };
}
