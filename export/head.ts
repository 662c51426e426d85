/**
 * The two networks as nodes: from x of the jets to a function that does one autoregressive step on many tau.
 *
 * What only the jet decides is computed once a jet: for the paper's network the part of the first layer that reads
 * x and the one-hot step, for the amortised one the trunk and every bias. Targets not yet known are zero in
 * training, so their columns of the kernels are left out rather than multiplied by zero.
 */
import {
  type AmortisedSpec,
  LOG_WIDTH_LIMIT,
  type PaperSpec,
  type Weights,
} from '../src/model/network-spec.js';
import { KNOWN_COUNT, STEP_COUNT, STEPS } from '../src/model/steps.js';
import type { TargetTransform } from '../src/model/transforms.js';
import { type Affine, dense, type Layout, leaky, stack } from './layout.js';
import type { GraphBuilder, Value } from './onnx.js';
import {
  inputSlice,
  outputSlice,
  type Parameter,
  parameter,
  stackInputs,
  type TrainedNetwork,
} from './trained-network.js';
import { heldNodes } from './transform-nodes.js';

/** What one step makes, both [B, 1, S]. */
export interface StepOutput {
  /** What later steps read of this target. */
  readonly known: Value;
  /** The target's value r, not standardised: see src/model/transforms.ts. */
  readonly value: Value;
  /** What one unit of `known` is in r, [1] or [B, 1, 1]. */
  readonly unit: Value;
}

/** One step: `known` of the steps before it, `tau` its features. */
export type Head = (step: number, known: readonly Value[], tau: readonly Value[]) => StepOutput;

/** @param x [B, F, W], standardised, in the layout's form. */
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
  const [ofX, ofStep, ofKnown, ofTau] = paperInputs(spec, parameter(weights, 'dense0/kernel'));
  const firstBias = parameter(weights, 'dense0/bias');
  const firstBiases = layout.ofJets(
    g,
    x,
    STEPS.map((variable, step) => {
      const values = inputSlice(ofStep, step, 1).values.map(
        (weight, unit) => weight + firstBias.values[unit]!,
      );
      return {
        kernel: { ...ofX, name: `${ofX.name}.x` },
        bias: { ...firstBias, values, name: `${firstBias.name}.${variable}` },
      };
    }),
    'bias_of_step',
  );
  return (step, known, tau) => {
    const kernel = firstKernelOf(step, ofKnown, ofTau);
    let h = stack(g, [...known, ...tau], `inputs_of_step${step}`);
    h = layout.withBiasesOfJets(g, h, [{ kernel, bias: firstBiases[step]! }], spec.slope);
    for (let layer = 1; layer <= spec.depth; layer++) {
      const name = `dense${layer}`;
      const bias = parameter(weights, `${name}/bias`);
      // One for each step: ROOT's SOFIE up to 6.36 repeats a bias along S once, under its name.
      const shift = g.floats(`${bias.name}.${STEPS[step]}`, bias.values, bias.shape);
      h = dense(g, h, parameter(weights, `${name}/kernel`), shift, name);
      if (layer < spec.depth) h = leaky(g, h, spec.slope, 'h');
    }
    const { mean, sd } = targets[step]!;
    return { known: h, value: unstandardised(g, h, mean, sd), unit: g.floats('target_sd', [sd]) };
  };
}

