/**
 * What the estimation costs: three indicators, two waves, all towns, with intervals, changes, p values and
 * Benjamini–Hochberg. CPU seconds and peak memory, each measurement in a process of its own, beside R where `Rscript` with
 * the package survey is installed, else beside the ratios recorded on another machine.
 *
 *   npm run bench:stats [-- --svyby]      with --svyby also the slow way of R at 100,000 interviews
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildResults } from '../src/core/indicators/results.ts';
import { DISPOSITION, type IndicatorDefinition, type TallyCell } from '../src/core/indicators/types.ts';
import { changeLimits, changeP } from '../src/core/stats/compare.ts';
import { attachMargin } from '../src/core/stats/margins.ts';
import { tabulateAnswers } from '../src/core/stats/micro-data.ts';
import { adjustBenjaminiHochberg } from '../src/core/stats/multiplicity.ts';
import { kornGraubardLimits, type RateMoments } from '../src/core/stats/proportion.ts';
import { rakeWeights } from '../src/core/stats/raking.ts';
import { estimateMean } from '../src/core/stats/stratified.ts';
import { createCriticalValues } from '../src/core/stats/student.ts';
import type { Unit } from '../src/core/units/types.ts';

const SIZES = [
  { interviews: 12_000, towns: 140 },
  { interviews: 100_000, towns: 1_400 },
  { interviews: 1_000_000, towns: 1_400 },
] as const;
type Size = (typeof SIZES)[number];

/** CPU seconds recorded in R on another machine, by size: survey's svyby, and a vectorised closed form in base R. */
const RECORDED = { svyby: [0.57, 18.4, 131], closed: [0.006, 0.018, 0.067] } as const;

const INDICATORS = ['awareness', 'recognition', 'safety'] as const;
const RATES = [0.92, 0.95, 0.97] as const;

/** The generator of the reference data: the same numbers everywhere. */
function createUniform(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(1_664_525, s) + 1_013_904_223) >>> 0;
    return s / 4_294_967_296;
  };
}

interface WaveColumns {
  readonly stratum: Int32Array;
  readonly answers: readonly Int8Array[];
}

/** One wave in columns: town of each interview, and 1, 0 or −1 (no valid answer) per indicator. */
function drawWave({ interviews, towns }: Size, seed: number, gain: number): WaveColumns {
  const next = createUniform(seed);
  const stratum = new Int32Array(interviews);
  const answers = INDICATORS.map(() => new Int8Array(interviews));
  const lift = Float64Array.from({ length: towns }, () => 0.06 * (next() - 0.5));
  for (let i = 0; i < interviews; i++) {
    const town = i % towns;
    stratum[i] = town;
    for (let k = 0; k < INDICATORS.length; k++) {
      const rate = Math.min(0.999, (RATES[k] as number) + (lift[town] as number) + gain * next());
      const u = next();
      (answers[k] as Int8Array)[i] = next() < 0.02 ? -1 : u < rate ? 1 : 0;
    }
  }
  return { stratum, answers };
}

const populationOf = (town: number): number => 6_000 + ((town * 7_919) % 74_000);

function toTallies({ stratum, answers }: WaveColumns, towns: number): TallyCell[] {
  const outcomes = ['yes', 'no', 'dk'];
  const counts = answers.map((column) => {
    const count = new Float64Array(towns * outcomes.length);
    for (let i = 0; i < column.length; i++) {
      const cell = (stratum[i] as number) * 3 + (column[i] === 1 ? 0 : column[i] === 0 ? 1 : 2);
      count[cell] = (count[cell] as number) + 1;
    }
    return count;
  });
  const cells: TallyCell[] = [];
  // One literal, so that all cells have one shape, as the rows of a database have.
  const push = (unit: string, indicator: string, outcome: string, n: number): void => {
    cells.push({ unit, mode: 'phone', indicator, outcome, sex: 'unknown', ageBand: '', n, sumW: n, sumW2: n });
  };
  for (let town = 0; town < towns; town++) {
    const unit = `T${town}`;
    let all = 0;
    for (const [k, indicator] of INDICATORS.entries()) {
      all = 0;
      for (const [o, outcome] of outcomes.entries()) {
        const n = counts[k]?.[town * 3 + o] as number;
        all += n;
        if (n > 0) push(unit, indicator, outcome, n);
      }
    }
    push(unit, DISPOSITION, '1.1', all);
  }
  return cells;
}

