/**
 * The spectrum of one variable against those of the replicates, each of which is one possible spectrum of the same jets.
 *
 *     D_s = max over v |F_s(v) - F(v)|,   F_s of the true values (s = 0) or of replicate s = 1 … S, F of all together
 *     p = (#{s > 0 : D_s > D_0} + v (1 + #{D_s = D_0})) / (S + 1)
 *
 * If the model is right, the true values and the replicates are S + 1 draws of the same: p is uniform exactly, with the
 * spread that the jets have, which is less than that of independent values. At least 1/(S + 1) long.
 *
 * It cannot show wrong correlations: a model that shuffles its answers among the jets has the same spectrum.
 */
import type { Generator } from '../random/generator.js';

/** F is compared at so many quantiles of all values. */
const POINTS = 200;
/** Values whose quantiles these are, at most. */
const MOST_VALUES = 50_000;

/**
 * @param truth [N].
 * @param samples [N, S].
 */
export function replicatesPValue(truth: Float32Array, samples: Float32Array, generator: Generator): number {
  const jets = truth.length;
  const replicates = samples.length / jets;
  const edges = pointsOf(truth, samples);
  const counts = new Uint32Array((replicates + 1) * POINTS);
  for (let jet = 0; jet < jets; jet++) {
    counts[binOf(edges, truth[jet])]++;
    for (let s = 0; s < replicates; s++) {
      counts[(s + 1) * POINTS + binOf(edges, samples[jet * replicates + s])]++;
    }
  }
  const all = new Float64Array(POINTS);
  for (let i = 0; i < counts.length; i++) all[i % POINTS] += counts[i] / (replicates + 1);
  const distances = Array.from({ length: replicates + 1 }, (_, s) =>
    distance(counts.subarray(s * POINTS, (s + 1) * POINTS), all),
  );
  const own = distances[0];
  const above = distances.filter((value) => value > own).length;
  const equal = distances.filter((value) => value === own).length - 1;
  return (above + generator.uniform() * (1 + equal)) / (replicates + 1);
}

function distance(counts: Uint32Array, all: Float64Array): number {
  let [sum, largest] = [0, 0];
  for (let bin = 0; bin < POINTS; bin++) {
    sum += counts[bin] - all[bin];
    largest = Math.max(largest, Math.abs(sum));
  }
  return largest;
}

/** Quantiles of all S + 1 values of every so-many-th jet: no choice may prefer the true values to a replicate. */
function pointsOf(truth: Float32Array, samples: Float32Array): Float32Array {
  const replicates = samples.length / truth.length;
  const stride = Math.ceil((truth.length * (replicates + 1)) / MOST_VALUES);
  const values: number[] = [];
  for (let jet = 0; jet < truth.length; jet += stride) {
    values.push(truth[jet], ...samples.subarray(jet * replicates, (jet + 1) * replicates));
  }
  const sorted = Float32Array.from(values).sort();
  return Float32Array.from(
    { length: POINTS - 1 },
    (_, i) => sorted[Math.floor(((i + 1) / POINTS) * sorted.length)],
  );
}

/** Number of edges at or below the value. */
function binOf(edges: Float32Array, value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
