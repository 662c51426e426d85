/**
 * A network as the engines of our own take it: two arrays, in the order that kernel/network.hpp describes.
 *
 * Both networks become one form. Of the amortised one the trunk stays, and all that reads its last layer becomes one
 * affine map: every bias of every step and layer, then shift, centre and log width of the steps. The paper's network has
 * no trunk: x itself decides the biases of the first layer (its one-hot step is a part of them), and those of the others
 * are the same for every jet, as a map with a kernel of zeros.
 */

import { BundleError } from '../errors.js';
import type { Bundle } from '../model/bundle.js';
import {
  type AmortisedSpec,
  type NetworkSpec,
  type PaperSpec,
  parameterName,
  type Weight,
  type Weights,
  weightShapes,
} from '../model/network-spec.js';
import { DATA_TYPE, decodeModel, type OnnxTensor } from '../model/onnx-proto.js';
import { STEP_COUNT } from '../model/steps.js';
import { type InputTransforms, LEAST_EXCESS, type TargetTransform } from '../model/transforms.js';

/** A network as plain data, all that an engine of our own needs of a bundle. */
export interface NetworkData extends InputTransforms {
  readonly network: NetworkSpec;
  readonly weights: Weights;
  /** In the order of the steps. */
  readonly targets: readonly TargetTransform[];
}

export interface NetworkNumbers {
  readonly layout: Uint32Array;
  readonly numbers: Float32Array;
}

/** kernel/network.hpp: TauInput. */
const TAU_INPUTS = ['affine', 'logit', 'both'] as const;
/** kernel/network.hpp: TargetKind. */
const KINDS = { logRatio: 0, logRatioFromZero: 1, difference: 2, wrappedDifference: 3 } as const;

/** A row-major kernel [inputs, outputs] and a bias [outputs], in double precision. */
interface Affine {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
}

export function networkNumbers({ network, weights, targets }: NetworkData): NetworkNumbers {
  const trunk = network.kind === 'paper' ? [] : network.trunk;
  const head = network.kind === 'paper' ? Array<number>(network.depth).fill(network.width) : network.head;
  const parts: ArrayLike<number>[] = [[network.slope], targets.flatMap(targetNumbers)];
  trunk.forEach((_, layer) => {
    parts.push(weights[`trunk${layer}/kernel`]!.values, weights[`trunk${layer}/bias`]!.values);
  });
  const maps =
    network.kind === 'paper'
      ? paperMaps(network, weights, targets)
      : amortisedMaps(network, weights, targets);
  const decided = sideBySide(maps);
  parts.push(decided.kernel, decided.bias);
  if (network.kind === 'paper') {
    const { values } = weights['dense0/kernel']!;
    parts.push(values.subarray((network.inputs + STEP_COUNT) * network.width));
    for (let layer = 1; layer <= network.depth; layer++) parts.push(weights[`dense${layer}/kernel`]!.values);
  } else {
    for (let layer = 0; layer < head.length; layer++) parts.push(weights[`head${layer}/kernel`]!.values);
    parts.push(weights['output/kernel']!.values);
  }
  return {
    layout: Uint32Array.from([
      network.inputs,
      TAU_INPUTS.indexOf(network.tauInput),
      ...targets.map(kindOf),
      trunk.length,
      ...trunk,
      head.length,
      ...head,
    ]),
    numbers: joined(parts),
  };
}

function kindOf({ variable, transform, offset }: TargetTransform): number {
  if (transform === 'difference') return KINDS.difference;
  if (transform === 'wrapped-difference') return KINDS.wrappedDifference;
  // As the graphs have it: no mass lies below zero; without an offset nothing could.
  return variable === 'mass' && offset !== 0 ? KINDS.logRatioFromZero : KINDS.logRatio;
}

function targetNumbers({ sd, offset, floor = 0 }: TargetTransform): number[] {
  return [sd, offset, floor - offset, floor === 0 ? 0 : LEAST_EXCESS + offset];
}

function amortisedMaps(
  spec: AmortisedSpec,
  weights: Weights,
  targets: readonly TargetTransform[],
): readonly Affine[] {
  const context = spec.trunk.at(-1)!;
  const dense = (name: string) => affine(weights[`${name}/kernel`]!, weights[`${name}/bias`]!);
  const conditions = spec.head.map((_, layer) => dense(`condition${layer}`));
  const biases = Array.from({ length: STEP_COUNT }, (_, step) =>
    conditions.map((map, layer) => columns(map, step * spec.head[layer]!, spec.head[layer]!)),
  ).flat();
  const means = targets.map(({ mean }) => mean);
  const zeros = targets.map(() => 0);
  if (!spec.centreAndWidth)
    return [...biases, dense('shift'), constant(context, means), constant(context, zeros)];
  const { inputs, outputs, kernel, bias } = dense('centre');
  const centre = {
    inputs,
    outputs,
    kernel: Array.from(kernel, (weight, index) => weight * targets[index % STEP_COUNT]!.sd),
    bias: Array.from(bias, (y, step) => targets[step]!.mean + targets[step]!.sd * y),
  };
  return [...biases, constant(context, zeros), centre, dense('logWidth')];
}

