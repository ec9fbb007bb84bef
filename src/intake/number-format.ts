/** How a number of a spreadsheet becomes the text its reader sees. */
export type NumberFormat =
  | { readonly kind: 'plain' }
  | { readonly kind: 'date' }
  /** `000000`: a code with its leading zeros. */
  | { readonly kind: 'padded'; readonly width: number };

export const PLAIN: NumberFormat = { kind: 'plain' };

/** The built-in formats that show dates or times; 27–36 and 50–58 are those of Chinese and its neighbours. */
const BUILT_IN_DATES: readonly (readonly [number, number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];

/** Decides by the format's number and, for formats of the file's own, its pattern. */
export function parseNumberFormat(id: number, pattern: string | undefined): NumberFormat {
  if (pattern === undefined) {
    return BUILT_IN_DATES.some(([from, to]) => id >= from && id <= to) ? { kind: 'date' } : PLAIN;
  }
  if (/^0{2,}$/.test(pattern)) return { kind: 'padded', width: pattern.length };
  // `[h]:mm` is a duration, not a moment. Colours, locales, quoted words and escaped characters are no date letters.
  if (/\[[hms]+\]/i.test(pattern)) return PLAIN;
  const letters = pattern.replace(/"[^"]*"|\[[^\]]*\]|\\.|_.|\*./g, '').replace(/general/gi, '');
  return /[ymdhs]/i.test(letters) ? { kind: 'date' } : PLAIN;
}

/**
 * The text of a stored number: whole numbers without a decimal point whatever notation the file uses, so that a
 * twelve-digit code stays whole; others with the fifteen digits a spreadsheet works with; dates as ISO 8601.
 */
export function formatNumber(stored: string, format: NumberFormat, date1904: boolean): string {
  const value = Number(stored);
  if (stored === '' || !Number.isFinite(value)) return stored;
  if (format.kind === 'date') return formatDate(value, date1904);
  const text = /^-?\d+$/.test(stored) ? stored : plainDigits(value);
  return format.kind === 'padded' ? text.padStart(format.width, '0') : text;
}

function plainDigits(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  return String(Number(value.toPrecision(15)));
}

const DAY_MS = 86_400_000;

function formatDate(serial: number, date1904: boolean): string {
  if (serial < 0) return String(serial);
  // Day 60 of the 1900 calendar is a 29 February that never was; days before it count from one day later.
  const epoch = date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30);
  const seconds = Math.round(serial * 86_400);
  const moment = new Date(epoch + seconds * 1000);
  if (Number.isNaN(moment.getTime()) || serial * DAY_MS > Date.UTC(9999, 11, 31) - epoch) return String(serial);
  const iso = moment.toISOString().slice(0, 19);
  if (serial < 1 && seconds > 0) return iso.slice(11);
  return seconds % 86_400 === 0 ? iso.slice(0, 10) : iso;
}
