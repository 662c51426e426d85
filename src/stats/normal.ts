/**
 * The standard normal distribution in double precision, tails included.
 *
 *     erfc(x) = 1 - 2/sqrt(pi) sum_n (-1)^n x^(2n+1) / (n! (2n+1))          for |x| < 2.5 (as the series of exp(x²) erf)
 *     erfc(x) = exp(-x²)/sqrt(pi) 1/(x + (1/2)/(x + (2/2)/(x + …)))           beyond (Abramowitz, Stegun 7.1.6, 7.1.14)
 */

const SQRT_PI = Math.sqrt(Math.PI);

/** The complementary error function: relative error below 1e-13 for x < 26. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2.5) {
    // erf(x) = 2/sqrt(pi) exp(-x²) sum_n 2^n x^(2n+1) / (2n+1)!!: no term is negative.
    let term = x;
    let sum = x;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / SQRT_PI) * Math.exp(-x * x) * sum;
  }
  let fraction = x;
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (SQRT_PI * fraction);
}

/** P(Z ≤ z). Of good relative precision below, absolute above: use {@link normalTail} there. */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z / Math.SQRT2);
}

/** P(Z > z). */
export function normalTail(z: number): number {
  return 0.5 * erfc(z / Math.SQRT2);
}

/**
 * The quantile: three Halley steps from Abramowitz, Stegun 26.2.23 (error 4.5e-4).
 *
 * @param p in [0, 1]; 0 and 1 give infinities.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  const t = Math.sqrt(-2 * Math.log(p));
  let z =
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 3; step++) {
    // The error over the density, both divided by exp(-z²/2) where that is small.
    const error = ((normalCdf(z) - p) * Math.sqrt(2 * Math.PI)) / Math.exp((-z * z) / 2);
    z -= error / (1 + (z * error) / 2);
  }
  return z;
}
