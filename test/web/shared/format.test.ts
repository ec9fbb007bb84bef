import { describe, expect, it } from 'vitest';
import { periodText } from '../../../src/core/period.ts';
import {
  formatCount,
  formatDay,
  formatInterval,
  formatPoints,
  formatPointsInterval,
  formatRate,
  formatShare,
} from '../../../web/shared/format.ts';

describe('numbers as printed', () => {
  it('prints a rate with two decimals, and a dash where there is none', () => {
    expect(formatRate(9797)).toBe('97.97%');
    expect(formatRate(null)).toBe('—');
  });

  it('never prints certainty that is not there', () => {
    expect(formatShare(0.99999)).toBe('99.99%');
    expect(formatShare(1)).toBe('100.00%');
    expect(formatShare(0.000001)).toBe('0.01%');
  });

  it('names points, not percent, for a change, with its sign', () => {
    expect(formatPoints(552, 'zh')).toBe('+5.52个百分点');
    expect(formatPoints(-34, 'en')).toBe('−0.34 points');
    expect(formatPoints(0, 'zh')).toBe('0.00个百分点');
  });

  it('prints intervals in the habit of each language', () => {
    expect(formatInterval({ lower: 0.9766, upper: 0.9825 }, 'zh')).toBe('97.66%～98.25%');
    expect(formatInterval({ lower: 0.9766, upper: 0.9825 }, 'en')).toBe('97.66% to 98.25%');
  });

  it('shows a third decimal where two would contradict the test', () => {
    expect(formatPointsInterval({ lower: 0.00004, upper: 0.012 }, 0.04, 'zh')).toBe('+0.004～+1.200');
    expect(formatPointsInterval({ lower: -0.0012, upper: 0.008 }, 0.2, 'zh')).toBe('−0.12～+0.80');
  });

  it('groups thousands and writes days and periods out', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
    expect(formatDay('2026-11-02', 'zh')).toBe('2026年11月2日');
    expect(formatDay('2026-11-02', 'en')).toBe('2026-11-02');
    expect(periodText('2026-H1', 'zh')).toBe('2026年上半年');
    expect(periodText('2026-09', 'zh')).toBe('2026年9月');
  });
});
