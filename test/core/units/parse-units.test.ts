import { describe, expect, test } from 'vitest';
import { AppError, errorSentence, type Problem } from '../../../src/core/errors.ts';
import type { ImportTable } from '../../../src/core/import/rows.ts';
import { parseUnits } from '../../../src/core/units/parse-units.ts';
import { planUnitImport } from '../../../src/core/units/plan-import.ts';
import type { Unit } from '../../../src/core/units/types.ts';

/** A table from lines of comma-separated cells, the header first. */
function table(...lines: string[]): ImportTable {
  const [header = [], ...rows] = lines.map((line) => line.split(','));
  return {
    header,
    rows: rows.map((cells, i) => ({
      row: i + 2,
      cells: Object.fromEntries(header.map((name, column) => [name, cells[column] ?? ''])),
    })),
  };
}

const HEADER = 'code,name,level,parent_code,population,population_source';
const CITY = '6109,安康市,city,,2493436,2020 census communique';
const COUNTY = '610924,紫阳县,county,6109,260971,2020 census communique';

const problemsOf = (...lines: string[]): readonly Problem[] => parseUnits({ table: table(HEADER, ...lines) }).problems;

const CITY_UNIT: Unit = {
  code: '6109',
  name: '安康市',
  level: 'city',
  parentCode: null,
  population: 2493436,
  populationSource: '2020 census communique',
  villages: null,
};

describe('a file of units', () => {
  test('becomes units; a blank population is unknown', () => {
    const { units, problems } = parseUnits({ table: table(HEADER, CITY, '610902,汉滨区,county,6109,,') });
    expect(problems).toEqual([]);
    expect(units).toEqual([
      CITY_UNIT,
      {
        code: '610902',
        name: '汉滨区',
        level: 'county',
        parentCode: '6109',
        population: null,
        populationSource: null,
        villages: null,
      },
    ]);
  });

  test('may be in Chinese, without the columns that may be missing, and with columns of its own', () => {
    const { units, problems } = parseUnits({
      table: table(
        '备注,编码,名称,级别,上级编码',
        'x,6109,安康市,市,',
        'y,610902,汉滨区,县,6109',
        'z,610902001,老城街道,街道,610902',
      ),
    });
    expect(problems).toEqual([]);
    expect(units.map(({ level }) => level)).toEqual(['city', 'county', 'town']);
  });

  test.each(['省', '市', '县', '乡镇', '村', '网格'])('knows the level %s', (level) => {
    expect(problemsOf(`1,某地,${level},,,`)).toEqual([]);
  });

  test('may have its parents among the units that exist', () => {
    const { problems } = parseUnits({ table: table(HEADER, COUNTY), existing: [CITY_UNIT] });
    expect(problems).toEqual([]);
  });

  test('reads a population with thousands separators', () => {
    const { units } = parseUnits({
      table: {
        header: HEADER.split(','),
        rows: [
          {
            row: 2,
            cells: {
              code: '6109',
              name: '安康市',
              level: 'city',
              parent_code: '',
              population: '2,493,436',
              population_source: '',
            },
          },
        ],
      },
    });
    expect(units[0]?.population).toBe(2493436);
  });

  test('without a column it needs is refused, saying which columns there are', () => {
    const error = (() => {
      try {
        parseUnits({ table: table('编码,名称,级别', '1,a,市') });
      } catch (failure) {
        return failure;
      }
      return null;
    })();
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe('TABLE_COLUMN_MISSING');
    expect(errorSentence(error, 'zh')).toContain('上级编码');
    expect(errorSentence(error, 'zh')).toContain('编码、名称、级别');
  });

  test.each([
    ['a parent that is nowhere', [CITY, '610902001,老城街道,town,610902,,'], 'UNIT_PARENT_UNKNOWN', 3, 'parent_code'],
    ['a code twice', [CITY, COUNTY, COUNTY], 'UNIT_CODE_DUPLICATE', 4, 'code'],
    ['a negative population', [CITY, '610924,紫阳县,county,6109,-5,'], 'UNIT_POPULATION_BAD', 3, 'population'],
    ['half a person', [CITY, '610924,紫阳县,county,6109,10.5,'], 'UNIT_POPULATION_BAD', 3, 'population'],
    ['a population in words', [CITY, '610924,紫阳县,county,6109,约3万,'], 'UNIT_POPULATION_BAD', 3, 'population'],
    ['zero for “unknown”', [CITY, '610924,紫阳县,county,6109,0,'], 'UNIT_POPULATION_BAD', 3, 'population'],
    ['a level nobody knows', [CITY, '610924,紫阳县,kreis,6109,,'], 'UNIT_LEVEL_UNKNOWN', 3, 'level'],
    ['a level not below its parent’s', [CITY, '610924,紫阳县,city,6109,,'], 'UNIT_LEVEL_ORDER', 3, 'level'],
    ['no name', [CITY, '610924,,county,6109,,'], 'UNIT_NAME_EMPTY', 3, 'name'],
    ['no code', [CITY, ',紫阳县,county,6109,,'], 'UNIT_CODE_BAD', 3, 'code'],
    ['a code that a spreadsheet spoiled', [CITY, '6.10924E+11,紫阳县,county,6109,,'], 'UNIT_CODE_BAD', 3, 'code'],
    ['a code with a slash', [CITY, '6109/24,紫阳县,county,6109,,'], 'UNIT_CODE_BAD', 3, 'code'],
    ['a forgotten parent', [CITY, '610924,紫阳县,county,,,'], 'UNIT_PARENT_EMPTY', 3, 'parent_code'],
  ])('with %s is refused at its row and column', (_, lines, code, row, column) => {
    expect(problemsOf(...lines)).toEqual([expect.objectContaining({ code, row, column })]);
  });

  test('with a circle is refused once, naming all of it', () => {
    const problems = problemsOf(CITY, '1,甲,county,3,,', '2,乙,town,1,,', '3,丙,village,2,,');
    expect(problems.filter(({ code }) => code === 'UNIT_CYCLE')).toEqual([
      { code: 'UNIT_CYCLE', row: 3, column: 'parent_code', details: { cycle: '1 → 3 → 2 → 1' } },
    ]);
  });

  test('names the column as the file does, and every finding in the order of the rows', () => {
    const { problems } = parseUnits({
      table: table('编码,名称,级别,上级编码,人口', '6109,安康市,市,,', '1,,县,6109,', '2,乙,县,9,-1', '!,丙,县,6109,'),
    });
    expect(problems.map(({ code, row, column }) => [row, column, code])).toEqual([
      [3, '名称', 'UNIT_NAME_EMPTY'],
      [4, '人口', 'UNIT_POPULATION_BAD'],
      [4, '上级编码', 'UNIT_PARENT_UNKNOWN'],
      [5, '编码', 'UNIT_CODE_BAD'],
    ]);
  });

  test('may say how many villages a unit has; blank is unknown, zero and words are refused', () => {
    const read = (villages: string) =>
      parseUnits({ table: table('编码,名称,级别,上级编码,村社区数', '6109,安康市,市,,', `1,甲,县,6109,${villages}`) });
    expect(read('42').units.map(({ villages }) => villages)).toEqual([null, 42]);
    expect(read('').units.map(({ villages }) => villages)).toEqual([null, null]);
    for (const wrong of ['0', '若干', '2.5', '-1']) {
      expect(read(wrong).problems).toMatchObject([{ row: 3, column: '村社区数', code: 'UNIT_VILLAGES_BAD' }]);
    }
  });

  test('does not blame the children of a unit whose own row is refused', () => {
    const problems = problemsOf(CITY, '610924,紫阳县,kreis,6109,,', '610924100,城关镇,town,610924,,');
    expect(problems.map(({ row, code }) => [row, code])).toEqual([[3, 'UNIT_LEVEL_UNKNOWN']]);
  });

  test('that would put an existing unit below its own child is refused at the row that does it', () => {
    const existing: Unit[] = [
      { ...CITY_UNIT },
      { ...CITY_UNIT, code: 'a', level: 'county', parentCode: '6109' },
      { ...CITY_UNIT, code: 'b', level: 'town', parentCode: 'a' },
    ];
    const { problems } = parseUnits({ table: table(HEADER, 'a,甲,village,b,,'), existing });
    expect(problems.map(({ row, code }) => [row, code])).toContainEqual([2, 'UNIT_CYCLE']);
    expect(problems.map(({ row, code }) => [row, code])).toContainEqual([2, 'UNIT_LEVEL_ORDER']);
  });
});

