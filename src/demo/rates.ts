import type { RandomStream } from '../core/random.ts';

export interface DemoTown {
  readonly code: string;
  readonly name: string;
  readonly county: string;
  readonly population: number;
  /** Completed interviews. */
  readonly completes: number;
}

/**
 * How many of each town's interviews give a positive answer, such that the population-weighted share of all towns is
 * the wanted percentage to its second decimal. Each town's own rate is drawn around it with the spread that towns have;
 * then single answers are moved, always the one that brings the whole nearest.
 */
export function drawHits(towns: readonly DemoTown[], percent: number, random: RandomStream): number[] {
  const target = percent / 100;
  const people = towns.reduce((sum, { population }) => sum + population, 0);
  const hits = towns.map(({ completes }) => {
    // On the scale of log odds, so that a rate near 100 % spreads downwards.
    const spread = 0.5 * (random.next() + random.next() + random.next() - 1.5) * 2;
    const rate = 1 / (1 + Math.exp(-(Math.log(target / (1 - target)) + spread)));
    let count = 0;
    for (let i = 0; i < completes; i += 1) if (random.next() < rate) count += 1;
    return count;
  });
  const steps = towns.map(({ population, completes }) => population / completes / people);
  const gap = () => target - hits.reduce((sum, count, i) => sum + count * (steps[i] ?? 0), 0);
  // A town is moved once before any is moved twice: no town stands out by the adjustment.
  let free = new Set(towns.keys());
  for (let rest = gap(); Math.abs(rest) > CLOSE_ENOUGH; rest = gap()) {
    const move = Math.sign(rest);
    const may = (i: number) => {
      const after = (hits[i] ?? 0) + move;
      return after >= 0 && after <= (towns[i]?.completes ?? 0);
    };
    const distance = (i: number) => Math.abs(rest - move * (steps[i] ?? 0));
    const best = [...free].filter(may).sort((a, b) => distance(a) - distance(b))[0];
    if (best === undefined) {
      free = new Set(towns.keys());
      continue;
    }
    hits[best] = (hits[best] ?? 0) + move;
    free.delete(best);
  }
  return hits;
}

/** A fifth of the last printed digit: rounding cannot go astray. */
const CLOSE_ENOUGH = 0.000_02;
