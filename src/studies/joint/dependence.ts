/**
 * How the four components of y - x hang together: correlations of true and predicted targets (log ratios and
 * differences), and the sliced Kolmogorov distance between the two.
 *
 *     rho_ab = mean(z_a z_b);   d_i = influence of the true minus that of the sampled values of jet i on rho_ab
 *     influence = z_a z_b - rho_ab (z_a² + z_b²) / 2;   difference = mean(d),  error = sqrt(mean(d²) / N)
 *
 * z is standardised with mean and SD of true and sampled values together. True value and sample of a jet are
 * exchangeable if the model is right, so the signs of d are: the p-value of the largest |difference / error| over the six
 * pairs comes from random signs and is exact. Pulls in tails weigh heavily in correlations, so values are cut at 5 SD.
 *
 * It sees each pair over all jets together: a dependence wrong only in a corner, or one that is no correlation, escapes.
 */
import { VARIABLES } from '../../jets/columns.js';
import { type Generator, makeGenerator } from '../../stats/generator.js';
import { randomSigns, type SlicedKs, slicedKs } from '../../stats/sliced-ks.js';

/** What the generators of this study are for, see generator.ts. */
const USE = 3;
const TARGETS = 4;
/** Of two targets. */
const PAIRS = 6;
const LARGEST_Z = 5;
const SIGN_CHANGES = 999;
/** Variance over mean square below which values are equal: they are float32. */
const ROUNDING = 1e-12;

/** How the four components of y - x hang together in true and in sampled jets. */
export interface Dependence {
  /** In the order of rows and columns. */
  readonly variables: readonly string[];
  /** Correlations of the true targets, [4][4]. */
  readonly truth: number[][];
  /** The same of one sample for each jet. */
  readonly predicted: number[][];
  /** truth - predicted, to first order; 0 on the diagonal. */
  readonly difference: number[][];
  /** The standard error of each difference. */
  readonly error: number[][];
  /** Of the largest |difference| / error, exact. */
  readonly pValue: number;
  /** The largest difference. */
  readonly largest: {
    /** Of which two variables. */
    readonly pair: string;
    /** Their places in the matrices. */
    readonly of: readonly [number, number];
    /** difference / error. */
    readonly pull: number;
  };
  /** Of the standardised targets, true against sampled. */
  readonly slicedKs: SlicedKs;
}

/**
 * @param truth [N, 4] row-major, the true targets: see transforms.ts, targetValue.
 * @param sampled [N, 4], one sample of the model for each jet.
 */
export function dependence(truth: Float32Array, sampled: Float32Array, seed: number): Dependence {
  const generator = makeGenerator(seed, USE);
  const [a, b] = standardised(truth, sampled);
  const matrices = { truth: correlations(a), predicted: correlations(b) };
  const difference = square();
  const error = square();
  const pulls: (Dependence['largest'] & { signed: Float32Array; error: number })[] = [];
  for (let i = 0; i < TARGETS; i++) {
    for (let j = 0; j < i; j++) {
      const signed = influenceDifferences(a, b, j, i);
      const [mean, standardError] = meanAndError(signed);
      difference[i][j] = difference[j][i] = mean;
      error[i][j] = error[j][i] = standardError;
      pulls.push({
        pair: `${VARIABLES[j]}–${VARIABLES[i]}`,
        of: [j, i],
        pull: standardError > 0 ? mean / standardError : 0,
        signed,
        error: standardError,
      });
    }
  }
  const { pair, of, pull } = pulls.reduce((best, next) =>
    Math.abs(next.pull) > Math.abs(best.pull) ? next : best,
  );
  return {
    variables: VARIABLES,
    ...matrices,
    difference,
    error,
    pValue: signPValue(pulls, generator),
    largest: { pair, of, pull },
    slicedKs: slicedKs(a, b, TARGETS, generator),
  };
}

