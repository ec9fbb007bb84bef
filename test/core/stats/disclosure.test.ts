import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideLine, hidePrimary, hideTable, hideTree } from '../../../src/core/stats/disclosure.ts';

/** Which unknowns a set of sums determines: reduced row echelon form with whole numbers kept exact enough. */
function determined(equations: number[][], unknowns: number): number[] {
  const rows = equations.map((row) => [...row]);
  let top = 0;
  for (let column = 0; column < unknowns; column++) {
    const pivot = rows.findIndex((row, i) => i >= top && Math.abs(row[column] ?? 0) > 1e-9);
    if (pivot < 0) continue;
    const [found] = rows.splice(pivot, 1);
    if (!found) continue;
    const scale = found[column] ?? 1;
    const normal = found.map((v) => v / scale);
    rows.splice(top, 0, normal);
    rows.forEach((row, i) => {
      const factor = row[column] ?? 0;
      if (i !== top && factor !== 0) rows[i] = row.map((v, k) => v - factor * (normal[k] ?? 0));
    });
    top += 1;
  }
  return rows.flatMap((row) => {
    const nonZero = row.flatMap((v, k) => (Math.abs(v) > 1e-9 ? [k] : []));
    return nonZero.length === 1 ? nonZero : [];
  });
}

const base = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 10, max: 120 }));

describe('suppression', () => {
  it('never hides exactly one cell of a line, nor few answers together, unless nothing else is left', () => {
    fc.assert(
      fc.property(fc.array(base, { minLength: 1, maxLength: 12 }), (bases) => {
        const hidden = hideLine(bases, hidePrimary(bases));
        const count = hidden.filter(Boolean).length;
        const together = bases.reduce((sum, n, i) => sum + (hidden[i] ? n : 0), 0);
        const isAllHidden = bases.every((n, i) => n === 0 || hidden[i]);
        expect(count === 0 || (count >= 2 && together >= 10) || isAllHidden).toBe(true);
      }),
    );
  });

  it('lays no small cell open in a two-way table with published totals', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }).chain((columns) =>
          fc.array(fc.array(fc.integer({ min: 4, max: 90 }), { minLength: columns, maxLength: columns }), {
            minLength: 2,
            maxLength: 6,
          }),
        ),
        (table) => {
          const hidden = hideTable(table);
          const cells = hidden.flatMap((row, i) => row.flatMap((h, j) => (h ? [[i, j] as const] : [])));
          const equations = [
            ...table.map((_, i) => cells.map(([r]) => (r === i ? 1 : 0))),
            ...(table[0] ?? []).map((_, j) => cells.map(([, c]) => (c === j ? 1 : 0))),
          ];
          const open = determined(equations, cells.length).map((k) => cells[k] as readonly [number, number]);
          const isEverythingHidden = hidden.every((row) => row.every(Boolean));
          expect(isEverythingHidden || open.every(([i, j]) => (table[i]?.[j] ?? 0) >= 10)).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('cannot be undone in a tree of units, whatever is hidden at which level', () => {
    const tree = fc.array(fc.array(base, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(tree, (counties) => {
        const bases: number[] = [0];
        const parents: number[] = [-1];
        for (const towns of counties) {
          const county = bases.length;
          bases.push(towns.reduce((a, b) => a + b, 0));
          parents.push(0);
          for (const n of towns) {
            bases.push(n);
            parents.push(county);
          }
        }
        bases[0] = counties.flat().reduce((a, b) => a + b, 0);
        const hidden = hideTree(bases, parents);
        // An empty unit is known to be empty; what is open is known; the rest are unknowns.
        const unknowns = bases.flatMap((n, i) => (hidden[i] && n > 0 ? [i] : []));
        const equations = bases.map((_, parent) =>
          unknowns.map((i) => (i === parent ? -1 : parents[i] === parent ? 1 : 0)),
        );
        const lines = equations.filter((_, parent) => parents.includes(parent));
        expect(determined(lines, unknowns.length)).toEqual([]);
        bases.forEach((n, i) => {
          if (n > 0 && n < 10) expect(hidden[i]).toBe(true);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('leaves a tree without small units alone', () => {
    expect(hideTree([60, 30, 30, 15, 15, 30], [-1, 0, 0, 1, 1, 2])).toEqual([false, false, false, false, false, false]);
  });
});
