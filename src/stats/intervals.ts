/** Error bars of counts, and the range in which counts are expected. */
import jstat from 'jstat';

/** The probability within one standard deviation of a normal distribution. */
export const ONE_SIGMA = 0.6826894921370859;

/**
 * Garwood's central interval for the mean of a Poisson distribution of which `count` was seen:
 * half the chi-squared quantiles at alpha/2 with 2 n, and at 1 - alpha/2 with 2 n + 2 degrees of freedom.
 * It covers at least with probability `level`, also for counts of 0, 1, 2, where sqrt(n) fails.
 *
 * Garwood, Biometrika 28 (1936) 437.
 *
 * @param count integer ≥ 0.
 * @returns [low, high].
 * @example poissonInterval(0) // [0, 1.841]
 */
export function poissonInterval(count: number, level = ONE_SIGMA): [number, number] {
  const alpha = 1 - level;
  const { inv } = jstat.jStat.chisquare;
  return [count === 0 ? 0 : inv(alpha / 2, 2 * count) / 2, inv(1 - alpha / 2, 2 * count + 2) / 2];
}

/**
 * The smallest k with P(X ≤ k) ≥ `probability`, X binomial of `n` trials with success rate `rate`.
 *
 * @param probability in (0, 1).
 * @param rate in (0, 1).
 */
export function binomialQuantile(probability: number, n: number, rate: number): number {
  const { gammaln } = jstat.jStat;
  const spread = Math.sqrt(n * rate * (1 - rate));
  // Below 12 standard deviations and then some nothing is left that a double could see; start the sum there.
  let k = Math.max(0, Math.floor(n * rate - 12 * spread - 12));
  let mass = Math.exp(
    gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + k * Math.log(rate) + (n - k) * Math.log1p(-rate),
  );
  let sum = mass;
  while (sum < probability && k < n) {
    mass *= ((n - k) / (k + 1)) * (rate / (1 - rate));
    k++;
    sum += mass;
  }
  return k;
}

/** The central range of a binomial count that is left with probability 1 - `level` at most: [low, high], ends included. */
export function binomialRange(level: number, n: number, rate: number): [number, number] {
  const tail = (1 - level) / 2;
  return [binomialQuantile(tail, n, rate), binomialQuantile(1 - tail, n, rate)];
}
