import { median, medianAbsoluteDeviation } from 'simple-statistics';

/** Fewer values than this have no “usual”. */
const FEWEST = 8;
/** Of the normal distribution, one standard deviation is so many median absolute deviations. */
const MAD_TO_SD = 1.4826;

/**
 * Indices of values far above the others: modified z-score above 3.5 on the logarithm, since such ratios are skewed.
 * Source: Iglewicz and Hoaglin (1993), “How to Detect and Handle Outliers”. Nothing stands out among fewer than eight
 * values, or when most of them are equal. Values are 0 or more; 0 is never an outlier.
 */
export function findOutliers(values: readonly number[]): ReadonlySet<number> {
  const positive = values.filter((value) => value > 0).map(Math.log);
  if (positive.length < FEWEST) return new Set();
  const middle = median(positive);
  const spread = medianAbsoluteDeviation(positive) * MAD_TO_SD;
  if (spread === 0) return new Set();
  return new Set(
    values.flatMap((value, index) => (value > 0 && (Math.log(value) - middle) / spread > 3.5 ? [index] : [])),
  );
}
