/**
 * One row of any network in plain loops and float64, straight from the formulas of network-spec.ts: what every fast
 * evaluation is compared with.
 */
import type { NetworkSpec, TauInput, Weights } from '../../src/model/network-spec.js';

export interface NaiveRow {
  /** [inputs] standardised. */
  readonly inputs: ArrayLike<number>;
  /** 0 … 3 */
  readonly step: number;
  /** Standardised targets; those of `step` and later are not read. */
  readonly known: ArrayLike<number>;
  /** In (0, 1). */
  readonly tau: number;
}

/** Quantile (standardised) and its slope along tau, by the product rule, at one row. */
export function naiveNetwork(
  spec: NetworkSpec,
  weights: Weights,
  row: NaiveRow,
): { quantile: number; slope: number } {
  return spec.kind === 'paper' ? naivePaper(spec, weights, row) : naiveAmortised(spec, weights, row);
}

function naivePaper(
  spec: NetworkSpec & { kind: 'paper' },
  weights: Weights,
  { inputs, step, known, tau }: NaiveRow,
) {
  const tauInput = tauFeatures(spec.tauInput, tau);
  let value = [
    ...Array.from(inputs),
    ...[0, 1, 2, 3].map((k) => (k === step ? 1 : 0)),
    ...[0, 1, 2].map((i) => (i < step ? known[i]! : 0)),
    ...tauInput.values,
  ];
  let slope = [...value.map(() => 0).slice(tauInput.slopes.length), ...tauInput.slopes];
  for (let layer = 0; layer <= spec.depth; layer++) {
    const z = plus(times(value, weights, `dense${layer}/kernel`), weights[`dense${layer}/bias`]!.values);
    const u = times(slope, weights, `dense${layer}/kernel`);
    if (layer === spec.depth) return { quantile: z[0]!, slope: u[0]! };
    value = z.map((z) => leaky(z, spec.slope));
    slope = u.map((u, i) => (z[i]! > 0 ? u : spec.slope * u));
  }
  throw new Error('no layer');
}

function naiveAmortised(
  spec: NetworkSpec & { kind: 'amortised' },
  weights: Weights,
  { inputs, step, known, tau }: NaiveRow,
) {
  const linear = (input: readonly number[], name: string) =>
    plus(times(input, weights, `${name}/kernel`), weights[`${name}/bias`]!.values);
  let context = Array.from(inputs);
  spec.trunk.forEach((_, layer) => {
    context = linear(context, `trunk${layer}`).map((z) => leaky(z, spec.slope));
  });
  const centre = spec.centreAndWidth ? linear(context, 'centre') : [0, 0, 0, 0];
  const width = spec.centreAndWidth
    ? linear(context, 'logWidth').map((s) => Math.exp(Math.min(4, Math.max(-4, s))))
    : [1, 1, 1, 1];
  const tauInput = tauFeatures(spec.tauInput, tau);
  let value = [
    ...[0, 1, 2].map((i) => (i < step ? (known[i]! - centre[i]!) / width[i]! : 0)),
    ...tauInput.values,
  ];
  let slope = [0, 0, 0, ...tauInput.slopes];
  spec.head.forEach((units, layer) => {
    const bias = linear(context, `condition${layer}`).slice(step * units, (step + 1) * units);
    const z = plus(times(value, weights, `head${layer}/kernel`), bias);
    slope = times(slope, weights, `head${layer}/kernel`).map((u, i) => (z[i]! > 0 ? u : spec.slope * u));
    value = z.map((z) => leaky(z, spec.slope));
  });
  const shift = spec.centreAndWidth ? centre[step]! : linear(context, 'shift')[step]!;
  return {
    quantile: shift + width[step]! * times(value, weights, 'output/kernel')[0]!,
    slope: width[step]! * times(slope, weights, 'output/kernel')[0]!,
  };
}

/** Features of tau and their derivatives by tau. */
function tauFeatures(tauInput: TauInput, tau: number): { values: number[]; slopes: number[] } {
  const affine = { value: 6 * tau - 3, slope: 6 };
  const logit = { value: 0.5 * Math.log(tau / (1 - tau)), slope: 0.5 / (tau * (1 - tau)) };
  const chosen = { affine: [affine], logit: [logit], both: [affine, logit] }[tauInput];
  return { values: chosen.map(({ value }) => value), slopes: chosen.map(({ slope }) => slope) };
}

/** Row vector times kernel. */
function times(input: readonly number[], weights: Weights, name: string): number[] {
  const { shape, values } = weights[name]!;
  const [inputs, outputs] = shape as [number, number];
  if (input.length !== inputs) throw new Error(`${name} has ${inputs} inputs, not ${input.length}`);
  return Array.from({ length: outputs }, (_, output) =>
    input.reduce((sum, value, i) => sum + value * values[i * outputs + output]!, 0),
  );
}

function plus(a: readonly number[], b: ArrayLike<number>): number[] {
  return a.map((value, i) => value + b[i]!);
}

function leaky(z: number, slope: number): number {
  return z > 0 ? z : slope * z;
}
