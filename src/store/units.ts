import { and, asc, type Column, eq, inArray, sql } from 'drizzle-orm';
import type { Sex } from '../core/indicators/types.ts';
import type { Unit } from '../core/units/types.ts';
import { prepareOnce, type Reader, type Writer } from './connection.ts';
import { forUpdate, startsWith } from './dialect/expressions.ts';
import type { Tables } from './tables.ts';

export interface StoredUnit extends Unit {
  readonly path: string;
  readonly placeCode: string;
}

export interface UnitPopulation {
  readonly unitCode: string;
  readonly sex: Sex;
  readonly ageBand: string;
  readonly population: number;
}

/** That a code is of a unit under a path; of any for null. */
export function isUnder({ units }: Pick<Tables, 'units'>, db: Reader, code: Column, scope: string | null) {
  return scope === null
    ? undefined
    : inArray(code, db.select({ code: units.code }).from(units).where(startsWith(units.path, scope)));
}

export function createUnitStore({ units, unitPopulations }: Tables) {
  const columns = {
    code: units.code,
    name: units.name,
    level: units.level,
    parentCode: units.parentCode,
    population: units.population,
    populationSource: units.populationSource,
    villages: units.villages,
    path: units.path,
    placeCode: units.placeCode,
  };
  return {
    find: async (db: Reader, code: string): Promise<StoredUnit | null> =>
      (
        await prepareOnce(db, 'unit.find', (d) =>
          d
            .select(columns)
            .from(units)
            .where(eq(units.code, sql.placeholder('code')))
            .prepare('unit_find'),
        ).execute({ code })
      )[0] ?? null,

    findByPlaceCode: async (db: Reader, placeCode: string): Promise<StoredUnit | null> =>
      (
        await prepareOnce(db, 'unit.place', (d) =>
          d
            .select(columns)
            .from(units)
            .where(eq(units.placeCode, sql.placeholder('placeCode')))
            .prepare('unit_place'),
        ).execute({ placeCode })
      )[0] ?? null,

    /** The unit and everything below it, in code order; all units when no root is given. */
    listSubtree: async (db: Reader, rootPath: string | null): Promise<StoredUnit[]> =>
      db
        .select(columns)
        .from(units)
        .where(rootPath === null ? undefined : startsWith(units.path, rootPath))
        .orderBy(asc(units.code)),

    listByCodes: async (db: Reader, codes: readonly string[]): Promise<StoredUnit[]> =>
      codes.length === 0
        ? []
        : db
            .select(columns)
            .from(units)
            .where(inArray(units.code, [...codes])),

    /** Lets others wait who want these units too, until the transaction ends. */
    lock: async (tx: Writer, codes: readonly string[]): Promise<void> => {
      const rows = tx.select({ code: units.code }).from(units);
      await forUpdate(rows.where(inArray(units.code, [...codes])).orderBy(asc(units.code)));
    },

    /** Parents must come before their children only in meaning, not in order. */
    insert: async (tx: Writer, rows: readonly StoredUnit[], now: number): Promise<void> => {
      for (const row of rows) await tx.insert(units).values({ ...row, updatedAt: now });
    },

    /** Changes everything but the place code: links and posters that are out there stay true. */
    update: async (tx: Writer, row: Omit<StoredUnit, 'placeCode'>, now: number): Promise<void> => {
      const { code, ...rest } = row;
      await tx
        .update(units)
        .set({ ...rest, updatedAt: now })
        .where(eq(units.code, code));
    },

    replacePopulations: async (tx: Writer, unitCode: string, rows: readonly UnitPopulation[]): Promise<void> => {
      await tx.delete(unitPopulations).where(eq(unitPopulations.unitCode, unitCode));
      if (rows.length > 0) await tx.insert(unitPopulations).values([...rows]);
    },

    listPopulations: async (db: Reader, rootPath: string): Promise<UnitPopulation[]> =>
      db
        .select({
          unitCode: unitPopulations.unitCode,
          sex: unitPopulations.sex,
          ageBand: unitPopulations.ageBand,
          population: unitPopulations.population,
        })
        .from(unitPopulations)
        .innerJoin(units, and(eq(units.code, unitPopulations.unitCode), startsWith(units.path, rootPath))),
  };
}
