import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuantity, QUALIFIERS, type Quantity } from '../../../src/core/publicity/quantity.ts';
import { addSums, type Counted, sumsOf, totalEntries, totalOf } from '../../../src/core/publicity/totals.ts';

const entry = (written: string, over: Partial<Counted> = {}): Counted => ({
  ...{ kind: 'leaflet', measure: 'flow', unitCode: '610902101', place: '', date: '2026-03-01' },
  ...{ quantity: parseQuantity(written), ...over },
});

describe('a total carries its qualifier', () => {
  test.each([
    ['exact figures', ['81', '158'], 239, 'exact'],
    ['a lower limit among them', ['100000', '3万余'], 130_000, 'at-least'],
    ['a platform’s cap', ['10万+', '500'], 100_500, 'at-least'],
    ['an estimate', ['约300', '20余'], 320, 'about'],
    ['an upper limit', ['不到50', '10'], 60, 'at-most'],
    ['lower and upper limits together', ['不到50', '100余'], 150, 'about'],
    ['words among figures', ['200', '数百'], 200, 'at-least'],
  ] as const)('%s', (_, written, value, qualifier) => {
    expect(totalEntries(written.map((text) => entry(text)))).toMatchObject({ value, qualifier });
  });

  test('words alone have no total', () => {
    expect(totalEntries([entry('数百'), entry('一系列')])).toBeNull();
    expect(totalEntries([])).toBeNull();
  });

  test('so many times a day is no amount', () => {
    expect(totalEntries([entry('每天3个时段'), entry('5')])).toMatchObject({ value: 5, uncounted: 1 });
  });
});

test('what must not be added is refused', () => {
  expect(() => totalEntries([entry('5'), entry('5', { kind: 'banner' })])).toThrow(RangeError);
  expect(() => totalEntries([entry('5'), entry('5', { measure: 'stock' })])).toThrow(RangeError);
});

test('of what stands, the latest count at each place is the total', () => {
  const board = (written: string, place: string, date: string) =>
    entry(written, { kind: 'notice-board', measure: 'stock', place, date });
  expect(
    totalEntries([
      board('4', '桥头村', '2026-01-10'),
      board('5', '桥头村', '2026-03-10'),
      board('2', '河湾村', '2026-02-01'),
      board('1', '河湾村', '2026-02-01'),
    ]),
  ).toMatchObject({ value: 8, qualifier: 'exact', entries: 3 });
});

const quantities: fc.Arbitrary<Quantity> = fc.oneof(
  fc.record({
    kind: fc.constant('number' as const),
    value: fc.integer({ min: 0, max: 1e9 }),
    qualifier: fc.constantFrom(...QUALIFIERS),
    per: fc.constantFrom(null, 'day' as const),
    unit: fc.constant(null),
    text: fc.constant(''),
  }),
  fc.constant({ kind: 'words' as const, text: '数百' }),
);

test('totals do not depend on the order or on the way of adding', () => {
  fc.assert(
    fc.property(fc.array(quantities, { minLength: 1, maxLength: 12 }), fc.nat(), (all, at) => {
      const sums = all.map(sumsOf);
      const cut = at % all.length;
      const zero = sumsOf({ kind: 'words', text: '' });
      const fold = (part: typeof sums) => part.reduce(addSums, zero);
      const whole = totalOf(fold(sums));
      expect(totalOf([...sums].reverse().reduce(addSums, zero))).toEqual(whole);
      const halves = addSums(fold(sums.slice(0, cut)), fold(sums.slice(cut)));
      expect({ ...totalOf(halves), uncounted: 0 }).toEqual({ ...whole, uncounted: 0 });
    }),
  );
});

test('a qualifier is never lost: a sum is exact only when every part is', () => {
  fc.assert(
    fc.property(fc.array(quantities, { minLength: 1, maxLength: 8 }), (all) => {
      const total = totalOf(all.map(sumsOf).reduce(addSums));
      const allExact = all.every((one) => one.kind === 'number' && one.qualifier === 'exact' && one.per === null);
      if (total !== null) expect(total.qualifier === 'exact').toBe(allExact);
    }),
  );
});
