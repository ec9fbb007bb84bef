/** From columns and a description to a design: strata, clusters, weights, populations, waves. */
import { AppError } from '../errors.ts';
import { createDesign, type Design } from '../stats/design.ts';
import { crossFactors, type Factor } from '../stats/factor.ts';
import { combineColumns, type DataColumns, keepRows, labelCombinations, numberColumn, textColumn } from './columns.ts';
import type { EstimateDesign, Place } from './types.ts';

export interface Sample {
  readonly columns: DataColumns;
  readonly rows: number;
  readonly design: Design;
  /** 0 this wave, 1 the one before. */
  readonly wave: Int32Array;
  readonly waves: readonly (string | null)[];
  /** Stratum of each row without the wave. */
  readonly stratum: Factor;
  /** Rows the figures speak of. */
  readonly domain: Uint8Array;
  readonly hasFpc: boolean;
  readonly places: readonly Place[] | null;
  /** Place of each stratum, by its label. */
  readonly placeOf: ReadonlyMap<string, Place>;
}

/** From this sampling fraction on, in any stratum, the correction is applied when it is left to us. */
const FPC_FROM = 0.05;

export function createSample(all: DataColumns, design: EstimateDesign): Sample {
  const { wave: waveDesign } = design;
  const waves = waveDesign ? [waveDesign.now, ...(waveDesign.last === null ? [] : [waveDesign.last])] : [null];
  const keep = waveDesign ? { ...design.keep, [waveDesign.column]: waves.filter((one) => one !== null) } : design.keep;
  const columns = keepRows(all, keep);
  const rows = columns.fileRows.length;
  if (rows === 0) throw new AppError('SAMPLE_EMPTY', { keep: JSON.stringify(keep) });
  const wave = waveDesign ? codeWaves(columns, waveDesign.column, waves) : new Int32Array(rows);

  const stratum = requireValues(columns, design.strata, 'strata');
  const byWave = crossFactors(stratum, { codes: wave, levels: waves.map(String) });
  // Clusters visited twice tie the waves together, so their strata are the same; new respondents have strata of their own.
  const inWave = waves.length > 1 && waveDesign?.sameClusters !== true ? byWave : stratum;
  const [first, second] = design.clusters.map((name) => requireValues(columns, [name], 'clusters'));
  const places = design.population && 'places' in design.population ? design.population.places : null;
  const placeOf = indexPlaces(places, design.strata);
  const population = populationColumns(columns, design, stratum, placeOf);
  const own = design.weight === null ? null : checkWeights(columns, design.weight);

  const make = (hasFpc: boolean, weight: Float64Array | null): Design =>
    createDesign({
      rows,
      weight,
      stratum: inWave,
      cluster: first ?? null,
      population: hasFpc ? (population[0] ?? null) : null,
      second: hasFpc && second && population[1] ? { unit: second, population: population[1] } : null,
      lonely: design.lonely,
    });

  // Populations of people say nothing about how many of the villages were drawn.
  const mayCorrect = population.length > 0 && !(places && first);
  const isLarge = () => make(true, new Float64Array(rows).fill(1)).fraction.some((f) => f > FPC_FROM);
  const hasFpc = design.fpc === 'auto' ? mayCorrect && isLarge() : design.fpc;
  if (hasFpc && !mayCorrect) throw new RangeError('a correction needs the populations of what was drawn');

  let weight = own;
  if (weight === null) {
    weight = mayCorrect && !places ? make(true, null).weight : new Float64Array(rows).fill(1);
  }
  if (places && (own === null || design.scaleToPopulation)) weight = scaleWeights(weight, byWave, population[0]);
  return {
    ...{ columns, rows, wave, waves, stratum, hasFpc, places, placeOf },
    design: make(hasFpc, weight),
    domain: markDomain(columns, design.domain),
  };
}

function codeWaves(columns: DataColumns, column: string, waves: readonly (string | null)[]): Int32Array {
  const { codes, levels } = textColumn(columns, column);
  const waveOf = levels.map((level) => waves.indexOf(level));
  const wave = codes.map((code) => waveOf[code] as number);
  for (const [k, name] of waves.entries()) {
    if (!wave.includes(k)) throw new AppError('SAMPLE_EMPTY', { keep: `${column} = ${name}` });
  }
  return wave;
}

/** Strata and clusters of every row; a row without one has no place in the design. */
function requireValues(columns: DataColumns, names: readonly string[], key: string): Factor {
  const combined = combineColumns(
    columns.fileRows.length,
    names.map((name) => textColumn(columns, name)),
  );
  const missing = combined.codes.indexOf(-1);
  if (missing >= 0) {
    throw new AppError('DESIGN_VALUE_MISSING', { key, column: names.join('|'), row: columns.fileRows[missing] ?? 0 });
  }
  return labelCombinations(combined);
}

function indexPlaces(places: readonly Place[] | null, strata: readonly string[]): Map<string, Place> {
  return new Map((places ?? []).map((place) => [strata.map((name) => place.values[name] ?? '').join('|'), place]));
}

/** Population of each stage for every row. */
function populationColumns(
  columns: DataColumns,
  design: EstimateDesign,
  stratum: Factor,
  placeOf: ReadonlyMap<string, Place>,
): Float64Array[] {
  if (design.population === null) return [];
  if ('columns' in design.population) return design.population.columns.map((name) => numberColumn(columns, name));
  const sizes = stratum.levels.map((label) => {
    const place = placeOf.get(label);
    if (!place) throw new AppError('POPULATION_UNKNOWN', { stratum: label });
    return place.population;
  });
  return [Float64Array.from(stratum.codes, (code) => sizes[code] as number)];
}

/** Beyond this, sums of weights and of their squares are no longer numbers. */
const MOST_WEIGHT = 1e100;

function checkWeights(columns: DataColumns, name: string): Float64Array {
  const weight = numberColumn(columns, name);
  const bad = weight.findIndex((w) => !(w > 0 && w < MOST_WEIGHT));
  if (bad >= 0) {
    throw new AppError('WEIGHT_INVALID', { row: columns.fileRows[bad] ?? 0, weight: String(weight[bad]) });
  }
  return weight;
}

/** Weights that add up to the population in every stratum of every wave. */
function scaleWeights(weight: Float64Array, stratum: Factor, population: ArrayLike<number> = []): Float64Array {
  const sums = new Float64Array(stratum.levels.length);
  weight.forEach((w, i) => {
    sums[stratum.codes[i] as number] = (sums[stratum.codes[i] as number] as number) + w;
  });
  return weight.map((w, i) => (w * (population[i] as number)) / (sums[stratum.codes[i] as number] as number));
}

function markDomain(columns: DataColumns, domain: EstimateDesign['domain']): Uint8Array {
  const marks = new Uint8Array(columns.fileRows.length).fill(1);
  for (const [name, values] of Object.entries(domain)) {
    const { codes, levels } = textColumn(columns, name);
    const isIn = levels.map((level) => values.includes(level));
    for (let i = 0; i < marks.length; i++) if (isIn[codes[i] as number] !== true) marks[i] = 0;
  }
  return marks;
}
