import type { Lang, Text } from './text.ts';

const PERIOD = /^\d{4}(-(H[12]|Q[1-4]|(0[1-9]|1[0-2])))?$/;

/** True for a period key that sorts as text: a year `2026`, a half `2026-H1`, a quarter `2026-Q3`, or a month `2026-09`. */
export function isPeriod(text: string): boolean {
  return PERIOD.test(text);
}

const PARTS: Readonly<Record<string, string>> = {
  H1: '上半年',
  H2: '下半年',
  Q1: '第一季度',
  Q2: '第二季度',
  Q3: '第三季度',
  Q4: '第四季度',
};

/** `2026` → `2026年`, `2026-H1` → `2026年上半年`, `2026-Q3` → `2026年第三季度`, `2026-09` → `2026年9月`. */
export function periodText(period: string, lang: Lang): string {
  const [year, part] = period.split('-');
  if (lang === 'en') return period;
  return part === undefined ? `${year}年` : `${year}年${PARTS[part] ?? `${Number(part)}月`}`;
}

/** Whether a period is the same part of the year just before: only a change against it is called 同比. */
export function isYearBefore(period: string, before: string): boolean {
  return Number(before.slice(0, 4)) === Number(period.slice(0, 4)) - 1 && before.slice(4) === period.slice(4);
}

/** The months of a period, first and last: `2026-Q3` → `2026-07` to `2026-09`. */
export function monthsOf(period: string): { readonly from: string; readonly to: string } {
  if (!isPeriod(period)) throw new RangeError(`no period: ${period}`);
  const [year, part = 'Y1'] = period.split('-');
  const length = { Y: 12, H: 6, Q: 3 }[part.charAt(0)] ?? 1;
  const first = length === 1 ? Number(part) : (Number(part.charAt(1)) - 1) * length + 1;
  const month = (number: number): string => `${year}-${String(number).padStart(2, '0')}`;
  return { from: month(first), to: month(first + length - 1) };
}

/** The same part of the year before. */
export function yearBefore(period: string): string {
  return `${Number(period.slice(0, 4)) - 1}${period.slice(4)}`;
}

/** What a change is against, in words. */
export interface Comparison {
  /** The column's head: 同比. */
  readonly label: Text;
  /** Before the points: 同比, 与上一轮（2019年上半年）相比. */
  readonly phrase: Text;
  /** What the change is against: 上年同期, 上一轮（2019年上半年）. */
  readonly against: Text;
}

/** How the change from one period's wave to another's is called, on every page and in every sentence. */
export function describeComparison(period: string, before: string): Comparison {
  if (isYearBefore(period, before)) {
    const against = { zh: '上年同期', en: 'a year earlier' };
    return { label: { zh: '同比', en: 'Year on year' }, phrase: { zh: '同比', en: 'on a year earlier' }, against };
  }
  const against = { zh: `上一轮（${periodText(before, 'zh')}）`, en: `the last wave (${before})` };
  return {
    label: { zh: '较上一轮', en: 'On last wave' },
    phrase: { zh: `与${against.zh}相比`, en: `on ${against.en}` },
    against,
  };
}

/** The calendar day of an instant in a time zone, `YYYY-MM-DD`; days compare as text. */
export function dayOf(instant: number, timeZone: string): string {
  // The Swedish locale writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(instant);
}

/** True for an existing calendar day written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Days since 1970-01-01 of a day `YYYY-MM-DD`, for differences between days. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 86_400_000;
}
