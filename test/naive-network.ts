/**
 * The networks of src/model/network-spec.ts as plain loops in double precision, straight from the formulas there: what
 * graphs are tested against.
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
 * The quantile of one step and its slope in tau, standardised.
 *
 * @param x [inputs], standardised.
 * @param known [3], standardised; those at and after `step` must be 0.
 */
export function naiveStep(
  spec: NetworkSpec,
  weights: Weights,
  x: readonly number[],
  step: number,
  known: readonly number[],
  tau: number,
): Dual {
  const constant = (value: number): Dual => ({ value, slope: 0 });
  const features: Dual[] = [];
  if (spec.tauInput !== 'logit') features.push({ value: 6 * tau - 3, slope: 6 });
  if (spec.tauInput !== 'affine')
    features.push({ value: 0.5 * Math.log(tau / (1 - tau)), slope: 0.5 / (tau * (1 - tau)) });

  const times = (h: readonly Dual[], name: string): Dual[] => {
    const { shape, values } = weights[`${name}/kernel`]!;
    return Array.from({ length: shape[1]! }, (_, output) => {
      let value = 0;
      let slope = 0;
      h.forEach((unit, input) => {
        value += unit.value * values[input * shape[1]! + output]!;
        slope += unit.slope * values[input * shape[1]! + output]!;
      });
      return { value, slope };
    });
  };
  const plus = (h: readonly Dual[], bias: ArrayLike<number>) =>
    h.map(({ value, slope }, unit) => ({ value: value + bias[unit]!, slope }));
  const leaky = (h: readonly Dual[]) =>
    h.map((z) => (z.value > 0 ? z : { value: spec.slope * z.value, slope: spec.slope * z.slope }));
  const linear = (h: readonly Dual[], name: string) => plus(times(h, name), weights[`${name}/bias`]!.values);
  const oneHot = [0, 1, 2, 3].map((k) => (k === step ? 1 : 0));

  if (spec.kind === 'paper') {
    let h: Dual[] = [...[...x, ...oneHot, ...known].map(constant), ...features];
    for (let layer = 0; layer < spec.depth; layer++) h = leaky(linear(h, `dense${layer}`));
    return linear(h, `dense${spec.depth}`)[0]!;
  }
  let c = x.map(constant);
  for (let layer = 0; layer < spec.trunk.length; layer++) c = leaky(linear(c, `trunk${layer}`));
  const centre = spec.centreAndWidth ? linear(c, 'centre').map(({ value }) => value) : [];
  const width = spec.centreAndWidth
    ? linear(c, 'logWidth').map(({ value }) => Math.exp(Math.max(-4, Math.min(4, value))))
    : [];
  const slots = known.map((y, j) => (!spec.centreAndWidth || j >= step ? y : (y - centre[j]!) / width[j]!));
  let h: Dual[] = [...slots.map(constant), ...features];
  spec.head.forEach((units, layer) => {
    const biases = linear(c, `condition${layer}`).map(({ value }) => value);
    h = leaky(plus(times(h, `head${layer}`), biases.slice(step * units, (step + 1) * units)));
  });
  const output = times(h, 'output')[0]!;
  if (!spec.centreAndWidth)
    return { value: output.value + linear(c, 'shift')[step]!.value, slope: output.slope };
  return { value: centre[step]! + width[step]! * output.value, slope: width[step]! * output.slope };
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
