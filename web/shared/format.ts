import { changeLimitsText, hundredthsText, printShare, roundHalfUp } from '../../src/core/indicators/printed.ts';
import type { Interval } from '../../src/core/indicators/types.ts';
import type { Lang } from '../../src/core/text.ts';

/**
 * Numbers as they are set in type. How they are rounded is the core's matter (`printed.ts`): rates come from the server
 * in hundredths of a percent, shares unrounded.
 */

/** What stands where there is no figure. */
export const NONE = '—';

/** A minus as wide as the plus, and the plus itself: changes always carry their sign. */
function sign(text: string): string {
  if (text.startsWith('-')) return `−${text.slice(1)}`;
  return Number(text) === 0 ? text : `+${text}`;
}

/** 9797 → `97.97%`. */
export function formatRate(printed: number | null): string {
  return printed === null ? NONE : `${hundredthsText(printed)}%`;
}

/** 0.97966 → `97.97%`. */
export function formatShare(share: number | null): string {
  return share === null ? NONE : formatRate(printShare(share));
}

/** 552 → `+5.52个百分点`, `+5.52 points`: a change of a rate is never a percentage. */
export function formatPoints(printed: number | null, lang: Lang): string {
  return printed === null ? NONE : `${sign(hundredthsText(printed))}${lang === 'zh' ? '个百分点' : ' points'}`;
}

/** 552 → `+5.52`, for columns whose head names the unit. */
export function formatSigned(printed: number | null): string {
  return printed === null ? NONE : sign(hundredthsText(printed));
}

const dash = (lang: Lang): string => (lang === 'zh' ? '～' : ' to ');

/** What stands in brackets behind a word: `（2026）`, ` (2026)`. */
export const inBrackets = (text: string, lang: Lang): string => (lang === 'zh' ? `（${text}）` : ` (${text})`);

/** The interval of a rate: `97.71%～98.20%`. */
export function formatInterval(interval: Interval | null, lang: Lang): string {
  if (interval === null) return NONE;
  const print = (share: number): string => `${hundredthsText(roundHalfUp(share * 10_000))}%`;
  return `${print(interval.lower)}${dash(lang)}${print(interval.upper)}`;
}

/** The interval of a change in points, with a third decimal where two would contradict the test. */
export function formatPointsInterval(interval: Interval | null, p: number | null, lang: Lang): string {
  return interval === null
    ? NONE
    : changeLimitsText(interval, p ?? 1)
        .map(sign)
        .join(dash(lang));
}

/** A score 0..100 with one decimal. */
export function formatScore(score: number | null): string {
  return score === null ? NONE : (roundHalfUp(score * 10) / 10).toFixed(1);
}

/** 1234567 → `1,234,567`. */
export function formatCount(count: number | null): string {
  return count === null ? NONE : String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `2026-11-22` → `2026年11月22日`; English keeps the ISO form. */
export function formatDay(day: string, lang: Lang): string {
  const [year, month, date] = day.split('-');
  return lang === 'zh' && year && month && date ? `${year}年${Number(month)}月${Number(date)}日` : day;
}

/** An instant in the reader's own time zone: `2026年11月22日 14:05`, `2026-11-22 14:05`. */
export function formatInstant(instant: number | null, lang: Lang): string {
  if (instant === null) return NONE;
  const date = new Date(instant);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${formatDay(day, lang)} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
