/** From the columns of a file to the numbers a figure is made of. */
import { AppError } from '../errors.ts';
import { type DataColumns, numberColumn, textColumn } from './columns.ts';
import type { FigureDesign } from './types.ts';

export interface FigureColumns {
  readonly design: FigureDesign;
  /** Answer of each row as a number: 1 and 0 for a rate; NaN outside the base. */
  readonly value: Float64Array;
  /** Denominator of a ratio. */
  readonly bottom: Float64Array | null;
}

export function readFigure(columns: DataColumns, design: FigureDesign): FigureColumns {
  switch (design.type) {
    case 'rate':
      return { design, value: classify(columns, design), bottom: null };
    case 'mean':
      return {
        design,
        value: design.scores
          ? byCode(columns, design, (code) => design.scores?.[code])
          : numberColumn(columns, design.column),
        bottom: null,
      };
    case 'total':
      return { design, value: numberColumn(columns, design.column), bottom: null };
    case 'ratio':
      return {
        design,
        value: numberColumn(columns, design.numerator),
        bottom: numberColumn(columns, design.denominator),
      };
  }
}

function classify(columns: DataColumns, design: FigureDesign & { type: 'rate' }): Float64Array {
  const positive = new Set(design.positive);
  const negative = new Set(design.negative);
  return byCode(columns, design, (code) => (positive.has(code) ? 1 : negative.has(code) ? 0 : undefined));
}

/** Missing answers are outside the base; a code that nobody classified is an error, never silently outside. */
function byCode(
  columns: DataColumns,
  design: FigureDesign & { type: 'rate' | 'mean' },
  valueOfCode: (code: string) => number | undefined,
): Float64Array {
  const { codes, levels } = textColumn(columns, design.column);
  const used = new Uint8Array(levels.length);
  for (const code of codes) if (code >= 0) used[code] = 1;
  const values = levels.map((level, code) => {
    const value = valueOfCode(level);
    if (value !== undefined) return value;
    if (used[code] === 0 || design.excluded.includes(level)) return Number.NaN;
    throw new AppError('UNMAPPED_CODE', { indicator: design.name, outcome: level });
  });
  return Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : (values[code] as number)));
}
