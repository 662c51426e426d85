/**
 * Another scale or resolution of pt with the same random numbers, as jet energy corrections and smearing apply it:
 *
 *     pt' = scale (median + resolution (pt - median)),   mass' = mass pt' / pt
 *
 * median: that of the jet's own predicted pt, exact. A factor is a number, or three: nominal, up and down; or a correction by
 * the predicted jet's eta (and pt), whose text input is nom, up and down. python/jet_iqn/variations.py is the same.
 */
import type { Session } from '../engines/engine.js';
import { InputError } from '../errors.js';
import { compileCorrection } from '../files/correctionlib.js';
import { VARIABLES } from '../jets/columns.js';
import { deltaPhi, wrapPhi } from '../jets/phi.js';
import { PHI_STEP, STEP_COUNT } from '../model/steps.js';
import { quantiles } from '../stats/quantile.js';
import type { PredictedGroup } from './block.js';
import {
  isCorrection,
  LEAST_PT,
  type PredictedVariable,
  type PtFactor,
  predictedVariables,
  type Variation,
} from './prediction-files.js';

/** By the ends of columns' names. */
const SIDES = [
  { suffix: '', systematic: 'nom' },
  { suffix: '_up', systematic: 'up' },
  { suffix: '_down', systematic: 'down' },
] as const;
const [PT, ETA, MASS] = [0, 1, 3];

/** A variation of some predictions at a time. */
export interface OpenVariation {
  readonly variables: readonly PredictedVariable[];
  /** Values of pt held at {@link LEAST_PT} so far. */
  held: number;
  /**
   * @param predictions [jets, 4, stride]. @param medians of pt, [jets].
   * @returns [jets, variables, stride].
   */
  vary(predictions: Float32Array, medians: ArrayLike<number>, samples: number, stride: number): Float32Array;
  /** A value of pt of each side where the factors are numbers; undefined where they depend on the jet. */
  readonly ptOf: ((pt: number, median: number) => number[]) | undefined;
}

/** @throws InputError where a correction is by something else than eta and pt. */
export function openVariation(variation: Variation): OpenVariation {
  const { ptScale, ptResolution } = variation;
  const variables = predictedVariables(variation);
  const sides = SIDES.slice(0, variables.length > VARIABLES.length ? SIDES.length : 1);
  const factors = sides.map((_, side) => [factorOf(ptScale, side), factorOf(ptResolution, side)] as const);
  const opened: OpenVariation = {
    variables,
    held: 0,
    vary(predictions, medians, samples, stride) {
      const [jets, width] = [medians.length, variables.length];
      const varied = new Float32Array(jets * width * stride);
      for (let jet = 0; jet < jets; jet++) {
        const from = jet * STEP_COUNT * stride;
        const to = jet * width * stride;
        varied.set(predictions.subarray(from, from + STEP_COUNT * stride), to);
        const median = medians[jet]!;
        for (const [side, [scale, resolution]] of factors.entries()) {
          const ptTo = to + (side === 0 ? PT : STEP_COUNT + 2 * (side - 1)) * stride;
          const massTo = to + (side === 0 ? MASS : STEP_COUNT + 2 * (side - 1) + 1) * stride;
          for (let sample = 0; sample < samples; sample++) {
            const pt = predictions[from + PT * stride + sample]!;
            const eta = predictions[from + ETA * stride + sample]!;
            const made = scale(eta, pt) * (median + resolution(eta, pt) * (pt - median));
            if (made < LEAST_PT) opened.held++;
            const own = Math.max(made, LEAST_PT);
            varied[ptTo + sample] = own;
            varied[massTo + sample] = predictions[from + MASS * stride + sample]! * (own / pt);
          }
        }
      }
      return varied;
    },
    ptOf:
      isCorrection(ptScale) || isCorrection(ptResolution)
        ? undefined
        : (pt, median) =>
            factors.map(([scale, resolution]) =>
              Math.max(LEAST_PT, scale(0, 0) * (median + resolution(0, 0) * (pt - median))),
            ),
  };
  return opened;
}

