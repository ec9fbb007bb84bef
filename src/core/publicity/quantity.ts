import type { Lang } from '../text.ts';

/**
 * How a written number is meant. `at-least` 余、多、以上; `about` 约、近; `at-most` 不到、不足; `capped` is a platform's
 * display limit (10万+): at least that, and nobody knows how much more.
 */
export const QUALIFIERS = ['exact', 'at-least', 'about', 'at-most', 'capped'] as const;
export type Qualifier = (typeof QUALIFIERS)[number];

/** `每天3个时段` is three a day: a rate of doing, never to be added to amounts. */
export type Recurrence = 'day' | 'week' | 'month' | 'year';

/** What somebody wrote as a quantity. The text is kept as written; what is no number is never made one. */
export type Quantity =
  | {
      readonly kind: 'number';
      readonly value: number;
      readonly qualifier: Qualifier;
      readonly per: Recurrence | null;
      /** The unit of measure written behind it, as written: 份, 场次, 人次; null when there is none. */
      readonly unit: string | null;
      readonly text: string;
    }
  | { readonly kind: 'words'; readonly text: string };

const DIGITS: Readonly<Record<string, number>> = {
  ...{ 〇: 0, 零: 0, 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9, 两: 2, 兩: 2 },
  ...{ 壹: 1, 贰: 2, 叁: 3, 肆: 4, 伍: 5, 陆: 6, 柒: 7, 捌: 8, 玖: 9, 貳: 2, 參: 3, 陸: 6 },
};
const SMALL: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000, 拾: 10, 佰: 100, 仟: 1000 };
const LARGE: Readonly<Record<string, number>> = { 万: 10_000, 萬: 10_000, 亿: 1e8, 億: 1e8 };

const NUMERAL = '[0-9〇零一二三四五六七八九两兩壹贰叁肆伍陆柒捌玖貳參陸十百千万萬亿億拾佰仟.]';
const RECURRENCES: Readonly<Record<string, Recurrence>> = {
  ...{ 天: 'day', 日: 'day', 周: 'week', 週: 'week', 星期: 'week', 月: 'month', 年: 'year' },
};

/** Words before a number, and what they make of it. Verbs that only say “reached” change nothing. */
const BEFORE: readonly (readonly [RegExp, Qualifier | null])[] = [
  [/^(≥|>=|超过|超過|超|逾|不少于|不低于|至少|突破)/, 'at-least'],
  [/^(约|約|大约|大約|大概|近|将近|將近|接近|≈|~(?=\d))/, 'about'],
  [/^(≤|<=|不到|不足|不超过|不超過|至多|最多)/, 'at-most'],
  [/^(共计|共計|合计|合計|累计|累計|总计|達到|达到|達|达|共)/, null],
];
const AFTER: readonly (readonly [RegExp, Qualifier])[] = [
  [/^(余|餘|多|以上|\+)/, 'at-least'],
  [/^(左右|上下|前后|許|许)/, 'about'],
  [/^(以内|以下)/, 'at-most'],
];

/** A unit of measure: a few Chinese or Latin letters, nothing that could carry another number. */
const UNIT = /^(?!.*[一二三四五六七八九十百千万亿数几若干余多近约每不第至到])[\p{Script=Han}A-Za-z%]{1,8}$/u;

/** 一系列, 一些, 一半: words that begin like a number. */
const VAGUE = /^(系列|些|半|批|定|切|律|般|直|起|度|样)/;

/**
 * Reads a quantity as people write it: `10万余份`, `8010余`, `3.5万`, `三十余场`, `近300`, `10万+`, `每天3个时段`.
 * `数百`, `若干`, a range, a date, two numbers: words, never a number.
 */
export function parseQuantity(written: string): Quantity {
  const text = written.trim();
  const words: Quantity = { kind: 'words', text };
  // Full-width forms and the commas of thousands; anything else stays as it was written.
  let rest = text
    .normalize('NFKC')
    .replace(/(\d)[,，](?=\d{3}(?!\d))/g, '$1')
    .replace(/(\d)w(?![a-z])/gi, '$1万')
    .replace(/^(?:[−‒–—]|负|負)(?=\s*[\d.〇零一二三四五六七八九十两])/, '-')
    .replace(/\s+/g, '');
  // A raised or circled digit is another thing than a digit: 10¹² is not 1012.
  if (rest.length === 0 || rest.length > 40 || /\p{No}/u.test(text)) return words;

  let per: Recurrence | null = null;
  const every = /^(?:每|一)(天|日|周|週|星期|个?月|年)(?=.)/.exec(rest);
  if (every) {
    per = recurrenceOf(every[1]);
    rest = rest.slice(every[0].length);
  }
  let qualifier: Qualifier = 'exact';
  for (const [pattern, meaning] of BEFORE) {
    const found = pattern.exec(rest);
    if (!found) continue;
    qualifier = meaning ?? qualifier;
    rest = rest.slice(found[0].length);
    break;
  }
  const numeral = new RegExp(`^-?${NUMERAL}+`).exec(rest)?.[0];
  if (numeral === undefined) return words;
  rest = rest.slice(numeral.length);

  // 20多万: the word stands inside the number.
  const inside = /^(余|餘|多)([十百千万萬亿億]+)/.exec(rest);
  const value = readNumeral(inside ? `${numeral}${inside[2]}` : numeral);
  if (value === null) return words;
  if (inside) {
    if (qualifier !== 'exact') return words;
    qualifier = 'at-least';
    rest = rest.slice(inside[0].length);
  }
  // 三余: below ten nothing is “and some”; 3个多月 and the like are words too.
  const isBareDigit = /^[0-9一二两三四五六七八九]$/.test(numeral);
  for (let more = true; more; ) {
    more = false;
    for (const [pattern, meaning] of AFTER) {
      const found = pattern.exec(rest);
      if (!found) continue;
      if (qualifier !== 'exact' && qualifier !== meaning) return words;
      if (isBareDigit && meaning === 'at-least' && found[0] !== '以上') return words;
      qualifier = found[0] === '+' && /[万萬]$/.test(numeral) ? 'capped' : meaning;
      rest = rest.slice(found[0].length);
      more = true;
    }
  }
  const share = /\/(天|日|周|月|年)$/.exec(rest);
  if (share) {
    if (per !== null) return words;
    per = recurrenceOf(share[1]);
    rest = rest.slice(0, -share[0].length);
  }
  // 50份以上, 30场左右: the word may stand behind the unit.
  const behind = /^(.+?)(以上|左右|上下|以内|以下)$/.exec(rest);
  if (behind) {
    const meaning = AFTER.find(([pattern]) => pattern.test(behind[2] ?? ''))?.[1];
    if (meaning === undefined || (qualifier !== 'exact' && qualifier !== meaning)) return words;
    qualifier = meaning;
    rest = behind[1] ?? '';
  }
  if (rest !== '' && !UNIT.test(rest)) return words;
  if (numeral === '一' && VAGUE.test(rest)) return words;
  return { kind: 'number', value, qualifier, per, unit: rest === '' ? null : rest, text };
}

