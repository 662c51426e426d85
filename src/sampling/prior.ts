/**
 * A correction under another spectrum of gen jets than that of its training.
 *
 *     p_B(gen | raw) ∝ p(raw | gen) p_B(gen) ∝ p_A(gen | raw) w(gen),   w = p_B(gen) / p_A(gen)
 *
 * Samples of p_A(gen | raw), weighted by w, are a posterior under B (Bayes; importance sampling, self-normalised: Owen,
 * Monte Carlo theory, methods and examples, 2013, chapter 9). w is the ratio of two histograms in pt and |eta|; mass and
 * phi keep, in each cell, the spectrum of the training. n samples of weights w are worth (Σ w)² / Σ w² of equal ones
 * (Kish 1965).
 */
import { VARIABLES } from '../jets/columns.js';
import { deltaPhi, wrapPhi } from '../jets/phi.js';
import { cellOf, type GenSpectrum } from '../model/gen-spectrum.js';
import { PHI_STEP, STEP_COUNT } from '../model/steps.js';
import { weightedQuantiles } from '../stats/quantile.js';

/** log w at the cells' middles; plain data. */
export interface Prior {
  /** Edges [P + 1] in GeV and [E + 1]. */
  readonly pt: readonly number[];
  readonly absEta: readonly number[];
  /** [P · E]: -Infinity where no jets are wanted, NaN where training had none. */
  readonly logRatio: Float64Array;
}

/** Effective samples below which quantiles are rough: the level of the one at 16 % is uncertain by more than 4 %. */
export const FEW_SAMPLES = 100;

/** What is wanted in the cells of the training's spectrum: [P][E], in any unit. */
export type WantedCounts = GenSpectrum['counts'];

/** A density that is the same in all cells, per GeV and per unit of |eta|. */
export function flatCounts({ pt, absEta, counts }: GenSpectrum): WantedCounts {
  return counts.map((row, i) => row.map((_, j) => (pt[i + 1] - pt[i]) * (absEta[j + 1] - absEta[j])));
}

export function makePrior({ pt, absEta, counts }: GenSpectrum, wanted: WantedCounts): Prior {
  const logRatio = counts.flatMap((row, i) =>
    row.map((trained, j) => (trained > 0 ? Math.log(wanted[i][j] / trained) : Number.NaN)),
  );
  return { pt, absEta, logRatio: Float64Array.from(logRatio) };
}

/** Quantiles of weighted samples. */
export interface Posterior {
  /** [N, 4, L]; NaN where no sample has a weight. */
  readonly quantiles: Float32Array;
  /** (Σ w)² / Σ w², [N]; 0 where no sample has a weight. */
  readonly effectiveSamples: Float32Array;
  /** Samples of weight 0 because training had no jets like them. */
  readonly untrained: number;
}

/**
 * @param samples [N, 4, S] of a correction, physical units.
 * @param inputPhi [N]: phi's quantiles are those of the wrapped difference to it.
 * @param levels [L] in (0, 1).
 */
