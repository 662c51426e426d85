/**
 * The closure test: the histogram of the PIT of one variable, which is flat where the model is right.
 *
 * Kronheim, Kuchera, Prosper, Ramanujan, figures 1 and 2, right. Kolmogorov's distance of the unbinned PIT gives the
 * p-value. Each bin is binomial (N, 1/50); the outer band is left by any of the 50 bins with probability 5 % at most
 * (Bonferroni: each at 1 - 0.05/50), the inner one by each bin with 32 %. The ECDF has a band of its own, which it leaves
 * with 5 % at most anywhere (ecdf-band.ts): errors of many neighbouring bins add up there.
 *
 * It cannot show wrong correlations between the variables, nor errors that cancel over the jets.
 */
import { VARIABLES, type Variable } from '../jets/columns.js';
import type { StudyTotals } from '../sampling/totals.js';
import { BAND_POINTS, bandCounts, bandPValue, ecdfBand } from '../stats/ecdf-band.js';
import { histogram, linearEdges } from '../stats/histogram.js';
import { binomialRange, ONE_SIGMA } from '../stats/intervals.js';
import { ksDistance, ksPValue } from '../stats/ks.js';
import { philox4x32, philoxKey, STREAM } from '../stats/philox.js';
import { pitEffect } from './pit-effect.js';

export const CLOSURE_BINS = 50;
/** Probability that all bins lie inside the outer band, at least. */
export const BAND_LEVEL = 0.95;

/** Jets a bin, both ends included. */
export interface CountRange {
  /** Fewest. */
  readonly low: number;
  /** Most. */
  readonly high: number;
}

/** The histogram of the PIT of one variable, flat where the model is right: Kronheim et al., figures 1 and 2, right. */
export interface Closure {
  /** Jets a bin of the PIT, [50]. */
  readonly counts: number[];
  /** N / 50. */
  readonly expected: number;
  /** Jets a bin, ends included, between which all bins lie with probability `level` at least. */
  readonly band: CountRange & {
    /** That probability. */
    readonly level: number;
  };
  /** Jets a bin between which one bin lies with probability 0.68. */
  readonly sigma: CountRange;
  /** Largest |counts / expected - 1|. */
  readonly largestDeviation: number;
  /** Kolmogorov distance of the unbinned PIT from uniform. */
  readonly ks: number;
  /** Kolmogorov's p-value. */
  readonly pValue: number;
  /** The ECDF of the PIT beside its simultaneous band: Säilynoja, Bürkner, Vehtari 2022. */
  readonly ecdf: EcdfDifference;
  /** What is off, in words. */
  readonly effect: string;
}

/** An ECDF of values that should be uniform, minus the diagonal. */
export interface EcdfDifference {
  /** ECDF - k/100 at k/100, [99]. */
  readonly difference: number[];
  /** Probability that uniform values go as far out of the band, anywhere. */
  readonly pValue: number;
}

/** The band of such ECDFs, which depends only on the number of values. */
export interface DifferenceBand {
  /** Probability that uniform values stay inside everywhere. */
  readonly level: number;
  /** k/100, [99] in (0, 1). */
  readonly points: number[];
  /** The band's lower end minus k/100, [99]. */
  readonly low: number[];
  /** The upper end minus k/100, [99]. */
  readonly high: number[];
}

/** @param pit [N] in (0, 1), N > 0, of `variable`. */
export function closure(variable: Variable, pit: Float64Array): Closure {
  const jets = pit.length;
  const { counts } = histogram(pit, linearEdges(0, 1, CLOSURE_BINS));
  const expected = jets / CLOSURE_BINS;
  const [low, high] = binomialRange(1 - (1 - BAND_LEVEL) / CLOSURE_BINS, jets, 1 / CLOSURE_BINS);
  const [sigmaLow, sigmaHigh] = binomialRange(ONE_SIGMA, jets, 1 / CLOSURE_BINS);
  const ks = ksDistance(pit);
  return {
    counts,
    expected,
    band: { level: BAND_LEVEL, low, high },
    sigma: { low: sigmaLow, high: sigmaHigh },
    largestDeviation: Math.max(...counts.map((count) => Math.abs(count / expected - 1))),
    ks,
    pValue: ksPValue(ks, jets),
    ecdf: ecdfDifference(pit),
    effect: pitEffect(variable, pit, 'in all jets'),
  };
}

/** @param values in [0, 1], none NaN. */
export function ecdfDifference(values: ArrayLike<number>): EcdfDifference {
  const counts = bandCounts(values);
  return {
    difference: Array.from(counts, (below, k) => below / values.length - (k + 1) / BAND_POINTS),
    pValue: bandPValue(counts, values.length),
  };
}

/** @param count of values. */
export function differenceBand(count: number): DifferenceBand {
  const { points, low, high } = ecdfBand(count, BAND_LEVEL);
  const fromDiagonal = (ends: Float64Array) => Array.from(ends, (end, k) => end - points[k]);
  return { level: BAND_LEVEL, points: Array.from(points), low: fromDiagonal(low), high: fromDiagonal(high) };
}

/**
 * The PIT of each true value from its rank among S samples, made uniform by a random number v in (0, 1):
 *
 *     u = (less + v (equal + 1)) / (S + 1)
 *
 * Where the model is right the true value is one of S + 1 exchangeable numbers, so u is uniform on (0, 1) exactly,
 * for every S and also where samples tie. v comes from Philox at (jet, 0, 0, ties): nothing depends on the order of work.
 *
 * @returns [N] in (0, 1).
 */
export function pitFromRanks(totals: StudyTotals, variable: Variable, seed: number): Float64Array {
  const { less, equal } = totals.variables[variable];
  const [key0, key1] = philoxKey(seed);
  const word = VARIABLES.indexOf(variable);
  const words = new Uint32Array(4);
  const pit = new Float64Array(totals.jets);
  for (let jet = 0; jet < totals.jets; jet++) {
    philox4x32(words, jet, 0, 0, STREAM.ties, key0, key1);
    const v = (words[word] + 0.5) / 2 ** 32;
    pit[jet] = (less[jet] + v * (equal[jet] + 1)) / (totals.samples + 1);
  }
  return pit;
}
