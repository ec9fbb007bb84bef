/** Weights to known totals, wave by wave, in one design. */
import { AppError } from '../errors.ts';
import { calibrateWeights, type Distance, regressionResidual } from '../stats/calibration.ts';
import { type Design, reweightDesign } from '../stats/design.ts';
import { computeKish, type KishFigures } from '../stats/kish.ts';
import { agreeOnTotals, attachMargin, collapseMargin, type Margin, type MarginColumn } from '../stats/margins.ts';
import { marginResidual, rakeWeights, sweepResidual } from '../stats/raking.ts';
import { trimAndRake } from '../stats/trimming.ts';
import { combineColumns, labelCombinations, numberColumn, textColumn } from './columns.ts';
import type { Sample } from './sample.ts';
import type { EstimateDesign, WeightingDesign, WeightReport } from './types.ts';

export interface WeightedSample {
  readonly design: Design;
  readonly reports: readonly WeightReport[];
}

/** The sample's design with the weights asked for, and what they came to. */
export function weightSample(sample: Sample, { weighting }: EstimateDesign): WeightedSample {
  const { design, waves } = sample;
  const rowsOf = waves.map((_, k) => rowsWhere(sample.wave, k));
  if (weighting === null) {
    return { design, reports: rowsOf.map((rows, k) => reportOf(sample, k, rows, design.weight, NO_WORK)) };
  }
  const margins = describeMargins(sample, weighting, rowsOf);
  const weight = new Float64Array(sample.rows);
  const base = Float64Array.from(design.weight);
  const reports: WeightReport[] = [];
  const columns: MarginColumn[][] = [];
  const auxiliaries: Float64Array[] = [];
  for (const [k, rows] of rowsOf.entries()) {
    const attached = agreeOnTotals(
      margins.map(({ margin, labels }) =>
        attachMargin(
          margin,
          Array.from(rows, (row) => labels[row] ?? null),
        ),
      ),
      weighting.rescale,
    );
    columns.push(attached);
    const part = Float64Array.from(rows, (row) => design.weight[row] as number);
    const work = weighWave(sample, weighting, attached, rows, part);
    rows.forEach((row, i) => {
      weight[row] = work.weight[i] as number;
      base[row] = work.base[i] as number;
    });
    for (const x of work.auxiliaries) auxiliaries.push(spread(x, rows, sample.rows));
    const collapsed = margins.flatMap(({ steps }) => steps);
    reports.push(reportOf(sample, k, rows, weight, { ...work, collapsed }));
  }
  const stacked = stackMargins(columns, rowsOf, sample.rows);
  const residual =
    weighting.method === 'calibrate'
      ? regressionResidual(base, auxiliaries)
      : weighting.residual === 'sweep'
        ? sweepResidual(stacked)
        : marginResidual(base, stacked);
  return { design: reweightDesign(design, weight, residual), reports };
}

const rowsWhere = (wave: Int32Array, k: number): Int32Array => {
  const rows: number[] = [];
  for (let i = 0; i < wave.length; i++) if (wave[i] === k) rows.push(i);
  return Int32Array.from(rows);
};

interface KnownMargin {
  readonly margin: Margin;
  readonly labels: readonly (string | null)[];
  readonly steps: readonly string[];
}

/** The margins with every row's level; small levels merged when the design allows it, in all waves alike. */
function describeMargins(sample: Sample, weighting: WeightingDesign, rowsOf: readonly Int32Array[]): KnownMargin[] {
  return weighting.margins.map(({ columns, totals }) => {
    const { codes, levels } = labelCombinations(
      combineColumns(
        sample.rows,
        columns.map((name) => textColumn(sample.columns, name)),
      ),
    );
    const margin: Margin = { name: columns.join('|'), levels: Object.keys(totals), totals: Object.values(totals) };
    const labels = Array.from(codes, (code) => (code < 0 ? null : (levels[code] as string)));
    if (weighting.collapse === null) return { margin, labels, steps: [] };
    const respondents = margin.levels.map((level) =>
      Math.min(...rowsOf.map((rows) => rows.reduce((n, row) => n + (labels[row] === level ? 1 : 0), 0))),
    );
    const { least, ordered } = weighting.collapse;
    const collapsed = collapseMargin(margin, respondents, { least, isOrdered: ordered });
    const newLabel = new Map(
      margin.levels.map((level, k) => [level, collapsed.levels[collapsed.levelOf[k] as number] as string]),
    );
    return {
      margin: collapsed,
      labels: labels.map((label) => (label === null ? null : (newLabel.get(label) ?? label))),
      steps: collapsed.steps.map((step) => `${margin.name}: ${step}`),
    };
  });
}