describe('importing units again', () => {
  const county: Unit = { ...CITY_UNIT, code: '610902', name: '汉滨区', level: 'county', parentCode: '6109' };
  const town: Unit = { ...CITY_UNIT, code: '610902001', name: '老城街道', level: 'town', parentCode: '610902' };

  test('creates what is new, parents first, and leaves alone what is not mentioned', () => {
    const plan = planUnitImport([CITY_UNIT], [town, county]);
    expect(plan.create.map(({ code }) => code)).toEqual(['610902', '610902001']);
    expect([plan.update, plan.unchanged, plan.problems]).toEqual([[], [], []]);
  });

  test('of the same file changes nothing', () => {
    const all = [CITY_UNIT, county, town];
    expect(planUnitImport(all, all)).toEqual({ create: [], update: [], unchanged: all, problems: [] });
  });

  test('updates what differs', () => {
    const renamed = { ...county, name: '汉滨' };
    expect(planUnitImport([CITY_UNIT, county], [renamed])).toEqual({
      create: [],
      update: [renamed],
      unchanged: [],
      problems: [],
    });
  });

  test('keeps known numbers where the file leaves them blank, and takes a new one with its source', () => {
    const blank = { ...county, population: null, populationSource: null };
    const newer = { ...county, population: 900_000, populationSource: '2025 estimate' };
    expect(planUnitImport([CITY_UNIT, county], [blank]).unchanged).toEqual([county]);
    expect(planUnitImport([CITY_UNIT, county], [newer]).update).toEqual([newer]);
    const counted = { ...county, villages: 42 };
    expect(planUnitImport([CITY_UNIT, counted], [blank]).unchanged).toEqual([counted]);
    expect(planUnitImport([CITY_UNIT, county], [counted]).update).toEqual([counted]);
  });

  test('refuses to move a unit where it would hang in the air, turn in a circle, or stand above its children', () => {
    const codes = (incoming: Unit): string[] =>
      planUnitImport([CITY_UNIT, county, town], [incoming]).problems.map(({ code }) => code);
    expect(codes({ ...county, parentCode: '6199' })).toEqual(['UNIT_PARENT_UNKNOWN']);
    expect(codes({ ...CITY_UNIT, parentCode: '610902' })).toContain('UNIT_CYCLE');
    expect(codes({ ...county, level: 'village' })).toEqual(['UNIT_LEVEL_ORDER']);
  });
});
