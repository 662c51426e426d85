/**
 * The two networks as nodes: from x of the jets to a function that does one autoregressive step on many tau.
 *
 * What the jet alone decides is computed once a jet: for the paper's network the part of the first layer that reads
 * x and the one-hot step, for the amortised one the trunk and every bias. Targets not yet known are zero in
 * training, so their columns of the kernels are left out rather than multiplied by zero.
 */
import { type AmortisedSpec, LOG_WIDTH_LIMIT, type PaperSpec } from '../src/model/network-spec.js';
import { KNOWN_COUNT, STEP_COUNT } from '../src/model/steps.js';
import { dense, type Layout, leaky, stack } from './layout.js';
import type { GraphBuilder, Value } from './onnx.js';
import { inputSlice, joinOutputs, stackInputs, type TrainedNetwork } from './trained-network.js';

/** What one step makes, both [B, 1, S]. */
export interface StepOutput {
  /** What later steps read of this target. */
  readonly known: Value;
  /** The target's value r, not standardised: see src/model/transforms.ts. */
  readonly value: Value;
}

/** One step: `known` of the steps before it, `tau` its features. */
export type Head = (step: number, known: readonly Value[], tau: readonly Value[]) => StepOutput;

/** @param x [jets, F], standardised. */
export function headOf(g: GraphBuilder, trained: TrainedNetwork, x: Value, layout: Layout): Head {
  return trained.network.kind === 'paper'
    ? paperHead(g, trained, trained.network, x, layout)
    : amortisedHead(g, trained, trained.network, x, layout);
}

function paperHead(
  g: GraphBuilder,
  trained: TrainedNetwork,
  spec: PaperSpec,
  x: Value,
  layout: Layout,
): Head {
  const { weights, targets } = trained;
  const first = weights['dense0/kernel']!;
  const [ofX, ofStep, ofKnown, ofTau] = paperInputs(spec, first);
  const biases = new Float32Array(STEP_COUNT * spec.width);
  for (let column = 0; column < biases.length; column++)
    biases[column] = ofStep.values[column]! + weights['dense0/bias']!.values[column % spec.width]!;
  const conditions = g.node(
    'Gemm',
    [
      x,
      g.floats('condition_kernel', joinOutputs(ofX, ofX, ofX, ofX).values, [spec.inputs, biases.length]),
      g.floats('condition_bias', biases, [biases.length]),
    ],
    'condition_rows',
  );
  const firstBias = g.split(
    layout.columns(g, conditions, 'conditions'),
    1,
    Array<number>(STEP_COUNT).fill(spec.width),
    'condition',
  );
  return (step, known, tau) => {
    const kernel = stackInputs(inputSlice(ofKnown, 0, step), ofTau);
    let h = stack(g, [...known, ...tau], `inputs_of_step${step}`);
    h = layout.layersOfJets(g, h, [{ kernel, bias: firstBias[step]! }], spec.slope);
    for (let layer = 1; layer <= spec.depth; layer++) {
      const bias = weights[`dense${layer}/bias`]!;
      h = dense(
        g,
        h,
        weights[`dense${layer}/kernel`]!,
        g.floats(`dense${layer}_bias`, bias.values, bias.shape),
        `dense${layer}`,
      );
      if (layer < spec.depth) h = leaky(g, h, spec.slope, 'h');
    }
    return { known: h, value: unstandardised(g, h, targets[step]!.mean, targets[step]!.sd) };
  };
}

/** Rows of the first kernel that read x, the one-hot step, the known targets, the features of tau. */
export function paperInputs(spec: PaperSpec, kernel: TrainedNetwork['weights'][string]) {
  const stepAt = spec.inputs;
  const knownAt = stepAt + STEP_COUNT;
  const tauAt = knownAt + KNOWN_COUNT;
  return [
    inputSlice(kernel, 0, stepAt),
    inputSlice(kernel, stepAt, STEP_COUNT),
    inputSlice(kernel, knownAt, KNOWN_COUNT),
    inputSlice(kernel, tauAt, kernel.shape[0]! - tauAt),
  ] as const;
}

