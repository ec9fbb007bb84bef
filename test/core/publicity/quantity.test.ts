import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatQuantity, parseQuantity, QUALIFIERS } from '../../../src/core/publicity/quantity.ts';

const read = (text: string): string => {
  const quantity = parseQuantity(text);
  if (quantity.kind === 'words') return 'words';
  const { value, qualifier, per, unit } = quantity;
  return [String(value), qualifier === 'exact' ? null : qualifier, per, unit].filter((part) => part !== null).join(' ');
};

describe('numbers are read as people write them', () => {
  test.each([
    ['81', '81'],
    ['0', '0'],
    ['81篇', '81 篇'],
    ['１５８条', '158 条'],
    ['1,234', '1234'],
    ['1，234份', '1234 份'],
    ['12,345,678', '12345678'],
    [' 300 ', '300'],
    ['30 000', '30000'],
    ['3.5万', '35000'],
    ['3.5萬份', '35000 份'],
    ['50万人次', '500000 人次'],
    ['1.2亿次', '120000000 次'],
    ['2万3千', '23000'],
    ['1亿2000万', '120000000'],
    ['6千', '6000'],
    ['10万余', '100000 at-least'],
    ['10万余份', '100000 at-least 份'],
    ['10余万份', '100000 at-least 份'],
    ['20多万', '200000 at-least'],
    ['8010余', '8010 at-least'],
    ['500余份', '500 at-least 份'],
    ['6000餘幅', '6000 at-least 幅'],
    ['300多块', '300 at-least 块'],
    ['3万多', '30000 at-least'],
    ['逾5000', '5000 at-least'],
    ['超过200人', '200 at-least 人'],
    ['不少于30场', '30 at-least 场'],
    ['至少12次', '12 at-least 次'],
    ['突破10万', '100000 at-least'],
    ['≥130,000', '130000 at-least'],
    ['100以上', '100 at-least'],
    ['50份以上', '50 at-least 份'],
    ['500+', '500 at-least'],
    ['10万+', '100000 capped'],
    ['10萬+', '100000 capped'],
    ['10万+次', '100000 capped 次'],
    ['近300', '300 about'],
    ['将近3000人次', '3000 about 人次'],
    ['接近2万', '20000 about'],
    ['约1200份', '1200 about 份'],
    ['大约40', '40 about'],
    ['40左右', '40 about'],
    ['30场左右', '30 about 场'],
    ['不到50', '50 at-most'],
    ['不足100人', '100 at-most 人'],
    ['最多20', '20 at-most'],
    ['100以内', '100 at-most'],
    ['达200人', '200 人'],
    ['达到50万', '500000'],
    ['共计163篇', '163 篇'],
    ['累计3500场次', '3500 场次'],
    ['三十余场', '30 at-least 场'],
    ['二十多', '20 at-least'],
    ['百余份', '100 at-least 份'],
    ['千余人次', '1000 at-least 人次'],
    ['万余份', '10000 at-least 份'],
    ['两百', '200'],
    ['十二', '12'],
    ['二十', '20'],
    ['一百零二', '102'],
    ['一百二', '120'],
    ['一千二百三十四', '1234'],
    ['一万二', '12000'],
    ['一万零二', '10002'],
    ['三万五千份', '35000 份'],
    ['壹佰贰拾', '120'],
    ['每天3个时段', '3 day 个时段'],
    ['每日3次', '3 day 次'],
    ['一天2次', '2 day 次'],
    ['每周1次', '1 week 次'],
    ['每月20篇', '20 month 篇'],
    ['每个月2场', '2 month 场'],
    ['3次/天', '3 day 次'],
    ['12场/年', '12 year 场'],
    ['每天约3次', '3 about day 次'],
    ['100%', '100 %'],
    ['-3', '-3'],
    ['1000000000000', '1000000000000'],
  ])('%s is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

describe('what is no number stays words', () => {
  test.each([
    ...[
      '',
      '—',
      '数百',
      '數百条',
      '若干',
      '一系列',
      '多',
      '多篇',
      '许多',
      '大量',
      '部分',
      '几十',
      '几百份',
      '十几',
      '好几',
    ],
    ...[
      '上百',
      '上万',
      '无',
      '没有',
      '数十场',
      '成百上千',
      '3-5',
      '3～5场',
      '100至200',
      '三五',
      '三四十',
      '七八个',
      '2019年5月',
    ],
    ...[
      '2019-05-01',
      '1.2.3',
      '12:30',
      '第3场',
      '3余',
      '约3多',
      '近300余',
      '1,23',
      '3/4',
      'abc',
      '=1+1',
      '1e5',
      '13800000000转12',
    ],
    ...[
      '不到',
      '每天',
      '一一',
      '万万',
      '百百',
      '81篇158条',
      '10万+20',
      '∞',
      'NaN',
      '１／２',
      '半',
      '一半',
      '三分之一',
      '0x10',
    ],
  ])('“%s”', (text) => {
    expect(read(text)).toBe('words');
  });
});

test('a minus is a minus however it is typed, and a raised or circled digit is no digit', () => {
  for (const text of ['-3', '−3', '–3', '－3', '- 3 份', '负3', '负三']) {
    expect([text, parseQuantity(text)]).toMatchObject([text, { kind: 'number', value: -3 }]);
  }
  for (const text of ['10¹²', '10²', '③', '5½']) expect([text, parseQuantity(text).kind]).toEqual([text, 'words']);
});

test('亿 counts all before it, and two numbers side by side are none', () => {
  const read = (text: string) => {
    const quantity = parseQuantity(text);
    return quantity.kind === 'number' ? quantity.value : null;
  };
  expect(['1万亿', '1.2万亿', '1万2千亿', '3亿2万5千'].map(read)).toEqual([1e12, 1.2e12, 1.2e12, 300_025_000]);
  expect(['3万5万', '3亿5亿', '2亿万', '万万'].map(read)).toEqual([null, null, null, null]);
});

test('10w is 10万', () => {
  expect(parseQuantity('10w')).toMatchObject({ value: 100_000, qualifier: 'exact' });
  expect(parseQuantity('10w+')).toMatchObject({ value: 100_000, qualifier: 'capped' });
  expect(parseQuantity('3.5W余份')).toMatchObject({ value: 35_000, qualifier: 'at-least', unit: '份' });
});

test('the text is kept as written', () => {
  expect(parseQuantity(' １０万余份 ')).toMatchObject({ kind: 'number', value: 100_000, text: '１０万余份' });
  expect(parseQuantity('数百条')).toEqual({ kind: 'words', text: '数百条' });
});

test('what is printed reads back as the same quantity', () => {
  const quantities = fc.record({
    value: fc.integer({ min: 1, max: 1e9 }),
    qualifier: fc.constantFrom(...QUALIFIERS),
    per: fc.constantFrom(null, 'day' as const, 'week' as const, 'month' as const, 'year' as const),
  });
  fc.assert(
    fc.property(quantities, (quantity) => {
      const whole = quantity.qualifier === 'capped' ? { ...quantity, value: quantity.value * 10_000 } : quantity;
      expect(parseQuantity(formatQuantity(whole, 'zh'))).toMatchObject(whole);
    }),
  );
});

test('no number is ever invented: whatever is read was written, in digits or numerals', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'0123456789.,+-余多近约数几若干万千百十一二三每天个份次～至/') }),
      (text) => {
        const quantity = parseQuantity(text);
        if (quantity.kind === 'number') {
          expect(text).toMatch(/[0-9一二三百千万十]/);
          expect(Number.isFinite(quantity.value)).toBe(true);
          expect(text).not.toMatch(/[数几若干]|至(?!多)|.～/);
        }
      },
    ),
    { numRuns: 3000 },
  );
});
