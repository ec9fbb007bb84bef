import { createHash } from 'node:crypto';
import { AppError, type Problem } from '../core/errors.ts';
import type { ImportTable } from '../core/import/rows.ts';
import { planStrata } from '../core/indicators/strata.ts';
import { parseUnitPopulation } from '../core/units/parse-unit-population.ts';
import { parseUnits } from '../core/units/parse-units.ts';
import { planUnitImport } from '../core/units/plan-import.ts';
import { buildTree } from '../core/units/tree.ts';
import type { Unit } from '../core/units/types.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { StoredUnit } from '../store/units.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';

export interface UnitImportReport {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly populations: number;
  readonly warnings: readonly Problem[];
}

type TableWithProblems = ImportTable & { readonly problems: readonly Problem[] };

export type UnitService = ReturnType<typeof createUnitService>;

export function createUnitService(
  deps: Deps & {
    /** What is counted by the units above is counted anew when a unit moves. */
    readonly onMoved?: (tx: Writer) => Promise<void>;
  },
) {
  const { connection, stores, clock, onMoved } = deps;

  return {
    /** The units an actor sees, in code order; only the subtree of `under` when it is given. */
    async listUnits(actor: Actor, under: string | null = null): Promise<StoredUnit[]> {
      requirePermission(actor, 'unit.read');
      const root = under === null ? null : await findUnit(deps, under);
      if (root) requireScope(actor, root);
      return stores.units.listSubtree(connection.reader, root?.path ?? scopePath(actor));
    },

    /** One unit within the actor's scope. */
    async getUnit(actor: Actor, code: string): Promise<StoredUnit> {
      requirePermission(actor, 'unit.read');
      const unit = await findUnit(deps, code);
      requireScope(actor, unit);
      return unit;
    },

    /**
     * Takes over units (and populations by sex and age band) from tables. All or nothing: any finding refuses the
     * whole file with `IMPORT_REFUSED` and its full list of problems. Importing again updates and never removes.
     */
    async importUnits(
      actor: Actor,
      input: {
        readonly units: TableWithProblems;
        readonly populations?: TableWithProblems | null;
        readonly dryRun?: boolean;
      },
    ): Promise<UnitImportReport> {
      requirePermission(actor, 'unit.import');
      const { units: table, populations: populationTable = null, dryRun = false } = input;
      return connection.transaction(async (tx) => {
        const existing = await stores.units.listSubtree(tx, null);
        const parsed = parseUnits({ table, existing });
        const plan = planUnitImport(existing, parsed.units);
        // What is wrong with the tree is told once, at the row of the file that does it.
        const problems = [...table.problems, ...(parsed.problems.length > 0 ? parsed.problems : plan.problems)];
        const after = new Map<string, Unit>(existing.map((unit) => [unit.code, unit]));
        for (const unit of [...plan.create, ...plan.update]) after.set(unit.code, unit);
        const populations = populationTable
          ? parseUnitPopulation({ table: populationTable, units: [...after.values()] })
          : { cells: [], problems: [], warnings: [] };
        problems.push(...(populationTable?.problems ?? []), ...populations.problems);
        if (problems.length > 0) throw new AppError('IMPORT_REFUSED', { count: problems.length, problems });

        const tree = buildTree([...after.values()]);
        // Where a unit stands now and where it will stand: nobody takes a unit out of another's subtree.
        const touched = [...plan.create, ...plan.update].map(({ code }) => code);
        const pathBefore = new Map(existing.map(({ code, path }) => [code, path]));
        for (const code of new Set([...touched, ...populations.cells.map(({ unit }) => unit)])) {
          requireScope(actor, { code, path: tree.path(code) });
          requireScope(actor, { code, path: pathBefore.get(code) ?? tree.path(code) });
        }
        const report: UnitImportReport = {
          created: plan.create.length,
          updated: plan.update.length,
          unchanged: plan.unchanged.length,
          populations: populations.cells.length,
          warnings: [...populations.warnings, ...findUnknownPopulations(tree.units)],
        };
        if (dryRun) return report;

        const now = clock();
        const placeCodes = new Set(existing.map((unit) => unit.placeCode));
        await stores.units.insert(
          tx,
          plan.create.map((unit) => ({
            ...unit,
            path: tree.path(unit.code),
            placeCode: makePlaceCode(unit.code, placeCodes),
          })),
          now,
        );
        for (const unit of plan.update) await stores.units.update(tx, { ...unit, path: tree.path(unit.code) }, now);
        // A unit that moved takes its whole subtree along.
        const written = new Set([...plan.create, ...plan.update].map((unit) => unit.code));
        for (const { placeCode: _kept, ...unit } of existing) {
          const path = tree.path(unit.code);
          if (!written.has(unit.code) && path !== unit.path) await stores.units.update(tx, { ...unit, path }, now);
        }
        const byUnit = new Map<string, (typeof populations.cells)[number][]>();
        for (const cell of populations.cells) byUnit.set(cell.unit, [...(byUnit.get(cell.unit) ?? []), cell]);
        for (const [unitCode, cells] of byUnit) {
          await stores.units.replacePopulations(
            tx,
            unitCode,
            cells.map(({ unit, ...cell }) => ({ ...cell, unitCode: unit })),
          );
        }
        if (existing.some(({ code, path }) => tree.path(code) !== path)) await onMoved?.(tx);
        await recordAudit(deps, tx, actor, {
          action: 'unit.import',
          objectType: 'units',
          objectId: tree.roots[0]?.code ?? '',
          unitCode: tree.roots[0]?.code ?? null,
          details: { created: report.created, updated: report.updated, populations: report.populations },
        });
        return report;
      });
    },
  };
}

/** Towns are combined by population: one warning for all of those whose population is not known. */
function findUnknownPopulations(units: readonly Unit[]): Problem[] {
  const unknown = planStrata(units).strata.filter(({ population }) => population === null);
  if (unknown.length === 0) return [];
  const names = unknown.slice(0, 5).map(({ name }) => name);
  return [{ code: 'UNIT_POPULATION_UNKNOWN', details: { count: unknown.length, units: names } }];
}

/** A unit by its code, or `NOT_FOUND`. */
export async function findUnit(
  { connection, stores }: Deps,
  code: string,
  db: Reader = connection.reader,
): Promise<StoredUnit> {
  const unit = await stores.units.find(db, code);
  if (!unit) throw new AppError('NOT_FOUND', { what: 'unit', id: code });
  return unit;
}

const PLACE_ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';

/** A short code that is easy to type from a poster: no 0/o, 1/l/i. The same unit gets the same code again unless it is taken. */
function makePlaceCode(code: string, taken: Set<string>): string {
  for (let attempt = 0; ; attempt += 1) {
    const digest = createHash('sha256').update(`place:${code}:${attempt}`).digest();
    const placeCode = Array.from(digest.subarray(0, 6), (byte) => PLACE_ALPHABET[byte % PLACE_ALPHABET.length]).join(
      '',
    );
    if (!taken.has(placeCode)) {
      taken.add(placeCode);
      return placeCode;
    }
  }
}
