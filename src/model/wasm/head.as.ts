/**
 * The head in WebAssembly SIMD, written in AssemblyScript: from tau of one jet to its predictions. The same operations in
 * the same order as kernel/head.hpp, so the same bits where multiply-adds are fused.
 *
 * memory.ts lays out all memory and hands over addresses; scripts/build.mjs compiles it twice, see lanes.as.ts.
 */
import { dense } from './dense.as';
import { exponential, fma, greater, lesser, logarithm } from './lanes.as';

export { denseOfJets } from './dense.as';
export { exponentials, logarithms, multiplyAdd } from './lanes.as';
export { quantileRows } from './rows.as';

const STEPS: i32 = 4;
const LANES: i32 = 4;
/** Samples computed together, and bytes of a value of each. */
const BLOCK: i32 = 12;
const ROW: usize = 48;
const VECTOR: usize = 16;
const VECTORS: i32 = 3;
/** Most inputs of the first layer: three known targets, two features of tau. */
const FIRST_INPUTS: usize = 5;

const TAU_LOGIT: i32 = 1;
const TAU_AFFINE: i32 = 0;
const LOG_RATIO_FROM_ZERO: i32 = 1;
const DIFFERENCE: i32 = 2;
const WRAPPED_DIFFERENCE: i32 = 3;

/** 2 pi = 6.28125 + the rest: a small multiple of the first part is exact (Cody and Waite, 1980). */
const TWO_PI_HIGH: f32 = 6.28125;
const TWO_PI_LOW: f32 = <f32>0.0019353071795862313;
const TWO_PI: f32 = <f32>6.283185307179586;
const PI: f32 = <f32>3.14159265358979;
/** The largest float below pi. */
const PI_BELOW: f32 = <f32>3.1415925;
const TURNS_A_RADIAN: f32 = <f32>0.15915494309189535;
/** LOG_WIDTH_LIMIT in network-spec.ts. */
const LOG_WIDTH_LIMIT: f32 = 4;

/** One target: see kernel/network.hpp. */
@unmanaged
class Target {
  kind: i32;
  sd: f32;
  offset: f32;
  lift: f32;
  leastExcess: f32;
}

/** A layer of the head: for each tile of outputs the weights of one input after the other, [inputs][tile]. */
@unmanaged
class Layer {
  kernel: usize;
  outputs: i32;
}

/** A network, and room to compute in. */
@unmanaged
class Network {
  tauInput: i32;
  /** Layers after the first. */
  deeper: i32;
  /** Biases a step. */
  units: i32;
  slope: f32;
  /** Outputs of the first layer. */
  firstOutputs: i32;
  /** Four addresses: the first layer's kernel as each step reads it. */
  firstKernels: usize;
  targets: usize;
  layers: usize;
  output: usize;
  /** [4][5][block]: what the first layer of each step reads, known targets and then features of tau. */
  inputs: usize;
  /** [widest][block], twice. */
  activations0: usize;
  activations1: usize;
  /** [block] */
  sums: usize;
  steps: usize;
}

/** What a jet decides for one step beside the biases: see kernel/head.hpp. */
@unmanaged
class StepOfJet {
  bias: usize;
  shift: f32;
  centre: f32;
  width: f32;
  origin: f32;
  turn: f32;
  leastValue: f32;
  perWidth: f32;
}

function only(value: v128): f32 {
  return f32x4.extract_lane(value, 0);
}

/** @param decided what the last jet layer gave for this jet. @param origins [4] the input's own four variables. */
function stepsOfJet(network: Network, decided: usize, origins: usize): void {
  const units: usize = (<usize>network.units) << 2;
  const shift: usize = decided + 4 * units;
  for (let step: usize = 0; step < <usize>STEPS; step++) {
    const target = changetype<Target>(network.targets + step * offsetof<Target>());
    const own = changetype<StepOfJet>(network.steps + step * offsetof<StepOfJet>());
    own.bias = decided + step * units;
    own.shift = load<f32>(shift + 4 * step);
    own.centre = load<f32>(shift + 4 * step, 16);
    const logWidth = f32x4.splat(load<f32>(shift + 4 * step, 32));
    const limited = lesser(f32x4.splat(LOG_WIDTH_LIMIT), greater(f32x4.splat(-LOG_WIDTH_LIMIT), logWidth));
    own.width = only(f32x4.mul(exponential(limited), f32x4.splat(target.sd)));
    const origin = load<f32>(origins + 4 * step);
    own.origin = target.kind < DIFFERENCE ? origin + target.offset : origin;
    own.turn = TWO_PI / own.width;
    own.perWidth = <f32>1 / own.width;
    own.leastValue =
      target.leastExcess > 0 ? only(logarithm(f32x4.splat(target.leastExcess / own.origin))) : <f32>0;
  }
}

/** How many turns an angle is beyond (-pi, pi]. */
function turnsOf(angle: v128): v128 {
  return f32x4.ceil(f32x4.mul(f32x4.sub(angle, f32x4.splat(PI)), f32x4.splat(TURNS_A_RADIAN)));
}

