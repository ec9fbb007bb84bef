import { AppError, type Problem } from '../core/errors.ts';
import type { ImportTable } from '../core/import/rows.ts';
import { planStrata } from '../core/indicators/strata.ts';
import {
  DEFAULT_CAP,
  planAreas,
  type WaveMargins,
  WEIGHTING_METHODS,
  type WeightingMethod,
} from '../core/indicators/weighting.ts';
import { parseUnitPopulation } from '../core/units/parse-unit-population.ts';
import type { Level } from '../core/units/types.ts';
import type { Reader } from '../store/connection.ts';
import type { StoredUnit } from '../store/units.ts';
import type { WaveMarginsRow, WaveRow } from '../store/waves.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import { findUnit } from './units.ts';
import { findWave } from './waves.ts';

export interface MarginOptions {
  /** `raking` when absent. */
  readonly method?: string | undefined;
  /** Largest weight as a multiple of the area's median. */
  readonly cap?: number | undefined;
  readonly collapse?: boolean | undefined;
}

export interface MarginsView {
  readonly method: WeightingMethod;
  readonly cap: number;
  readonly collapse: boolean;
  readonly areas: ReadonlyArray<{
    readonly code: string;
    readonly name: string;
    readonly level: Level;
    readonly population: number;
  }>;
  readonly ageBands: readonly string[];
  readonly setAt: number;
  readonly setBy: string;
}

export interface MarginsReport extends MarginsView {
  /** Sums that do not fit the unit's own population. */
  readonly warnings: readonly Problem[];
}

type TableWithProblems = ImportTable & { readonly problems: readonly Problem[] };

export type MarginService = ReturnType<typeof createMarginService>;

/**
 * The known populations that a wave's figures are weighted to. They may be set, changed or taken away at any time, since
 * figures are computed when they are read; every such change is in the audit log.
 */
export function createMarginService(deps: Deps) {
  const { connection, stores, clock } = deps;

  async function requireWave(db: Reader, actor: Actor, code: string): Promise<{ wave: WaveRow; units: StoredUnit[] }> {
    const wave = await findWave(deps, code, db);
    const root = await findUnit(deps, wave.rootUnit, db);
    requireScope(actor, root);
    return { wave, units: await stores.units.listSubtree(db, root.path) };
  }

  return {
    /** What a wave is weighted to; null when it is not. Areas outside the reader's scope are left out. */
    async readMargins(actor: Actor, code: string): Promise<MarginsView | null> {
      requirePermission(actor, 'wave.read');
      const db = connection.reader;
      const wave = await findWave(deps, code, db);
      const root = await findUnit(deps, wave.rootUnit, db);
      const scope = scopePath(actor);
      if (scope !== null && !scope.startsWith(root.path)) requireScope(actor, root);
      const row = await stores.waves.findMargins(db, wave.id);
      if (row === null) return null;
      const units = await stores.units.listSubtree(
        db,
        scope === null || root.path.startsWith(scope) ? root.path : scope,
      );
      return viewMargins(row, units);
    },

    /** All or nothing: any finding in the table refuses it. */
    async setMargins(
      actor: Actor,
      code: string,
      table: TableWithProblems,
      options: MarginOptions = {},
    ): Promise<MarginsReport> {
      requirePermission(actor, 'wave.manage');
      const { cap = DEFAULT_CAP, collapse = false } = options;
      const method = WEIGHTING_METHODS.find((one) => one === (options.method ?? 'raking'));
      if (!(cap > 1 && cap <= 1000)) throw new AppError('INPUT_INVALID', { field: 'cap', reason: '1 < cap ≤ 1000' });
      if (method === undefined) {
        throw new AppError('INPUT_INVALID', { field: 'method', reason: WEIGHTING_METHODS.join(', ') });
      }
      return connection.transaction(async (tx) => {
        const { wave, units } = await requireWave(tx, actor, code);
        const parsed = parseUnitPopulation({ table, units });
        const problems = [...table.problems, ...parsed.problems];
        if (problems.length > 0) throw new AppError('IMPORT_REFUSED', { count: problems.length, problems });
        const margins: WaveMargins = { method, cap, collapse, cells: parsed.cells };
        planAreas(planStrata(units), margins);
        const row = { waveId: wave.id, ...margins, setAt: clock(), setBy: actor.name };
        await stores.waves.setMargins(tx, row);
        const view = viewMargins(row, units);
        await recordAudit(deps, tx, actor, {
          action: 'wave.margins',
          objectType: 'wave',
          objectId: wave.code,
          unitCode: wave.rootUnit,
          details: { method, cap, collapse, areas: view.areas.length, cells: parsed.cells.length },
        });
        return { ...view, warnings: parsed.warnings };
      });
    },

    async removeMargins(actor: Actor, code: string): Promise<void> {
      requirePermission(actor, 'wave.manage');
      await connection.transaction(async (tx) => {
        const { wave } = await requireWave(tx, actor, code);
        if (!(await stores.waves.removeMargins(tx, wave.id))) {
          throw new AppError('NOT_FOUND', { what: 'margins', id: code });
        }
        await recordAudit(deps, tx, actor, {
          action: 'wave.margins-remove',
          objectType: 'wave',
          objectId: wave.code,
          unitCode: wave.rootUnit,
        });
      });
    },
  };
}

function viewMargins({ method, cap, collapse, cells, setAt, setBy }: WaveMarginsRow, units: readonly StoredUnit[]) {
  const population = new Map<string, number>();
  for (const cell of cells) population.set(cell.unit, (population.get(cell.unit) ?? 0) + cell.population);
  const areas = units.flatMap(({ code, name, level }) => {
    const people = population.get(code);
    return people === undefined ? [] : [{ code, name, level, population: people }];
  });
  const ageBands = [...new Set(cells.map(({ ageBand }) => ageBand))].sort(
    (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
  );
  return { method, cap, collapse, areas, ageBands, setAt, setBy };
}
