import { describe, expect, test } from 'vitest';
import { guessLedgerColumns } from '../../../src/core/publicity/columns.ts';
import {
  findAccount,
  followersAt,
  type MediaAccount,
  matchAccounts,
} from '../../../src/core/publicity/media-accounts.ts';
import { parseQuantity } from '../../../src/core/publicity/quantity.ts';

const account = (over: Partial<MediaAccount> = {}): MediaAccount => ({
  ...{ id: 'a', unitPath: '/6109/610925/', platform: 'wechat', name: '平利县法院', aliases: ['平法'] },
  ...{ endedOn: null, followers: [] },
  ...over,
});
const TOWN = { unitPath: '/6109/610925/610925100/', day: '2026-10-05' };

describe('the outlet of an entry', () => {
  test.each([
    '平利县法院',
    ' 平利县 法院 ',
    '“平利县法院”',
    '平利县法院（微信公众号）',
    '平利县法院(公众号)',
    '平利县法院微信',
    '微信公众号：平利县法院',
    '微信公众号“平利县法院”',
    '平利县法院·微信公众号',
    '平法',
    '平法公众号',
  ])('%s is the account', (outlet) => {
    expect(findAccount([account()], { ...TOWN, outlet })?.id).toBe('a');
  });

  test.each(['', '平利县人民法院', '平利县法院（抖音号）', '平利县法院新媒体', '公众号', '平利'])(
    '%o is none',
    (outlet) => {
      expect(findAccount([account()], { ...TOWN, outlet })).toBeNull();
    },
  );

  test('is looked for in the unit, above it and below it, and nowhere else', () => {
    const find = (unitPath: string) => findAccount([account()], { outlet: '平利县法院', unitPath, day: TOWN.day })?.id;
    expect(['/6109/', '/6109/610925/', TOWN.unitPath, '/6109/610924/', '/6109/610924/610924100/'].map(find)).toEqual([
      ...['a', 'a', 'a', undefined, undefined],
    ]);
  });

  test('means an account that was in use on the day, and none of two', () => {
    const old = account({ id: 'old', endedOn: '2026-10-04' });
    const named = { ...TOWN, outlet: '平利县法院' };
    expect(findAccount([old], named)).toBeNull();
    expect(findAccount([old], { ...named, day: '2026-10-04' })?.id).toBe('old');
    const video = account({ id: 'b', platform: 'douyin' });
    expect(findAccount([account(), video], named)).toBeNull();
    expect(matchAccounts([account(), video], named)).toHaveLength(2);
    expect(findAccount([account(), video], { ...named, outlet: '平利县法院抖音' })?.id).toBe('b');
  });

  test('is a column of the spreadsheets that people keep', () => {
    expect(guessLedgerColumns(['日期', '类别', '标题', '账号', '链接', '阅读量']).outlet).toBe('账号');
  });
});

test('the newest figure at a day or before it counts', () => {
  const figures = ['2026-01-01', '2026-03-01', '2026-02-01'].map((day) => ({ day, quantity: parseQuantity('1') }));
  const at = (day: string) => followersAt(figures, day)?.day ?? null;
  expect([at('2025-12-31'), at('2026-01-01'), at('2026-02-28'), at('2026-03-02')]).toEqual([
    ...[null, '2026-01-01', '2026-02-01', '2026-03-01'],
  ]);
});
