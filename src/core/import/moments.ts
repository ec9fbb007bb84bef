/** China keeps one time, eight hours ahead, all year round. */
const CHINA_OFFSET_MS = 8 * 3_600_000;

const MOMENT =
  /^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * A day or a moment as survey houses write it (`2019-05-01`, `2019/5/1 18:30`, `2019年5月1日`, `20190501`, ISO 8601)
 * in epoch milliseconds; null when there is no such day. Without an offset it is China's time; a day is its noon.
 */
export function readMoment(text: string): number | null {
  const match = MOMENT.exec(text);
  if (match === null) return null;
  const [, year, m1, d1, m2, d2, hour, minute, second, zone] = match;
  const [y, m, d] = [Number(year), Number(m1 ?? m2), Number(d1 ?? d2)];
  const [h, min, s] = [Number(hour ?? 12), Number(minute ?? 0), Number(second ?? 0)];
  const day = new Date(Date.UTC(y, m - 1, d));
  if (day.getUTCMonth() !== m - 1 || day.getUTCDate() !== d || h > 23 || min > 59 || s > 59) return null;
  return day.getTime() + ((h * 60 + min) * 60 + s) * 1000 - offsetOf(zone);
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined) return CHINA_OFFSET_MS;
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
