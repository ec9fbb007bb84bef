/** A period key that sorts as text: a year `2026`, a half `2026-H1`, a quarter `2026-Q3`, or a month `2026-09`. */
export type Period = string;

const PERIOD = /^\d{4}(-(H[12]|Q[1-4]|(0[1-9]|1[0-2])))?$/;

export function isPeriod(text: string): boolean {
  return PERIOD.test(text);
}
