/** What a graph is made of: a network, its weights, and what its inputs and outputs mean. */
import { type NetworkSpec, parameterName, type Weight, type Weights } from '../src/model/network-spec.js';
import type { Harmonic, InputTransform, TargetTransform } from '../src/model/transforms.js';

export interface TrainedNetwork {
  readonly network: NetworkSpec;
  readonly weights: Weights;
  /** In the order of the graph's input columns. */
  readonly inputs: readonly InputTransform[];
  /** What the network reads after the columns; absent: nothing. */
  readonly harmonics?: readonly Harmonic[] | undefined;
  /** In the order of the steps. */
  readonly targets: readonly TargetTransform[];
}

/** A weight under the name that it has in the graphs; of a part of one or what is made of it, that name and what it is. */
export interface Parameter extends Weight {
  readonly name: string;
}

export function parameter(weights: Weights, name: string): Parameter {
  return { ...weights[name]!, name: parameterName(name) };
}

/** A kernel as rows of outputs, [outputs, inputs] row-major: what a matrix left of a column of units looks like. */
export function outputRows({ shape, values }: Weight): Float32Array {
  const [inputs, outputs] = shape as [number, number];
  const rows = new Float32Array(values.length);
  for (let input = 0; input < inputs; input++)
    for (let output = 0; output < outputs; output++)
      rows[output * inputs + input] = values[input * outputs + output]!;
  return rows;
}

/** Rows [first, first + count) of a kernel: those of some of its inputs. */
export function inputSlice({ name, shape, values }: Parameter, first: number, count: number): Parameter {
  const outputs = shape[1]!;
  return {
    name,
    shape: [count, outputs],
    values: values.subarray(first * outputs, (first + count) * outputs),
  };
}

/** Columns [first, first + count) of a kernel [inputs, outputs] or a bias [outputs]: those of some of its outputs. */
export function outputSlice({ shape, values }: Weight, first: number, count: number): Weight {
  const outputs = shape.at(-1)!;
  const part = values.filter((_, index) => index % outputs >= first && index % outputs < first + count);
  return { shape: [...shape.slice(0, -1), count], values: part };
}

/** One kernel above another: the first reads the first inputs, the second those after them. */
export function stackInputs(...kernels: readonly Weight[]): Weight {
  const values = new Float32Array(kernels.reduce((sum, { values }) => sum + values.length, 0));
  let filled = 0;
  for (const kernel of kernels) {
    values.set(kernel.values, filled);
    filled += kernel.values.length;
  }
  return { shape: [values.length / kernels[0]!.shape[1]!, kernels[0]!.shape[1]!], values };
}

/** One kernel beside another, of the same inputs: all outputs of the first, then those of the second. */
export function joinOutputs(...kernels: readonly Weight[]): Weight {
  const inputs = kernels[0]!.shape[0]!;
  const outputs = kernels.reduce((sum, { shape }) => sum + shape[1]!, 0);
  const values = new Float32Array(inputs * outputs);
  let column = 0;
  for (const { shape, values: part } of kernels) {
    const width = shape[1]!;
    for (let input = 0; input < inputs; input++)
      values.set(part.subarray(input * width, (input + 1) * width), input * outputs + column);
    column += width;
  }
  return { shape: [inputs, outputs], values };
}