function paperMaps(
  { inputs, width, depth }: PaperSpec,
  weights: Weights,
  targets: readonly TargetTransform[],
): readonly Affine[] {
  const { values } = weights['dense0/kernel']!;
  const bias = weights['dense0/bias']!.values;
  const ofX = values.subarray(0, inputs * width);
  const biases = Array.from({ length: STEP_COUNT }, (_, step) => {
    const ofStep = values.subarray((inputs + step) * width, (inputs + step + 1) * width);
    const first = { inputs, outputs: width, kernel: ofX, bias: bias.map((b, unit) => b + ofStep[unit]!) };
    const others = Array.from({ length: depth - 1 }, (_, layer) =>
      constant(inputs, weights[`dense${layer + 1}/bias`]!.values),
    );
    return [first, ...others];
  }).flat();
  const [shift] = weights[`dense${depth}/bias`]!.values;
  return [
    ...biases,
    constant(
      inputs,
      targets.map(() => shift!),
    ),
    constant(
      inputs,
      targets.map(({ mean }) => mean),
    ),
    constant(
      inputs,
      targets.map(() => 0),
    ),
  ];
}

function affine(kernel: Weight, bias: Weight): Affine {
  const [inputs, outputs] = kernel.shape as [number, number];
  return { inputs, outputs, kernel: kernel.values, bias: bias.values };
}

/** The same outputs for every input. */
function constant(inputs: number, bias: ArrayLike<number>): Affine {
  return { inputs, outputs: bias.length, kernel: new Float32Array(inputs * bias.length), bias };
}

function columns({ inputs, outputs, kernel, bias }: Affine, first: number, count: number): Affine {
  const part = new Float32Array(inputs * count);
  for (let input = 0; input < inputs; input++)
    for (let output = 0; output < count; output++)
      part[input * count + output] = kernel[input * outputs + first + output]!;
  return { inputs, outputs: count, kernel: part, bias: Array.from(bias).slice(first, first + count) };
}

/** All outputs of the first map, then those of the next. */
function sideBySide(maps: readonly Affine[]): Affine {
  const inputs = maps[0]!.inputs;
  const outputs = maps.reduce((sum, map) => sum + map.outputs, 0);
  const kernel = new Float32Array(inputs * outputs);
  let first = 0;
  for (const map of maps) {
    for (let input = 0; input < inputs; input++)
      for (let output = 0; output < map.outputs; output++)
        kernel[input * outputs + first + output] = map.kernel[input * map.outputs + output]!;
    first += map.outputs;
  }
  return { inputs, outputs, kernel, bias: maps.flatMap(({ bias }) => Array.from(bias)) };
}

function joined(parts: readonly ArrayLike<number>[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * What conditional.onnx keeps under the names of its parameters, each of the shape that the card's network needs. The bytes
 * have been checked when the bundle was loaded (hash, types, finite values); nothing of the file is executed. A graph that
 * computes something else with weights of these names is not seen here: checkEngine compares with the graph.
 *
 * @throws BundleError where a weight is missing or has another shape.
 */
export function bundleNetwork(bundle: Bundle): NetworkData {
  const { network, inputs, harmonics, targets } = bundle.card;
  return { network, weights: bundleWeights(bundle), inputs, harmonics, targets };
}

/** @throws BundleError where a weight is missing or has another shape. */
export function bundleWeights({ source, card, graphs }: Bundle): Weights {
  const { initializers } = decodeModel(graphs['conditional.onnx']).graph;
  const byName = new Map(initializers.map((tensor) => [tensor.name, tensor]));
  return Object.fromEntries(
    Object.entries(weightShapes(card.network)).map(([name, shape]) => {
      const inFile = parameterName(name);
      const tensor = byName.get(inFile);
      if (!tensor) throw new BundleError(source, `conditional.onnx has no weight ${inFile}; export it again`);
      const expected = name.endsWith('/kernel') ? [shape[1]!, shape[0]!, 1] : shape;
      if (tensor.dataType !== DATA_TYPE.float || `${tensor.dims}` !== `${expected}`)
        throw new BundleError(
          source,
          `the weight ${inFile} of conditional.onnx is not float32[${expected}]; export it again`,
        );
      return [name, { shape, values: trainedOrder(tensor) }];
    }),
  );
}

/** A bias as it is; a kernel [outputs, inputs, 1] of the file as [inputs, outputs]. */
function trainedOrder({ dims, rawData }: OnnxTensor): Float32Array {
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  const [outputs, inputs = 1] = dims as [number, number?];
  const values = new Float32Array(outputs * inputs);
  for (let output = 0; output < outputs; output++)
    for (let input = 0; input < inputs; input++)
      values[input * outputs + output] = view.getFloat32(4 * (output * inputs + input), true);
  return values;
}
