/**
 * The standard normal distribution to double precision.
 *
 * Why our own: the usual small libraries interpolate a four-digit table, and a 95 % limit then misses the third digit.
 * Checked against `mpmath` at 50 digits: relative error of the tail below 5e-15 for |z| < 37, of the quantile below 1e-15.
 */

const INVERSE_ROOT_TWO_PI = 0.3989422804014327;

/** Density φ(z). */
export function normalDensity(z: number): number {
  return INVERSE_ROOT_TWO_PI * Math.exp(-0.5 * z * z);
}

/**
 * Upper tail Q(z) = P(Z > z).
 * Near the centre: Q = ½ − φ(z)(z + z³/3 + z⁵/15 + …), all terms of one sign. Farther out: Laplace's continued fraction
 * of Mills' ratio, Q = φ(z) / (z + 1/(z + 2/(z + 3/(z + …)))), evaluated from the inside.
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  if (z < 2) {
    let term = z;
    let sum = z;
    for (let k = 3; term > sum * 1e-17; k += 2) {
      term *= (z * z) / k;
      sum += term;
    }
    return 0.5 - normalDensity(z) * sum;
  }
  let denominator = z;
  for (let k = Math.ceil(20 + 700 / (z * z)); k >= 1; k--) denominator = z + k / denominator;
  return normalDensity(z) / denominator;
}

/** Distribution function Φ(z) = P(Z ≤ z). */
export function normalCdf(z: number): number {
  return normalTail(-z);
}

const horner = (x: number, coefficients: readonly number[]): number => {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
};

/**
 * Quantile Φ⁻¹(p), 0 < p < 1 (±∞ at the ends). Rational approximations of Wichura (1988), algorithm AS 241 (PPND16).
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`probability ${p}`);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * horner(r, CENTRE[0])) / horner(r, CENTRE[1]);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const z =
    r <= 5 ? horner(r - 1.6, TAIL[0]) / horner(r - 1.6, TAIL[1]) : horner(r - 5, FAR[0]) / horner(r - 5, FAR[1]);
  return q < 0 ? -z : z;
}

/** Numerator and denominator of AS 241, highest power first. */
const CENTRE = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
] as const;
const TAIL = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
] as const;
const FAR = [
  [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
] as const;
