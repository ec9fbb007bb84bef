import type { Kind } from '../../../src/core/publicity/kinds.ts';
import { parseQuantity, type Quantity, type Recurrence } from '../../../src/core/publicity/quantity.ts';
import type { Reach } from '../../../src/core/publicity/totals.ts';
import type { Lang } from '../../../src/core/text.ts';
import { formatCount } from '../../shared/format.ts';

const EVERY: Readonly<Record<Recurrence, readonly [zh: string, en: string]>> = {
  day: ['每天', 'a day'],
  week: ['每周', 'a week'],
  month: ['每月', 'a month'],
  year: ['每年', 'a year'],
};

/** Units of measure of the shipped kinds; an administrator's own are shown as they were named. */
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

/** A unit of measure in the reader's language. */
export const unitText = (unit: string, lang: Lang): string => (lang === 'zh' ? unit : (UNITS_EN[unit] ?? unit));

/** How a quantity was understood, in words, for whoever has just written it: `至少100,000份`. */
export function readBack(quantity: Quantity, unit: string, lang: Lang): string {
  const zh = lang === 'zh';
  if (quantity.kind === 'words') {
    return zh
      ? `“${quantity.text}”不是一个数，照原文保存，不计入合计`
      : `“${quantity.text}” is no number: kept as written, in no total`;
  }
  const { value, qualifier, per } = quantity;
  const digits = Number.isInteger(value) ? formatCount(value) : value.toLocaleString('en-US');
  // Somebody who writes 个时段 reads 个时段.
  const amount = `${digits}${zh ? '' : ' '}${unitText(quantity.unit ?? unit, lang)}`;
  const said = {
    exact: amount,
    'at-least': zh ? `至少${amount}` : `at least ${amount}`,
    about: zh ? `约${amount}` : `about ${amount}`,
    'at-most': zh ? `最多${amount}` : `at most ${amount}`,
    capped: zh ? `至少${amount}（平台只显示到这里）` : `at least ${amount} (the platform shows no more)`,
  }[qualifier];
  if (per === null) return said;
  const [everyZh, everyEn] = EVERY[per];
  return zh ? `${everyZh}${said}；频次不计入合计` : `${said} ${everyEn}; a frequency is in no total`;
}

/** A number that says all there is to say: reading it back would only repeat it. */
export const isPlain = (quantity: Quantity): boolean =>
  quantity.kind === 'number' && quantity.qualifier === 'exact' && quantity.per === null;

/** As `readBack`, of what is being typed; null while there is nothing. */
export function readTyped(text: string, unit: string, lang: Lang): string | null {
  return text.trim() === '' ? null : readBack(parseQuantity(text), unit, lang);
}

/** A quantity in a table: as it was written, with its unit of measure where nobody wrote one. */
export function quantityText(quantity: Quantity, unit: string): string {
  if (quantity.kind === 'words' || quantity.unit !== null) return quantity.text;
  return /^[a-z]/i.test(unit) ? `${quantity.text} ${unit}` : `${quantity.text}${unit}`;
}

/** Units in which what was reached is counted. */
export const REACH_UNITS: Readonly<Record<Reach, Readonly<Record<Lang, string>>>> = {
  'copies-handed-out': { zh: '份', en: 'copies' },
  'copies-printed': { zh: '份', en: 'copies' },
  persons: { zh: '人次', en: 'persons' },
  reads: { zh: '次', en: 'reads' },
  plays: { zh: '次', en: 'plays' },
  clicks: { zh: '次', en: 'clicks' },
  households: { zh: '户', en: 'households' },
};

/** What a kind usually reaches, the likeliest first; the first is asked for at once. */
export function usualReach(kind: Kind): readonly Reach[] {
  if (kind.code === 'video') return ['plays', 'reads', 'clicks'];
  if (kind.inMedia) return ['reads', 'clicks', 'plays'];
  if (kind.channel === 'leaflet') return ['households', 'persons', 'copies-printed'];
  if (kind.channel === 'board-banner') return ['persons', 'households'];
  if (kind.code === 'text-message') return ['persons', 'households'];
  return ['persons', 'households', 'copies-handed-out'];
}

/** Numbers that grow after the day: they are read off as of a day. */
export const isReadOff = (reach: Reach): boolean => reach === 'reads' || reach === 'plays' || reach === 'clicks';