function makeUnits(towns: number): Unit[] {
  const make = (code: string, level: Unit['level'], parentCode: string | null, population: number | null): Unit => ({
    ...{ code, name: code, level, parentCode, population, populationSource: null, villages: null },
  });
  const counties = Math.ceil(towns / 14);
  return [
    make('city', 'city', null, null),
    ...Array.from({ length: counties }, (_, c) => make(`C${c}`, 'county', 'city', null)),
    ...Array.from({ length: towns }, (_, t) => make(`T${t}`, 'town', `C${Math.floor(t / 14)}`, populationOf(t))),
  ];
}

const DEFINITIONS: readonly IndicatorDefinition[] = INDICATORS.map((code) => ({
  code,
  title: { zh: code, en: code },
  outcomes: { yes: 'positive', no: 'negative', dk: 'not-asked' },
  denominator: 'all-eligible',
}));

/** The leaders' page: all towns, counties and the city, from stored counters. */
function prepareTallies(size: Size): () => unknown {
  const units = makeUnits(size.towns);
  const [lastWave, thisWave] = [drawWave(size, 1, 0), drawWave(size, 2, 0.02)].map((wave) => ({
    cells: toTallies(wave, size.towns),
  })) as [{ cells: TallyCell[] }, { cells: TallyCell[] }];
  return () => buildResults({ units, definitions: DEFINITIONS, thisWave, lastWave, comparable: true });
}

/** The same from the interviews themselves, in columns. */
function prepareColumns(size: Size): () => unknown {
  const waves = [drawWave(size, 1, 0), drawWave(size, 2, 0.02)];
  const population = Float64Array.from({ length: size.towns }, (_, town) => populationOf(town));
  const values = Float64Array.of(0, 1);
  return () => {
    const critical = createCriticalValues(0.025);
    return INDICATORS.map((_, k) => {
      const [last, now] = waves.map(({ stratum, answers }) => {
        const answer = answers[k] as Int8Array;
        const table = tabulateAnswers({ strata: size.towns, stratum, answer, population, hasFpc: false });
        return Array.from({ length: size.towns }, (__, h): RateMoments | null => {
          const mean = estimateMean(table, values, h, h + 1);
          return mean && { ...mean, share: mean.mean };
        });
      }) as [(RateMoments | null)[], (RateMoments | null)[]];
      const p: (number | null)[] = [];
      const rows = now.map((a, h) => {
        const b = last[h] ?? null;
        p.push(a && b && changeP(a, b));
        const of = (m: RateMoments | null) => m && kornGraubardLimits(m, 0.05, critical);
        return { now: of(a), last: of(b), change: a && b && changeLimits(a, b, critical) };
      });
      return { rows, adjusted: adjustBenjaminiHochberg(p) };
    });
  };
}

/** A million interviews raked to sex and age. */
function prepareRaking(): () => unknown {
  const rows = 1_000_000;
  const next = createUniform(3);
  const sexes = ['male', 'female'];
  const ages = ['18-29', '30-44', '45-59', '60+'];
  const draw = (levels: readonly string[]) =>
    Array.from({ length: rows }, () => levels[Math.floor(next() * levels.length)] as string);
  const [sex, age] = [draw(sexes), draw(ages)];
  const base = Float64Array.from({ length: rows }, () => 0.5 + next());
  const margins = [
    attachMargin({ name: 'sex', levels: sexes, totals: [510_000, 490_000] }, sex),
    attachMargin({ name: 'age', levels: ages, totals: [180_000, 290_000, 310_000, 220_000] }, age),
  ];
  return () => rakeWeights(base, margins);
}

interface Measured {
  /** The first call, before anything is compiled, and the middle of the calls in the three seconds after it, as in a server. */
  readonly first: number;
  readonly warm: number;
  readonly peakMb: number;
}

function measure(work: () => unknown): Measured {
  const once = (): number => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  };
  const first = once();
  const times: number[] = [];
  const end = performance.now() + 3_000;
  while (performance.now() < end) times.push(once());
  times.sort((a, b) => a - b);
  return { first, warm: times[times.length >> 1] as number, peakMb: process.resourceUsage().maxRSS / 1024 };
}

