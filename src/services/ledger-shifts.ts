import { AppError } from '../core/errors.ts';
import type { Kind } from '../core/publicity/kinds.ts';
import {
  addCell,
  countEntry,
  isStock,
  mergeCells,
  rollUp,
  type SumCell,
  spotOf,
  standingChange,
  takeAway,
} from '../core/publicity/sums.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { Spot } from '../store/ledger-imports.ts';
import type { OutputRow } from '../store/outputs.ts';
import type { Deps } from './deps.ts';
import type { KindService } from './kinds.ts';
import { createPauses } from './pauses.ts';

/** A place where the import and others say what stands. */
interface Stand extends Spot {
  readonly own: OutputRow[];
  others: readonly OutputRow[];
}

/** What the counters will gain or lose at once, worked out and laid aside. */
export interface Shift {
  readonly id: string;
  readonly importId: string;
  readonly sign: 1 | -1;
  /** When the working out began. */
  readonly since: number;
  readonly cells: number;
  readonly paths: ReadonlyMap<string, string>;
  /** The kinds as they were counted. */
  readonly kinds: string;
  readonly stands: ReadonlyMap<string, Stand>;
}

/** How far clocks of several machines and transactions under way may lie apart. */
const MARGIN_MS = 10_000;
const PLACES = 200;
const CELLS = 1000;

export type LedgerShifts = ReturnType<typeof createLedgerShifts>;

/**
 * Moves the counters for tens of thousands of entries that come or go together. What they gain is worked out and laid aside
 * beforehand, without holding anybody up; the transaction that makes the entries count adds it in one statement, after it
 * has looked at what others changed meanwhile.
 */
