import { AppError } from '../errors.ts';
import { associationCase, fayHerriotCase, modeCase, outcomeCase, powerCase } from './analyses.ts';
import { bigCase, pipelineCase } from './big.ts';
import { type Comparison, compareCase, type GoldenCase } from './case.ts';
import { binomialCase, kishCase, panelCase, proportionCase, twoSampleCase, twoWaveCase } from './compare-cases.ts';
import {
  clusterCase,
  complexCase,
  domainCase,
  indicatorCase,
  lonelyCase,
  rollUpCase,
  stratifiedCase,
} from './design-cases.ts';
import { adjustCase, disclosureCase, funnelCase, rankCase, roundingCase } from './page-cases.ts';
import type { Table } from './table.ts';
import { calibrateCase, emptyCellCase, postStratifyCase, rakeCase, trimCase } from './weighting-cases.ts';

/** Everything a case needs: itself, its rows, and the tables it names. */
export interface CaseData {
  readonly golden: GoldenCase;
  readonly rows: Table;
  readonly params: GoldenCase['params'];
  readonly expected: GoldenCase['expected'];
  readonly table: (name: string) => Table;
}

/** Computes a case as an object of the same shape as what is expected of it. */
export type CaseComputation = (data: CaseData) => Record<string, unknown>;

const COMPUTATIONS: Readonly<Record<string, CaseComputation>> = {
  indicator: indicatorCase,
  'strat-srs': stratifiedCase,
  rollup: rollUpCase,
  'lonely-psu': lonelyCase,
  domain: domainCase,
  cluster: clusterCase,
  complex: complexCase,
  poststratify: postStratifyCase,
  rake: rakeCase,
  calibrate: calibrateCase,
  trim: trimCase,
  'empty-cell': emptyCellCase,
  'ci-svyciprop': proportionCase,
  'ci-binomial': binomialCase,
  'diff-srs': twoSampleCase,
  'diff-weighted': twoWaveCase,
  'diff-panel': panelCase,
  'p-adjust': adjustCase,
  rounding: roundingCase,
  rank: rankCase,
  funnel: funnelCase,
  'fay-herriot': fayHerriotCase,
  power: powerCase,
  aapor: outcomeCase,
  association: associationCase,
  disclosure: disclosureCase,
  mode: modeCase,
  kish: kishCase,
  big: bigCase,
  pipeline: pipelineCase,
};

/** Runs a case through the engine. `readTable` gives a table of the case's folder by its path there. */
export function runCase(golden: GoldenCase, readTable: (path: string) => Table): Comparison {
  const compute = COMPUTATIONS[golden.group];
  if (!compute) throw new AppError('GOLDEN_CASE_UNKNOWN', { name: golden.name, group: golden.group });
  const tables = new Map<string, Table>();
  const table = (name: string): Table => {
    let found = tables.get(name);
    if (!found) {
      const path = golden.tableFiles[name];
      if (path === undefined) throw new RangeError(`case ${golden.name} names no table ${name}`);
      found = readTable(path);
      tables.set(name, found);
    }
    return found;
  };
  const rows = golden.rowsFile === null ? golden.rows : readTable(golden.rowsFile);
  const computed = compute({ golden, rows, params: golden.params, expected: golden.expected, table });
  return compareCase(computed, golden.expected, golden.tolerance);
}
