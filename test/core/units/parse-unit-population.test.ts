import { describe, expect, test } from 'vitest';
import type { ImportTable } from '../../../src/core/import/rows.ts';
import { parseUnitPopulation } from '../../../src/core/units/parse-unit-population.ts';
import type { Unit } from '../../../src/core/units/types.ts';

const TOWN: Unit = {
  code: '610924100',
  name: '城关镇',
  level: 'town',
  parentCode: '610924',
  population: 1000,
  populationSource: null,
  villages: null,
};

function table(header: string, ...lines: string[]): ImportTable {
  const names = header.split(',');
  return {
    header: names,
    rows: lines.map((line, i) => ({
      row: i + 2,
      cells: Object.fromEntries(line.split(',').map((cell, column) => [names[column] ?? '', cell])),
    })),
  };
}
const HEADER = 'code,sex,age_band,population';
const parse = (...lines: string[]): ReturnType<typeof parseUnitPopulation> =>
  parseUnitPopulation({ table: table(HEADER, ...lines), units: [TOWN] });

describe('the population by sex and age', () => {
  test('is read in English and in Chinese, with one spelling of the bands', () => {
    const expected = [
      { unit: '610924100', sex: 'male', ageBand: '18-29', population: 400 },
      { unit: '610924100', sex: 'female', ageBand: '60+', population: 500 },
    ];
    expect(parse('610924100,male,18-29,400', '610924100,F,60+,500').cells).toEqual(expected);
    const chinese = table('编码,性别,年龄段,人数', '610924100,男,18～29岁,400', '610924100,女,60周岁及以上,500');
    expect(parseUnitPopulation({ table: chinese, units: [TOWN] })).toEqual({
      cells: expected,
      problems: [],
      warnings: [],
    });
  });

  test.each([
    ['an unknown unit', '610924999,男,18-29,1', 'UNIT_UNKNOWN', 'code'],
    ['an unknown sex', '610924100,x,18-29,1', 'POPULATION_SEX_UNKNOWN', 'sex'],
    ['a sex named like a part of every object', '610924100,constructor,18-29,1', 'POPULATION_SEX_UNKNOWN', 'sex'],
    ['no age band', '610924100,男,young,1', 'POPULATION_AGE_BAND_BAD', 'age_band'],
    ['a band that runs backwards', '610924100,男,29-18,1', 'POPULATION_AGE_BAND_BAD', 'age_band'],
    ['a negative number', '610924100,男,18-29,-1', 'POPULATION_COUNT_BAD', 'population'],
    ['no number', '610924100,男,18-29,', 'POPULATION_COUNT_BAD', 'population'],
  ])('with %s is refused', (_, line, code, column) => {
    expect(parse(line).problems).toEqual([expect.objectContaining({ code, row: 2, column })]);
  });

  test('with one cell twice is refused, whatever its spelling', () => {
    expect(parse('610924100,男,18-29,1', '610924100,male,18～29岁,1').problems).toEqual([
      {
        code: 'POPULATION_CELL_DUPLICATE',
        row: 3,
        column: 'age_band',
        details: { unit: '610924100', sex: 'male', ageBand: '18-29', first: 2 },
      },
    ]);
  });

  test('warns when there are more people than the unit has, or, with every age in it, other than the unit has', () => {
    const warning = (sum: number): unknown => [
      { code: 'POPULATION_SUM_DIFFERS', details: { unit: '城关镇', sum, population: 1000 } },
    ];
    expect(parse('610924100,男,18+,1001').warnings).toEqual(warning(1001));
    expect(parse('610924100,男,18+,800').warnings).toEqual([]);
    expect(parse('610924100,男,0-17,100', '610924100,男,18+,800').warnings).toEqual(warning(900));
    expect(parse('610924100,男,0-17,100', '610924100,男,18+,900').warnings).toEqual([]);
  });
});
