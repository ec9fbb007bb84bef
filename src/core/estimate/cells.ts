/** The groups a figure is asked for, how they nest, and how much of the population each one covers. */

import { hideLine, hidePrimary } from '../stats/disclosure.ts';
import { encodeLabels, type Factor } from '../stats/factor.ts';
import { combineColumns, textColumn } from './columns.ts';
import type { Sample } from './sample.ts';
import type { Place } from './types.ts';

/** One way to group rows: the whole, counties, towns, sex within county. */
export interface Grouping {
  readonly columns: readonly string[];
  /** Cell of each row; −1 outside. */
  readonly cellOf: Int32Array;
  readonly values: readonly (readonly string[])[];
}

export function createGroupings(sample: Sample, by: readonly (readonly string[])[]): Grouping[] {
  return [[], ...by].map((columns) => {
    const { codes, values } = combineColumns(
      sample.rows,
      columns.map((name) => groupColumn(sample, name)),
    );
    return { columns, cellOf: codes, values };
  });
}

/** A column of the file, or of the places the strata are. */
function groupColumn(sample: Sample, name: string): Factor {
  if (sample.columns.texts.has(name) || sample.placeOf.size === 0) return textColumn(sample.columns, name);
  const ofStratum = sample.stratum.levels.map((label) => sample.placeOf.get(label)?.values[name]);
  if (ofStratum.some((value) => value === undefined)) return textColumn(sample.columns, name);
  const coded = encodeLabels(ofStratum.map((value) => value ?? ''));
  return {
    codes: Int32Array.from(sample.stratum.codes, (code) => coded.codes[code] as number),
    levels: coded.levels,
  };
}

export interface Coverage {
  /** Null without populations. */
  readonly share: number | null;
  readonly strata: number;
}

/** How much of each cell's population lives in strata with interviews of a wave. */
export function measureCoverage(sample: Sample, grouping: Grouping, wave: number): Coverage[] {
  const interviewed = new Set<string>();
  for (let i = 0; i < sample.rows; i++) {
    if (sample.wave[i] === wave) interviewed.add(sample.stratum.levels[sample.stratum.codes[i] as number] as string);
  }
  const strata = strataOfCells(sample, grouping);
  if (sample.places === null) return strata.map((set) => ({ share: null, strata: set.size }));
  const known = new Map<Place, boolean>();
  for (const [label, place] of sample.placeOf) known.set(place, interviewed.has(label));
  const shared = grouping.columns.filter((name) => sample.places?.every(({ values }) => name in values));
  const sums = new Map<string, { all: number; covered: number; places: number }>();
  const keyOf = (read: (name: string) => string | undefined): string => shared.map((name) => read(name)).join('|');
  for (const [place, isCovered] of known) {
    const key = keyOf((name) => place.values[name]);
    const sum = sums.get(key) ?? { all: 0, covered: 0, places: 0 };
    sum.all += place.population;
    sum.covered += isCovered ? place.population : 0;
    sum.places += 1;
    sums.set(key, sum);
  }
  return grouping.values.map((values, cell) => {
    const sum = sums.get(keyOf((name) => values[grouping.columns.indexOf(name)]));
    return { share: sum && sum.all > 0 ? sum.covered / sum.all : null, strata: strata[cell]?.size ?? 0 };
  });
}

function strataOfCells({ stratum }: Sample, { cellOf, values }: Grouping): Set<number>[] {
  const strata = values.map(() => new Set<number>());
  cellOf.forEach((cell, row) => {
    if (cell >= 0) strata[cell]?.add(stratum.codes[row] as number);
  });
  return strata;
}

/** A published total and the cells that add up to it. */
interface Line {
  readonly total: { readonly grouping: number; readonly cell: number };
  readonly grouping: number;
  readonly cells: readonly number[];
}

/** Every grouping that refines another makes lines: its cells add up to the other's. */
export function findLines(groupings: readonly Grouping[]): Line[] {
  const lines: Line[] = [];
  for (const [g, fine] of groupings.entries()) {
    for (const [p, coarse] of groupings.entries()) {
      if (g === p || fine.values.length < coarse.values.length) continue;
      const parent = parentsOf(fine, coarse);
      if (parent === null) continue;
      coarse.values.forEach((_, cell) => {
        const cells = fine.values.map((__, k) => k).filter((k) => parent[k] === cell);
        if (cells.length > 0) lines.push({ total: { grouping: p, cell }, grouping: g, cells });
      });
    }
  }
  return lines;
}

/** The one coarse cell that holds each fine cell; null when some fine cell lies in two. */
function parentsOf(fine: Grouping, coarse: Grouping): Int32Array | null {
  const parent = new Int32Array(fine.values.length).fill(-2);
  for (let i = 0; i < fine.cellOf.length; i++) {
    const cell = fine.cellOf[i] as number;
    if (cell < 0) continue;
    const above = coarse.cellOf[i] as number;
    if (parent[cell] === -2) parent[cell] = above;
    else if (parent[cell] !== above) return null;
  }
  return parent;
}

/**
 * Which cells are hidden: too few answers, or needed to keep such a cell from being worked out by subtraction. One
 * pattern over all groupings, since their tables are published together.
 */
export function hideCells(bases: readonly (readonly number[])[], lines: readonly Line[], below: number): boolean[][] {
  const hidden = bases.map((line) => hidePrimary(line, below));
  for (let changed = true; changed; ) {
    changed = false;
    for (const { total, grouping, cells } of lines) {
      const lineBases = cells.map((cell) => bases[grouping]?.[cell] as number);
      const before = cells.map((cell) => hidden[grouping]?.[cell] as boolean);
      const totals = hidden[total.grouping] as boolean[];
      let after = before;
      if (!totals[total.cell]) after = hideLine(lineBases, before, below);
      else if (!before.includes(true)) {
        // The total is hidden: its open cells would add up to it.
        const open = lineBases.filter((base) => base > 0);
        const smallest = lineBases.indexOf(Math.min(...open));
        after = before.map((_, k) => k === smallest);
      }
      cells.forEach((cell, k) => {
        if (after[k] === before[k]) return;
        (hidden[grouping] as boolean[])[cell] = true;
        changed = true;
      });
      // A line of one is its total: both are open or neither.
      const filled = cells.filter((_, k) => (lineBases[k] as number) > 0);
      if (filled.length === 1 && hidden[grouping]?.[filled[0] as number] && !totals[total.cell]) {
        totals[total.cell] = true;
        changed = true;
      }
    }
  }
  return hidden;
}
