import { expect, test } from 'vitest';
import { csvLine } from '../../src/reports/csv.ts';

test.each([
  ['=cmd|calc', "'=cmd|calc"],
  ['+86', "'+86"],
  ['-3', "'-3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['＝1+1', "'＝1+1"],
  ['a=b', 'a=b'],
  ['他说“好”, "对"', '"他说“好”, ""对"""'],
  ['两\n行', '"两\n行"'],
])('the cell %j is never computed', (written, cell) => {
  expect(csvLine([written])).toBe(`${cell}\r\n`);
});

test('numbers of our own stay numbers, nothing stays nothing', () => {
  expect(csvLine([-3, null, 1.5, ''])).toBe('-3,,1.5,\r\n');
});
