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

/**
 * A two-way table with published row and column totals: rows, then columns, until nothing changes. Hidden cells of a few
 * rows and columns can still solve each other; if that lays a small cell open, the smallest open cell of its row (else of
 * its column) is hidden too.
 */
export function hideTable(table: readonly (readonly number[])[], minBase: number = MIN_BASE): boolean[][] {
  const primary = table.map((row) => hidePrimary(row, minBase));
  let hidden = closeTable(table, primary, minBase);
  for (;;) {
    const open = findDetermined(hidden).find(([i, j]) => primary[i]?.[j]);
    if (!open) return hidden;
    const [row, column] = open;
    const inRow = (table[row] as readonly number[]).map((_, j) => [row, j] as const);
    const inColumn = table.map((_, i) => [i, column] as const);
    const next = [inRow, inColumn]
      .map((line) => line.filter(([i, j]) => !hidden[i]?.[j] && (table[i]?.[j] as number) > 0))
      .find((line) => line.length > 0)
      ?.reduce((a, b) => ((table[b[0]]?.[b[1]] as number) < (table[a[0]]?.[a[1]] as number) ? b : a));
    if (!next) return hidden;
    const more = hidden.map((line, i) => line.map((cell, j) => cell || (i === next[0] && j === next[1])));
    hidden = closeTable(table, more, minBase);
  }
}

/** The line rule on rows, then columns, until nothing changes. */
function closeTable(table: readonly (readonly number[])[], start: boolean[][], minBase: number): boolean[][] {
  let hidden = start;
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

/** Hidden cells that row and column sums determine: by elimination, a row of the echelon form with one unknown left. */
function findDetermined(hidden: readonly (readonly boolean[])[]): [number, number][] {
  const cells = hidden.flatMap((row, i) => row.flatMap((cell, j): [number, number][] => (cell ? [[i, j]] : [])));
  const lines: number[][] = [
    ...hidden.map((_, i) => cells.map(([row]) => (row === i ? 1 : 0))),
    ...(hidden[0] ?? []).map((_, j) => cells.map(([, column]) => (column === j ? 1 : 0))),
  ];
  let rank = 0;
  // Sums of a two-way table are totally unimodular: every entry stays −1, 0 or 1, so the elimination is exact.
  for (let c = 0; c < cells.length && rank < lines.length; c++) {
    const pivot = lines.findIndex((line, i) => i >= rank && line[c] !== 0);
    if (pivot < 0) continue;
    const [found] = lines.splice(pivot, 1) as [number[]];
    const normal = found.map((v) => v / (found[c] as number));
    lines.splice(rank, 0, normal);
    lines.forEach((line, i) => {
      const factor = line[c] as number;
      if (i !== rank && factor !== 0) lines[i] = line.map((v, k) => v - factor * (normal[k] as number));
    });
    rank += 1;
  }
  return lines.flatMap((line) => {
    const unknowns = line.flatMap((v, k) => (v === 0 ? [] : [k]));
    return unknowns.length === 1 ? [cells[unknowns[0] as number] as [number, number]] : [];
  });
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
