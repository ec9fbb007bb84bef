import { expect, it } from 'vitest';
import { flagInterview } from '../../../src/core/quality/interview-flags.ts';

const calm = { durationMs: 180_000, questions: 12, opinions: [1, 2, 1, 3, 1], usual: null };

it('an interview of usual length with various answers is not flagged', () => {
  expect(flagInterview(calm)).toEqual([]);
});

it('an interview faster than anybody reads is flagged', () => {
  expect(flagInterview({ ...calm, durationMs: 29_999 })).toEqual(['fast']);
  expect(flagInterview({ ...calm, durationMs: 30_000 })).toEqual([]);
});

it('an interview much shorter than the wave’s is flagged once enough are known', () => {
  const short = { ...calm, durationMs: 60_000 };
  expect(flagInterview({ ...short, usual: { medianMs: 200_000, interviews: 20 } })).toEqual(['fast']);
  expect(flagInterview({ ...short, usual: { medianMs: 200_000, interviews: 19 } })).toEqual([]);
});

it('the same option for five opinions is flagged, for four it is not', () => {
  expect(flagInterview({ ...calm, opinions: [2, 2, 2, 2, 2] })).toEqual(['straight-line']);
  expect(flagInterview({ ...calm, opinions: [2, 2, 2, 2] })).toEqual([]);
});