/** The factor of one side at a predicted jet. */
function factorOf(factor: PtFactor, side: number): (eta: number, pt: number) => number {
  if (!isCorrection(factor)) {
    const value = factor[side] ?? factor[0]!;
    return () => value;
  }
  const evaluate = compileCorrection(factor);
  const of = factor.inputs.map(({ name, type }): ((eta: number, pt: number) => number | string) => {
    const { systematic } = SIDES[side]!;
    if (type === 'string') return () => systematic;
    if (/abs.*eta/i.test(name)) return (eta) => Math.abs(eta);
    if (/eta/i.test(name)) return (eta) => eta;
    if (/pt/i.test(name)) return (_, pt) => pt;
    throw new InputError(
      factor.file,
      `${factor.name} wants ${name}; give a correction by eta and pt of jets, or a number`,
    );
  });
  return (eta, pt) => evaluate(of.map((argument) => argument(eta, pt)));
}

/** A group with its variation. @param inputs of the session. */
export async function variedGroup(
  group: PredictedGroup,
  samples: number,
  session: Pick<Session, 'predict'>,
  opened: OpenVariation,
): Promise<PredictedGroup> {
  const { jets, jetCount, predictions, stride } = group;
  const middle = new Float32Array(jetCount * STEP_COUNT);
  await session.predict(jets, new Float32Array(middle.length).fill(0.5), middle, jetCount, 1);
  const medians = Float32Array.from({ length: jetCount }, (_, jet) => middle[jet * STEP_COUNT + PT]!);
  return {
    ...group,
    variables: opened.variables,
    predictions: opened.vary(predictions, medians, samples, stride),
  };
}

/** Quantiles of varied predictions. */
export interface VariedQuantiles {
  /** [N, variables, L] */
  readonly quantiles: Float32Array;
  readonly held: number;
}

/** Samples that are in memory together, four numbers each. */
const SAMPLES_AT_ONCE = 1 << 18;

/**
 * Quantiles of each variable of varied predictions: of pt exact where the factors are numbers, of all others from samples.
 *
 * @param sample of the jets from `first` to `end`: [n, 4, S].
 * @param ptQuantile of pt, exact, of all jets at a level: [N].
 * @param inputPhi [N]: phi's quantiles are those of the wrapped difference to it.
 */
export async function variedQuantiles(
  sample: (first: number, end: number) => Promise<Float32Array>,
  ptQuantile: (level: number) => Promise<Float32Array>,
  inputPhi: Float32Array,
  variation: Variation,
  levels: readonly number[],
  { samples }: { readonly samples: number },
): Promise<VariedQuantiles> {
  const opened = openVariation(variation);
  const { variables, ptOf } = opened;
  const [jets, width] = [inputPhi.length, variables.length];
  const made = new Float32Array(jets * width * levels.length);
  const medians = await ptQuantile(0.5);
  const atOnce = Math.max(1, Math.floor(SAMPLES_AT_ONCE / samples));
  for (let first = 0; first < jets; first += atOnce) {
    const end = Math.min(jets, first + atOnce);
    const drawn = await sample(first, end);
    const varied = opened.vary(drawn, medians.subarray(first, end), samples, samples);
    for (let row = 0; row < (end - first) * width; row++) {
      const values = varied.subarray(row * samples, (row + 1) * samples);
      const input = inputPhi[first + Math.floor(row / width)]!;
      const own =
        row % width === PHI_STEP
          ? quantiles(
              values.map((phi) => deltaPhi(phi, input)),
              levels,
            ).map((d) => wrapPhi(input + d))
          : quantiles(values, levels);
      made.set(own, (first * width + row) * levels.length);
    }
  }
  if (ptOf)
    for (const [l, level] of levels.entries()) {
      const exact = await ptQuantile(level);
      for (let jet = 0; jet < jets; jet++)
        for (const [side, pt] of ptOf(exact[jet]!, medians[jet]!).entries()) {
          const column = side === 0 ? PT : STEP_COUNT + 2 * (side - 1);
          made[(jet * width + column) * levels.length + l] = pt;
        }
    }
  return { quantiles: made, held: opened.held };
}
