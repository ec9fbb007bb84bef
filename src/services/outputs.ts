import { AppError } from '../core/errors.ts';
import { findDuplicates, highestLevel, type Piece, type Proposal } from '../core/publicity/duplicates.ts';
import { checkEntry, type Entry, type EntryInput, monthOf, WRITING_LEVELS } from '../core/publicity/entry.ts';
import type { Kind } from '../core/publicity/kinds.ts';
import {
  countEntry,
  countStanding,
  isCounted,
  isStock,
  rollUp,
  type SumCell,
  takeAway,
} from '../core/publicity/sums.ts';
import type { Reader, Writer } from '../store/connection.ts';
import { isUniqueViolation } from '../store/dialect/expressions.ts';
import type { OutputState } from '../store/ledger-tables.ts';
import type { OutputCursor, OutputFilter, OutputRow } from '../store/outputs.ts';
import type { StoredUnit } from '../store/units.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';
import { findUnit } from './units.ts';

const LONGEST_REASON = 200;
const PAGE = 50;
/** So many entries are compared at a time; a month of a city has fewer. */
const MOST_COMPARED = 20_000;
/** So many pairs are looked at for those that nobody has judged. */
const MOST_PROPOSED = 500;
/** So much of an entry's history is shown. */
const MOST_EVENTS = 200;

export type OutputService = ReturnType<typeof createOutputService>;

export interface NewOutput extends EntryInput {
  readonly unit: string;
  /** Made where the entry was written: sent twice, it is one entry. */
  readonly clientKey: string;
}

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
  readonly countedIn: string;
}

/** What many entries can be changed in at once. */
export type OutputEdit = {
  readonly [Field in Exclude<keyof EntryInput, 'quantity' | 'reach'>]?: string | undefined;
};

/** The level of what stays before a repost was merged into it, and since. */
interface Raised {
  readonly from: OutputRow['mediaLevel'];
  readonly to: OutputRow['mediaLevel'];
}

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

