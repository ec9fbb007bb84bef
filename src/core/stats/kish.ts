/** What unequal weights cost (Kish 1965, 1992): design effect n·Σw²/(Σw)² = 1 + CV²(w), effective n (Σw)²/Σw². */
export interface KishFigures {
  readonly n: number;
  readonly effective: number;
  readonly deff: number;
  readonly min: number;
  readonly max: number;
}

/** Ignores weights of 0. A planning figure: it knows neither clusters nor the gain from known totals. */
export function computeKish(weight: Float64Array, domain: Uint8Array | null = null): KishFigures | null {
  let n = 0;
  let sum = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (let i = 0; i < weight.length; i++) {
    const w = weight[i] as number;
    if (w === 0 || (domain && domain[i] === 0)) continue;
    n += 1;
    sum += w;
    squares += w * w;
    if (w < min) min = w;
    if (w > max) max = w;
  }
  if (n === 0) return null;
  return { n, effective: (sum * sum) / squares, deff: (n * squares) / (sum * sum), min, max };
}
