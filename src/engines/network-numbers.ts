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

/** An affine map in double precision, of as many inputs as the maps beside it. */
interface Affine {
  readonly outputs: number;
  weight(input: number, output: number): number;
  bias(output: number): number;
}

export function networkNumbers({ network, weights, targets }: NetworkData): NetworkNumbers {
  const isPaper = network.kind === 'paper';
  const trunk = isPaper ? [] : network.trunk;
  const head = isPaper ? Array<number>(network.depth).fill(network.width) : network.head;
  const values = (name: string) => weights[name]!.values;
  const decided = isPaper ? paperMaps(network, weights, targets) : amortisedMaps(network, weights, targets);
  const headWeights = isPaper
    ? [
        // What the head reads of the first layer's inputs: known targets and tau.
        values('dense0/kernel').subarray((network.inputs + STEP_COUNT) * network.width),
        ...head.map((_, layer) => values(`dense${layer + 1}/kernel`)),
      ]
    : [...head.map((_, layer) => values(`head${layer}/kernel`)), values('output/kernel')];
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
    numbers: joined([
      [network.slope],
      targets.flatMap(targetNumbers),
      ...trunk.flatMap((_, layer) => [values(`trunk${layer}/kernel`), values(`trunk${layer}/bias`)]),
      ...sideBySide(trunk.at(-1) ?? network.inputs, decided),
      ...headWeights,
    ]),
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
  { head, centreAndWidth }: AmortisedSpec,
  weights: Weights,
  targets: readonly TargetTransform[],
): readonly Affine[] {
  const dense = (name: string) => affine(weights[`${name}/kernel`]!, weights[`${name}/bias`]!);
  const conditions = head.map((_, layer) => dense(`condition${layer}`));
  const biases = targets.flatMap((_, step) =>
    conditions.map((map, layer) => outputsOf(map, step * head[layer]!, head[layer]!)),
  );
  const zeros = constant(targets.map(() => 0));
  if (!centreAndWidth) return [...biases, dense('shift'), constant(targets.map(({ mean }) => mean)), zeros];
  const { outputs, weight, bias } = dense('centre');
  const centre: Affine = {
    outputs,
    weight: (input, step) => weight(input, step) * targets[step]!.sd,
    bias: (step) => targets[step]!.mean + targets[step]!.sd * bias(step),
  };
  return [...biases, zeros, centre, dense('logWidth')];
}

function paperMaps(
  { inputs, depth }: PaperSpec,
  weights: Weights,
  targets: readonly TargetTransform[],
): readonly Affine[] {
  const { outputs, weight, bias } = affine(weights['dense0/kernel']!, weights['dense0/bias']!);
  const others = Array.from({ length: depth - 1 }, (_, layer) =>
    constant(weights[`dense${layer + 1}/bias`]!.values),
  );
  const biases = targets.flatMap((_, step): Affine[] => [
    { outputs, weight, bias: (unit) => bias(unit) + weight(inputs + step, unit) },
    ...others,
  ]);
  const [shift] = weights[`dense${depth}/bias`]!.values;
  return [
    ...biases,
    constant(targets.map(() => shift!)),
    constant(targets.map(({ mean }) => mean)),
    constant(targets.map(() => 0)),
  ];
}

/** A row-major matrix [inputs, outputs] and a bias [outputs]. */
function affine({ shape, values }: Weight, bias: Weight): Affine {
  const outputs = shape[1]!;
  return {
    outputs,
    weight: (input, output) => values[input * outputs + output]!,
    bias: (output) => bias.values[output]!,
  };
}

/** The same outputs for every input. */
function constant(outputs: ArrayLike<number>): Affine {
  return { outputs: outputs.length, weight: () => 0, bias: (output) => outputs[output]! };
}

function outputsOf({ weight, bias }: Affine, first: number, count: number): Affine {
  return {
    outputs: count,
    weight: (input, output) => weight(input, first + output),
    bias: (output) => bias(first + output),
  };
}

/** All outputs of the first map, then those of the next: their matrix [inputs, outputs] and bias [outputs]. */
function sideBySide(inputs: number, maps: readonly Affine[]): [matrix: number[], bias: number[]] {
  const all = maps.flatMap((map) => Array.from({ length: map.outputs }, (_, output) => ({ map, output })));
  const row = (input: number) => all.map(({ map, output }) => map.weight(input, output));
  return [
    Array.from({ length: inputs }, (_, input) => row(input)).flat(),
    all.map(({ map, output }) => map.bias(output)),
  ];
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