function recurrenceOf(word: string | undefined): Recurrence | null {
  return RECURRENCES[(word ?? '').replace('个', '')] ?? null;
}

/** `3.5万`, `2万3千`, `一千二百`, `三十`, `-3`; null for what is no one number: `3.5.1`, `一二三`, `万万`. */
function readNumeral(written: string): number | null {
  const negative = written.startsWith('-');
  const text = negative ? written.slice(1) : written;
  if (/^\d+(\.\d+)?$/.test(text)) return negative ? -Number(text) : Number(text);
  // 一万二 says 12,000 and 一百零二 says 102: a digit alone at the end counts the next smaller unit unless 零 stands before.
  let total = 0;
  let section = 0;
  let pending: number | null = null;
  let last = Number.POSITIVE_INFINITY;
  let zero = false;
  let large = Number.NaN;
  for (const [token] of text.matchAll(/\d+(?:\.\d+)?|./g)) {
    if (/^\d/.test(token)) {
      if (pending !== null) return null;
      pending = Number(token);
    } else if (token in DIGITS) {
      const digit = DIGITS[token] ?? 0;
      if (digit === 0 && pending === null) zero = true;
      else if (pending !== null) return null;
      else pending = digit;
    } else if (token in SMALL) {
      const unit = SMALL[token] ?? 1;
      if (unit >= last || (pending === null && section + total > 0 && !zero)) return null;
      section += (pending ?? 1) * unit;
      [pending, last, zero] = [null, unit, false];
    } else if (token in LARGE) {
      const unit = LARGE[token] ?? 1;
      const amount = section + (pending ?? 0);
      // 万亿 and 1万2千亿: 亿 counts all before it. 3万5万 is two numbers.
      const before = unit > large ? total : 0;
      if (unit === large || (total === 0 && amount === 0 && text.length > 1)) return null;
      if (amount === 0 && total > 0 && before === 0) return null;
      total = total - before + (before + amount || 1) * unit;
      [section, pending, last, zero, large] = [0, null, unit, false, unit];
    } else return null;
  }
  if (pending !== null) {
    const follows = last !== Number.POSITIVE_INFINITY && !zero && last > 10 && pending < 10;
    section += follows ? pending * (last / 10) : pending;
  } else if (zero && total + section > 0) return null;
  const value = total + section;
  if (!Number.isFinite(value)) return null;
  // 3.3万 is 33,000 and not 33,000.000000000004.
  const whole = Number(value.toPrecision(14));
  return negative ? -whole : whole;
}

const MARKS: Readonly<Record<Qualifier, Readonly<Record<Lang, readonly [string, string]>>>> = {
  exact: { zh: ['', ''], en: ['', ''] },
  'at-least': { zh: ['≥', ''], en: ['≥', ''] },
  about: { zh: ['约', ''], en: ['≈', ''] },
  'at-most': { zh: ['≤', ''], en: ['≤', ''] },
  capped: { zh: ['', '+'], en: ['≥', ''] },
};
const EVERY: Readonly<Record<Recurrence, Readonly<Record<Lang, string>>>> = {
  day: { zh: '每天', en: 'a day' },
  week: { zh: '每周', en: 'a week' },
  month: { zh: '每月', en: 'a month' },
  year: { zh: '每年', en: 'a year' },
};

/** A number with its qualifier: `≥130,000`, `约300`, `10万+`, `每天3`. In Chinese it reads back as the same quantity. */
export function formatQuantity(
  quantity: Pick<Extract<Quantity, { kind: 'number' }>, 'value' | 'qualifier' | 'per'>,
  lang: Lang,
): string {
  const { value, qualifier, per } = quantity;
  const [before, after] = MARKS[qualifier][lang];
  const inTenThousands = qualifier === 'capped' && lang === 'zh';
  const digits = (inTenThousands ? value / 10_000 : value).toLocaleString('en-US', { maximumFractionDigits: 6 });
  const number = `${before}${digits}${inTenThousands ? '万' : ''}${after}`;
  if (per === null) return number;
  return lang === 'zh' ? `${EVERY[per].zh}${number}` : `${number} ${EVERY[per].en}`;
}
