import type { Unit } from '../units/types.ts';
import { LEAST_COVERAGE } from './comparability.ts';
import type { ResultPlace, StrataPlan } from './strata.ts';
import type { WaveTable } from './wave-table.ts';

export interface Coverage {
  readonly share: number;
  readonly refused: false | 'coverage-low' | 'population-unknown';
}

/** How much of the population lives in towns with interviews, and whether that is enough for one figure. */
export function coverageOf(plan: StrataPlan, place: ResultPlace, wave: WaveTable): Coverage {
  if (place.to - place.from === 1) return { share: 1, refused: false };
  let covered = 0;
  let known = 0;
  let isWholeKnown = true;
  let isCoveredKnown = true;
  let interviews = 0;
  for (let h = place.from; h < place.to; h++) {
    const population = (plan.strata[h] as Unit).population;
    const n = wave.interviews[h] as number;
    interviews += n;
    if (population === null) {
      isWholeKnown = false;
      if (n > 0) isCoveredKnown = false;
    } else {
      known += population;
      if (n > 0) covered += population;
    }
  }
  if (interviews === 0) return { share: 0, refused: false };
  const whole = isWholeKnown ? known : Math.max(place.unit.population ?? 0, known);
  if (!isCoveredKnown || !(whole > 0) || (!isWholeKnown && place.unit.population === null)) {
    return { share: 0, refused: 'population-unknown' };
  }
  const share = covered / whole;
  return { share, refused: share < LEAST_COVERAGE ? 'coverage-low' : false };
}
