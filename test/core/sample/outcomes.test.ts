import { describe, expect, it } from 'vitest';
import {
  computeOutcomeRates,
  countOutcomes,
  estimateEligibility,
  OUTCOME_RATES,
  symbolOfCode,
} from '../../../src/core/sample/outcomes.ts';

const counts = { I: 5, P: 2, R: 1, NC: 1, O: 1, UH: 1, UR: 1, UO: 1, NE: 1 };

describe('AAPOR outcome rates', () => {
  it('come out as the published example to eight digits', () => {
    const rates = computeOutcomeRates(counts);
    expect(estimateEligibility(counts)).toBeCloseTo(0.90909091, 8);
    const expected = {
      RR1: 0.38461538,
      RR2: 0.53846154,
      RR3: 0.39285714,
      RR4: 0.55,
      RR5: 0.5,
      RR6: 0.7,
      COOP1: 0.55555556,
      COOP2: 0.77777778,
      COOP3: 0.625,
      COOP4: 0.875,
      REF1: 0.07692308,
      REF2: 0.07857143,
      REF3: 0.1,
      CON1: 0.69230769,
      CON2: 0.70714286,
      CON3: 0.9,
    };
    for (const name of OUTCOME_RATES) expect(rates[name]).toBeCloseTo(expected[name], 8);
  });

  it('take an eligibility for each kind of unknown case', () => {
    const rates = computeOutcomeRates(counts, { UH: 0.4, UR: 0.7, UO: 0.2 });
    expect(rates.RR3).toBeCloseTo(0.44247788, 8);
    expect(rates.REF2).toBeCloseTo(0.08849558, 8);
    expect(rates.CON2).toBeCloseTo(0.79646018, 8);
  });

  it('do not exist without cases', () => {
    const rates = computeOutcomeRates(countOutcomes([]));
    expect(Object.values(rates).every((rate) => rate === null)).toBe(true);
  });

  it.each([
    ['1.1', 'I'],
    ['1.2', 'P'],
    ['2.112c', 'R'],
    ['2.12', 'R'],
    ['2.221', 'NC'],
    ['2.35a', 'O'],
    ['3.14', 'UH'],
    ['3.21', 'UR'],
    ['3.30', 'UR'],
    ['3.91', 'UO'],
    ['4.80', 'NE'],
    ['9.9', null],
  ])('result code %s is %s', (code, symbol) => {
    expect(symbolOfCode(code)).toBe(symbol);
  });

  it('refuse a code that is no disposition', () => {
    expect(() => countOutcomes([['5.0', 1]])).toThrow(RangeError);
  });
});