/** Both with the mean and SD of both together, cut at {@link LARGEST_Z}. */
function standardised(truth: Float32Array, sampled: Float32Array): [Float32Array, Float32Array] {
  const a = truth.slice();
  const b = sampled.slice();
  for (let k = 0; k < TARGETS; k++) {
    let [sum, squares] = [0, 0];
    for (let at = k; at < a.length; at += TARGETS) sum += a[at] + b[at];
    const mean = (sum * TARGETS) / (2 * a.length);
    for (let at = k; at < a.length; at += TARGETS) squares += (a[at] - mean) ** 2 + (b[at] - mean) ** 2;
    const sd = Math.sqrt((squares * TARGETS) / (2 * a.length)) || 1;
    const z = (value: number) => Math.max(-LARGEST_Z, Math.min(LARGEST_Z, (value - mean) / sd));
    for (let at = k; at < a.length; at += TARGETS) {
      a[at] = z(a[at]);
      b[at] = z(b[at]);
    }
  }
  return [a, b];
}

/** Pearson's, each with the means and SDs of its own values. */
function correlations(z: Float32Array): number[][] {
  const count = z.length / TARGETS;
  const sums = new Float64Array(TARGETS);
  const products = square();
  for (let at = 0; at < z.length; at += TARGETS) {
    for (let i = 0; i < TARGETS; i++) {
      sums[i] += z[at + i];
      for (let j = 0; j <= i; j++) products[i][j] += z[at + i] * z[at + j];
    }
  }
  const covariance = (i: number, j: number) =>
    products[Math.max(i, j)][Math.min(i, j)] / count - (sums[i] / count) * (sums[j] / count);
  // Of values that are all alike rounding is all that is left: they go together with nothing.
  const alike = products.map((row, i) => covariance(i, i) <= ROUNDING * (row[i] / count));
  return products.map((row, i) =>
    row.map((_, j) => {
      if (i === j) return 1;
      return alike[i] || alike[j] ? 0 : covariance(i, j) / Math.sqrt(covariance(i, i) * covariance(j, j));
    }),
  );
}

function influenceDifferences(a: Float32Array, b: Float32Array, j: number, i: number): Float32Array {
  const count = a.length / TARGETS;
  let sum = 0;
  for (let at = 0; at < a.length; at += TARGETS) sum += a[at + i] * a[at + j] + b[at + i] * b[at + j];
  const rho = sum / (2 * count);
  const influence = (z: Float32Array, at: number) =>
    z[at + i] * z[at + j] - (rho * (z[at + i] ** 2 + z[at + j] ** 2)) / 2;
  return Float32Array.from({ length: count }, (_, jet) => {
    const at = TARGETS * jet;
    return influence(a, at) - influence(b, at);
  });
}

/** The error from the mean square, which no change of signs alters. */
function meanAndError(values: Float32Array): [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  return [mean, Math.sqrt(squares) / values.length];
}

/** (#{larger} + v (1 + #{equal})) / (R + 1) with the same random signs for all pairs of a jet. */
function signPValue(pulls: readonly { signed: Float32Array; error: number }[], generator: Generator): number {
  const count = pulls[0].signed.length;
  // Differences of a jet beside each other, in units of their errors.
  const scaled = new Float64Array(count * PAIRS);
  pulls.forEach(({ signed, error }, pair) => {
    for (let jet = 0; error > 0 && jet < count; jet++) scaled[PAIRS * jet + pair] = signed[jet] / error;
  });
  const signs = new Int8Array(count).fill(1);
  // Six sums in registers: most of the time of the test.
  const largest = () => {
    let [a, b, c, d, e, f] = [0, 0, 0, 0, 0, 0];
    for (let jet = 0, at = 0; jet < count; jet++, at += PAIRS) {
      const sign = signs[jet];
      a += sign * scaled[at];
      b += sign * scaled[at + 1];
      c += sign * scaled[at + 2];
      d += sign * scaled[at + 3];
      e += sign * scaled[at + 4];
      f += sign * scaled[at + 5];
    }
    return Math.max(...[a, b, c, d, e, f].map(Math.abs));
  };
  const observed = largest();
  let [above, equal] = [0, 0];
  for (let change = 0; change < SIGN_CHANGES; change++) {
    randomSigns(signs, generator);
    const changed = largest();
    if (changed > observed) above++;
    else if (changed === observed) equal++;
  }
  return (above + generator.uniform() * (1 + equal)) / (SIGN_CHANGES + 1);
}

function square(): number[][] {
  return Array.from({ length: TARGETS }, () => new Array<number>(TARGETS).fill(0));
}
