/**
 * Adjusted p values when many towns are tested at once. A null p (a suppressed town) stays null and is not counted.
 *
 * An adjusted p is the smallest error level at which the town would still be called changed:
 * Benjamini & Hochberg (1995) bound the expected share of false alarms among those called changed; Holm (1979),
 * Hochberg (1988) and Bonferroni bound the chance of even one false alarm.
 */

type P = number | null;

/** Walks from the largest p down (`false`) or from the smallest up (`true`), keeping the running minimum or maximum. */
function adjust(p: readonly P[], upward: boolean, factor: (rank: number, m: number) => number): P[] {
  const order: number[] = [];
  p.forEach((value, index) => {
    if (value !== null) order.push(index);
  });
  order.sort((i, j) => (p[i] as number) - (p[j] as number));
  const m = order.length;
  const result: P[] = p.map(() => null);
  let running = upward ? 0 : 1;
  for (let k = 0; k < m; k++) {
    const rank = upward ? k + 1 : m - k;
    const index = order[rank - 1] as number;
    const value = Math.min(1, factor(rank, m) * (p[index] as number));
    running = upward ? Math.max(running, value) : Math.min(running, value);
    result[index] = running;
  }
  return result;
}

/** Benjamini–Hochberg: q₍ᵢ₎ = min over j ≥ i of (m/j)·p₍ⱼ₎. */
export function adjustBenjaminiHochberg(p: readonly P[]): P[] {
  return adjust(p, false, (rank, m) => m / rank);
}

/** Benjamini–Yekutieli: the same under any dependence, dearer by Σ 1/k. */
export function adjustBenjaminiYekutieli(p: readonly P[]): P[] {
  let harmonic = 0;
  for (let k = p.filter((value) => value !== null).length; k > 0; k--) harmonic += 1 / k;
  return adjust(p, false, (rank, m) => (harmonic * m) / rank);
}

/** Holm: (m − i + 1)·p₍ᵢ₎, never falling. */
export function adjustHolm(p: readonly P[]): P[] {
  return adjust(p, true, (rank, m) => m - rank + 1);
}

/** Hochberg: (m − i + 1)·p₍ᵢ₎, never rising from the top. */
export function adjustHochberg(p: readonly P[]): P[] {
  return adjust(p, false, (rank, m) => m - rank + 1);
}

/** Bonferroni: m·p. */
export function adjustBonferroni(p: readonly P[]): P[] {
  return adjust(p, true, (_rank, m) => m);
}
