/**
 * All weights of a network in one flat vector, in the order of weightShapes: what the optimiser updates, what a
 * checkpoint stores. The named weights are views into it.
 */
import { type NetworkSpec, parameterCount, type Weights, weightShapes } from '../src/model/network-spec.js';
import { draw } from './draws.js';

/** Named views into a flat vector [parameterCount(spec)], of any kind of number. */
export function weightViews<Vector extends { subarray(start: number, end: number): Vector }>(
  spec: NetworkSpec,
  flat: Vector,
): Record<string, { shape: readonly number[]; values: Vector }> {
  let offset = 0;
  const views: Record<string, { shape: readonly number[]; values: Vector }> = {};
  for (const [name, shape] of Object.entries(weightShapes(spec))) {
    const count = shape.reduce((product, length) => product * length, 1);
    views[name] = { shape, values: flat.subarray(offset, offset + count) };
    offset += count;
  }
  return views;
}

/** Named weights as one flat vector. */
export function flatWeights(spec: NetworkSpec, weights: Weights): Float32Array {
  const flat = new Float32Array(parameterCount(spec));
  for (const [name, { values }] of Object.entries(weightViews(spec, flat))) values.set(weights[name]!.values);
  return flat;
}

/**
 * Weights before training: uniform in ±1/sqrt(inputs of the layer), kernels and biases alike, as PyTorch's
 * nn.Linear draws them; centre and width start at 0 and 1.
 */
export function initialParameters(spec: NetworkSpec, seed: number): Float32Array {
  const flat = new Float32Array(parameterCount(spec));
  const views = weightViews(spec, flat);
  Object.entries(views).forEach(([name, { values }], place) => {
    const [layer] = name.split('/') as [string];
    if (layer === 'centre' || layer === 'logWidth') return;
    const bound = 1 / Math.sqrt(views[`${layer}/kernel`]!.shape[0]!);
    draw('weights', values, seed, place, (u) => bound * (2 * u - 1));
  });
  return flat;
}
