/**
 * The head on single rows in WebAssembly SIMD: the quantile of one step of one jet and its slope, value and tangent side by
 * side (forward-mode differentiation: h′ = (W h′) · slope(z)). Each row has biases of its own, so lanes are outputs here,
 * where dense.as.ts has samples.
 */
import { fma } from './lanes.as';

/** Vectors of outputs computed together: with their tangents twelve sums, of sixteen registers. */
const TILE: i32 = 6;
const VECTOR: usize = 16;

/** See rows-memory.ts, which writes it. */
@unmanaged
class RowNetwork {
  /** Bytes of a row: its biases, then what the first layer reads, then the tangents of that. */
  rowBytes: usize;
  biasBytes: usize;
  firstInputs: i32;
  layers: i32;
  /** Layers. */
  firstLayer: usize;
  /** Weights of the output, filled up with zeros to whole vectors. */
  output: usize;
  /** [widest], values and tangents of every other layer. */
  values0: usize;
  tangents0: usize;
  values1: usize;
  tangents1: usize;
  slope: f32;
}

@unmanaged
class RowLayer {
  /** [inputs][4 vectors], filled up with zeros. */
  kernel: usize;
  outputs: i32;
  vectors: i32;
}

/** LeakyReLU and its tangent. */
function finish(z: v128, tangent: v128, slope: v128, values: usize, tangents: usize): void {
  const positive = f32x4.gt(z, f32x4.splat(0));
  v128.store(values, v128.bitselect(z, f32x4.mul(z, slope), positive));
  v128.store(tangents, v128.bitselect(tangent, f32x4.mul(tangent, slope), positive));
}

/** Six vectors of outputs. `row`: bytes of a row of the kernel. */
function sixVectors(
  kernel: usize,
  row: usize,
  bias: usize,
  values: usize,
  tangents: usize,
  inputs: i32,
  toValues: usize,
  toTangents: usize,
  slope: v128,
): void {
  let a = v128.load(bias);
  let b = v128.load(bias, 16);
  let c = v128.load(bias, 32);
  let d = v128.load(bias, 48);
  let e = v128.load(bias, 64);
  let f = v128.load(bias, 80);
  let s = f32x4.splat(0);
  let t = s;
  let u = s;
  let v = s;
  let w = s;
  let x = s;
  for (let i: i32 = 0; i < inputs; i++, values += 4, tangents += 4, kernel += row) {
    const h = v128.load32_splat(values);
    const g = v128.load32_splat(tangents);
    let weight = v128.load(kernel);
    a = fma(h, weight, a);
    s = fma(g, weight, s);
    weight = v128.load(kernel, 16);
    b = fma(h, weight, b);
    t = fma(g, weight, t);
    weight = v128.load(kernel, 32);
    c = fma(h, weight, c);
    u = fma(g, weight, u);
    weight = v128.load(kernel, 48);
    d = fma(h, weight, d);
    v = fma(g, weight, v);
    weight = v128.load(kernel, 64);
    e = fma(h, weight, e);
    w = fma(g, weight, w);
    weight = v128.load(kernel, 80);
    f = fma(h, weight, f);
    x = fma(g, weight, x);
  }
  finish(a, s, slope, toValues, toTangents);
  finish(b, t, slope, toValues + 16, toTangents + 16);
  finish(c, u, slope, toValues + 32, toTangents + 32);
  finish(d, v, slope, toValues + 48, toTangents + 48);
  finish(e, w, slope, toValues + 64, toTangents + 64);
  finish(f, x, slope, toValues + 80, toTangents + 80);
}

function oneVector(
  kernel: usize,
  row: usize,
  bias: usize,
  values: usize,
  tangents: usize,
  inputs: i32,
  toValues: usize,
  toTangents: usize,
  slope: v128,
): void {
  let z = v128.load(bias);
  let tangent = f32x4.splat(0);
  for (let i: i32 = 0; i < inputs; i++, values += 4, tangents += 4, kernel += row) {
    const weight = v128.load(kernel);
    z = fma(v128.load32_splat(values), weight, z);
    tangent = fma(v128.load32_splat(tangents), weight, tangent);
  }
  finish(z, tangent, slope, toValues, toTangents);
}

function sumOfLanes(z: v128): f32 {
  return (
    f32x4.extract_lane(z, 0) +
    f32x4.extract_lane(z, 2) +
    (f32x4.extract_lane(z, 1) + f32x4.extract_lane(z, 3))
  );
}

/**
 * @param rows [count][rowBytes], @param results [count][2]: the head's output and its slope.
 *
 * Where a width is no multiple of four, a vector reaches into the next layer's biases: its weights there are zeros.
 */
export function quantileRows(networkAt: usize, rows: usize, results: usize, count: i32): void {
  const network = changetype<RowNetwork>(networkAt);
  const slope = f32x4.splat(network.slope);
  for (let n: i32 = 0; n < count; n++, rows += network.rowBytes, results += 8) {
    let bias: usize = rows;
    let values: usize = rows + network.biasBytes;
    let inputs = network.firstInputs;
    let tangents: usize = values + ((<usize>inputs) << 2);
    let vectors: i32 = 0;
    for (let l: i32 = 0; l < network.layers; l++) {
      const layer = changetype<RowLayer>(network.firstLayer + <usize>l * offsetof<RowLayer>());
      vectors = layer.vectors;
      const toValues = (l & 1) === 0 ? network.values0 : network.values1;
      const toTangents = (l & 1) === 0 ? network.tangents0 : network.tangents1;
      const row: usize = (<usize>vectors) << 4;
      let at: i32 = 0;
      for (; at + TILE <= vectors; at += TILE) {
        const shift: usize = (<usize>at) << 4;
        sixVectors(
          layer.kernel + shift,
          row,
          bias + shift,
          values,
          tangents,
          inputs,
          toValues + shift,
          toTangents + shift,
          slope,
        );
      }
      for (; at < vectors; at++) {
        const shift: usize = (<usize>at) << 4;
        oneVector(
          layer.kernel + shift,
          row,
          bias + shift,
          values,
          tangents,
          inputs,
          toValues + shift,
          toTangents + shift,
          slope,
        );
      }
      values = toValues;
      tangents = toTangents;
      inputs = layer.outputs;
      bias += (<usize>inputs) << 2;
    }
    let value = f32x4.splat(0);
    let tangent = value;
    for (let at: usize = 0; at < (<usize>vectors) << 4; at += VECTOR) {
      const weight = v128.load(network.output + at);
      value = fma(v128.load(values + at), weight, value);
      tangent = fma(v128.load(tangents + at), weight, tangent);
    }
    store<f32>(results, sumOfLanes(value));
    store<f32>(results, sumOfLanes(tangent), 4);
  }
}
