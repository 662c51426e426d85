/**
 * The distribution of the target jet given the input jet, for many jets at once: sample it, or ask for quantiles,
 * CDFs and densities.
 *
 * `quantile` and `cdf` are Rosenblatt's transform and its inverse: four numbers a jet, each variable given those before
 * it. `marginalQuantiles` and `median` are those of one variable whatever the others are: of pt exact, of eta, phi and
 * mass from samples.
 */
import { VARIABLES } from '../../jets/columns.js';
import { deltaPhi, wrapPhi } from '../../jets/phi.js';
import type { Quantiles } from '../../model/conditional/conditional.js';
import { type ConditionalGiven, conditionalGiven } from '../../model/conditional/given-conditional.js';
import type { Session } from '../../model/session.js';
import { quantiles } from '../../stats/quantile.js';
import { fillTau } from '../../stats/tau.js';

/** How many samples, and which. */
export interface SampleOptions {
  /** Samples a jet; default 1000. */
  readonly samples?: number;
  /** Default 1. */
  readonly seed?: number;
}

/**
 * The distribution of the target jet given each of N input jets: Kronheim, Kuchera, Prosper, Ramanujan, eq. 1 and 2.
 * Every array is row-major and in physical units (GeV, rad), phi in (-pi, pi].
 */
export interface Given extends ConditionalGiven {
  /**
   * Target jets drawn from it.
   *
   * @param options how many, and which.
   * @returns `[N, 4, S]`, the predictions that `jet-iqn sample` writes for these jets and this seed.
   */
  sample(options?: SampleOptions): Promise<Float32Array>;
  /**
   * The four conditional CDFs at y: `tau` of `cdf`. Uniform and independent over true jets where the model is right
   * (Rosenblatt 1952).
   *
   * @param y `[N, 4]`
   * @returns `[N, 4]` in [0, 1].
   */
  pit(y: Float32Array): Promise<Float32Array>;
  /**
   * log p(y | x): minus the sum of the logs of the four slopes dy/dtau.
   *
   * @param y `[N, 4]`
   * @returns `[N]`, of a density per GeV² and radian; -Infinity where the model gives no such jet.
   */
  logDensity(y: Float32Array): Promise<Float64Array>;
  /**
   * Quantiles of each variable by itself, whatever the others are: of pt exact, of eta, phi and mass from samples.
   *
   * @param levels `[L]` in (0, 1).
   * @param options the samples.
   * @returns `[N, 4, L]`
   */
  marginalQuantiles(levels: readonly number[], options?: SampleOptions): Promise<Float32Array>;
  /**
   * The median of each variable by itself: `marginalQuantiles` at 0.5.
   *
   * @param options the samples.
   * @returns `[N, 4]`
   */
  median(options?: SampleOptions): Promise<Float32Array>;
}

/** Jets sampled at a time: the memory of their samples stays small. */
const CHUNK = 256;

/**
 * @param session that samples.
 * @param conditional of the same model.
 * @param jets [N, inputs] row-major, physical units.
 * @param firstJet index of the first jet in its table: what its random numbers depend on.
 * @example
 * const given = givenJets(await createSession(bundle), await createConditional(bundle), Float32Array.of(50, 0.3, 1, 9));
 * await given.median(); // [pt, eta, phi, mass]
 */
export function givenJets(
  session: Pick<Session, 'inputs' | 'predict'>,
  conditional: Quantiles,
  jets: Float32Array,
  firstJet = 0,
): Given {
  const exact = conditionalGiven(conditional, jets);
  const { inputs } = session;
  const count = exact.jets;
  async function drawn(first: number, end: number, samples: number, seed: number): Promise<Float32Array> {
    const tau = new Float32Array((end - first) * 4 * samples);
    fillTau(tau, seed, firstJet + first, end - first, 0, samples);
    const predictions = new Float32Array(tau.length);
    await session.predict(
      jets.subarray(first * inputs, end * inputs),
      tau,
      predictions,
      end - first,
      samples,
    );
    return predictions;
  }
  async function marginalQuantiles(
    levels: readonly number[],
    { samples = 1000, seed = 1 }: SampleOptions = {},
  ): Promise<Float32Array> {
    const result = new Float32Array(count * 4 * levels.length);
    for (let first = 0; first < count; first += CHUNK) {
      const end = Math.min(count, first + CHUNK);
      const predictions = await drawn(first, end, samples, seed);
      for (let row = 4 * first + 1; row < 4 * end; row++) {
        if (row % 4 === 0) continue;
        const from = (row - 4 * first) * samples;
        const own = predictions.subarray(from, from + samples);
        const input = jets[(row >> 2) * inputs + (row % 4)];
        result.set(quantilesOf(row % 4, own, levels, input), row * levels.length);
      }
    }
    for (const [l, level] of levels.entries()) {
      const pt = await exact.quantile(new Float32Array(4 * count).fill(level));
      for (let jet = 0; jet < count; jet++) result[4 * jet * levels.length + l] = pt[4 * jet];
    }
    return result;
  }
  return completed({
    ...exact,
    async sample({ samples = 1000, seed = 1 } = {}) {
      return drawn(0, count, samples, seed);
    },
    marginalQuantiles,
  });
}

/** With what follows from the others. */
export function completed(given: Omit<Given, 'pit' | 'logDensity' | 'median'>): Given {
  return {
    ...given,
    pit: async (y) => (await given.cdf(y)).tau,
    logDensity: async (y) => (await given.cdf(y)).logDensity,
    median: (options) => given.marginalQuantiles([0.5], options),
  };
}

/** Of phi: quantiles of the wrapped difference to the input jet's phi, added to it and wrapped. */
function quantilesOf(step: number, values: Float32Array, levels: readonly number[], input: number): number[] {
  if (VARIABLES[step] !== 'phi') return quantiles(values, levels);
  return quantiles(
    values.map((value) => deltaPhi(value, input)),
    levels,
  ).map((difference) => wrapPhi(input + difference));
}
