/**
 * What the network sees of a jet, and what its output means: inputs standardised, targets as log ratios and
 * wrapped differences, standardised.
 *
 *     x_i  = (t_i(input) - mean_i) / sd_i       t: log pt, eta, phi, log(mass + 0.7), or an extra column as it is;
 *                                               then sines and cosines of eta and phi, see Harmonic
 *     y_k  = (r_k(target, input) - mean_k) / sd_k
 *     r    : log((pt' - floor)/pt), eta' - eta, wrap(phi' - phi), log((mass' + 0.7) / (mass + 0.7))
 *
 * 0.7 GeV keeps the logarithm of a massless jet finite (the offset of the paper's code).
 *
 * The floor is where the selection cuts the target off (reco pt > 20 GeV, say; 0: nowhere). At a cut the density ends
 * in a step, which quantiles in log pt' would have to follow with a kink; in log(pt' - floor) the same edge is an
 * exponential tail, and nothing is ever predicted below it.
 */
import type { Variable } from '../jets/columns.js';
import { wrapPhi } from '../jets/phi.js';

/** GeV, added to a mass before its logarithm. */
const MASS_OFFSET = 0.7;

/** How one number of a jet is brought into the network: (t(v) - mean) / sd. */
export interface InputTransform {
  /** Variable of the input jet, or the name of an extra column. */
  readonly column: Variable | (string & {});
  /** log: log(v + offset); identity: v. */
  readonly transform: 'log' | 'identity';
  /** Added before the logarithm, in the unit of v. */
  readonly offset: number;
  /** Of the training jets, after the transform. */
  readonly mean: number;
  /** Of the training jets, after the transform. */
  readonly sd: number;
}

/**
 * One more input of the network, computed from a column: sin or cos of `frequency` times its value.
 *
 * A calorimeter measures directions in cells. Where within its cell a jet points decides how far off eta and phi are
 * measured, most so where cells are wide; a network that sees only eta and phi cannot follow 72 cells around.
 */
export interface Harmonic {
  /** Whose value. */
  readonly column: Variable | (string & {});
  /** Which of the two. */
  readonly wave: 'sine' | 'cosine';
  /** Radians a unit of the column: a whole number, so that in phi it closes around the detector. */
  readonly frequency: number;
  /** Of the training jets. */
  readonly mean: number;
  /** Of the training jets. */
  readonly sd: number;
}

/** GeV: a target at the floor or below it counts as so far above it. */
export const LEAST_EXCESS = 1e-3;

/** What the network's output means: (r(v', v) - mean) / sd of the target's value v' and the input jet's v. */
export interface TargetTransform {
  /** Which. */
  readonly variable: Variable;
  /** log-ratio: log((v' - floor + offset) / (v + offset)); difference: v' - v; wrapped-difference: in (-pi, pi]. */
  readonly transform: 'log-ratio' | 'difference' | 'wrapped-difference';
  /** Of a log-ratio, in the unit of v. */
  readonly offset: number;
  /** Only of a log-ratio: no target lies below, in its own unit. Absent: 0. */
  readonly floor?: number | undefined;
  /** Of the training jets, after the transform. */
  readonly mean: number;
  /** Of the training jets, after the transform. */
  readonly sd: number;
}

/** The four inputs before standardising numbers are known. */
export const INPUT_TRANSFORMS: Readonly<Record<Variable, Pick<InputTransform, 'transform' | 'offset'>>> = {
  pt: { transform: 'log', offset: 0 },
  eta: { transform: 'identity', offset: 0 },
  phi: { transform: 'identity', offset: 0 },
  mass: { transform: 'log', offset: MASS_OFFSET },
};

/** The four targets before standardising numbers are known. */
export const TARGET_TRANSFORMS: Readonly<Record<Variable, Pick<TargetTransform, 'transform' | 'offset'>>> = {
  pt: { transform: 'log-ratio', offset: 0 },
  eta: { transform: 'difference', offset: 0 },
  phi: { transform: 'wrapped-difference', offset: 0 },
  mass: { transform: 'log-ratio', offset: MASS_OFFSET },
};

/** One input value, not yet standardised. */
export function inputValue(
  { transform, offset }: Pick<InputTransform, 'transform' | 'offset'>,
  value: number,
): number {
  return transform === 'log' ? Math.log(value + offset) : value;
}

/** One harmonic's value, not yet standardised. */
export function harmonicValue(
  { wave, frequency }: Pick<Harmonic, 'wave' | 'frequency'>,
  value: number,
): number {
  return wave === 'sine' ? Math.sin(frequency * value) : Math.cos(frequency * value);
}

/** What turns a jet's columns into what the network reads. */
export interface InputTransforms {
  /** In the order of the columns: the four variables, then extra columns. */
  readonly inputs: readonly InputTransform[];
  /** Read after them, sines before cosines; absent: none. */
  readonly harmonics?: readonly Harmonic[] | undefined;
}

/** Numbers that the network reads of a jet. */
export function networkInputCount({ inputs, harmonics = [] }: InputTransforms): number {
  return inputs.length + harmonics.length;
}

/**
 * All that the network reads of one jet, standardised: x of the formula above.
 *
 * @param columns the jet's values in physical units, in the order of `inputs`. @param x written to from `at` on.
 */
export function writeNetworkInputs(
  { inputs, harmonics = [] }: InputTransforms,
  columns: ArrayLike<number>,
  x: Float32Array | Float64Array,
  at = 0,
): void {
  let place = at;
  inputs.forEach((input, column) => {
    x[place++] = (inputValue(input, columns[column]!) - input.mean) / input.sd;
  });
  for (const harmonic of harmonics) {
    const column = inputs.findIndex((input) => input.column === harmonic.column);
    x[place++] = (harmonicValue(harmonic, columns[column]!) - harmonic.mean) / harmonic.sd;
  }
}

/** One target value relative to the input jet's value of the same variable, not yet standardised. */
export function targetValue(
  { transform, offset, floor = 0 }: Pick<TargetTransform, 'transform' | 'offset' | 'floor'>,
  target: number,
  input: number,
): number {
  if (transform === 'log-ratio') {
    const excess = floor === 0 ? target : Math.max(target - floor, LEAST_EXCESS);
    return Math.log((excess + offset) / (input + offset));
  }
  return transform === 'difference' ? target - input : wrapPhi(target - input);
}

/** The undoing of {@link targetValue}: the physical value whose target value is `value`. */
export function physicalValue(
  { transform, offset, floor = 0 }: Pick<TargetTransform, 'transform' | 'offset' | 'floor'>,
  value: number,
  input: number,
): number {
  if (transform === 'log-ratio') return (input + offset) * Math.exp(value) - offset + floor;
  return transform === 'difference' ? input + value : wrapPhi(input + value);
}