/** The publicity ledger 宣传台账: each thing entered once by those who did it, read by those above them. */
export function createOutputService(deps: Deps & { readonly kinds: KindService }) {
  const { connection, stores, clock, newId, today, kinds } = deps;

  async function requireOutput(db: Reader, actor: Actor, id: string): Promise<{ row: OutputRow; unit: StoredUnit }> {
    const row = await stores.outputs.find(db, id);
    if (!row) throw new AppError('NOT_FOUND', { what: 'output', id });
    const unit = await findUnit(deps, row.unitCode, db);
    requireScope(actor, unit);
    return { row, unit };
  }

  async function writingUnit(db: Reader, actor: Actor, code: string): Promise<StoredUnit> {
    const unit = await findUnit(deps, code, db);
    requireScope(actor, unit);
    if (!WRITING_LEVELS.includes(unit.level)) throw new AppError('OUTPUT_PLACE_LEVEL', { unit: unit.name });
    return unit;
  }

  function accept(input: EntryInput, known: ReadonlyMap<string, Kind>): Entry {
    const { entry, problems } = checkEntry(input, { kinds: known, today: today() });
    const [first] = problems;
    if (first) throw new AppError(first.code, first.details);
    return entry as Entry;
  }

  /**
   * Refuses a change to a closed month unless a reason is given. A month is closed for a unit when it or any unit above
   * it has closed it.
   */
  async function requireOpen(db: Reader, unit: StoredUnit, months: readonly (string | null)[], reason: string | null) {
    const asked = [...new Set(months.filter((month) => month !== null))];
    const above = unit.path.split('/').filter((code) => code !== '');
    const [closing] = await stores.outputs.listClosings(db, above, asked);
    if (closing && reason === null) {
      throw new AppError('OUTPUT_MONTH_CLOSED', { unit: unit.name, month: closing.month });
    }
  }

  /**
   * Moves the counters from what entries were to what they are now, in the same transaction and after it wrote them. What
   * stands at a place is counted from all its entries: one of an earlier month changes what the next one changed.
   */
  async function recount(
    tx: Writer,
    known: ReadonlyMap<string, Kind>,
    before: readonly OutputRow[],
    after: readonly OutputRow[],
  ): Promise<void> {
    const count = (rows: readonly OutputRow[]): SumCell[] =>
      rows.flatMap((row) => {
        const kind = known.get(row.kind);
        return kind ? countEntry(row, kind) : [];
      });
    const cells = [...count(after), ...takeAway(count(before))];
    const places = new Map<string, { unitCode: string; kind: string; place: string }>();
    for (const row of [...before, ...after]) {
      const kind = known.get(row.kind);
      if (kind && isStock(kind)) places.set(spotOf(row), { unitCode: row.unitCode, kind: row.kind, place: row.place });
    }
    const written = new Set(after.map(({ id }) => id));
    const stoodAt = new Map<string, OutputRow[]>();
    for (const row of before) {
      const spot = spotOf(row);
      if (!places.has(spot)) continue;
      const there = stoodAt.get(spot);
      if (there) there.push(row);
      else stoodAt.set(spot, [row]);
    }
    for (const [spot, at] of places) {
      const now = await stores.outputs.listStanding(tx, at);
      const was = [...now.filter(({ id }) => !written.has(id)), ...(stoodAt.get(spot) ?? [])];
      cells.push(...countStanding(now), ...takeAway(countStanding(was)));
    }
    await stores.outputs.addSums(tx, await mergeUp(tx, cells));
  }

  /** The counters of the units and of all above them, merged. */
  async function mergeUp(db: Reader, cells: readonly SumCell[]): Promise<SumCell[]> {
    const codes = [...new Set(cells.map(({ unitCode }) => unitCode))];
    const paths = new Map((await stores.units.listByCodes(db, codes)).map(({ code, path }) => [code, path]));
    return mergeCells(rollUp(mergeCells(cells), (code) => paths.get(code) ?? code));
  }

  /** What the counters ought to be, from all entries, and how many of those that are kept differ. */
  async function countLedger(db: Reader): Promise<{ readonly differing: number; readonly fresh: readonly SumCell[] }> {
    const known = await kinds.all(db);
    const counted = new Map<string, SumCell>();
    const standing = new Map<string, OutputRow[]>();
    for await (const page of stores.outputs.walk(db)) {
      for (const row of page) {
        const kind = known.get(row.kind);
        if (!kind || !isCounted(row.state)) continue;
        for (const cell of countEntry(row, kind)) addTo(counted, cell);
        if (!isStock(kind)) continue;
        const there = standing.get(spotOf(row));
        if (there) there.push(row);
        else standing.set(spotOf(row), [row]);
      }
    }
    for (const rows of standing.values()) for (const cell of countStanding(rows)) addTo(counted, cell);
    const fresh = await mergeUp(db, [...counted.values()]);
    const kept = (await stores.outputs.listSums(db)) as SumCell[];
    const stored = new Map(kept.filter(({ n, sum }) => n !== 0 || sum !== 0).map((cell) => [keyOf(cell), cell]));
    let differing = stored.size;
    for (const cell of fresh) {
      const there = stored.get(keyOf(cell));
      if (!there) differing += 1;
      else if (there.n === cell.n && Math.abs(there.sum - cell.sum) <= 1e-6) differing -= 1;
    }
    return { differing, fresh };
  }

  async function replaceSums(tx: Writer, fresh: readonly SumCell[]): Promise<void> {
    await stores.outputs.clearSums(tx);
    await stores.outputs.addSums(tx, fresh);
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
    await recount(tx, await kinds.all(tx), [row], [changed]);
    await recordAudit(deps, tx, actor, {
      ...{ action, objectType: 'output', objectId: row.id, unitCode: row.unitCode },
      details: { ...differences(row, changed), ...details },
    });
    return { ...changed, version: row.version + 1 };
  }

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

  function requireState(row: OutputRow, ...states: readonly OutputState[]): void {
    if (!states.includes(row.state)) throw new AppError('OUTPUT_STATE', { state: row.state });
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
        countedIn: kind?.unit ?? '',
      };
    });
  }

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
    const now = clock();
    const rows = entries
      .filter(({ clientKey }) => !there.has(clientKey))
      .map(
        ({ entry, unit, clientKey }): OutputRow => ({
          ...{ id: newId(), clientKey, unitCode: unit.code, ...entry, state: 'submitted' },
          ...{ returnReason: null, mergedInto: null, importId, correctionReason: reason, version: 1 },
          ...{ createdAt: now, createdBy: actor.id, updatedAt: now, updatedBy: actor.id },
        }),
      );
    const ids = new Map([...there, ...rows.map(({ clientKey, id }) => [clientKey, id] as const)]);
    const countedIn = new Map(entries.map(({ clientKey, countsIn }) => [clientKey, ids.get(countsIn ?? '')]));
    const placed = rows.map((row) => {
      const mergedInto = countedIn.get(row.clientKey);
      return mergedInto === undefined ? row : ({ ...row, state: 'merged', mergedInto } as const);
    });
    await stores.outputs.insertMany(tx, placed);
    await recount(tx, await kinds.all(tx), [], placed);
    return placed;
  }

  return {
    insert,
    recount,
    filterOf,

    /** Enters one output. The same client key again gives the entry that is there. */
    async addOutput(actor: Actor, input: NewOutput & { readonly reason?: string | undefined }): Promise<OutputView> {
      requirePermission(actor, 'output.write');
      const key = clientKeyOf(actor, input.clientKey);
      const add = async (tx: Writer): Promise<OutputView> => {
        const unit = await writingUnit(tx, actor, input.unit);
        const known = (await stores.outputs.findByClientKeys(tx, [key])).get(key);
        if (known !== undefined) {
          const { row } = await requireOutput(tx, actor, known);
          return viewOne(tx, row);
        }
        const entry = accept(input, await kinds.all(tx));
        const reason = input.reason === undefined ? null : requireReason(input.reason);
        await requireOpen(tx, unit, [monthOf(entry)], reason);
        const [row] = await insert(tx, [{ entry, unit, clientKey: key }], { actor, importId: null, reason });
        // Sent twice at the same moment: the other one was written just now.
        if (!row) return add(tx);
        await recordAudit(deps, tx, actor, {
          ...{ action: 'output.add', objectType: 'output', objectId: row.id, unitCode: unit.code },
          details: {
            kind: entry.kind,
            quantity: entry.quantity.text,
            date: entry.startDate,
            ...(reason ? { reason } : {}),
          },
        });
        return viewOne(tx, row);
      };
      try {
        return await connection.transaction(add);
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        return connection.transaction(add);
      }
    },

    /** Changes an entry as it was read; a returned one is handed in again by it. */
    async changeOutput(
      actor: Actor,
      id: string,
      input: EntryInput & { readonly version: number; readonly reason?: string | undefined },
    ): Promise<OutputView> {
      requirePermission(actor, 'output.write');
      return connection.transaction(async (tx) => {
        const { row, unit } = await requireOutput(tx, actor, id);
        requireState(row, 'submitted', 'returned', 'accepted');
        if (row.version !== input.version) throw new AppError('OUTPUT_CHANGED');
        const entry = accept(input, await kinds.all(tx));
        const reason = input.reason === undefined ? null : requireReason(input.reason);
        await requireOpen(tx, unit, [monthOf(row), monthOf(entry)], reason);
        const next = { ...entry, state: 'submitted', returnReason: null, correctionReason: reason } as const;
        return viewOne(tx, await change(tx, actor, row, next, 'output.change', reason ? { reason } : {}));
      });
    },

    /** Makes the same change to many entries at once, all or none; what the change does not name stays as it is. */
    async editOutputs(
      actor: Actor,
      ids: readonly string[],
      edit: { readonly change: OutputEdit; readonly reason?: string | undefined },
    ): Promise<OutputView[]> {
      requirePermission(actor, 'output.write');
      const reason = edit.reason === undefined ? null : requireReason(edit.reason);
      return connection.transaction(async (tx) => {
        const known = await kinds.all(tx);
        const changed: OutputRow[] = [];
        for (const id of new Set(ids)) {
          const { row, unit } = await requireOutput(tx, actor, id);
          requireState(row, 'submitted', 'returned', 'accepted');
          const entry = accept(editedInput(row, edit.change), known);
          await requireOpen(tx, unit, [monthOf(row), monthOf(entry)], reason);
          const next = { ...entry, state: 'submitted', returnReason: null, correctionReason: reason } as const;
          changed.push(await change(tx, actor, row, next, 'output.change', reason ? { reason } : {}));
        }
        return view(tx, changed);
      });
    },

    /** Takes an entry out of all counts, with a reason; it stays in the ledger and can be put back. */
    async withdrawOutput(actor: Actor, id: string, input: { readonly version: number; readonly reason: string }) {
      requirePermission(actor, 'output.write');
      const reason = requireReason(input.reason);
      return connection.transaction(async (tx) => {
        const { row } = await requireOutput(tx, actor, id);
        requireState(row, 'submitted', 'returned', 'accepted');
        if (row.version !== input.version) throw new AppError('OUTPUT_CHANGED');
        const gone = await change(tx, actor, row, { state: 'withdrawn' }, 'output.withdraw', { reason });
        await release(tx, actor, id);
        return viewOne(tx, gone);
      });
    },

    /** Undoes a withdrawal or a merger. */
    async restoreOutput(
      actor: Actor,
      id: string,
      input: { readonly version: number; readonly reason?: string | undefined },
    ): Promise<OutputView> {
      requirePermission(actor, 'output.write');
      const reason = input.reason === undefined ? null : requireReason(input.reason);
      return connection.transaction(async (tx) => {
        const { row, unit } = await requireOutput(tx, actor, id);
        requireState(row, 'withdrawn', 'merged');
        if (row.state === 'merged') requirePermission(actor, 'output.review');
        if (row.version !== input.version) throw new AppError('OUTPUT_CHANGED');
        await requireOpen(tx, unit, [monthOf(row)], reason);
        const next = { state: 'submitted', mergedInto: null } as const;
        const restored = await change(tx, actor, row, next, 'output.restore', reason ? { reason } : {});
        await lower(tx, actor, row);
        return viewOne(tx, restored);
      });
    },

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
        const returned = await change(tx, actor, row, next, 'output.return');
        await release(tx, actor, id);
        return viewOne(tx, returned);
      });
    },

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
        await requireOpen(tx, unit, [monthOf(row)], reason);
        if (raised) await requireOpen(tx, targetUnit, [monthOf(target)], reason);
        const told = { into, ...(raised ? { raised } : {}), ...(reason ? { reason } : {}) };
        await change(tx, actor, row, { state: 'merged', mergedInto: into }, 'output.merge', told);
        const kept =
          level === target.mediaLevel
            ? target
            : await change(tx, actor, target, { mediaLevel: level }, 'output.change');
        return viewOne(tx, kept);
      });
    },

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

    /** Entries of a month that may be one and the same, the likeliest first, both sides shown. */
    async listProposals(actor: Actor, input: { readonly unit: string; readonly month: string }) {
      requirePermission(actor, 'output.review');
      const unit = await findUnit(deps, input.unit);
      requireScope(actor, unit);
      const db = connection.reader;
      // A piece is reposted into the next month: look a month back as well.
      const from = new Date(Date.parse(`${input.month}-01T00:00:00Z`) - 31 * 86_400_000).toISOString().slice(0, 10);
      const rows = await stores.outputs.listNear(
        db,
        { scope: unit.path, from, to: `${input.month}-31`, kinds: null },
        MOST_COMPARED,
      );
      const photos = new Map<string, string[]>();
      for (let at = 0; at < rows.length; at += 400) {
        const held = await stores.outputs.listAttachments(
          db,
          rows.slice(at, at + 400).map(({ id }) => id),
        );
        for (const { outputId, sourceHash } of held)
          photos.set(outputId, [...(photos.get(outputId) ?? []), sourceHash]);
      }
      const known = await kinds.all(db);
      const pieces = rows.map(
        (row): Piece => ({
          ...{ id: row.id, unitCode: row.unitCode, kind: row.kind, title: row.title, date: row.startDate },
          ...{ inMedia: known.get(row.kind)?.inMedia ?? false, outlet: row.outlet, place: row.place },
          value: row.quantity.kind === 'number' ? row.quantity.value : null,
          photos: photos.get(row.id) ?? [],
        }),
      );
      const byId = new Map(rows.map((row) => [row.id, row]));
      const found = findDuplicates(pieces).slice(0, MOST_PROPOSED);
      const judged = await stores.audit.latestActions(db, 'output-pair', found.map(pairOf));
      const proposals = found.filter((one) => judged.get(pairOf(one)) !== 'output.apart').slice(0, 100);
      const shown = await view(
        db,
        [...new Set(proposals.flatMap(({ a, b }) => [a, b]))].flatMap((id) => byId.get(id) ?? []),
      );
      const views = new Map(shown.map((one) => [one.id, one]));
      return proposals.flatMap(({ a, b, reasons, score }) => {
        const [first, second] = [views.get(a), views.get(b)];
        return first && second ? [{ first, second, reasons: reasons as Proposal['reasons'], score }] : [];
      });
    },

    /** Remembers that two entries are not the same, so that nobody is asked again; or asks again. */
    async judgePair(actor: Actor, pair: { readonly a: string; readonly b: string }, isSame: boolean): Promise<void> {
      requirePermission(actor, 'output.review');
      await connection.transaction(async (tx) => {
        const { row } = await requireOutput(tx, actor, pair.a);
        await requireOutput(tx, actor, pair.b);
        await recordAudit(deps, tx, actor, {
          ...{ action: isSame ? 'output.together' : 'output.apart', objectType: 'output-pair' },
          ...{ objectId: pairOf(pair), unitCode: row.unitCode },
        });
      });
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

    /** Counts everything again. With `write`, the counters are replaced; else says how many differ. */
    async recountLedger(actor: Actor, { write }: { readonly write: boolean }): Promise<{ readonly differing: number }> {
      requirePermission(actor, 'tally.rebuild');
      return connection.transaction(async (tx) => {
        const { differing, fresh } = await countLedger(tx);
        if (write) {
          await replaceSums(tx, fresh);
          await recordAudit(deps, tx, actor, {
            ...{ action: 'ledger.recount', objectType: 'ledger', objectId: 'all', unitCode: null },
            details: { differing },
          });
        }
        return { differing };
      });
    },

    /** Counts anew in the transaction that moved units: those above them are others now. */
    async recountMoved(tx: Writer): Promise<void> {
      const { differing, fresh } = await countLedger(tx);
      if (differing > 0) await replaceSums(tx, fresh);
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

/** An entry as a form would say it, so that a change of one field is checked as a whole. */
function inputOf(row: OutputRow): EntryInput {
  const { kind, title, place, startDate, endDate, outlet, link, note } = row;
  return {
    ...{ kind, title, place, startDate, endDate, outlet, link, note },
    statedPeriod: row.statedPeriod ?? undefined,
    mediaLevel: row.mediaLevel ?? undefined,
    quantity: row.quantity.text,
    reach: row.reach.map(({ reach, quantity, asOf }) => ({ reach, quantity: quantity.text, asOf: asOf ?? undefined })),
  };
}

function editedInput(row: OutputRow, change: OutputEdit): EntryInput {
  const before = inputOf(row);
  // What was done on one day is done on the new one.
  const endDate = change.startDate !== undefined && row.startDate === row.endDate ? undefined : before.endDate;
  const named = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { ...before, endDate, ...named };
}

/** The same key of two people is two entries: nobody can take another's key. */
function clientKeyOf(actor: Actor, key: string): string {
  return `${actor.id}:${key.slice(0, 80)}`;
}

/** Two entries as one thing, whichever is named first. */
const pairOf = ({ a, b }: { readonly a: string; readonly b: string }): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

/** Two counts of one kind of stock in the same spot are two looks at the same thing. */
const spotOf = ({ unitCode, kind, place }: OutputRow): string => [unitCode, kind, place].join('\n');

const keyOf = ({ unitCode, month, kind, what, mediaLevel, qualifier }: SumCell): string =>
  [unitCode, month, kind, what, mediaLevel, qualifier].join('\n');

function addTo(cells: Map<string, SumCell>, cell: SumCell): void {
  const known = cells.get(keyOf(cell));
  cells.set(keyOf(cell), known ? { ...cell, n: known.n + cell.n, sum: known.sum + cell.sum } : cell);
}

/** One counter per key, in one fixed order so that two writers never wait for each other; what cancels out is left away. */
function mergeCells(cells: readonly SumCell[]): SumCell[] {
  const merged = new Map<string, SumCell>();
  for (const cell of cells) addTo(merged, cell);
  return [...merged.entries()]
    .filter(([, { n, sum }]) => n !== 0 || sum !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, cell]) => cell);
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
    'outlet',
    'link',
    'note',
    'state',
    'returnReason',
  ] as const;
  const changed = fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  const brief = (row: OutputRow) =>
    Object.fromEntries(changed.map((field) => [field, field === 'quantity' ? row.quantity.text : row[field]]));
  return { before: brief(before), after: brief(after) };
}
