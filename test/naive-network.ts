/**
 * The networks of src/model/network-spec.ts as plain loops in double precision, straight from the formulas there: what
 * training, graphs and engines are tested against.
 */
import type { TrainedNetwork } from '../export/trained-network.js';
import type { NetworkSpec, Weights } from '../src/model/network-spec.js';
import { inputValue, physicalValue, targetValue } from '../src/model/transforms.js';

/** A number and its derivative with respect to tau. */
interface Dual {
  readonly value: number;
  readonly slope: number;
}

/**
 * The quantile of one step and its slope in tau, by the product rule, standardised.
 *
 * @param x [inputs], standardised.
 * @param known [3], standardised; those at and after `step` are not read.
 */
export function naiveStep(
  spec: NetworkSpec,
  weights: Weights,
  x: ArrayLike<number>,
  step: number,
  known: ArrayLike<number>,
  tau: number,
): Dual {
  const affine = { value: 6 * tau - 3, slope: 6 };
  const logit = { value: 0.5 * Math.log(tau / (1 - tau)), slope: 0.5 / (tau * (1 - tau)) };
  const features = { affine: [affine], logit: [logit], both: [affine, logit] }[spec.tauInput];
  const linear = (input: readonly number[], name: string) =>
    plus(times(input, weights, name), weights[`${name}/bias`]!.values);
  const leaky = (h: readonly number[]) => h.map((z) => (z > 0 ? z : spec.slope * z));
  const before = (of: (j: number) => number) => [0, 1, 2].map((j) => (j < step ? of(j) : 0));
  const dual = (h: readonly number[]) => ({
    value: [...h, ...features.map(({ value }) => value)],
    slope: [...h.map(() => 0), ...features.map(({ slope }) => slope)],
  });
  /** Through a layer and its activation. */
  const layer = (h: ReturnType<typeof dual>, name: string, bias: ArrayLike<number>) => {
    const z = plus(times(h.value, weights, name), bias);
    const u = times(h.slope, weights, name);
    return { value: leaky(z), slope: u.map((slope, i) => (z[i]! > 0 ? slope : spec.slope * slope)) };
  };

  if (spec.kind === 'paper') {
    const oneHot = [0, 1, 2, 3].map((k) => (k === step ? 1 : 0));
    let h = dual([...Array.from(x), ...oneHot, ...before((j) => known[j]!)]);
    for (let i = 0; i < spec.depth; i++) h = layer(h, `dense${i}`, weights[`dense${i}/bias`]!.values);
    const last = `dense${spec.depth}`;
    return { value: linear(h.value, last)[0]!, slope: times(h.slope, weights, last)[0]! };
  }
  let c = Array.from(x);
  spec.trunk.forEach((_, i) => {
    c = leaky(linear(c, `trunk${i}`));
  });
  const centre = spec.centreAndWidth ? linear(c, 'centre') : [0, 0, 0, 0];
  const width = spec.centreAndWidth
    ? linear(c, 'logWidth').map((value) => Math.exp(Math.max(-4, Math.min(4, value))))
    : [1, 1, 1, 1];
  let h = dual(before((j) => (known[j]! - centre[j]!) / width[j]!));
  spec.head.forEach((units, i) => {
    h = layer(h, `head${i}`, linear(c, `condition${i}`).slice(step * units, (step + 1) * units));
  });
  const shift = spec.centreAndWidth ? centre[step]! : linear(c, 'shift')[step]!;
  return {
    value: shift + width[step]! * times(h.value, weights, 'output')[0]!,
    slope: width[step]! * times(h.slope, weights, 'output')[0]!,
  };
}

/** Row vector times kernel. */
function times(input: readonly number[], weights: Weights, name: string): number[] {
  const { shape, values } = weights[`${name}/kernel`]!;
  const [inputs, outputs] = shape as [number, number];
  if (input.length !== inputs) throw new Error(`${name} has ${inputs} inputs, not ${input.length}`);
  return Array.from({ length: outputs }, (_, output) =>
    input.reduce((sum, value, i) => sum + value * values[i * outputs + output]!, 0),
  );
}

function plus(a: readonly number[], b: ArrayLike<number>): number[] {
  return a.map((value, i) => value + b[i]!);
}

/** x of one jet in physical units. */
export function naiveInputs({ inputs, harmonics = [] }: TrainedNetwork, jet: readonly number[]): number[] {
  const x = inputs.map((input, column) => (inputValue(input, jet[column]!) - input.mean) / input.sd);
  const waves = harmonics.map(({ column, wave, frequency, mean, sd }) => {
    const angle = frequency * jet[inputs.findIndex((input) => input.column === column)]!;
    return ((wave === 'sine' ? Math.sin(angle) : Math.cos(angle)) - mean) / sd;
  });
  return [...x, ...waves];
}

/** One prediction: all four steps, physical units, mass at least 0; and the four standardised quantiles. */
export function naivePrediction(
  trained: TrainedNetwork,
  jet: readonly number[],
  tau: readonly number[],
): { physical: number[]; standardised: number[] } {
  const x = naiveInputs(trained, jet);
  const known = [0, 0, 0];
  const standardised = trained.targets.map((_, step) => {
    const { value } = naiveStep(trained.network, trained.weights, x, step, known, tau[step]!);
    if (step < 3) known[step] = value;
    return value;
  });
  const physical = trained.targets.map((target, step) => {
    const value = physicalValue(target, target.mean + target.sd * standardised[step]!, jet[step]!);
    return target.variable === 'mass' ? Math.max(0, value) : value;
  });
  return { physical, standardised };
}

/** One row of conditional.onnx: the quantile in physical units, phi not wrapped, and its slope. */
export function naiveConditional(
  trained: TrainedNetwork,
  jet: readonly number[],
  known: readonly number[],
  step: number,
  tau: number,
): Dual {
  const standardisedKnown = [0, 1, 2].map((j) => {
    const target = trained.targets[j]!;
    return j < step ? (targetValue(target, known[j]!, jet[j]!) - target.mean) / target.sd : 0;
  });
  const x = naiveInputs(trained, jet);
  const y = naiveStep(trained.network, trained.weights, x, step, standardisedKnown, tau);
  const { transform, offset, floor = 0, mean, sd } = trained.targets[step]!;
  const relative = mean + sd * y.value;
  if (transform !== 'log-ratio') return { value: jet[step]! + relative, slope: sd * y.slope };
  const shifted = (jet[step]! + offset) * Math.exp(relative);
  return { value: shifted - offset + floor, slope: shifted * sd * y.slope };
}
