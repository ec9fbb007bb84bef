import { describe, expect, it } from 'vitest';
import {
  alertCarrier,
  alertCells,
  alertRefusals,
  type CaseCount,
  computeBoard,
  estimateCapacity,
  measurePace,
  measureTarget,
  refusalP,
} from '../../../src/core/sample/campaign.ts';
import { forecastCell } from '../../../src/core/sample/quota.ts';

const row = (disposition: string | null, n: number, change: Partial<CaseCount> = {}): CaseCount => ({
  unitCode: '150403001',
  mode: 'keypad',
  interviewerId: null,
  state: 'FINAL',
  disposition,
  n,
  ...change,
});

describe('the board', () => {
  it('gives the AAPOR example from its cases', () => {
    const { total, eligibility } = computeBoard([
      row('1.1', 5),
      row('1.2', 2),
      row('2.112', 1),
      row('2.222', 1),
      row('2.32', 1),
      row('3.13', 1),
      row('3.21', 1),
      row('3.90', 1),
      row('4.31', 1),
    ]);
    expect(eligibility).toBeCloseTo(0.90909091, 8);
    expect(total.rates.RR1).toBeCloseTo(0.38461538, 8);
    expect(total.rates.RR3).toBeCloseTo(0.39285714, 8);
    expect(total.rates.COOP4).toBeCloseTo(0.875, 8);
    expect(total.rates.REF2).toBeCloseTo(0.07857143, 8);
    expect(total.rates.CON3).toBeCloseTo(0.9, 8);
    expect(total).toMatchObject({ cases: 14, completes: 5, open: 0 });
  });

  it('counts open cases by their newest code, and untried ones as not attempted', () => {
    const { total } = computeBoard([row('1.1', 1), row('3.13', 2, { state: 'READY' }), row(null, 3, { state: 'NEW' })]);
    expect(total.outcomes).toMatchObject({ I: 1, UH: 5 });
    expect(total).toMatchObject({ cases: 6, open: 5, completes: 1 });
  });

  it('splits by town, mode and interviewer, and states one e for all', () => {
    const board = computeBoard([
      row('1.1', 3, { mode: 'phone', interviewerId: 'u2' }),
      row('2.112', 1, { mode: 'phone', interviewerId: 'u1' }),
      row('4.31', 4, { unitCode: '150403002' }),
      row('3.13', 2, { unitCode: '150403002' }),
    ]);
    expect(board.byTown.map(({ key, cases }) => [key, cases])).toEqual([
      ['150403001', 4],
      ['150403002', 6],
    ]);
    expect(board.byMode.map(({ key, cases }) => [key, cases])).toEqual([
      ['keypad', 6],
      ['phone', 4],
    ]);
    expect(board.byInterviewer.map(({ key, completes }) => [key, completes])).toEqual([
      ['u1', 0],
      ['u2', 3],
    ]);
    expect(board.eligibility).toBe(0.5);
    expect(board.total.rates.RR3).toBeCloseTo(3 / (4 + 0.5 * 2), 12);
    expect(board.byTown[1]?.rates.CON2).toBe(0);
  });

  it('has no rates without cases', () => {
    const { total, eligibility } = computeBoard([]);
    expect(eligibility).toBeNull();
    expect(total.rates.RR1).toBeNull();
  });

  it('measures completes against a target', () => {
    expect(measureTarget(30, 100)).toEqual({ completes: 30, target: 100, missing: 70, share: 0.3 });
    expect(measureTarget(101, 100)).toMatchObject({ missing: 0, share: 1.01 });
    expect(measureTarget(5, null)).toMatchObject({ missing: 0, share: null });
  });
});

describe('an interviewer’s pace', () => {
  const minute = 60_000;
  it('leaves breaks out', () => {
    const call = (at: number, isComplete = false) => ({ askedAt: at * minute, endedAt: (at + 5) * minute, isComplete });
    const pace = measurePace([call(90, true), call(0, true), call(10), call(20, true)]);
    expect(pace).toMatchObject({ calls: 4, completes: 3, workedMs: 30 * minute, completesPerHour: 6, callsPerHour: 8 });
  });

  it('is not known before a quarter of an hour', () => {
    expect(measurePace([{ askedAt: 0, endedAt: 5 * minute, isComplete: true }]).completesPerHour).toBeNull();
    expect(measurePace([])).toMatchObject({ calls: 0, completesPerHour: null });
  });

  it('survives a clock that was set back', () => {
    expect(measurePace([{ askedAt: 10 * minute, endedAt: 0, isComplete: false }]).workedMs).toBe(0);
  });
});