/** The angle inside (-pi, pi]. */
function wrapped(angle: v128): v128 {
  const turns = turnsOf(angle);
  const near = fma(turns, f32x4.splat(-TWO_PI_HIGH), angle);
  const inside = fma(turns, f32x4.splat(-TWO_PI_LOW), near);
  return lesser(f32x4.splat(PI_BELOW), greater(f32x4.splat(-PI_BELOW), inside));
}

/** Writes the features of tau, [features][block]; NaN where tau is not inside (0, 1). */
function tauFeatures(kind: i32, tau: usize, features: usize): void {
  const none = f32x4.splat(f32.NaN);
  const one = f32x4.splat(1);
  for (let v: i32 = 0; v < VECTORS; v++, tau += VECTOR, features += VECTOR) {
    const t = v128.load(tau);
    const inside = v128.and(f32x4.gt(t, f32x4.splat(0)), f32x4.lt(t, one));
    let logit: usize = features;
    if (kind !== TAU_LOGIT) {
      v128.store(features, v128.bitselect(fma(t, f32x4.splat(6), f32x4.splat(-3)), none, inside));
      logit += ROW;
    }
    if (kind !== TAU_AFFINE) {
      const odds = f32x4.div(t, f32x4.sub(one, t));
      v128.store(logit, v128.bitselect(f32x4.mul(logarithm(odds), f32x4.splat(0.5)), none, inside));
    }
  }
}

/** One vector of a step's outputs: stores the prediction, returns what the next steps read. */
function finish(target: Target, own: StepOfJet, output: v128, prediction: usize): v128 {
  let known = f32x4.add(output, f32x4.splat(own.shift));
  const value = fma(f32x4.splat(own.width), known, f32x4.splat(own.centre));
  const origin = f32x4.splat(own.origin);
  if (target.kind === DIFFERENCE) {
    v128.store(prediction, f32x4.add(origin, value));
  } else if (target.kind === WRAPPED_DIFFERENCE) {
    v128.store(prediction, wrapped(f32x4.add(origin, value)));
    known = fma(turnsOf(value), f32x4.splat(-own.turn), known);
  } else {
    let physical = fma(exponential(value), origin, f32x4.splat(target.lift));
    if (target.kind === LOG_RATIO_FROM_ZERO) physical = greater(f32x4.splat(0), physical);
    v128.store(prediction, physical);
    if (target.leastExcess > 0) {
      const missing = greater(f32x4.splat(0), f32x4.sub(f32x4.splat(own.leastValue), value));
      known = fma(missing, f32x4.splat(own.perWidth), known);
    }
  }
  return known;
}

/** One block of samples: tau and predictions [4][row]. */
function predictBlock(network: Network, tau: usize, predictions: usize, row: usize): void {
  const slope = f32x4.splat(network.slope);
  const tauInput = network.tauInput;
  const deeper = network.deeper;
  const sums = network.sums;
  const inputs = network.inputs;
  const features: i32 = tauInput < 2 ? 1 : 2;
  const inputRoom: usize = FIRST_INPUTS * ROW;
  for (let step: usize = 0; step < <usize>STEPS; step++)
    tauFeatures(tauInput, tau + step * row, inputs + step * (inputRoom + ROW));
  for (let step: usize = 0; step < <usize>STEPS; step++) {
    const own = changetype<StepOfJet>(network.steps + step * offsetof<StepOfJet>());
    const target = changetype<Target>(network.targets + step * offsetof<Target>());
    for (let v: usize = 0; v < ROW; v += VECTOR) v128.store(sums + v, f32x4.splat(0));
    let bias: usize = own.bias;
    let width: i32 = network.firstOutputs;
    let to: usize = network.activations0;
    dense(
      load<usize>(network.firstKernels + (step << 2)),
      bias,
      inputs + step * inputRoom,
      <i32>step + features,
      width,
      to,
      deeper === 0 ? network.output : 0,
      sums,
      slope,
    );
    bias += (<usize>width) << 2;
    for (let i: i32 = 0; i < deeper; i++) {
      const layer = changetype<Layer>(network.layers + <usize>i * offsetof<Layer>());
      const from: usize = to;
      to = (i & 1) === 0 ? network.activations1 : network.activations0;
      const output: usize = i + 1 === deeper ? network.output : 0;
      dense(layer.kernel, bias, from, width, layer.outputs, to, output, sums, slope);
      width = layer.outputs;
      bias += (<usize>width) << 2;
    }
    for (let v: usize = 0; v < ROW; v += VECTOR) {
      const known = finish(target, own, v128.load(sums + v), predictions + step * row + v);
      for (let later: usize = step + 1; later < <usize>STEPS; later++)
        v128.store(inputs + later * inputRoom + step * ROW + v, known);
    }
  }
}

/** All samples of one jet: tau, predictions [4][samples], samples a multiple of 12. */
export function predictJet(
  networkAt: usize,
  decided: usize,
  origins: usize,
  tau: usize,
  predictions: usize,
  samples: i32,
): void {
  const network = changetype<Network>(networkAt);
  const row: usize = (<usize>samples) << 2;
  stepsOfJet(network, decided, origins);
  for (let sample: usize = 0; sample < row; sample += BLOCK * LANES)
    predictBlock(network, tau + sample, predictions + sample, row);
}
