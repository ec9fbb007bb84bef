import type { DayWindow } from '../../../src/core/sample/calling-rules.ts';

const two = (value: number): string => String(value).padStart(2, '0');
const clockText = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;

/** Windows as people write them: `09:00-12:00, 14:00-18:00`. */
export function windowsText(windows: readonly DayWindow[]): string {
  return windows.map(({ from, to }) => `${clockText(from)}-${clockText(to)}`).join(', ');
}

/** The windows of such a line; nothing written is no window; null when it cannot be read. */
export function readWindows(text: string): DayWindow[] | null {
  const parts = text
    .normalize('NFKC')
    .split(/[,;、\s]+/)
    .filter(Boolean);
  const windows = parts.map((part) => {
    const [, fromH, fromM = '0', toH, toM = '0'] =
      /^(\d{1,2})(?::(\d{2}))?[-–—~至](\d{1,2})(?::(\d{2}))?$/.exec(part) ?? [];
    if (fromH === undefined || toH === undefined) return null;
    const window = { from: Number(fromH) * 60 + Number(fromM), to: Number(toH) * 60 + Number(toM) };
    return window.from < window.to && window.to <= 24 * 60 ? window : null;
  });
  return windows.some((window) => window === null) ? null : windows.flatMap((window) => window ?? []);
}

/** Days one a line, or with commas between; null when one is no day. */
export function readDays(text: string): string[] | null {
  const days = text.split(/[,;，、\s]+/).filter(Boolean);
  return days.every((day) => /^\d{4}-\d{2}-\d{2}$/.test(day)) ? days : null;
}
