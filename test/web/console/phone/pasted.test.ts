import { describe, expect, it } from 'vitest';
import { placesOf, quotasText, readDraws, readQuotas } from '../../../../web/console/phone/pasted.ts';

const places = placesOf([
  { code: '610902104', name: '五里镇' },
  { code: '610902100', name: '关庙镇' },
  { code: '610922100', name: '城关镇' },
  { code: '610924100', name: '城关镇' },
]);

describe('quotas out of a spreadsheet', () => {
  it('reads one cell a line, by code or name, with whatever stands for “any”', () => {
    const text = '单位\t性别\t年龄段\t目标\n五里镇\t男\t18—29岁\t20\n610902100\t\t*\t30\n*\t女\t60岁及以上\t100';
    expect(readQuotas(text, places)).toEqual({
      rows: [
        { unitCode: '610902104', sex: 'male', ageBand: '18-29', target: 20 },
        { unitCode: '610902100', sex: '*', ageBand: '*', target: 30 },
        { unitCode: '*', sex: 'female', ageBand: '60+', target: 100 },
      ],
      wrong: [],
    });
  });

  it('reads a table with a column for each group, and takes an empty cell for no quota', () => {
    const text = '单位,男18-29,女18-29,60+,合计\n五里镇,3,4,,20\n关庙镇,,5,6,';
    expect(readQuotas(text, places).rows).toEqual([
      { unitCode: '610902104', sex: 'male', ageBand: '18-29', target: 3 },
      { unitCode: '610902104', sex: 'female', ageBand: '18-29', target: 4 },
      { unitCode: '610902104', sex: '*', ageBand: '*', target: 20 },
      { unitCode: '610902100', sex: 'female', ageBand: '18-29', target: 5 },
      { unitCode: '610902100', sex: '*', ageBand: '60+', target: 6 },
    ]);
  });

  it('names the line that it cannot read: no such place, a name of two places, a wrong sex, a wrong number', () => {
    const text = '没有\t*\t*\t1\n城关镇\t*\t*\t1\n五里镇\t未知\t*\t1\n五里镇\t*\t*\t许多';
    expect(readQuotas(text, places)).toEqual({
      rows: [],
      wrong: [
        { line: 1, text: '没有' },
        { line: 2, text: '城关镇' },
        { line: 3, text: '未知' },
        { line: 4, text: '许多' },
      ],
    });
  });

  it('reads back what it writes', () => {
    const cells = [
      { unitCode: '610902104', sex: 'male', ageBand: '18-29', target: 20 },
      { unitCode: '*', sex: '*', ageBand: '*', target: 5 },
    ] as const;
    const text = quotasText(cells, ['单位', '性别', '年龄段', '目标']);
    expect(readQuotas(text, places)).toEqual({ rows: cells, wrong: [] });
  });

  it('takes nothing out of nothing', () => {
    expect(readQuotas(' \n\t\n', places)).toEqual({ rows: [], wrong: [] });
  });
});

describe('towns to draw numbers for', () => {
  it('reads unit, count and prefixes in one cell or several', () => {
    const text = '单位\t数量\t号段\n五里镇\t200\t0915361 1399150\n610902100\t10\t0915362\t0915363';
    expect(readDraws(text, places)).toEqual({
      rows: [
        { unit: '610902104', count: 200, prefixes: ['0915361', '1399150'] },
        { unit: '610902100', count: 10, prefixes: ['0915362', '0915363'] },
      ],
      wrong: [],
    });
  });

  it('names the line without a count, without a prefix or with a prefix that is none', () => {
    expect(readDraws('五里镇,10,0915361\n五里镇,零,0915361\n五里镇,5\n五里镇,5,abc', places).wrong).toEqual([
      { line: 2, text: '零' },
      { line: 3, text: '—' },
      { line: 4, text: 'abc' },
    ]);
  });
});