function amortisedHead(
  g: GraphBuilder,
  trained: TrainedNetwork,
  spec: AmortisedSpec,
  x: Value,
  layout: Layout,
): Head {
  const { weights, targets } = trained;
  const perJet = amortisedConditions(g, trained, spec, x, layout);
  const biases = spec.head.map((width, layer) =>
    g.split(perJet[`condition${layer}`]!, 1, Array<number>(STEP_COUNT).fill(width), `bias${layer}_of_step`),
  );
  const oneEach = (value: Value, name: string) => g.split(value, 1, Array<number>(STEP_COUNT).fill(1), name);
  const column = (name: string, of: (target: (typeof targets)[number]) => number) =>
    g.floats(name, targets.map(of), [STEP_COUNT, 1]);
  const mean = column('target_mean', (target) => target.mean);
  const sd = column('target_sd', (target) => target.sd);
  const shift = spec.centreAndWidth ? undefined : oneEach(perJet.shift!, 'shift_of_step');
  const centre =
    spec.centreAndWidth &&
    oneEach(g.node('Add', [g.node('Mul', [perJet.centre!, sd], 'scaled_centre'), mean], 'centres'), 'centre');
  const width =
    spec.centreAndWidth && oneEach(g.node('Mul', [widthOf(g, perJet.logWidth!), sd], 'widths'), 'width');
  return (step, known, tau) => {
    const firstKernel = weights['head0/kernel']!;
    const layers = spec.head.map((_, layer) => ({
      kernel:
        layer === 0
          ? stackInputs(
              inputSlice(firstKernel, 0, step),
              inputSlice(firstKernel, KNOWN_COUNT, firstKernel.shape[0]! - KNOWN_COUNT),
            )
          : weights[`head${layer}/kernel`]!,
      bias: biases[layer]![step]!,
    }));
    let h = stack(g, [...known, ...tau], `inputs_of_step${step}`);
    h = layout.layersOfJets(g, h, layers, spec.slope);
    const output = dense(g, h, weights['output/kernel']!, undefined, 'output');
    if (centre && width) {
      const scaled = g.node('Mul', [output, width[step]!], 'scaled');
      return { known: output, value: g.node('Add', [scaled, centre[step]!], 'value') };
    }
    const y = g.node('Add', [output, shift![step]!], 'y');
    return { known: y, value: unstandardised(g, y, targets[step]!.mean, targets[step]!.sd) };
  };
}

/** Everything that the trunk decides, by the name of the weight that decides it, in the layout's form. */
export function amortisedConditions(
  g: GraphBuilder,
  { weights }: TrainedNetwork,
  spec: AmortisedSpec,
  x: Value,
  layout: Layout,
): Record<string, Value> {
  const gemm = (input: Value, kernel: TrainedNetwork['weights'][string], bias: Float32Array, name: string) =>
    g.node(
      'Gemm',
      [
        input,
        g.floats(`${name}_kernel`, kernel.values, kernel.shape),
        g.floats(`${name}_bias`, bias, [bias.length]),
      ],
      name,
    );
  let c = x;
  for (let layer = 0; layer < spec.trunk.length; layer++) {
    const name = `trunk${layer}`;
    c = leaky(g, gemm(c, weights[`${name}/kernel`]!, weights[`${name}/bias`]!.values, name), spec.slope, 'c');
  }
  const names = [
    ...spec.head.map((_, layer) => `condition${layer}`),
    ...(spec.centreAndWidth ? ['centre', 'logWidth'] : ['shift']),
  ];
  const kernel = joinOutputs(...names.map((name) => weights[`${name}/kernel`]!));
  const biases = names.map((name) => weights[`${name}/bias`]!.values);
  const bias = Float32Array.from(biases.flatMap((values) => [...values]));
  const all = layout.columns(g, gemm(c, kernel, bias, 'condition'), 'conditions');
  const pieces = g.split(
    all,
    1,
    biases.map(({ length }) => length),
    'decided',
  );
  return Object.fromEntries(names.map((name, index) => [name, pieces[index]!]));
}

/** sigma = exp(clip(logWidth)). */
export function widthOf(g: GraphBuilder, logWidth: Value): Value {
  const limits = [g.floats('lowest', [-LOG_WIDTH_LIMIT]), g.floats('highest', [LOG_WIDTH_LIMIT])];
  return g.node('Exp', [g.node('Clip', [logWidth, ...limits], 'log_width')], 'sigma');
}

function unstandardised(g: GraphBuilder, y: Value, mean: number, sd: number): Value {
  const scaled = g.node('Mul', [y, g.floats('target_sd', [sd])], 'scaled');
  return g.node('Add', [scaled, g.floats('target_mean', [mean])], 'value');
}
