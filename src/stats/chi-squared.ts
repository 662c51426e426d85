/**
 * The tail of the chi-squared distribution: P(X > x) = Q(k/2, x/2), the regularised upper incomplete gamma function.
 *
 * Series below a + 1, continued fraction above: Abramowitz, Stegun 6.5.29 and 6.5.31 (Lentz's method).
 */
import jstat from 'jstat';

/** Terms of either expansion; at k of 10⁴ some 500 are used. */
const MAX_TERMS = 100_000;

/**
 * @param x the statistic, ≥ 0.
 * @param degreesOfFreedom k > 0.
 * @example chiSquaredTail(3.841, 1) // 0.0500
 */
export function chiSquaredTail(x: number, degreesOfFreedom: number): number {
  if (!(x > 0)) return 1;
  const a = degreesOfFreedom / 2;
  const h = x / 2;
  const scale = Math.exp(a * Math.log(h) - h - jstat.jStat.gammaln(a));
  return h < a + 1 ? 1 - scale * series(a, h) : scale * continuedFraction(a, h);
}

function series(a: number, h: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MAX_TERMS && term > sum * 1e-16; n++) {
    term *= h / (a + n);
    sum += term;
  }
  return sum;
}

function continuedFraction(a: number, h: number): number {
  let b = h + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < MAX_TERMS; n++) {
    const coefficient = -n * (n - a);
    b += 2;
    d = 1 / (coefficient * d + b);
    c = b + coefficient / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return fraction;
}