interface WaveWork {
  readonly weight: Float64Array;
  /** What the residual takes as design weights. */
  readonly base: Float64Array;
  readonly auxiliaries: readonly Float64Array[];
  readonly trimmed: number;
  readonly warnings: WeightReport['warnings'];
}

const NO_WORK = { trimmed: 0, warnings: [], collapsed: [] };

function weighWave(
  sample: Sample,
  weighting: WeightingDesign,
  margins: readonly MarginColumn[],
  rows: Int32Array,
  base: Float64Array,
): WaveWork {
  if (weighting.method === 'calibrate') {
    const x = [...margins.flatMap(dummiesOf), ...Object.keys(weighting.totals).map((name) => pick(sample, name, rows))];
    const totals = [...margins.flatMap(({ totals: each }) => each), ...Object.values(weighting.totals)];
    const weight = calibrateWeights(base, x, totals, distanceOf(weighting));
    return { weight, base, auxiliaries: x, trimmed: 0, warnings: [] };
  }
  if (weighting.trim === null) {
    return { weight: rakeWeights(base, margins), base, auxiliaries: [], trimmed: 0, warnings: [] };
  }
  const { weight, base: capped, trimmed, warnings } = trimAndRake(base, margins, weighting.trim);
  return { weight, base: capped, auxiliaries: [], trimmed, warnings };
}

/** A column of ones for each level; levels of a second margin that follow from the first are left out by the solver. */
const dummiesOf = ({ codes, levels }: MarginColumn): Float64Array[] =>
  levels.map((_, k) => Float64Array.from(codes, (code) => (code === k ? 1 : 0)));

function pick(sample: Sample, name: string, rows: Int32Array): Float64Array {
  const column = numberColumn(sample.columns, name);
  return Float64Array.from(rows, (row) => {
    const value = column[row] as number;
    if (Number.isNaN(value)) throw new AppError('MARGIN_VALUE_MISSING', { margin: name, rows: 1 });
    return value;
  });
}

function distanceOf({ distance, bounds }: WeightingDesign): Distance {
  if (distance === 'linear' || distance === 'raking') return { kind: distance };
  if (bounds === null) throw new RangeError(`${distance} needs bounds`);
  return { kind: distance, lower: bounds[0], upper: bounds[1] };
}

const spread = (column: Float64Array, rows: Int32Array, size: number): Float64Array => {
  const whole = new Float64Array(size);
  rows.forEach((row, i) => {
    whole[row] = column[i] as number;
  });
  return whole;
};

/** The margins of all waves side by side: a level belongs to its wave. */
function stackMargins(
  waves: readonly (readonly MarginColumn[])[],
  rowsOf: readonly Int32Array[],
  size: number,
): MarginColumn[] {
  return (waves[0] ?? []).map((first, m) => {
    const codes = new Int32Array(size);
    rowsOf.forEach((rows, k) => {
      const column = waves[k]?.[m] as MarginColumn;
      rows.forEach((row, i) => {
        codes[row] = k * first.levels.length + (column.codes[i] as number);
      });
    });
    const labels = waves.flatMap((_, k) => first.levels.map((level) => `${k}|${level}`));
    return { name: first.name, levels: labels, totals: waves.flatMap((wave) => wave[m]?.totals ?? []), codes };
  });
}

function reportOf(
  sample: Sample,
  k: number,
  rows: Int32Array,
  weight: Float64Array,
  { trimmed, warnings, collapsed }: Pick<WeightReport, 'trimmed' | 'warnings' | 'collapsed'>,
): WeightReport {
  const after = Float64Array.from(rows, (row) => weight[row] as number);
  const kish = computeKish(after) as KishFigures;
  const before = computeKish(Float64Array.from(rows, (row) => sample.design.weight[row] as number)) as KishFigures;
  return {
    wave: sample.waves[k] ?? null,
    interviews: rows.length,
    sum: after.reduce((sum, w) => sum + w, 0),
    deffBefore: before.deff,
    ...{ deff: kish.deff, nEff: kish.effective, min: kish.min, max: kish.max },
    ...{ trimmed, collapsed, warnings: [...warnings, ...lonelyStrata(sample, rows)] },
  };
}

/** Strata whose single unit says nothing of their own spread: the rule for them is a choice that must be seen. */
function lonelyStrata({ design }: Sample, rows: Int32Array): WeightReport['warnings'] {
  const strata = new Set(Array.from(rows, (row) => design.stratum.codes[row] as number));
  return [...strata]
    .filter((stratum) => design.size[stratum] === 1)
    .map((stratum) => ({
      code: 'LONELY_PSU_RULE',
      details: { stratum: design.stratum.levels[stratum] ?? '', rule: design.lonely },
    }));
}
