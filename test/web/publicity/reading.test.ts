import { describe, expect, test } from 'vitest';
import { unitName } from '../../../src/core/publicity/names.ts';
import { parseQuantity } from '../../../src/core/publicity/quantity.ts';
import { weeksOf } from '../../../web/console/publicity/dates.ts';
import { quantityText, readTyped } from '../../../web/console/publicity/reading.ts';

const COPIES = unitName({ unit: '份', unitEn: 'copies' });

test.each([
  ['500', '500份', '500 copies'],
  ['1', '1份', '1 copy'],
  ['10万余张', '10万余张', 'at least 100,000 copies'],
  ['每天3', '每天3份', '3 copies a day'],
  ['数百', '数百', '数百'],
])('in a table %s is %s, and %s in English', (written, zh, en) => {
  const quantity = parseQuantity(written);
  expect([quantityText(quantity, COPIES, 'zh'), quantityText(quantity, COPIES, 'en')]).toEqual([zh, en]);
});

describe('how a quantity is read back to whoever types it', () => {
  test.each([
    ['10万余', '至少100,000份'],
    ['8010余份', '至少8,010份'],
    ['3.5万', '35,000份'],
    ['近300', '约300份'],
    ['不到20', '最多20份'],
    ['10万+', '至少100,000份（平台只显示到这里）'],
    ['每天3个时段', '每天3个时段；频次不计入合计'],
    ['数百', '“数百”不是一个数，照原文保存，不计入合计'],
  ])('%s', (typed, said) => {
    expect(readTyped(typed, COPIES, 'zh')).toBe(said);
  });

  test('in English with the unit of measure in English; an administrator’s own stays as it was named', () => {
    expect(readTyped('10万余', COPIES, 'en')).toBe('at least 100,000 copies');
    expect(readTyped('近300', unitName({ unit: '辆次' }), 'en')).toBe('about 300 辆次');
  });

  test('nothing typed is nothing said', () => {
    expect(readTyped('  ', COPIES, 'zh')).toBeNull();
  });
});

test('the weeks of a month begin on Monday and hold all its days', () => {
  const weeks = weeksOf('2026-11');
  expect(weeks).toHaveLength(6);
  expect(weeks[0]).toEqual([null, null, null, null, null, null, '2026-11-01']);
  expect(weeks.flat().filter((day) => day !== null)).toHaveLength(30);
});
