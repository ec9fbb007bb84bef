/** Times of day where the respondent lives, as people agree on them, and the instants they stand for. */

const MINUTE = 60_000;

/** `2026-11-23`, `19:30` and minutes before UTC → the instant; null when they name none. */
export function instantOf(day: string, time: string, offsetMinutes: number): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !/^\d{2}:\d{2}$/.test(time)) return null;
  const utc = Date.parse(`${day}T${time}:00Z`);
  return Number.isNaN(utc) ? null : utc - offsetMinutes * MINUTE;
}

export function localDayOf(instant: number, offsetMinutes: number): string {
  return new Date(instant + offsetMinutes * MINUTE).toISOString().slice(0, 10);
}

export function localTimeOf(instant: number, offsetMinutes: number): string {
  return new Date(instant + offsetMinutes * MINUTE).toISOString().slice(11, 16);
}

/** How long a respondent is waited for: a fixed time half an hour, an approximate one two hours. */
export const WINDOW_MS = { hard: 30 * MINUTE, soft: 120 * MINUTE } as const;
