import { expect, it } from 'vitest';
import type { ResultRow } from '../../../src/core/indicators/types.ts';
import { nextOrder, orderRows, parseOrder } from '../../../web/console/results/order.ts';

const row = (code: string, openWeb: number): ResultRow => ({
  unit: { code, name: code, level: 'town', parentCode: null, population: null },
  completes: 0,
  openWeb,
  figures: {},
});
const codes = (rows: readonly ResultRow[]): string[] => rows.map(({ unit }) => unit.code);

it('keeps the order of the units unless the address names another', () => {
  const rows = [row('02', 5), row('01', 9)];
  expect(codes(orderRows(rows, parseOrder(null)))).toEqual(['01', '02']);
  expect(codes(orderRows(rows, parseOrder('open.desc')))).toEqual(['01', '02']);
  expect(codes(orderRows(rows, parseOrder('open.asc')))).toEqual(['02', '01']);
});

it('puts rows without a figure last, in unit order, whatever the direction', () => {
  const rows = [row('02', 5), row('01', 9)];
  expect(codes(orderRows(rows, parseOrder('awareness.effective.rate.desc')))).toEqual(['01', '02']);
  expect(codes(orderRows(rows, parseOrder('awareness.effective.rate.asc')))).toEqual(['01', '02']);
});

it('goes from highest to lowest to unit order', () => {
  expect(nextOrder(null, 'safety.rate')).toBe('safety.rate.desc');
  expect(nextOrder(parseOrder('safety.rate.desc'), 'safety.rate')).toBe('safety.rate.asc');
  expect(nextOrder(parseOrder('safety.rate.asc'), 'safety.rate')).toBeNull();
});
