/** Adds to one element of a column: what `column[i] += v` says, where the compiler must be told that i is inside. */
export function add(column: Float64Array, index: number, value: number): void {
  column[index] = (column[index] as number) + value;
}
