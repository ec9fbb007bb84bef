import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { monthsOf, yearBefore } from '../../../src/core/period.ts';
import { describeAssociation, perThousand, relateTowns } from '../../../src/core/publicity/beside.ts';
import { parseQuantity } from '../../../src/core/publicity/quantity.ts';
import { amountOf } from '../../../src/core/publicity/report.ts';
import { type Countable, countStanding, rollUp } from '../../../src/core/publicity/sums.ts';
import { totalEntries } from '../../../src/core/publicity/totals.ts';

describe('the months of a period', () => {
  test.each([
    ['2026', '2026-01', '2026-12'],
    ['2026-H2', '2026-07', '2026-12'],
    ['2026-Q1', '2026-01', '2026-03'],
    ['2026-Q4', '2026-10', '2026-12'],
    ['2026-02', '2026-02', '2026-02'],
  ])('%s', (period, from, to) => {
    expect(monthsOf(period)).toEqual({ from, to });
  });
  test('a year before is the same part of it', () => {
    expect(['2026', '2026-Q3', '2026-01'].map(yearBefore)).toEqual(['2025', '2025-Q3', '2025-01']);
    expect(() => monthsOf('2026-13')).toThrow(RangeError);
  });
});

const boards = fc.array(
  fc.record({
    place: fc.constantFrom('桥头村', '河湾村', ''),
    startDate: fc.constantFrom('2025-11-30', '2026-01-02', '2026-01-09', '2026-03-05', '2026-07-01'),
    written: fc.constantFrom('4', '6块', '约3', '10余', '数块', '0'),
    state: fc.constantFrom('accepted', 'submitted', 'returned', 'withdrawn'),
  }),
  { maxLength: 12 },
);

test('the changes of what stands add up, month for month, to the latest count of every place', () => {
  fc.assert(
    fc.property(boards, fc.constantFrom('2025-12', '2026-01', '2026-03', '2026-12'), (drawn, until) => {
      const about = { unitCode: '610902104', kind: 'notice-board', mediaLevel: null, reach: [] };
      const entries = drawn.map(
        ({ written, ...rest }): Countable => ({ ...about, ...rest, quantity: parseQuantity(written) }),
      );
      const ofPlace = (place: string) => entries.filter((one) => one.place === place);
      const cells = ['桥头村', '河湾村', ''].flatMap((place) => countStanding(ofPlace(place)));
      const total = totalEntries(
        entries
          .filter(({ state, startDate }) => /accepted|submitted/.test(state) && startDate.slice(0, 7) <= until)
          .map((one) => ({ ...one, measure: 'stock' as const, date: one.startDate })),
      );
      const amount = amountOf(cells.filter(({ month }) => month <= until));
      expect(amount?.value ?? null).toBe(total?.value ?? null);
      if (total) expect(amount).toEqual(total);
    }),
  );
});

test('counters are the same for every unit above', () => {
  const entry = { unitCode: 't', kind: 'notice-board', place: '', startDate: '2026-01-02', state: 'accepted' };
  const cells = countStanding([{ ...entry, quantity: parseQuantity('4'), mediaLevel: null, reach: [] }]);
  expect(rollUp(cells, () => '/c/k/t/').map(({ unitCode, sum }) => [unitCode, sum])).toEqual([
    ['c', 4],
    ['k', 4],
    ['t', 4],
  ]);
});

describe('outputs beside a rate', () => {
  const rate = (share: number, se = 0.02) => ({ share, se });
  test('without residents or without a number there is no rate per thousand', () => {
    const amount = { value: 500, qualifier: 'exact', entries: 1, uncounted: 0 } as const;
    expect(perThousand(amount, 25_000)).toBe(20);
    expect([perThousand(amount, null), perThousand(amount, 0), perThousand(null, 10)]).toEqual([null, null, null]);
    expect(perThousand({ ...amount, value: null }, 10)).toBeNull();
  });
  test('too few towns, or towns that do not differ, relate nothing', () => {
    const towns = Array.from({ length: 7 }, (_, i) => ({ dose: i, now: rate(0.6 + i / 100), last: rate(0.6) }));
    expect(relateTowns(towns)).toBeNull();
    expect(relateTowns([...towns, ...towns].map((town) => ({ ...town, dose: 3 })))).toBeNull();
    const say = (towns: number, comparable: number) =>
      describeAssociation(null, {
        ...{ kind: { zh: '横幅', en: 'Banners' }, indicator: { zh: '知晓率', en: 'Awareness' }, towns, comparable },
      });
    expect(say(0, 0).finding.zh).toBe('只有一个镇，看不出横幅与知晓率的关联');
    expect(say(20, 1).finding.en).toMatch(/^1 town has figures to compare, fewer than 8: no association of banners/);
    expect(say(20, 7).finding.zh).toMatch(/^有数可比的镇7个，不足8个，看不出/);
    expect(say(20, 14).finding.zh).toMatch(/^各镇没有差别，看不出/);
    expect(say(20, 14).caution.zh).toContain('不能证明效果');
  });
  test('towns where everybody said yes twice break nothing', () => {
    const towns = Array.from({ length: 10 }, (_, i) => ({
      ...{ dose: i, now: rate(i < 4 ? 1 : 0.9 + i / 200, i < 4 ? 0 : 0.02) },
      last: rate(i < 4 ? 1 : 0.9, i < 4 ? 0 : 0.02),
    }));
    const found = relateTowns(towns);
    expect(found?.towns).toBe(10);
    expect(Number.isFinite(found?.slope?.perOutput)).toBe(true);
  });
  test('without a wave before, the rates themselves are related, and no slope is given', () => {
    const towns = Array.from({ length: 9 }, (_, i) => ({ dose: i, now: rate(0.6 - i / 100), last: null }));
    const found = relateTowns(towns);
    expect(found).toMatchObject({ outcome: 'rate', towns: 9, slope: null });
    const { finding } = describeAssociation(found, {
      kind: { zh: '横幅', en: 'Banners hung' },
      indicator: { zh: '知晓率', en: 'Awareness' },
      ...{ towns: 9, comparable: 9 },
    });
    expect(finding.zh).toMatch(/^每千人横幅较多的镇，知晓率较低（相关系数−1\.00/);
    expect(finding.en).toMatch(/^In towns with more banners hung per 1,000 residents, awareness is lower/);
  });
});
