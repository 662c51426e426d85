/**
 * Kolmogorov's distance from the uniform distribution on [0, 1], and its p-value.
 *
 *     D = max over i of max(i/n - u_(i), u_(i) - (i-1)/n),   p = P(K > x),  x = sqrt(n) D + 1/(6 sqrt(n)) + (sqrt(n) D - 1)/(4 n)
 *     P(K > x) = 2 sum_k (-1)^(k-1) exp(-2 k^2 x^2) = 1 - sqrt(2 pi)/x sum_k exp(-(2k-1)^2 pi^2 / (8 x^2))
 *
 * x with its finite-sample terms: Vrbik, "Small-sample corrections to Kolmogorov-Smirnov test statistic", Pioneer J.
 * Theor. Appl. Stat. 15 (2018); p then agrees with the exact one to 2 % at n = 5, 0.2 % at n = 100, 0.01 % at n = 1000.
 */

/**
 * The distance of the ECDF of `values` from that of the uniform distribution.
 *
 * @param values [n] in [0, 1], any order, none NaN, n > 0.
 */
export function ksDistance(values: ArrayLike<number>): number {
  const n = values.length;
  if (n === 0) throw new RangeError('Kolmogorov distance of no values');
  const sorted = Float64Array.from(values).sort();
  let distance = 0;
  for (let i = 0; i < n; i++) distance = Math.max(distance, (i + 1) / n - sorted[i], sorted[i] - i / n);
  return distance;
}

/** How probable a distance of `distance` or more is for n uniform values. */
export function ksPValue(distance: number, n: number): number {
  const root = Math.sqrt(n);
  const x = root * distance;
  return kolmogorovTail(x + 1 / (6 * root) + (x - 1) / (4 * n));
}

/** P(K > x) of Kolmogorov's distribution. */
export function kolmogorovTail(x: number): number {
  if (!(x > 0)) return 1;
  // Each series where it converges fast; at 1.18 three terms of either give double precision.
  if (x < 1.18) {
    const step = Math.exp((-Math.PI * Math.PI) / (8 * x * x));
    const sum = step + step ** 9 + step ** 25 + step ** 49;
    return Math.min(1, 1 - (Math.sqrt(2 * Math.PI) / x) * sum);
  }
  const step = Math.exp(-2 * x * x);
  return 2 * (step - step ** 4 + step ** 9 - step ** 16);
}
