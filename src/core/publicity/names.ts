import type { Text } from '../text.ts';
import type { Kind, MediaLevel } from './kinds.ts';
import type { Qualifier } from './quantity.ts';
import type { Reach } from './totals.ts';

const COPIES: Text = { zh: '份', en: 'copies' };

/** What was reached, by name and with the unit it is counted in. */
export const REACH_NAMES: Readonly<Record<Reach, { readonly name: Text; readonly unit: Text }>> = {
  'copies-handed-out': { name: { zh: '发放份数', en: 'Copies handed out' }, unit: COPIES },
  'copies-printed': { name: { zh: '印制份数', en: 'Copies printed' }, unit: COPIES },
  persons: { name: { zh: '参与人次', en: 'Persons present' }, unit: { zh: '人次', en: 'persons' } },
  reads: { name: { zh: '阅读量', en: 'Reads' }, unit: { zh: '次', en: 'reads' } },
  plays: { name: { zh: '播放量', en: 'Plays' }, unit: { zh: '次', en: 'plays' } },
  clicks: { name: { zh: '点击量', en: 'Clicks' }, unit: { zh: '次', en: 'clicks' } },
  households: { name: { zh: '覆盖户数', en: 'Households' }, unit: { zh: '户', en: 'households' } },
};

const PERSONS = ['人', '人次', '名', '位', '个', '群众', '余人'];
/** Reads of so many 人次 are what documents say of reads; a spreadsheet that says it is told so. */
const SEEN = ['次', '人次', '人', '遍', '篇次', '个'];
const NO_COPIES = [...PERSONS.filter((unit) => unit !== '个'), '次', '场', '场次', '户', '户次', '小时', '篇次'];

/** True when a number given in this unit of measure can be what was reached: never persons where copies are asked for. */
export function isReachUnit(reach: Reach, unit: string): boolean {
  switch (reach) {
    case 'persons':
      return PERSONS.includes(unit);
    case 'households':
      return unit === '户' || unit === '户次' || unit === '家';
    case 'reads':
    case 'plays':
    case 'clicks':
      return SEEN.includes(unit);
    default:
      return !NO_COPIES.includes(unit);
  }
}

export const MEDIA_LEVEL_NAMES: Readonly<Record<MediaLevel, Text>> = {
  central: { zh: '中央级', en: 'Central' },
  province: { zh: '省级', en: 'Province' },
  city: { zh: '市级', en: 'City' },
  county: { zh: '县级', en: 'County' },
  town: { zh: '镇级', en: 'Town' },
};

/** How a number is meant, for a column of its own beside the number. */
export const QUALIFIER_NAMES: Readonly<Record<Qualifier, Text>> = {
  exact: { zh: '确数', en: 'exact' },
  'at-least': { zh: '至少', en: 'at least' },
  about: { zh: '约', en: 'about' },
  'at-most': { zh: '至多', en: 'at most' },
  capped: { zh: '至少（平台封顶）', en: 'at least (capped)' },
};

/** Units of measure in English, where the kind has no word of its own. */
const UNITS_EN: Readonly<Record<string, string>> = {
  ...{
    份: 'copies',
    册: 'booklets',
    张: 'sheets',
    条: 'items',
    幅: 'slogans',
    块: 'boards',
    个: 'items',
    处: 'places',
  },
  ...{ 台: 'vehicles', 车次: 'trips', 时段: 'broadcasts', 篇: 'pieces', 次: 'times', 场: 'sessions', 户: 'households' },
  ...{ 位: 'persons', 人次: 'attendances' },
};

/** The unit of measure of a kind in both languages; where nobody named it in English, the Chinese word stands. */
export function unitName({ unit, unitEn }: Pick<Kind, 'unit' | 'unitEn'>): Text {
  return { zh: unit, en: unitEn || (UNITS_EN[unit] ?? unit) };
}
