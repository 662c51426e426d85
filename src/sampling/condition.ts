/**
 * The distribution of the target jet given the input jet, for many jets at once: sample it, or ask for quantiles,
 * CDFs and densities.
 *
 * `quantile` and `cdf` are Rosenblatt's transform and its inverse: four numbers a jet, each variable given those before
 * it. `marginalQuantiles` and `median` are those of one variable by itself: of pt exact, of eta, phi and
 * mass from samples.
 */

import { described, isFloat32Array } from '../arguments.js';
import type { Quantiles, Session } from '../engines/engine.js';
import { UsageError } from '../errors.js';
import { faultOf } from '../jets/check.js';
import { VARIABLES } from '../jets/columns.js';
import { deltaPhi, wrapPhi } from '../jets/phi.js';
import { PHI_STEP, STEP_COUNT } from '../model/steps.js';
import { quantiles } from '../stats/quantile.js';
import { fillTau, type JetKeys, keysFrom } from '../stats/tau.js';
import { type ExactCondition, exactCondition } from './exact-condition.js';

/** Of `eventKeys`. */
const KEY_COLUMNS = 5;

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
export interface Condition extends ExactCondition {
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
   * Quantiles of each variable by itself: of pt exact, of eta, phi and mass from samples.
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

/** Samples a jet at most. */
export const MOST_SAMPLES = 2 ** 20;

/** Jets sampled at a time: the memory of their samples stays small. */
const CHUNK = 256;
const SAMPLES_AT_ONCE = 1 << 18;

/**
 * @param session that samples.
 * @param conditional of the same model.
 * @param jets [N, inputs] row-major, physical units.
 * @param keys what the jets' random numbers follow.
 * @example
 * const condition = conditionOf(engine, engine, Float32Array.of(50, 0.3, 1, 9)); // of openEngine(bundle, 'ort')
 * await condition.median(); // [pt, eta, phi, mass]
 */
export function conditionOf(
  session: Pick<Session, 'inputs' | 'predict'>,
  conditional: Quantiles,
  jets: Float32Array,
  keys: JetKeys = 0,
): Condition {
  const exact = exactCondition(conditional, jets);
  const { inputs } = session;
  const count = exact.jets;
  async function drawn(first: number, end: number, samples: number, seed: number): Promise<Float32Array> {
    const tau = new Float32Array((end - first) * 4 * samples);
    fillTau(tau, seed, keysFrom(keys, first, end - first), end - first, 0, samples);
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
    const chunk = Math.min(CHUNK, Math.ceil(SAMPLES_AT_ONCE / samples));
    for (let first = 0; first < count; first += chunk) {
      const end = Math.min(count, first + chunk);
      const predictions = await drawn(first, end, samples, seed);
      for (let jet = first; jet < end; jet++)
        for (let step = 1; step < STEP_COUNT; step++) {
          const from = (STEP_COUNT * (jet - first) + step) * samples;
          const own = predictions.subarray(from, from + samples);
          const found =
            step === PHI_STEP ? aroundPhi(own, levels, jets[jet * inputs + step]!) : quantiles(own, levels);
          result.set(found, (STEP_COUNT * jet + step) * levels.length);
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

/** With what follows from the others; arguments are checked here, once for every form. */
export function completed(condition: Omit<Condition, 'pit' | 'logDensity' | 'median'>): Condition {
  const { jets } = condition;
  const marginalQuantiles: Condition['marginalQuantiles'] = async (levels, options) => {
    checkLevels(levels);
    return condition.marginalQuantiles(levels, checkedSamples(options));
  };
  const cdf: Condition['cdf'] = async (y) => {
    checkRows('y', y, jets, Number.isFinite, 'finite numbers');
    return condition.cdf(y);
  };
  return {
    jets,
    sample: async (options) => {
      const { samples, seed } = checkedSamples(options);
      if (samples * jets > MOST_PREDICTIONS)
        throw new UsageError(
          `samples: ${samples} of ${jets} jets do not fit into one array; ask about fewer jets at a time`,
        );
      return condition.sample({ samples, seed });
    },
    quantile: async (tau) => {
      checkRows('tau', tau, jets, (level) => level > 0 && level < 1, 'numbers in (0, 1)');
      return condition.quantile(tau);
    },
    cdf,
    marginalQuantiles,
    pit: async (y) => (await cdf(y)).tau,
    logDensity: async (y) => (await cdf(y)).logDensity,
    median: (options) => marginalQuantiles([0.5], options),
  };
}

/** Predictions of all jets together, four numbers each, that fit into one array. */
const MOST_PREDICTIONS = 2 ** 29;

function checkedSamples({ samples = 1000, seed = 1 }: SampleOptions = {}): Required<SampleOptions> {
  if (!Number.isInteger(samples) || samples < 1 || samples > MOST_SAMPLES)
    throw new UsageError(`samples is ${samples}; give a whole number from 1 to ${MOST_SAMPLES}`);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new UsageError(`seed is ${seed}; give a whole number from 0 to 2^53 - 1`);
  return { samples, seed };
}

function checkLevels(levels: readonly number[]): void {
  const bad = Array.from(levels).findIndex((level) => !(level > 0 && level < 1));
  if (bad >= 0 || levels.length === 0)
    throw new UsageError(
      `levels: ${bad < 0 ? 'none' : `[${bad}] is ${levels[bad]}`}; give numbers in (0, 1)`,
    );
}

function checkRows(
  name: string,
  values: Float32Array,
  jets: number,
  holds: (value: number) => boolean,
  wanted: string,
): void {
  if (!isFloat32Array(values) || values.length !== STEP_COUNT * jets)
    throw new UsageError(
      `${name} is ${described(values)}; give a Float32Array of ${STEP_COUNT * jets} numbers, [${jets}, 4] (${VARIABLES.join(', ')})`,
    );
  const bad = values.findIndex((value) => !holds(value));
  if (bad >= 0)
    throw new UsageError(
      `${name}: ${VARIABLES[bad % STEP_COUNT]} of jet ${Math.floor(bad / STEP_COUNT)} is ${values[bad]}; give ${wanted}`,
    );
}

/**
 * Checks the input jets of a condition.
 *
 * @param source the bundle's, for messages. @param columns what the model reads of a jet.
 * @throws UsageError which names the argument, what it is and what it must be.
 */
export function checkInputJets(
  source: string,
  columns: readonly string[],
  jets: Float32Array,
  keys: JetKeys,
): void {
  const width = columns.length;
  if (!isFloat32Array(jets))
    throw new UsageError(
      `${source}: jets is ${described(jets)}; give a Float32Array of ${width} numbers a jet (${columns.join(', ')})`,
    );
  if (jets.length === 0 || jets.length % width !== 0)
    throw new UsageError(
      `${source} takes ${width} numbers a jet (${columns.join(', ')}); ${jets.length} are not whole jets`,
    );
  const count = jets.length / width;
  for (let at = 0; at < jets.length; at++) {
    const variable = VARIABLES[at % width];
    const fault = variable
      ? faultOf(variable, jets[at])
      : Number.isFinite(jets[at])
        ? undefined
        : 'not finite';
    if (fault !== undefined)
      throw new UsageError(
        `${source}: ${columns[at % width]} of jet ${Math.floor(at / width)} is ${jets[at]} (${fault}); leave such jets out`,
      );
  }
  if (Array.isArray(keys)) {
    if (keys.length !== KEY_COLUMNS || keys.some((column) => column.length !== count))
      throw new UsageError(`keys are not those of ${count} jets; give eventKeys of these jets`);
    return;
  }
  // The row of a jet is a word of 32 bits to what draws its tau.
  if (!Number.isInteger(keys) || (keys as number) < 0 || (keys as number) + count > 2 ** 32)
    throw new UsageError(
      `keys is ${described(keys)}; with ${count} jets give the first one's row, 0 to ${2 ** 32 - count}, or eventKeys`,
    );
}

/** Quantiles of the wrapped difference to the input jet's phi, added to it and wrapped. */
function aroundPhi(values: Float32Array, levels: readonly number[], input: number): number[] {
  const differences = values.map((value) => deltaPhi(value, input));
  return quantiles(differences, levels).map((difference) => wrapPhi(input + difference));
}