export function posterior(
  samples: Float32Array,
  inputPhi: ArrayLike<number>,
  prior: Prior,
  levels: readonly number[],
): Posterior {
  const jets = inputPhi.length;
  const count = samples.length / jets / STEP_COUNT;
  const quantiles = new Float32Array(jets * STEP_COUNT * levels.length);
  const effectiveSamples = new Float32Array(jets);
  const logWeight = logWeightOf(prior);
  const weights = new Float64Array(count);
  let untrained = 0;
  for (let jet = 0; jet < jets; jet++) {
    const [pt, eta, phi, mass] = VARIABLES.map((_, step) =>
      samples.subarray((STEP_COUNT * jet + step) * count, (STEP_COUNT * jet + step + 1) * count),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const log = logWeight(pt[i], Math.abs(eta[i]));
      if (Number.isNaN(log)) untrained++;
      weights[i] = Number.isNaN(log) ? Number.NEGATIVE_INFINITY : log;
      largest = Math.max(largest, weights[i]);
    }
    let [sum, squares] = [0, 0];
    for (let i = 0; i < count; i++) {
      const weight = largest === Number.NEGATIVE_INFINITY ? 0 : Math.exp(weights[i] - largest);
      weights[i] = weight;
      sum += weight;
      squares += weight * weight;
    }
    effectiveSamples[jet] = sum === 0 ? 0 : (sum * sum) / squares;
    const input = inputPhi[jet];
    const turned = phi.map((value) => deltaPhi(value, input));
    for (const [step, values] of [pt, eta, turned, mass].entries()) {
      const own = weightedQuantiles(values, weights, levels);
      quantiles.set(
        step === PHI_STEP ? own.map((difference) => wrapPhi(input + difference)) : own,
        (STEP_COUNT * jet + step) * levels.length,
      );
    }
  }
  return { quantiles, effectiveSamples, untrained };
}

/** Samples that are in memory together, four numbers each. */
const SAMPLES_AT_ONCE = 1 << 18;

/**
 * The same of jets whose samples are drawn some jets at a time.
 *
 * @param sample of the jets from `first` to `end`: [n, 4, S].
 */
export async function posteriorOf(
  sample: (first: number, end: number) => Promise<Float32Array>,
  inputPhi: Float32Array,
  prior: Prior,
  levels: readonly number[],
  { samples }: { readonly samples: number },
): Promise<Posterior> {
  const jets = inputPhi.length;
  const quantiles = new Float32Array(jets * STEP_COUNT * levels.length);
  const effectiveSamples = new Float32Array(jets);
  let untrained = 0;
  const atOnce = Math.max(1, Math.floor(SAMPLES_AT_ONCE / samples));
  for (let first = 0; first < jets; first += atOnce) {
    const end = Math.min(jets, first + atOnce);
    const made = posterior(await sample(first, end), inputPhi.subarray(first, end), prior, levels);
    quantiles.set(made.quantiles, first * STEP_COUNT * levels.length);
    effectiveSamples.set(made.effectiveSamples, first);
    untrained += made.untrained;
  }
  return { quantiles, effectiveSamples, untrained };
}

/**
 * log w at a place: straight in ln pt and |eta| between the middles of cells, as spectra nearly are, and beyond the
 * outermost middles; a cell's own where a neighbour has no jets.
 */
function logWeightOf({ pt, absEta, logRatio }: Prior): (pt: number, absEta: number) => number {
  const logPt = pt.map(Math.log);
  const cells = absEta.length - 1;
  return (value, absEtaValue) => {
    const i = cellOf(pt, value);
    const j = cellOf(absEta, absEtaValue);
    if (i < 0 || j < 0) return Number.NaN;
    const own = logRatio[i * cells + j];
    const [i2, shareI] = towards(logPt, i, Math.log(value));
    const [j2, shareJ] = towards(absEta, j, absEtaValue);
    const between =
      (1 - shareI) * (1 - shareJ) * own +
      shareI * (1 - shareJ) * logRatio[i2 * cells + j] +
      (1 - shareI) * shareJ * logRatio[i * cells + j2] +
      shareI * shareJ * logRatio[i2 * cells + j2];
    return Number.isFinite(between) ? between : own;
  };
}

/** The neighbour towards which a value lies from its bin's middle, and how far; at the ends the only one, less than 0. */
function towards(edges: readonly number[], bin: number, value: number): [neighbour: number, share: number] {
  const middle = (i: number) => (edges[i] + edges[i + 1]) / 2;
  const last = edges.length - 2;
  if (last === 0) return [bin, 0];
  const side = value < middle(bin) ? bin - 1 : bin + 1;
  const neighbour = side < 0 ? 1 : side > last ? last - 1 : side;
  return [neighbour, (value - middle(bin)) / (middle(neighbour) - middle(bin))];
}
