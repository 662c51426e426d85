/**
 * The spectrum of one variable against those of the replicates, each of which is one possible spectrum of the same jets.
 *
 *     D_s = max over v |F_s(v) - F(v)|,   F_s of the true values (s = 0) or of replicate s = 1 … S, F of all together
 *     X_s = sum over bins of (n_s - n)² / n,   n_s the set's jets in the bin, n the mean of all S + 1
 *     p = (#{s > 0 : D_s > D_0} + v (1 + #{D_s = D_0})) / (S + 1), and likewise of X
 *
 * If the model is right, the true values and the replicates are S + 1 draws of the same: p is uniform exactly, with the
 * spread that the jets have, which is less than that of independent values. No p is smaller than about 1/(S + 1).
 *
 * It cannot show wrong correlations: a model that shuffles its answers among the jets has the same spectrum.
 */
import type { Generator } from '../stats/generator.js';
import { quantiles } from '../stats/quantile.js';

/** Values whose quantiles these are, at most. */
const MOST_VALUES = 50_000;

/**
 * Values a bin, [S + 1, bins]: the true ones, then those of each replicate.
 *
 * @param edges inner ones, [bins - 1], rising.
 * @param truth [N].
 * @param samples [N, S].
 */
export function countsOf(edges: Float32Array, truth: Float32Array, samples: Float32Array): Uint32Array {
  const jets = truth.length;
  const replicates = samples.length / jets;
  const bins = edges.length + 1;
  const counts = new Uint32Array((replicates + 1) * bins);
  const binOf = binFinder(edges);
  for (let jet = 0; jet < jets; jet++) {
    counts[binOf(truth[jet])]++;
    for (let s = 0; s < replicates; s++) {
      counts[(s + 1) * bins + binOf(samples[jet * replicates + s])]++;
    }
  }
  return counts;
}

/**
 * Each bin's quantiles 0.16, 0.5 and 0.84 over the replicates.
 *
 * @param counts [S, bins].
 */
export function replicateBands(counts: Uint32Array, bins: number): number[][] {
  return Array.from({ length: bins }, (_, bin) => {
    const column = Float64Array.from({ length: counts.length / bins }, (__, s) => counts[s * bins + bin]);
    return quantiles(column, [0.16, 0.5, 0.84]);
  });
}

/** The true spectrum's place among those of the replicates: p-values that are exact for any spectrum. */
export interface SpectrumPValues {
  /** Of Kolmogorov's distance between the binned spectra. */
  readonly ks: number;
  /** Of the chi-squared distance between the binned spectra. */
  readonly chiSquared: number;
}

/** @param counts [S + 1, bins]: jets a bin of the true spectrum, then of each replicate. */
export function spectrumPValues(counts: Uint32Array, bins: number, generator: Generator): SpectrumPValues {
  const sets = counts.length / bins;
  const all = new Float64Array(bins);
  for (let i = 0; i < counts.length; i++) all[i % bins] += counts[i];
  for (let bin = 0; bin < bins; bin++) all[bin] /= sets;
  const rank = (measure: (own: Uint32Array, mean: Float64Array) => number) => {
    const measures = Array.from({ length: sets }, (_, s) =>
      measure(counts.subarray(s * bins, (s + 1) * bins), all),
    );
    const above = measures.filter((value) => value > measures[0]).length;
    const equal = measures.filter((value) => value === measures[0]).length - 1;
    return (above + generator.uniform() * (1 + equal)) / sets;
  };
  return { ks: rank(distance), chiSquared: rank(chiSquared) };
}

function chiSquared(counts: Uint32Array, all: Float64Array): number {
  let sum = 0;
  for (let bin = 0; bin < all.length; bin++)
    if (all[bin] > 0) sum += (counts[bin] - all[bin]) ** 2 / all[bin];
  return sum;
}

function distance(counts: Uint32Array, all: Float64Array): number {
  let [sum, largest] = [0, 0];
  for (let bin = 0; bin < all.length; bin++) {
    sum += counts[bin] - all[bin];
    largest = Math.max(largest, Math.abs(sum));
  }
  return largest;
}

/**
 * Inner edges of bins that hold about equally many of all S + 1 values, [bins - 1], from every so-many-th jet: no choice
 * may prefer the true values to a replicate.
 */
export function spreadPoints(truth: Float32Array, samples: Float32Array, bins: number): Float32Array {
  const replicates = samples.length / truth.length;
  const stride = Math.ceil((truth.length * (replicates + 1)) / MOST_VALUES);
  const sorted = new Float32Array(Math.ceil(truth.length / stride) * (replicates + 1));
  for (let jet = 0, at = 0; jet < truth.length; jet += stride, at += replicates + 1) {
    sorted[at] = truth[jet];
    sorted.set(samples.subarray(jet * replicates, (jet + 1) * replicates), at + 1);
  }
  sorted.sort();
  return Float32Array.from(
    { length: bins - 1 },
    (_, i) => sorted[Math.floor(((i + 1) / bins) * sorted.length)],
  );
}

/** Cells of the grid from which a search of the edges starts. */
const CELLS = 512;

/**
 * The number of edges at or below a value. An even grid says where to begin, from where it is mostly no step: a binary
 * search would be wrong about half of its branches.
 */
function binFinder(edges: Float32Array): (value: number) => number {
  const low = edges[0];
  const scale = CELLS / (edges[edges.length - 1] - low || 1);
  const starts = new Uint8Array(CELLS);
  for (let cell = 0, bin = 0; cell < CELLS; cell++) {
    // A cell early, so that rounding never starts too late.
    while (bin < edges.length && (edges[bin] - low) * scale < cell - 1) bin++;
    starts[cell] = bin;
  }
  return (value) => {
    if (!(value >= low)) return 0;
    let bin = starts[Math.min(CELLS - 1, (value - low) * scale) | 0];
    while (bin < edges.length && edges[bin] <= value) bin++;
    return bin;
  };
}