describe('alerts', () => {
  it('name a quota cell that will not fill', () => {
    const cell = { unitCode: '150403001', sex: 'male', ageBand: '18-39', target: 50, completes: 10 } as const;
    const alerts = alertCells([forecastCell(cell, 100, 0.2), forecastCell(cell, 200, 0.2)], () => '红庙子镇');
    expect(alerts.map(({ sentence }) => sentence.zh)).toEqual([
      '配额“红庙子镇男18-39岁”还差40份，剩余100个样本预计只能完成20份。请补充号码。',
    ]);
  });

  it('name a carrier that fails, from ten calls on', () => {
    expect(alertCarrier('twilio', { calls: 9, failed: 9, pausedFor: null })).toBeNull();
    expect(alertCarrier('twilio', { calls: 50, failed: 9, pausedFor: null })).toBeNull();
    expect(alertCarrier('twilio', { calls: 50, failed: 10, pausedFor: null })?.sentence.zh).toBe(
      '线路“twilio”最近50次呼叫有10次因线路故障失败。请联系运营商。',
    );
    expect(alertCarrier('twilio', { calls: 0, failed: 0, pausedFor: '认证失败' })?.sentence.zh).toContain('认证失败');
  });

  it('name refusals out of line with the others’, high and low', () => {
    const usual = (key: string) => ({ key, name: key, contacts: 100, refusals: 20 });
    const rows = [usual('a'), usual('b'), { ...usual('c'), refusals: 40 }, { ...usual('d'), refusals: 4 }];
    expect(alertRefusals(rows).map(({ subject }) => subject)).toEqual(['c', 'd']);
    expect(alertRefusals(rows)[0]?.sentence.zh).toContain('明显偏高');
    expect(alertRefusals(rows)[1]?.sentence.zh).toContain('明显偏低');
    expect(alertRefusals([usual('a'), { ...usual('b'), contacts: 9, refusals: 9 }])).toEqual([]);
    expect(alertRefusals([usual('a')])).toEqual([]);
  });

  it('use the exact binomial distribution', () => {
    // P(X ≥ 9 | 10, ½) = 11/1024, P(X ≤ 5) > ½.
    expect(refusalP(9, 10, 0.5)).toBeCloseTo(22 / 1024, 12);
    expect(refusalP(5, 10, 0.5)).toBe(1);
  });
});

describe('capacity', () => {
  it('of a county is that of the handbook, smallest and largest', () => {
    const small = estimateCapacity({ completes: 14_000, lines: 60, hoursPerDay: 9 });
    expect(small.numbers).toBeCloseTo(70_000, 6);
    expect(Math.round(small.dials)).toBe(195_020);
    expect(Math.round(small.lineHours)).toBe(2118);
    expect(small.secondsPerDial).toBeCloseTo(39, 0);
    expect(small.dialsPerSecond).toBeCloseTo(1.53, 2);
    expect(small.hours).toBeCloseTo(35.3, 1);
    expect(Math.ceil(small.days)).toBe(4);
    const large = estimateCapacity({ completes: 56_000, lines: 60, hoursPerDay: 9 });
    expect(Math.round(large.lineHours / 10)).toBe(847);
    expect(Math.ceil(large.days)).toBe(16);
  });

  it('of a province of fourteen counties on as many lines each takes as many days', () => {
    const county = estimateCapacity({ completes: 14_000, lines: 60, hoursPerDay: 2.5 });
    const province = estimateCapacity({ completes: 14 * 14_000, lines: 14 * 60, hoursPerDay: 2.5 });
    expect(province.days).toBeCloseTo(county.days, 9);
    expect(Math.round(county.days)).toBe(14);
    expect(province.dialsPerSecond).toBeCloseTo(21.5, 1);
  });

  it('of no lines is a mistake', () => {
    expect(() => estimateCapacity({ completes: 1, lines: 0, hoursPerDay: 9 })).toThrow(RangeError);
  });
});
