/** The trunk of the amortised network: dense layers of only x, every one activated; no tangent, for tau is not in it. */
import type { AmortisedSpec } from '../../src/model/network-spec.js';
import type { Kernels, Matrix } from '../kernels/kernels.js';

/** What the way back needs of the way there. */
export interface TrunkTrace {
  /** Input, kernel, and value before the activation, of each layer. */
  readonly layers: readonly { readonly input: Matrix; readonly kernel: Matrix; readonly z: Matrix }[];
  /** [jets, last width] */
  readonly output: Matrix;
}

/** h W + b */
export function linear(
  kernels: Kernels,
  input: Matrix,
  name: string,
  weight: (name: string) => Matrix,
  kernel = weight(`${name}/kernel`),
): Matrix {
  return kernels.add(kernels.matMul(input, kernel), weight(`${name}/bias`));
}

/** @param inputs [jets, inputs] standardised. @param weight uploads the weight of a name. */
export function runTrunk(
  kernels: Kernels,
  spec: AmortisedSpec,
  inputs: Float32Array,
  weight: (name: string) => Matrix,
): TrunkTrace {
  let output = kernels.upload(inputs, inputs.length / spec.inputs, spec.inputs);
  const layers = spec.trunk.map((_, layer) => {
    const input = output;
    const kernel = weight(`trunk${layer}/kernel`);
    const z = linear(kernels, input, `trunk${layer}`, weight, kernel);
    output = kernels.leaky(z, spec.slope);
    return { input, kernel, z };
  });
  return { layers, output };
}

/** @param gradient of the loss by the trunk's output. @param store takes the loss's derivatives by the weights. */
export function trunkBackward(
  kernels: Kernels,
  spec: AmortisedSpec,
  { layers }: TrunkTrace,
  gradient: Matrix,
  store: (name: string, matrix: Matrix) => void,
): void {
  let flow = gradient;
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const { input, kernel, z } = layers[layer]!;
    const inner = kernels.leakyTimes(flow, z, spec.slope);
    store(`trunk${layer}/kernel`, kernels.matMulLeft(input, inner));
    store(`trunk${layer}/bias`, kernels.columnSums(inner));
    if (layer > 0) flow = kernels.matMulRight(inner, kernel);
  }
}
