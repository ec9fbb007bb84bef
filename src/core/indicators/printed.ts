/**
 * Printed numbers, as integers in hundredths of a percent (9797 is 97.97 %), so that every subtraction a reader can do on
 * paper comes out as printed. Rounding is half up and the last step; statistics use the unrounded values.
 */

/** 10000 only when every answer counts, 0 only when none does: 99.996 % is printed 99.99, 0.004 % is printed 0.01. */
const keepOffTheEnds = (hundredths: number, share: number): number => {
  if (share < 1 && hundredths >= 10_000) return 9_999;
  if (share > 0 && hundredths <= 0) return 1;
  return hundredths;
};

/** The printed rate of an unweighted count: exact, by integers. */
export function printCount(hits: number, base: number): number {
  return keepOffTheEnds(roundCount(hits, base), hits / base);
}

/** Hundredths of a percent of a count, half up, by integers alone. */
export function roundCount(hits: number, base: number): number {
  if (!(base > 0 && hits >= 0 && hits <= base)) throw new RangeError(`${hits} of ${base}`);
  return Math.floor((20_000 * hits + base) / (2 * base));
}

/** The printed rate of a weighted share 0..1; dust of 1e-9 hundredths below a half counts as the half. */
export function printShare(share: number): number {
  return keepOffTheEnds(roundHalfUp(share * 10_000), share);
}

/** The printed change: this minus last, of the printed rates. */
export function printChange(thisPrinted: number, lastPrinted: number): number {
  return thisPrinted - lastPrinted;
}

/** Half up and away from zero, with never a minus before zero. */
export function roundHalfUp(value: number): number {
  const rounded = Math.floor(Math.abs(value) + 0.5 + 1e-9);
  return value < 0 && rounded > 0 ? -rounded : rounded;
}

/** Hundredths as text with two decimals: 9797 → `97.97`, −4 → `-0.04`. */
export function hundredthsText(hundredths: number): string {
  const size = Math.abs(hundredths);
  const text = `${Math.trunc(size / 100)}.${String(size % 100).padStart(2, '0')}`;
  return hundredths < 0 ? `-${text}` : text;
}

/**
 * A limit of a change in points: two decimals, or three where rounding would contradict the test (the rounded interval
 * touches 0.00 though p < .05, or excludes it though p ≥ .05).
 */
export function changeLimitsText(
  interval: { readonly lower: number; readonly upper: number },
  p: number,
): [string, string] {
  const lower = roundHalfUp(interval.lower * 10_000);
  const upper = roundHalfUp(interval.upper * 10_000);
  const touches = lower <= 0 && upper >= 0;
  if (touches !== p < 0.05) return [hundredthsText(lower), hundredthsText(upper)];
  return [thousandthsText(interval.lower), thousandthsText(interval.upper)];
}

const thousandthsText = (share: number): string => {
  const value = roundHalfUp(share * 100_000);
  const size = Math.abs(value);
  return `${value < 0 ? '-' : ''}${Math.trunc(size / 1000)}.${String(size % 1000).padStart(3, '0')}`;
};

/** `< 0.001`, else three decimals. */
export function pText(p: number): string {
  return p < 0.001 ? '< 0.001' : (Math.floor(p * 1000 + 0.5 + 1e-9) / 1000).toFixed(3);
}
