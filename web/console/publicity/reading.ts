import type { Kind } from '../../../src/core/publicity/kinds.ts';
import { parseQuantity, type Quantity, type Recurrence } from '../../../src/core/publicity/quantity.ts';
import type { Reach } from '../../../src/core/publicity/totals.ts';
import type { Lang, Text } from '../../../src/core/text.ts';
import { formatCount } from '../../shared/format.ts';

const EVERY: Readonly<Record<Recurrence, readonly [zh: string, en: string]>> = {
  day: ['每天', 'a day'],
  week: ['每周', 'a week'],
  month: ['每月', 'a month'],
  year: ['每年', 'a year'],
};

/** How many of what: `500份`, `500 copies`, `1 copy`. */
function amountText(value: number, unit: Text, lang: Lang): string {
  const digits = Number.isInteger(value) ? formatCount(value) : value.toLocaleString('en-US');
  if (lang === 'zh') return `${digits}${unit.zh}`;
  const isOne = value === 1 && /[a-z]s$/.test(unit.en);
  const word = isOne ? unit.en.replace(/ies$/, 'y').replace(/xes$/, 'x').replace(/s$/, '') : unit.en;
  return word === '' ? digits : `${digits} ${word}`;
}

/** A quantity in words: `至少100,000份`, `at least 100,000 copies`; what is no number, as it was written. */
export function describeQuantity(quantity: Quantity, unit: Text, lang: Lang): string {
  if (quantity.kind === 'words') return quantity.text;
  const zh = lang === 'zh';
  const { value, qualifier, per } = quantity;
  // Somebody who writes 个时段 reads 个时段; in English the kind's own word says the same.
  const amount = amountText(value, { zh: quantity.unit ?? unit.zh, en: unit.en }, lang);
  const said = {
    exact: amount,
    'at-least': zh ? `至少${amount}` : `at least ${amount}`,
    about: zh ? `约${amount}` : `about ${amount}`,
    'at-most': zh ? `最多${amount}` : `at most ${amount}`,
    capped: zh ? `至少${amount}` : `at least ${amount}`,
  }[qualifier];
  if (per === null) return said;
  const [everyZh, everyEn] = EVERY[per];
  return zh ? `${everyZh}${said}` : `${said} ${everyEn}`;
}

/** How a quantity was understood, for whoever has just written it. */
export function readBack(quantity: Quantity, unit: Text, lang: Lang): string {
  const zh = lang === 'zh';
  const said = describeQuantity(quantity, unit, lang);
  if (quantity.kind === 'words') {
    return zh ? `“${said}”不是一个数，照原文保存，不计入合计` : `“${said}” is no number: kept as written, in no total`;
  }
  if (quantity.qualifier === 'capped')
    return zh ? `${said}（平台只显示到这里）` : `${said} (the platform shows no more)`;
  if (quantity.per === null) return said;
  return zh ? `${said}；频次不计入合计` : `${said}; a frequency is in no total`;
}

/** A number that says all there is to say: reading it back would only repeat it. */
export const isPlain = (quantity: Quantity): boolean =>
  quantity.kind === 'number' && quantity.qualifier === 'exact' && quantity.per === null;

/** As `readBack`, of what is being typed; null while there is nothing. */
export function readTyped(text: string, unit: Text, lang: Lang): string | null {
  return text.trim() === '' ? null : readBack(parseQuantity(text), unit, lang);
}

/** A quantity in a table: as it was written, with its unit of measure where nobody wrote one; in English as it is read. */
export function quantityText(quantity: Quantity, unit: Text, lang: Lang): string {
  if (quantity.kind === 'words') return quantity.text;
  if (lang === 'en') return describeQuantity(quantity, unit, lang);
  return quantity.unit === null ? `${quantity.text}${unit.zh}` : quantity.text;
}

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
