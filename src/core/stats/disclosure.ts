/**
 * Disclosure control: which cells are hidden so that nobody's answer can be worked out, neither directly (fewer than
 * `minBase` answers) nor by subtracting the published cells from a published total.
 *
 * A simple rule, not an optimal one: in each line that adds up to a published total at least two cells, with at least
 * `minBase` answers together, are hidden, or none. Returned arrays say `true` for hidden.
 */

/** Fewest answers behind a published figure. */
export const MIN_BASE = 10;
/** Below this a figure is shown with a flag, gets no verdict and is not ranked. */
export const SMALL_BASE = 30;

/** Primary suppression: some answers, but too few. */
export function hidePrimary(bases: readonly number[], minBase: number = MIN_BASE): boolean[] {
  return bases.map((base) => base > 0 && base < minBase);
}

/** Complementary suppression of one line under a published total; the smallest open cell goes first, ties by position. */
export function hideLine(bases: readonly number[], hidden: readonly boolean[], minBase: number = MIN_BASE): boolean[] {
  const result = [...hidden];
  for (;;) {
    let count = 0;
    let together = 0;
    let smallest = -1;
    for (let i = 0; i < bases.length; i++) {
      const base = bases[i] as number;
      if (result[i]) {
        count += 1;
        together += base;
      } else if (base > 0 && (smallest < 0 || base < (bases[smallest] as number))) smallest = i;
    }
    if (count === 0 || (count >= 2 && together >= minBase) || smallest < 0) return result;
    result[smallest] = true;
  }
}

/** A two-way table with published row and column totals: rows, then columns, until nothing changes. */
export function hideTable(table: readonly (readonly number[])[], minBase: number = MIN_BASE): boolean[][] {
  let hidden = table.map((row) => hidePrimary(row, minBase));
  for (;;) {
    const rows = table.map((row, i) => hideLine(row, hidden[i] as boolean[], minBase));
    const columns = (table[0] ?? []).map((_, j) =>
      hideLine(
        table.map((row) => row[j] as number),
        rows.map((row) => row[j] as boolean),
        minBase,
      ),
    );
    const next = rows.map((row, i) => row.map((_, j) => (columns[j] as boolean[])[i] as boolean));
    if (next.every((row, i) => row.every((cell, j) => cell === (hidden[i] as boolean[])[j]))) return next;
    hidden = next;
  }
}

/**
 * A tree of totals: every parent is the sum of its children, and each figure may be published at its own place. One
 * pattern for the whole tree, so that tables of different levels cannot be played against each other.
 * `parents[i]` is the index of the parent of cell i, −1 for the root; a parent's index is smaller than its children's.
 */
export function hideTree(bases: readonly number[], parents: readonly number[], minBase: number = MIN_BASE): boolean[] {
  const children: number[][] = bases.map(() => []);
  parents.forEach((parent, i) => {
    if (parent >= 0) (children[parent] as number[]).push(i);
  });
  const hidden = hidePrimary(bases, minBase);
  const hide = (indexes: readonly number[], line: readonly boolean[]): boolean => {
    let changed = false;
    indexes.forEach((index, k) => {
      if (line[k] && !hidden[index]) {
        hidden[index] = true;
        changed = true;
      }
    });
    return changed;
  };
  for (let changed = true; changed; ) {
    changed = false;
    children.forEach((line, parent) => {
      if (line.length === 0) return;
      const lineBases = line.map((i) => bases[i] as number);
      const lineHidden = line.map((i) => hidden[i] as boolean);
      if (!hidden[parent]) changed = hide(line, hideLine(lineBases, lineHidden, minBase)) || changed;
      else if (!lineHidden.includes(true)) {
        // The parent is hidden: its open children would add up to it, so the smallest of them is hidden too.
        let smallest = -1;
        lineBases.forEach((base, k) => {
          if (base > 0 && (smallest < 0 || base < (lineBases[smallest] as number))) smallest = k;
        });
        changed =
          hide(
            line,
            line.map((_, k) => k === smallest),
          ) || changed;
      }
      // A line of one: the child is the parent, so both are open or neither.
      const nonZero = line.filter((i) => (bases[i] as number) > 0);
      const only = nonZero[0];
      if (
        nonZero.length === 1 &&
        only !== undefined &&
        hidden[only] &&
        !hidden[parent] &&
        bases[parent] === bases[only]
      ) {
        hidden[parent] = true;
        changed = true;
      }
    });
  }
  return hidden;
}
