/**
 * How far float32 rounding may take a graph from the network that it was made of.
 *
 * A sum of n products in float32 is the exact sum of products each changed by less than n u of itself, u = 2^-24, in
 * any order it is taken (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1). So what any
 * correct program returns is what the network with every weight changed by at most n u would return exactly, and the
 * same holds for the few roundings of inputs and transforms. How much that changes the result, jet for jet, is
 * measured: the graph is built again with every weight changed by n u, up or down by chance, and every number of the
 * transforms and every input by 4 u, and run on the same rows. The largest change over {@link VARIATIONS} such graphs
 * is what one program may be off; two programs may differ by twice that.
 */

import { openOrt } from '../src/engines/ort-node.js';
import type { Bundle } from '../src/model/bundle.js';
import { type Weights, weightShapes } from '../src/model/network-spec.js';
import { philox4x32, STREAM } from '../src/stats/philox.js';
import { conditionalGraph } from './conditional-graph.js';
import type { TrainedNetwork } from './trained-network.js';

/** Half the distance of float32 numbers, relative: 2^-24. */
export const UNIT_ROUNDOFF = 2 ** -24;
/**
 * So many that a row where every one of them moves by chance less than a seventh of its usual way, or leaves a unit on
 * its side of LeakyReLU's bend where two programs do not, is not to be expected among 40,000 rows.
 */
const VARIATIONS = 16;
/** Roundings of an input or a transform: a logarithm or exponential (2), a sum, a quotient. */
const TRANSFORM_ROUNDINGS = 4;

/** Rows of conditional.onnx. */
export interface Rows {
  readonly jets: Float32Array;
  readonly known: Float32Array;
  readonly step: Uint8Array;
  readonly tau: Float32Array;
}

/** What conditional.onnx returns for each row. */
interface Found {
  readonly value: Float32Array;
  readonly slope: Float32Array;
}

/**
 * The largest change of value and slope of each row over variations of the network within float32's rounding. The
 * graphs are built from `trained` here: `bundle` lends only its card, so that an error in its graphs cannot widen the
 * bound that it is held to.
 */
export async function roundingReach(
  bundle: Bundle,
  trained: TrainedNetwork,
  rows: Rows,
): Promise<{ value: Float64Array; slope: Float64Array }> {
  const unchanged = await quantiles(bundle, trained, rows);
  const value = new Float64Array(rows.tau.length);
  const slope = new Float64Array(rows.tau.length);
  for (let variation = 0; variation < VARIATIONS; variation++) {
    const sign = randomSigns(variation);
    const jets = variedInputs(rows.jets, sign);
    const known = variedInputs(rows.known, sign);
    const found = await quantiles(bundle, varied(trained, sign), { ...rows, jets, known });
    for (let row = 0; row < value.length; row++) {
      value[row] = Math.max(value[row]!, Math.abs(found.value[row]! - unchanged.value[row]!));
      slope[row] = Math.max(slope[row]!, Math.abs(found.slope[row]! - unchanged.slope[row]!));
    }
  }
  return { value, slope };
}

async function quantiles(bundle: Bundle, trained: TrainedNetwork, rows: Rows): Promise<Found> {
  const graphs = { ...bundle.graphs, 'conditional.onnx': conditionalGraph(trained).build() };
  // Each graph runs once: to fuse its layers would take longer than to run them as they are.
  const conditional = await openOrt({ ...bundle, graphs }, { graphOptimizationLevel: 'disabled' });
  try {
    return await conditional.quantile(rows.jets, rows.known, rows.step, rows.tau);
  } finally {
    await conditional.close();
  }
}

/** Most terms of one sum in the network, its bias included. */
function longestSum({ network }: TrainedNetwork): number {
  return (
    1 + Math.max(...Object.values(weightShapes(network)).map((shape) => (shape.length === 2 ? shape[0]! : 0)))
  );
}

function varied(trained: TrainedNetwork, sign: () => number): TrainedNetwork {
  const ofWeights = longestSum(trained) * UNIT_ROUNDOFF;
  const ofTransforms = TRANSFORM_ROUNDINGS * UNIT_ROUNDOFF;
  const weights: Weights = Object.fromEntries(
    Object.entries(trained.weights).map(([name, { shape, values }]) => [
      name,
      { shape, values: values.map((weight) => weight * (1 + sign() * ofWeights)) },
    ]),
  );
  const change = <T extends { mean: number; sd: number; offset: number }>(transform: T): T => ({
    ...transform,
    mean: transform.mean * (1 + sign() * ofTransforms),
    sd: transform.sd * (1 + sign() * ofTransforms),
    offset: transform.offset * (1 + sign() * ofTransforms),
  });
  return { ...trained, weights, inputs: trained.inputs.map(change), targets: trained.targets.map(change) };
}

function variedInputs(values: Float32Array, sign: () => number): Float32Array {
  return values.map((value) => value * (1 + sign() * TRANSFORM_ROUNDINGS * UNIT_ROUNDOFF));
}

/** 1 or -1, drawn each time. */
function randomSigns(variation: number): () => number {
  const words = new Uint32Array(4);
  let drawn = 0;
  return () => {
    if (drawn % 128 === 0) philox4x32(words, drawn / 128, variation, 0, STREAM.parity, 0, 0);
    const bit = (words[(drawn >>> 5) & 3]! >>> (drawn & 31)) & 1;
    drawn++;
    return 2 * bit - 1;
  };
}
