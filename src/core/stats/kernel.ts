/** The factor of a stratum of n interviews (or clusters) in the linearised variance: (1 − f)·n/(n − 1). */
export function stratumFactor(n: number, fraction: number): number {
  return ((1 - fraction) * n) / (n - 1);
}
