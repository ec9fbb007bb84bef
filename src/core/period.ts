const PERIOD = /^\d{4}(-(H[12]|Q[1-4]|(0[1-9]|1[0-2])))?$/;

/** True for a period key that sorts as text: a year `2026`, a half `2026-H1`, a quarter `2026-Q3`, or a month `2026-09`. */
export function isPeriod(text: string): boolean {
  return PERIOD.test(text);
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
