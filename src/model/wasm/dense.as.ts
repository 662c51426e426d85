/**
 * Layers in WebAssembly SIMD: sums of products in one order, bias first, then input by input, as in kernel/dense.hpp.
 *
 * Lanes are samples. Twelve are computed together, three vectors, so that one weight, broadcast, serves all of them; three
 * outputs at a time make nine sums that stay, with what they are made of, in the sixteen registers of x86.
 */
import { fma, greater } from './lanes.as';

/** Bytes of one value of a block of twelve samples. */
const ROW: usize = 48;
/** Outputs computed together. */
const TILE: i32 = 3;

/** LeakyReLU: the larger of z and slope z, since the slope is at most 1. */
function leaky(z: v128, slope: v128): v128 {
  return greater(z, f32x4.mul(z, slope));
}

/**
 * The end of a tile's row: activations stored at `to`, or, of the last layer, added to `sums` weighted by `output`.
 */
function finishRow(z0: v128, z1: v128, z2: v128, to: usize, output: usize, sums: usize, slope: v128): void {
  const h0 = leaky(z0, slope);
  const h1 = leaky(z1, slope);
  const h2 = leaky(z2, slope);
  if (output === 0) {
    v128.store(to, h0);
    v128.store(to, h1, 16);
    v128.store(to, h2, 32);
    return;
  }
  const weight = v128.load32_splat(output);
  v128.store(sums, fma(h0, weight, v128.load(sums)));
  v128.store(sums, fma(h1, weight, v128.load(sums, 16)), 16);
  v128.store(sums, fma(h2, weight, v128.load(sums, 32)), 32);
}

/** Three outputs. from [inputs][block], kernel [inputs][3]. */
function threeOutputs(
  kernel: usize,
  bias: usize,
  from: usize,
  inputs: i32,
  to: usize,
  output: usize,
  sums: usize,
  slope: v128,
): void {
  let a0 = v128.load32_splat(bias);
  let a1 = a0;
  let a2 = a0;
  let b0 = v128.load32_splat(bias, 4);
  let b1 = b0;
  let b2 = b0;
  let c0 = v128.load32_splat(bias, 8);
  let c1 = c0;
  let c2 = c0;
  const end: usize = from + <usize>inputs * ROW;
  // Not unrolled here: the runtime does that itself, and of two inputs at once it would load too much ahead and spill.
  for (; from < end; from += ROW, kernel += 12) {
    const h0 = v128.load(from);
    const h1 = v128.load(from, 16);
    const h2 = v128.load(from, 32);
    let w = v128.load32_splat(kernel);
    a0 = fma(h0, w, a0);
    a1 = fma(h1, w, a1);
    a2 = fma(h2, w, a2);
    w = v128.load32_splat(kernel, 4);
    b0 = fma(h0, w, b0);
    b1 = fma(h1, w, b1);
    b2 = fma(h2, w, b2);
    w = v128.load32_splat(kernel, 8);
    c0 = fma(h0, w, c0);
    c1 = fma(h1, w, c1);
    c2 = fma(h2, w, c2);
  }
  const last: usize = output === 0 ? 0 : 4;
  finishRow(a0, a1, a2, to, output, sums, slope);
  finishRow(b0, b1, b2, to + ROW, output + last, sums, slope);
  finishRow(c0, c1, c2, to + 2 * ROW, output + 2 * last, sums, slope);
}

/** One output of a tile of `tile`, the rest of a layer whose width is no multiple of three. */
function oneOutput(
  kernel: usize,
  tile: usize,
  bias: usize,
  from: usize,
  inputs: i32,
  to: usize,
  output: usize,
  sums: usize,
  slope: v128,
): void {
  let a0 = v128.load32_splat(bias);
  let a1 = a0;
  let a2 = a0;
  const end: usize = from + <usize>inputs * ROW;
  for (; from < end; from += ROW, kernel += tile * 4) {
    const w = v128.load32_splat(kernel);
    a0 = fma(v128.load(from), w, a0);
    a1 = fma(v128.load(from, 16), w, a1);
    a2 = fma(v128.load(from, 32), w, a2);
  }
  finishRow(a0, a1, a2, to, output, sums, slope);
}

/** A layer: from [inputs][block] to [outputs][block]; the last one, with the weights of the output, to `sums`. */
export function dense(
  kernel: usize,
  bias: usize,
  from: usize,
  inputs: i32,
  outputs: i32,
  to: usize,
  output: usize,
  sums: usize,
  slope: v128,
): void {
  const last: usize = output === 0 ? 0 : 4;
  let unit: i32 = 0;
  for (; unit + TILE <= outputs; unit += TILE) {
    threeOutputs(kernel, bias, from, inputs, to, output, sums, slope);
    kernel += (<usize>(inputs * TILE)) << 2;
    bias += 12;
    to += 3 * ROW;
    output += 3 * last;
  }
  const rest: i32 = outputs - unit;
  for (let place: i32 = 0; place < rest; place++) {
    oneOutput(kernel + ((<usize>place) << 2), rest, bias, from, inputs, to, output, sums, slope);
    bias += 4;
    to += ROW;
    output += last;
  }
}

/**
 * A layer on what four jets decide, lanes over outputs: from [4][stride] to [4][stride], kernel [inputs][width], bias
 * [width], width a multiple of 8.
 */
export function denseOfJets(
  kernel: usize,
  bias: usize,
  inputs: i32,
  width: i32,
  from: usize,
  to: usize,
  stride: usize,
  isActivated: bool,
  slope: f32,
): void {
  const slopes = f32x4.splat(slope);
  const row: usize = stride << 2;
  const kernelRow: usize = (<usize>width) << 2;
  for (let at: usize = 0; at < kernelRow; at += 32) {
    let a0 = v128.load(bias + at);
    let a1 = v128.load(bias + at, 16);
    let b0 = a0;
    let b1 = a1;
    let c0 = a0;
    let c1 = a1;
    let d0 = a0;
    let d1 = a1;
    let weights: usize = kernel + at;
    let input: usize = from;
    for (let i: i32 = 0; i < inputs; i++, weights += kernelRow, input += 4) {
      const w0 = v128.load(weights);
      const w1 = v128.load(weights, 16);
      let h = v128.load32_splat(input);
      a0 = fma(h, w0, a0);
      a1 = fma(h, w1, a1);
      h = v128.load32_splat(input + row);
      b0 = fma(h, w0, b0);
      b1 = fma(h, w1, b1);
      h = v128.load32_splat(input + 2 * row);
      c0 = fma(h, w0, c0);
      c1 = fma(h, w1, c1);
      h = v128.load32_splat(input + 3 * row);
      d0 = fma(h, w0, d0);
      d1 = fma(h, w1, d1);
    }
    if (isActivated) {
      a0 = leaky(a0, slopes);
      a1 = leaky(a1, slopes);
      b0 = leaky(b0, slopes);
      b1 = leaky(b1, slopes);
      c0 = leaky(c0, slopes);
      c1 = leaky(c1, slopes);
      d0 = leaky(d0, slopes);
      d1 = leaky(d1, slopes);
    }
    let out: usize = to + at;
    v128.store(out, a0);
    v128.store(out, a1, 16);
    out += row;
    v128.store(out, b0);
    v128.store(out, b1, 16);
    out += row;
    v128.store(out, c0);
    v128.store(out, c1, 16);
    out += row;
    v128.store(out, d0);
    v128.store(out, d1, 16);
  }
}
