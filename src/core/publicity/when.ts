import { isDay } from '../period.ts';

/** When something was done, as a table says it: days, or only a period in words (三年以来), which is in no month's total. */
export type When =
  | { readonly startDate: string; readonly endDate: string; readonly statedPeriod: null }
  | { readonly startDate: ''; readonly endDate: ''; readonly statedPeriod: string };

const DAY = /(?:(\d{4}|\d{2})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?/.source;
const CLOCK = /(?:T?\d{1,2}[:时点]\d{0,2}(?::\d{2}(?:\.\d+)?)?分?Z?)?/.source;
const WEEKDAY = /(?:(?:星期|周)[一二三四五六日天])?/.source;
const ONE = new RegExp(`^${DAY}${WEEKDAY}${CLOCK}$`);
/** 2026.3.5-3.8, 2026年3月5日至8日, 2026-03-05~2026-03-08. */
const RANGE = new RegExp(`^${DAY}(?:-|—|–|~|至|到)(?:${DAY}|(\\d{1,2})[日号]?)$`);
const MONTH = /^(\d{4})[-/.年](\d{1,2})月?$/;
const STATED =
  /^\d{4}年?$|以来|目前|截至|截止|近\S{1,3}年|累计|今年|去年|上年|本年|全年|年度|[上下]半年|季度|Q[1-4]|期间|开展至今|至今|三年/;

/** A day of spreadsheets kept as its number: 46086. Numbers of this size in a column of dates are nothing else. */
const FIRST_SERIAL = 36_526;
const LAST_SERIAL = 73_050;

/**
 * Reads when something was done: `2026.3.5`, `2026年3月5日`, `20260305`, `2026.3.5-3.8`, `2026年3月` (the whole month, up to
 * today in this one), `三年以来`, `2019`. Null when it is neither a day nor a period that somebody stated.
 * @param year the year that stands above the table, for `3月5日`; null when nobody says
 */
export function readWhen(
  written: string,
  { today, year }: { readonly today: string; readonly year: number | null },
): When | null {
  const text = written.normalize('NFKC').replace(/\s+/g, '');
  const day = (y: string | undefined, m: string | undefined, d: string | undefined): string | null => {
    const full = y === undefined ? year : y.length === 2 ? 2000 + Number(y) : Number(y);
    if (full === null || m === undefined || d === undefined) return null;
    const iso = `${full}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`;
    return isDay(iso) ? iso : null;
  };
  const days = (from: string | null, to: string | null): When | null =>
    from === null || to === null ? null : { startDate: from, endDate: to, statedPeriod: null };

  const compact = /^(20\d{2})(\d{2})(\d{2})$/.exec(text);
  if (compact) {
    const found = day(compact[1], compact[2], compact[3]);
    return days(found, found);
  }
  if (/^\d{5}$/.test(text) && Number(text) >= FIRST_SERIAL && Number(text) <= LAST_SERIAL) {
    const found = new Date(Date.UTC(1899, 11, 30 + Number(text))).toISOString().slice(0, 10);
    return days(found, found);
  }
  const one = ONE.exec(text);
  if (one) {
    const found = day(one[1], one[2], one[3]);
    return days(found, found);
  }
  const range = RANGE.exec(text);
  if (range) {
    const [, y1, m1, d1, y2, m2, d2, last] = range;
    return days(day(y1, m1, d1), last === undefined ? day(y2 ?? y1, m2, d2) : day(y1, m1, last));
  }
  const month = MONTH.exec(text);
  if (month) {
    const first = day(month[1], month[2], '1');
    if (first === null) return null;
    const end = new Date(Date.UTC(Number(month[1]), Number(month[2]), 0)).toISOString().slice(0, 10);
    return days(first, first <= today && end > today ? today : end);
  }
  return text.length <= 30 && STATED.test(text) ? { startDate: '', endDate: '', statedPeriod: written.trim() } : null;
}