/** Rows of the first kernel that read x, the one-hot step, the known targets, the features of tau. */
export function paperInputs(spec: PaperSpec, kernel: Parameter) {
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

/** The first kernel as a step reads it: of the known targets those before it. */
function firstKernelOf(step: number, ofKnown: Parameter, ofTau: Parameter): Parameter {
  return {
    ...stackInputs(inputSlice(ofKnown, 0, step), ofTau),
    name: `${ofKnown.name}.${STEPS[step]}`,
  };
}

function amortisedHead(
  g: GraphBuilder,
  trained: TrainedNetwork,
  spec: AmortisedSpec,
  x: Value,
  layout: Layout,
): Head {
  const { weights, targets } = trained;
  const context = trunk(g, trained, spec, x, layout);
  // Every bias of every step and layer; then, as many as there are steps, what the trunk says of the outputs.
  const biases = spec.head.flatMap((width, layer) =>
    STEPS.map((variable, step) =>
      decidedBy(weights, `condition${layer}`, { name: variable, first: step * width, count: width }),
    ),
  );
  const outputs = spec.centreAndWidth
    ? [inTargetUnits(decidedBy(weights, 'centre'), targets), decidedBy(weights, 'logWidth')]
    : [decidedBy(weights, 'shift')];
  const decided = layout.ofJets(g, context, [...biases, ...outputs], 'decided');
  const [first, logWidth] = decided.slice(biases.length);
  const finish = spec.centreAndWidth
    ? centredOutput(g, layout, targets, first!, logWidth!)
    : shiftedOutput(g, layout, targets, first!);

  const firstKernel = parameter(weights, 'head0/kernel');
  const ofKnown = inputSlice(firstKernel, 0, KNOWN_COUNT);
  const ofTau = inputSlice(firstKernel, KNOWN_COUNT, firstKernel.shape[0]! - KNOWN_COUNT);
  return (step, known, tau) => {
    const layers = spec.head.map((_, layer) => ({
      kernel: layer === 0 ? firstKernelOf(step, ofKnown, ofTau) : parameter(weights, `head${layer}/kernel`),
      bias: decided[layer * STEP_COUNT + step]!,
    }));
    let h = stack(g, [...known, ...tau], `inputs_of_step${step}`);
    h = layout.withBiasesOfJets(g, h, layers, spec.slope);
    return finish(step, dense(g, h, parameter(weights, 'output/kernel'), undefined, 'output'));
  };
}

/**
 * r = centre + width output, with centre = mean + sd mu and width = sd sigma. The next steps read (f - mu) / sigma,
 * which is the output itself.
 */
function centredOutput(
  g: GraphBuilder,
  layout: Layout,
  targets: readonly TargetTransform[],
  centre: Value,
  logWidth: Value,
): (step: number, output: Value) => StepOutput {
  const sd = g.floats(
    'target_sds',
    targets.map((target) => target.sd),
    [STEP_COUNT, 1],
  );
  const centres = layout.units(g, centre, STEP_COUNT, 'centre_of_step');
  const scaled = g.node('Mul', [widthOf(g, logWidth), sd], 'widths');
  const widths = layout.units(g, scaled, STEP_COUNT, 'width_of_step');
  return (step, output) => {
    const product = g.node('Mul', [output, widths[step]!], 'scaled');
    const value = g.node('Add', [product, centres[step]!], 'value');
    return { known: output, value, unit: widths[step]! };
  };
}

/** A layer of one output a step, standardised → the same in the targets' own units: mean + sd y. */
function inTargetUnits({ kernel, bias }: Affine, targets: readonly TargetTransform[]): Affine {
  const sdOf = (index: number) => targets[index % STEP_COUNT]!.sd;
  return {
    kernel: {
      ...kernel,
      name: `${kernel.name}.in_target_units`,
      values: kernel.values.map((weight, index) => weight * sdOf(index)),
    },
    bias: {
      ...bias,
      name: `${bias.name}.in_target_units`,
      values: bias.values.map((y, step) => targets[step]!.mean + targets[step]!.sd * y),
    },
  };
}

/** f = output + shift. */
function shiftedOutput(
  g: GraphBuilder,
  layout: Layout,
  targets: readonly TargetTransform[],
  shift: Value,
): (step: number, output: Value) => StepOutput {
  const shifts = layout.units(g, shift, STEP_COUNT, 'shift_of_step');
  return (step, output) => {
    const y = g.node('Sum', [output, shifts[step]!], 'y');
    const { mean, sd } = targets[step]!;
    return { known: y, value: unstandardised(g, y, mean, sd), unit: g.floats('target_sd', [sd]) };
  };
}

/** The trunk's last layer, [B, units, W]. */
export function trunk(
  g: GraphBuilder,
  { weights }: TrainedNetwork,
  spec: AmortisedSpec,
  x: Value,
  layout: Layout,
): Value {
  let c = x;
  for (let layer = 0; layer < spec.trunk.length; layer++)
    [c] = layout.ofJets(g, c, [decidedBy(weights, `trunk${layer}`)], `trunk${layer}`, spec.slope) as [Value];
  return c;
}

/** A layer, or a part of it: `count` outputs from `first` on. */
export function decidedBy(
  weights: Weights,
  layer: string,
  part?: { readonly name: string; readonly first: number; readonly count: number },
): Affine {
  const of = (kind: 'kernel' | 'bias') => {
    const whole = parameter(weights, `${layer}/${kind}`);
    return part
      ? { ...outputSlice(whole, part.first, part.count), name: `${whole.name}.${part.name}` }
      : whole;
  };
  return { kernel: of('kernel'), bias: of('bias') };
}

/** sigma = exp(clip(logWidth)). */
export function widthOf(g: GraphBuilder, logWidth: Value): Value {
  return g.node('Exp', [heldNodes(g, logWidth, LOG_WIDTH_LIMIT, 'log_width')], 'sigma');
}

function unstandardised(g: GraphBuilder, y: Value, mean: number, sd: number): Value {
  const scaled = g.node('Mul', [y, g.floats('target_sd', [sd])], 'scaled');
  return g.node('Add', [scaled, g.floats('target_mean', [mean])], 'value');
}