const TASKS: Readonly<Record<string, () => () => unknown>> = {
  ...Object.fromEntries(SIZES.map((size, i) => [`tallies-${i}`, () => prepareTallies(size)])),
  ...Object.fromEntries(SIZES.map((size, i) => [`columns-${i}`, () => prepareColumns(size)])),
  raking: prepareRaking,
};

/** This file as it ships: bundled by the build, not translated on the way by the runner of scripts. */
async function bundle(folder: string): Promise<string> {
  const entry = fileURLToPath(import.meta.url);
  // Loaded here alone, so that it is not in the memory of what is measured.
  const { build } = await import('vite');
  await build({
    ...{ configFile: false, logLevel: 'error' },
    build: { ssr: entry, outDir: folder, target: 'node20', minify: false, emptyOutDir: false },
  });
  return join(folder, readdirSync(folder).find((name) => name.startsWith('bench-stats')) ?? '');
}

/** Runs one task in a process of its own, so that neither memory nor compiled code is shared. */
function measureApart(file: string, task: string): Measured {
  const ran = spawnSync(process.execPath, [file, task], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as Measured;
}

/** CPU seconds in R by size; null where R or survey is missing or was not asked. */
function measureR(withSvyby: boolean): { closed: (number | null)[]; svyby: (number | null)[] } | null {
  const script = fileURLToPath(new URL('bench-stats.R', import.meta.url));
  const ran = spawnSync('Rscript', [script, withSvyby ? '2' : '1'], { encoding: 'utf8' });
  if (ran.error || ran.status !== 0) return null;
  const read = (name: string) =>
    SIZES.map((_, i) => {
      const found = new RegExp(`^${name} ${i} ([\\d.]+)$`, 'm').exec(ran.stdout);
      return found ? Number(found[1]) : null;
    });
  return { closed: read('closed'), svyby: read('svyby') };
}

const seconds = (value: number | null): string => (value === null ? '—' : value.toFixed(4));

function compareAll(file: string): void {
  const r = measureR(process.argv.includes('--svyby'));
  const source = r ? 'R on this machine' : 'recorded on another machine (Rscript with survey is not installed)';
  process.stdout.write(`R: ${source}\n\n`);
  process.stdout.write('task            interviews  towns    first     warm  peak MB   closed form   svyby   goal\n');
  const line = (name: string, size: Size, measured: Measured, i: number, goal: (closed: number) => boolean): void => {
    const closed = r?.closed[i] ?? RECORDED.closed[i] ?? 0;
    const svyby = r ? (r.svyby[i] ?? null) : (RECORDED.svyby[i] ?? null);
    const cells = [name.padEnd(15), String(size.interviews).padStart(11), String(size.towns).padStart(6)];
    cells.push(...[measured.first, measured.warm].map((value) => seconds(value).padStart(8)));
    cells.push(measured.peakMb.toFixed(0).padStart(8), seconds(closed).padStart(13), seconds(svyby).padStart(7));
    process.stdout.write(`${cells.join(' ')}   ${goal(closed) ? 'met' : 'MISSED'}\n`);
  };
  SIZES.forEach((size, i) => {
    const measured = measureApart(file, `tallies-${i}`);
    line('from tallies', size, measured, i, (closed) => measured.warm < closed);
  });
  SIZES.forEach((size, i) => {
    const measured = measureApart(file, `columns-${i}`);
    const isSmall = measured.peakMb < 400;
    line('from columns', size, measured, i, (closed) => isSmall && measured.warm < 2 * closed);
  });
  const raking = measureApart(file, 'raking');
  process.stdout.write(
    `\nraking of 1000000 rows to two margins: first ${seconds(raking.first)} s, warm ${seconds(raking.warm)} s, ` +
      `peak ${raking.peakMb.toFixed(0)} MB   ${raking.first < 1 ? 'met' : 'MISSED'}\n`,
  );
}

const task = TASKS[process.argv[2] ?? ''];
if (task) process.stdout.write(JSON.stringify(measure(task())));
else {
  // Inside the project, so that the bundle finds its packages.
  const folder = mkdtempSync(fileURLToPath(new URL('../node_modules/.bench-', import.meta.url)));
  try {
    compareAll(await bundle(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
