/** Labels as small integers: the form in which strata, clusters and margins go into columns. */
export interface Factor {
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** Codes labels in order of first appearance. */
export function encodeLabels(labels: ArrayLike<string | number>): Factor {
  const known = new Map<string | number, number>();
  const codes = new Int32Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as string | number;
    let code = known.get(label);
    if (code === undefined) {
      code = known.size;
      known.set(label, code);
    }
    codes[i] = code;
  }
  return { codes, levels: [...known.keys()].map(String) };
}

/** Codes labels against given levels; −1 for a label that is not among them. */
export function matchLabels(labels: ArrayLike<string | number>, levels: readonly (string | number)[]): Int32Array {
  const known = new Map(levels.map((level, code) => [String(level), code]));
  return Int32Array.from(labels, (label) => known.get(String(label)) ?? -1);
}

/** The factor of the combinations of two that occur, with `first|second` as labels, in order of first appearance. */
export function crossFactors(first: Factor, second: Factor): Factor {
  const size = first.levels.length * second.levels.length;
  const dense = size <= 4 * first.codes.length + 1024;
  const table = dense ? new Int32Array(size).fill(-1) : new Map<number, number>();
  const codes = new Int32Array(first.codes.length);
  const levels: string[] = [];
  for (let i = 0; i < codes.length; i++) {
    const a = first.codes[i] as number;
    const b = second.codes[i] as number;
    const key = a * second.levels.length + b;
    let code = (table instanceof Map ? (table.get(key) ?? -1) : table[key]) as number;
    if (code < 0) {
      code = levels.length;
      levels.push(`${first.levels[a]}|${second.levels[b]}`);
      if (table instanceof Map) table.set(key, code);
      else table[key] = code;
    }
    codes[i] = code;
  }
  return { codes, levels };
}

/** One level for everybody. */
export function constantFactor(rows: number): Factor {
  return { codes: new Int32Array(rows), levels: [''] };
}

/** Visits the first row of every level. */
export function eachFirstRow(factor: Factor, visit: (row: number, code: number) => void): void {
  const seen = new Uint8Array(factor.levels.length);
  for (let i = 0; i < factor.codes.length; i++) {
    const code = factor.codes[i] as number;
    if (seen[code]) continue;
    seen[code] = 1;
    visit(i, code);
  }
}