export function createLedgerShifts({
  connection,
  stores,
  clock,
  newId,
  kinds,
}: Deps & { readonly kinds: KindService }) {
  const signed = (cells: readonly SumCell[], sign: 1 | -1): readonly SumCell[] =>
    sign === 1 ? cells : takeAway(cells);

  async function pathsOf(db: Reader, codes: Iterable<string>): Promise<Map<string, string>> {
    return new Map((await stores.units.listByCodes(db, [...codes])).map(({ code, path }) => [code, path]));
  }

  async function readKinds(db: Reader, codes: ReadonlySet<string>) {
    const known = await kinds.all(db);
    const used = [...codes].sort().flatMap((code) => known.get(code) ?? []);
    return { known, asText: JSON.stringify(used.map(({ code, measure }: Kind) => [code, measure])) };
  }

  /** What stands at places of one unit and kind, by spot, without the entries of the import. */
  async function readStanding(db: Reader, of: readonly Spot[], importId: string): Promise<Map<string, OutputRow[]>> {
    const found = new Map<string, OutputRow[]>(of.map((spot) => [spotOf(spot), []]));
    const [first] = of;
    if (!first) return found;
    const places = of.map(({ place }) => place);
    for (const row of await stores.ledgerImports.listStandingBeside(db, first, places, importId)) {
      found.get(spotOf(row))?.push(row);
    }
    return found;
  }

  return {
    /** Works out what the counters gain when these entries of an import come (`1`), or lose when they go (`-1`). */
    async prepare(importId: string, rows: readonly OutputRow[], sign: 1 | -1, signal?: AbortSignal): Promise<Shift> {
      const pause = createPauses(signal);
      const since = clock() - MARGIN_MS;
      const db = connection.reader;
      const paths = await pathsOf(db, new Set(rows.map(({ unitCode }) => unitCode)));
      const { known, asText } = await readKinds(db, new Set(rows.map(({ kind }) => kind)));
      const own = new Map<string, SumCell>();
      const stands = new Map<string, Stand>();
      for (const row of rows) {
        await pause();
        const kind = known.get(row.kind);
        if (!kind) continue;
        for (const cell of signed(countEntry(row, kind), sign)) addCell(own, cell);
        if (!isStock(kind)) continue;
        const { unitCode, place } = row;
        const stand = stands.get(spotOf(row)) ?? { unitCode, kind: row.kind, place, own: [], others: [] };
        stand.own.push(row);
        stands.set(spotOf(row), stand);
      }
      const places = new Map<string, Stand[]>();
      for (const stand of stands.values()) {
        const key = `${stand.unitCode} ${stand.kind}`;
        const group = places.get(key);
        if (group) group.push(stand);
        else places.set(key, [stand]);
      }
      for (const group of places.values()) {
        for (let at = 0; at < group.length; at += PLACES) {
          const some = group.slice(at, at + PLACES);
          const found = await readStanding(db, some, importId);
          for (const stand of some) {
            await pause();
            stand.others = found.get(spotOf(stand)) ?? [];
            for (const cell of signed(standingChange(stand.others, stand.own), sign)) addCell(own, cell);
          }
        }
      }
      const all = new Map<string, SumCell>();
      for (const cell of own.values()) {
        await pause();
        for (const up of rollUp([cell], (code) => paths.get(code) ?? code)) addCell(all, up);
      }
      const cells = [...all.values()].filter(({ n, sum }) => n !== 0 || sum !== 0);
      const id = newId();
      for (let at = 0; at < cells.length; at += CELLS) {
        signal?.throwIfAborted();
        const some = cells.slice(at, at + CELLS);
        await connection.transaction((tx) => stores.ledgerImports.stageSums(tx, id, some, clock()));
      }
      return { id, importId, sign, since, cells: cells.length, paths, kinds: asText, stands };
    },

    /** Adds what was laid aside, in the transaction that makes the entries count. */
    async apply(tx: Writer, shift: Shift): Promise<void> {
      const { importId, sign, stands } = shift;
      const standing = new Set([...stands.values()].map(({ unitCode }) => unitCode));
      // Two that count the same place at once would each miss the other: one waits for the other's commit.
      if (standing.size > 0) await stores.units.lock(tx, [...standing]);
      const paths = await pathsOf(tx, shift.paths.keys());
      const used = new Set((JSON.parse(shift.kinds) as [string][]).map(([code]) => code));
      const { asText } = await readKinds(tx, used);
      const isMoved = [...shift.paths].some(([code, path]) => paths.get(code) !== path);
      if (isMoved || asText !== shift.kinds) throw new AppError('LEDGER_MOVED');
      const moved = await stores.ledgerImports.listMoved(tx, {
        ...{ since: shift.since, importId, units: [...standing] },
        kinds: [...new Set([...stands.values()].map(({ kind }) => kind))],
      });
      const fixes = await fixStands(tx, shift, moved);
      if ((await stores.ledgerImports.addStagedSums(tx, shift.id)) !== shift.cells) throw new AppError('LEDGER_MOVED');
      const cells = mergeCells(rollUp(mergeCells(signed(fixes, sign)), (code) => paths.get(code) ?? code));
      if (cells.length > 0) await stores.outputs.addSums(tx, cells);
    },

    /** Takes away what was laid aside, a unit at a time. */
    clear,

    /** Takes away what was laid aside by those who never came to use it. */
    async sweep(before: number): Promise<void> {
      for (const id of await stores.ledgerImports.listLeftSums(connection.reader, before)) await clear({ id });
    },
  };

  async function clear({ id }: Pick<Shift, 'id'>): Promise<void> {
    for (const unit of await stores.ledgerImports.listStagedUnits(connection.reader, id)) {
      await connection.transaction((tx) => stores.ledgerImports.clearStagedSums(tx, id, unit));
    }
  }

  /** What is wrong with the counters laid aside, since somebody else changed what stands at the same places. */
  async function fixStands(
    tx: Writer,
    { stands, importId }: Shift,
    moved: readonly (Spot & { readonly id: string })[],
  ): Promise<SumCell[]> {
    if (moved.length === 0) return [];
    const ids = new Set(moved.map(({ id }) => id));
    const touched = new Set(moved.map(spotOf));
    for (const [key, { others }] of stands) if (others.some(({ id }) => ids.has(id))) touched.add(key);
    const fixes: SumCell[] = [];
    for (const key of touched) {
      const stand = stands.get(key);
      if (!stand) continue;
      const now = (await readStanding(tx, [stand], importId)).get(key) ?? [];
      fixes.push(...standingChange(now, stand.own), ...takeAway(standingChange(stand.others, stand.own)));
    }
    return fixes;
  }
}
