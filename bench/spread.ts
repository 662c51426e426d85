/** A figure from several rounds of one run: the median, and how far the rounds lie apart. */
import { quantiles } from '../src/stats/quantile.js';

export interface Figure {
  readonly median: number;
  /** {@link spread} of the rounds, in the unit of the median. */
  readonly spread: number;
}

/** What the median absolute deviation of a normal distribution is multiplied with to give its standard deviation. */
const NORMAL = 1.4826;

/**
 * Median and spread of the rounds; NaN for none.
 *
 * The spread is the median absolute deviation times 1.4826: the standard deviation of rounds that scatter normally,
 * and untouched by the one round in which a neighbour took the processor. Zero for one round.
 *
 * @example figure([1, 2, 3, 4, 100]) // { median: 3, spread: 1.4826 }
 */
export function figure(rounds: readonly number[]): Figure {
  const [median] = quantiles(rounds, [0.5]);
  const [deviation] = quantiles(
    rounds.map((value) => Math.abs(value - median)),
    [0.5],
  );
  return { median, spread: NORMAL * deviation };
}
