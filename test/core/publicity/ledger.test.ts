import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkParts } from '../../../src/core/publicity/findings.ts';
import { findKind, isUnitOf, normaliseName, SHIPPED_KINDS, suggestKinds } from '../../../src/core/publicity/kinds.ts';
import { markImplausible } from '../../../src/core/publicity/plausibility.ts';
import { parseQuantity } from '../../../src/core/publicity/quantity.ts';
import { parseReach } from '../../../src/core/publicity/reach.ts';

describe('kinds', () => {
  test('no word means two kinds', () => {
    const seen = new Map<string, string>();
    for (const kind of SHIPPED_KINDS) {
      for (const name of new Set([kind.name.zh, ...kind.aliases].map(normaliseName))) {
        expect(`${name} ${seen.get(name) ?? kind.code}`).toBe(`${name} ${kind.code}`);
        seen.set(name, kind.code);
      }
    }
  });

  test('each has its unit of measure in English too', () => {
    for (const { code, unitEn } of SHIPPED_KINDS) expect(unitEn, code).toMatch(/^[a-z]+s$/);
  });

  test('every row of the five source documents has its kind and a quantity rightly typed', () => {
    const rows = readFileSync(new URL('../../support/seed-outputs.csv', import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const read = rows.map((row) => {
      const [, , , word = '', quantity = '', unit = ''] = row.split(',');
      const kind = findKind(SHIPPED_KINDS, word);
      const parsed = parseQuantity(quantity);
      return [
        word,
        kind?.code ?? '?',
        kind && isUnitOf(kind, unit),
        parsed.kind === 'words' ? '—' : `${parsed.qualifier} ${parsed.value}`,
      ];
    });
    expect(read).toHaveLength(35);
    expect(read.filter(([, code, fits]) => code === '?' || fits !== true)).toEqual([]);
    expect(read.filter(([, , , quantity]) => quantity === '—').map(([word]) => word)).toEqual([
      '短视频（抖音、快手）',
      '新闻报道',
      '横幅',
    ]);
  });

  test('an unknown word is offered the likeliest kinds and takes none', () => {
    expect(findKind(SHIPPED_KINDS, '院坝宣讲会')).toBeNull();
    expect(suggestKinds(SHIPPED_KINDS, '院坝宣讲会')[0]?.code).toBe('talk');
    expect(suggestKinds(SHIPPED_KINDS, '无人机')).toEqual([]);
  });

  test('pinyin in brackets does not hide a kind', () => {
    expect(findKind(SHIPPED_KINDS, '易拉寶(bǎo)'.replace('寶', '宝'))?.code).toBe('roll-up');
  });
});

describe('reach', () => {
  test('reads written as persons are reads, and told', () => {
    expect(parseReach('阅读量达50万人次')).toMatchObject({
      reach: 'reads',
      readsAsPersons: true,
      quantity: { value: 500_000 },
    });
  });
  test('persons are persons', () => {
    expect(parseReach('参与群众达8万人次')).toMatchObject({
      reach: 'persons',
      readsAsPersons: false,
      quantity: { value: 80_000 },
    });
  });
  test('a capped reading stays capped', () => {
    expect(parseReach('点击率突破“10万+”')).toMatchObject({
      reach: 'clicks',
      quantity: { qualifier: 'capped', value: 100_000 },
    });
  });
  test.each(['参与群众数百人次', '阅读量数千', '观众几十人', '受众上万人', '每场200人', '平均300人'])(
    '“%s” stays words',
    (remark) => {
      const found = parseReach(remark);
      expect(found?.quantity.kind).toBe('words');
      expect(parseQuantity(found?.quantity.text ?? '1').kind).toBe('words');
    },
  );
  test.each(['村社区全覆盖', '', '阅读量见上一行'])('“%s” names no number', (remark) => {
    expect(parseReach(remark)).toBeNull();
  });
});

describe('a stated total and its parts', () => {
  const parts = (...written: string[]) => written.map(parseQuantity);
  test('163余 against exact parts that sum to 162 is a contradiction', () => {
    expect(checkParts(parseQuantity('163余'), parts('1', '98', '40', '23'))).toEqual({
      stated: 163,
      sum: 162,
      difference: 1,
    });
  });
  test.each([
    ['162', ['1', '98', '40', '23']],
    ['150余', ['1', '98', '40', '23']],
    ['约160', ['1', '98', '40', '23']],
    ['163', ['1', '98余', '40', '23']],
    ['163', ['1', '数十', '40', '23']],
  ])('%s agrees or cannot be judged', (stated, written) => {
    expect(checkParts(parseQuantity(stated), parts(...written))).toBeNull();
  });
});

describe('plausibility', () => {
  test('more leaflets than three a head are marked, and one town unlike the others', () => {
    const usual = [0.1, 0.12, 0.2, 0.15, 0.11, 0.3, 0.18, 0.16, 0.14];
    const ratios = [...usual, 2.5, 4].map((ratio, i) => ({
      unitCode: `t${i}`,
      check: 'copies-per-resident' as const,
      kind: 'leaflet',
      amount: ratio * 1000,
      per: 1000,
    }));
    expect(markImplausible(ratios).map(({ unitCode, reason }) => `${unitCode} ${reason}`)).toEqual([
      't9 unlike-others',
      't10 limit',
    ]);
  });
  test('nothing is said where nobody knows how many residents there are', () => {
    const ratio = { unitCode: 't', check: 'copies-per-resident', kind: 'leaflet', amount: 1e9, per: null } as const;
    expect(markImplausible([ratio])).toEqual([]);
  });
});
