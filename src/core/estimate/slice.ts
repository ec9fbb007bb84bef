import type { Design } from '../stats/design.ts';
import type { Factor } from '../stats/factor.ts';
import type { Grouping } from './cells.ts';

/** The part of the design that a cell's variance depends on. */
export interface Slice {
  readonly design: Design;
  /** Row of the sample behind each row of the slice; null when they are the same. */
  readonly rowOf: Int32Array | null;
  readonly isInCell: (row: number) => boolean;
}

/**
 * Strata without a row of a cell add nothing to its variance, so a town is computed from its own stratum and not from a
 * million rows. After weighting to totals every row of the sample plays a part, and the slice is the whole.
 */
export function createSlicer(design: Design, { cellOf, values }: Grouping): (cell: number) => Slice {
  const whole = (cell: number): Slice => ({ design, rowOf: null, isInCell: (row) => cellOf[row] === cell });
  if (design.residual !== null || values.length <= 1) return whole;
  const { stratum } = design;
  const rowsOf: number[][] = stratum.levels.map(() => []);
  const strata = values.map(() => new Set<number>());
  for (let i = 0; i < design.rows; i++) {
    const h = stratum.codes[i] as number;
    (rowsOf[h] as number[]).push(i);
    const cell = cellOf[i] as number;
    if (cell >= 0) (strata[cell] as Set<number>).add(h);
  }
  return (cell) => {
    const rowOf = Int32Array.from([...(strata[cell] as Set<number>)].flatMap((h) => rowsOf[h] as number[]));
    return { design: takeRows(design, rowOf), rowOf, isInCell: (row) => cellOf[rowOf[row] as number] === cell };
  };
}

/** Some strata of a design whole, with the sizes and fractions they have in it. */
function takeRows(design: Design, rows: Int32Array): Design {
  const take = ({ codes, levels }: Factor): Factor => ({
    codes: Int32Array.from(rows, (row) => codes[row] as number),
    levels,
  });
  const { secondStage } = design;
  return {
    ...design,
    rows: rows.length,
    weight: Float64Array.from(rows, (row) => design.weight[row] as number),
    stratum: take(design.stratum),
    cluster: design.cluster && take(design.cluster),
    secondStage: secondStage && { ...secondStage, unit: take(secondStage.unit) },
  };
}
