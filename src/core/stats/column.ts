/**
 * Columns of numbers. Everything large in `core/stats` is a column (a typed array), never an array of objects, so that
 * a million interviews fit in memory and a pass over them runs at the speed of the memory.
 */
export type Column = Float64Array | Int32Array | Uint8Array | readonly number[];

/** Reads a column inside its bounds. */
export function at(column: Column, index: number): number {
  return column[index] as number;
}

/** Adds to one element of a column. */
export function add(column: Float64Array | Int32Array, index: number, value: number): void {
  column[index] = (column[index] as number) + value;
}

/** The sum of a column; 0 when it is empty. */
export function sumOf(column: Column): number {
  let sum = 0;
  for (let i = 0; i < column.length; i++) sum += column[i] as number;
  return sum;
}

/** The largest element of a column; −∞ when it is empty. */
export function maxOf(column: Column): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < column.length; i++) max = Math.max(max, column[i] as number);
  return max;
}
