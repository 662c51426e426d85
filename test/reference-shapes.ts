/**
 * Standardised distributions (mean 0, SD 1) with everything in closed form: what the reference detector is made of.
 *
 * Generalised logistic distribution of type I (Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2,
 * ch. 23): F(g) = (1 + e^-g)^-a. a = 1 is the logistic distribution, a = 1/2 has a long tail towards small values.
 * The expected pinball loss at the true quantile is tau E[Z] - (integral of Q from 0 to tau).
 */

/** One standardised distribution. `tau` in (0, 1). */
export interface Shape {
  quantile(tau: number): number;
  cdf(z: number): number;
  density(z: number): number;
  /** Expected pinball loss of the true quantile at `tau`. */
  pinball(tau: number): number;
  /** The same, averaged over tau in (0, 1): a quarter of the mean distance of two independent draws. */
  readonly meanPinball: number;
}

/** SD of the logistic distribution. */
const LOGISTIC_SD = Math.PI / Math.sqrt(3);

export const LOGISTIC: Shape = {
  quantile: (tau) => (Math.log(tau) - Math.log1p(-tau)) / LOGISTIC_SD,
  cdf: (z) => 1 / (1 + Math.exp(-z * LOGISTIC_SD)),
  density: (z) => LOGISTIC_SD / (4 * Math.cosh((z * LOGISTIC_SD) / 2) ** 2),
  pinball: (tau) => -(xLogX(tau) + xLogX(1 - tau)) / LOGISTIC_SD,
  meanPinball: 0.5 / LOGISTIC_SD,
};

/** a = 1/2: mean digamma(1/2) - digamma(1) = -2 log 2, variance trigamma(1/2) + trigamma(1) = 2 pi^2 / 3. */
const SKEW_MEAN = -2 * Math.LN2;
const SKEW_SD = Math.PI * Math.sqrt(2 / 3);

/** The long tail lies below. Skewness -1.2. */
export const SKEW_LOW: Shape = {
  quantile: (tau) => (2 * Math.log(tau) - Math.log1p(-tau) - Math.log1p(tau) - SKEW_MEAN) / SKEW_SD,
  cdf: (z) => 1 / Math.sqrt(1 + Math.exp(-(z * SKEW_SD + SKEW_MEAN))),
  density: (z) => {
    const e = Math.exp(-(z * SKEW_SD + SKEW_MEAN));
    return Number.isFinite(e) ? (0.5 * SKEW_SD * e) / (1 + e) ** 1.5 : 0;
  },
  pinball: (tau) =>
    (SKEW_MEAN * tau - 2 * xLogX(tau) - xLogX(1 - tau) + (1 + tau) * Math.log1p(tau)) / SKEW_SD,
  meanPinball: Math.LN2 / SKEW_SD,
};

/** The long tail lies above: the mirror image. */
export const SKEW_HIGH: Shape = {
  quantile: (tau) => -SKEW_LOW.quantile(1 - tau),
  cdf: (z) => 1 - SKEW_LOW.cdf(-z),
  density: (z) => SKEW_LOW.density(-z),
  pinball: (tau) => SKEW_LOW.pinball(1 - tau),
  meanPinball: SKEW_LOW.meanPinball,
};

function xLogX(x: number): number {
  return x > 0 ? x * Math.log(x) : 0;
}
