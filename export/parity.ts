/**
 * Whether the graphs, run by ONNX Runtime, compute what the trained network computes in TensorFlow.js: compared on
 * random jets over the whole range of the training jets, its corners and the outermost tau included.
 *
 * Each step is compared given the same targets before it: those that sampler.onnx predicted. So its error does not
 * build up over the steps and every step is held to the bound of one, which rounding.ts derives.
 */
import * as ort from 'onnxruntime-node';
import { openGraph, openOrt } from '../src/engines/ort-node.js';
import { RunError } from '../src/errors.js';
import { VARIABLES, type Variable } from '../src/jets/columns.js';
import { wrapPhi } from '../src/jets/phi.js';
import type { Bundle } from '../src/model/bundle.js';
import { LARGEST_RUN } from '../src/model/graph-contract.js';
import { KNOWN_COUNT, STEP_COUNT } from '../src/model/steps.js';
import { inputValue, networkInputCount, targetValue, writeNetworkInputs } from '../src/model/transforms.js';
import { philox4x32, STREAM } from '../src/stats/philox.js';
import { fillTau } from '../src/stats/tau.js';
import { LEVELS, latticeTau, POINTS } from './quantiles-graph.js';
import { type Rows, roundingReach, UNIT_ROUNDOFF } from './rounding.js';
import type { TrainedNetwork } from './trained-network.js';

/** The network as training computes it; all arrays a row each, standardised. */
export interface NetworkReference {
  evaluate(
    inputs: Float32Array,
    steps: Uint8Array,
    known: Float32Array,
    tau: Float32Array,
  ): { quantile: Float32Array; slope: Float32Array };
}

/**
 * What a card says of it: the largest differences over all jets. pt and mass: relative, mass to mass + 0.7 GeV; eta, phi:
 * as they are, phi in rad.
 */
export interface Parity {
  readonly jets: number;
  readonly sampler: Readonly<Record<Variable, number>>;
  readonly block: Readonly<Record<Variable, number>>;
  readonly conditional: Readonly<Record<Variable, number>>;
  /** Of quantiles.onnx, from quantiles of what sampler.onnx gives at the same tau. */
  readonly quantiles: Readonly<Record<Variable, number>>;
  /** Of the slopes, relative to their size. */
  readonly slope: Readonly<Record<Variable, number>>;
  /** The largest difference as a share of what float32 rounding may do to that row: at most 1. */
  readonly shareOfRounding: {
    readonly sampler: number;
    readonly block: number;
    readonly conditional: number;
    readonly quantiles: number;
    readonly slope: number;
  };
  /**
   * Predictions in which block.onnx and sampler.onnx differ in any bit: many where a layer has more than 128 inputs, whose
   * sums ONNX Runtime takes in parts that depend on the shape of a product.
   */
  readonly blockDiffers: number;
}

/** tau outermost and in the middle. */
const EDGE_TAUS = [2 ** -24, 0.5, 1 - 2 ** -24];
/** Jets whose quantiles are compared: in one run of quantiles.onnx. */
const QUANTILE_JETS = LARGEST_RUN.J;
/** What float32 may do to a quantile, in widths of its distribution: steps add up here, unlike in the other graphs. */
const QUANTILE_ROUNDING = 1e-3;
/** Rows in one call of the reference. */
const REFERENCE_ROWS = 8192;

/**
 * Compares all graphs with the network, quantiles.onnx by way of sampler.onnx.
 *
 * @throws RunError where one differs by more than float32 rounding.
 */
export async function measureParity(
  bundle: Bundle,
  trained: TrainedNetwork,
  reference: NetworkReference,
  jetCount = 10_000,
): Promise<Parity> {
  const jets = spreadJets(bundle, jetCount);
  const tau = new Float32Array(jetCount * STEP_COUNT);
  fillTau(tau, 0, 0, jetCount, 0, 1);
  for (let row = 0; row < Math.min(jetCount, 64) * STEP_COUNT; row++)
    tau[row] = EDGE_TAUS[(row + (row >> 4)) % 3]!;

  const sampled = await sampler(bundle, jets, tau);
  const blocks = new Float32Array(sampled.length);
  const session = await openOrt(bundle);
  await session.predict(jets, tau, blocks, jetCount, 1);
  await session.close();

  const rows = conditionalRows(bundle, jets, sampled, tau);
  const conditional = await openOrt(bundle);
  const found = await conditional.quantile(rows.jets, rows.known, rows.step, rows.tau);
  await conditional.close();
  const expected = await referenceRows(trained, reference, rows);
  const reach = await roundingReach(bundle, trained, rows);

  const zeros = () =>
    Object.fromEntries(VARIABLES.map((variable) => [variable, 0])) as Record<Variable, number>;
  const largest = {
    sampler: zeros(),
    block: zeros(),
    conditional: zeros(),
    quantiles: zeros(),
    slope: zeros(),
  };
  const share = { sampler: 0, block: 0, conditional: 0, quantiles: 0, slope: 0 };
  const note = (
    what: keyof typeof largest,
    variable: Variable,
    difference: number,
    bound: number,
    size = 1,
  ) => {
    if (difference === 0) return;
    // A difference that is no number must not slip through a comparison.
    if (Number.isNaN(difference)) difference = Number.POSITIVE_INFINITY;
    largest[what][variable] = Math.max(largest[what][variable], difference / size);
    share[what] = Math.max(share[what], difference / bound);
  };
  let blockDiffers = 0;
  for (let row = 0; row < sampled.length; row++) {
    const step = row % STEP_COUNT;
    const variable = VARIABLES[step]!;
    const { transform, offset } = trained.targets[step]!;
    const input = rows.jets[row * trained.inputs.length + step]!;
    // A jet that cannot be, in a corner of the range, may have a mass that no float32 holds: infinite for both.
    const value = Math.fround(expected.value[row]!);
    // Two programs, and the roundings of the last few operations on numbers of this size.
    const last = 4 * UNIT_ROUNDOFF * (Math.abs(value) + Math.abs(input) + offset);
    const allowed = 2 * reach.value[row]! + last;
    const size = transform === 'log-ratio' ? Math.abs(value) + offset : 1;
    note('conditional', variable, distance(found.value[row]!, value), allowed, size);
    const held = variable === 'mass' ? Math.max(0, value) : value;
    for (const [what, predictions] of [
      ['sampler', sampled],
      ['block', blocks],
    ] as const) {
      const off = distance(predictions[row]!, held);
      note(what, variable, transform === 'wrapped-difference' ? Math.abs(wrapPhi(off)) : off, allowed, size);
    }
    const slope = Math.abs(expected.slope[row]!);
    // Below its smallest normal number float32 has fewer digits.
    const slopeAllowed = 2 * reach.slope[row]! + 16 * UNIT_ROUNDOFF * slope + 2 ** -126;
    note(
      'slope',
      variable,
      distance(found.slope[row]!, Math.fround(expected.slope[row]!)),
      slopeAllowed,
      slope || 1,
    );
    if (!Object.is(blocks[row], sampled[row])) blockDiffers++;
  }
  for (const { variable, ...quantile } of await quantileDifferences(bundle, trained, jets))
    note('quantiles', variable, quantile.difference, quantile.allowed, quantile.size);
  const parity: Parity = {
    jets: jetCount,
    ...largest,
    shareOfRounding: share,
    blockDiffers,
  };
  refuse(parity);
  return parity;
}

function distance(one: number, other: number): number {
  return one === other ? 0 : Math.abs(one - other);
}

function refuse({ shareOfRounding, ...largest }: Parity): void {
  for (const what of ['sampler', 'block', 'conditional', 'quantiles', 'slope'] as const) {
    if (shareOfRounding[what] <= 1) continue;
    const figures = VARIABLES.map((variable) => `${variable} ${largest[what][variable].toPrecision(2)}`).join(
      ', ',
    );
    throw new RunError(
      `the exported graphs do not compute the trained network: ${what} differs by ` +
        `${shareOfRounding[what].toPrecision(3)} times what float32 rounding allows (largest: ${figures}); ` +
        'this is a bug of the export or of this ONNX Runtime, and nothing was written',
    );
  }
}

/** Jets [jets, F]: the corners of the range of the training jets, then evenly within it, in the inputs' own scale. */
function spreadJets({ card }: Bundle, jetCount: number): Float32Array {
  const columns = card.inputs.length;
  const jets = new Float32Array(jetCount * columns);
  const words = new Uint32Array(4);
  card.inputs.forEach((input, column) => {
    const [least, most] = card.range[input.column] ?? [input.mean - 3 * input.sd, input.mean + 3 * input.sd];
    const [low, high] = [inputValue(input, least), inputValue(input, most)];
    for (let jet = 0; jet < jetCount; jet++) {
      philox4x32(words, jet, column, 1, STREAM.parity, 0, 0);
      const corner = (jet >> (column % 4)) & 1;
      const position = jet < 16 ? corner : (words[0]! + 0.5) / 2 ** 32;
      const value = low + (high - low) * position;
      const physical = input.transform === 'log' ? Math.exp(value) - input.offset : value;
      jets[jet * columns + column] = Math.min(Math.max(physical, least), most);
    }
  });
  return jets;
}

async function sampler(bundle: Bundle, jets: Float32Array, tau: Float32Array): Promise<Float32Array> {
  const graph = await openGraph(bundle, 'sampler.onnx');
  const jetCount = tau.length / STEP_COUNT;
  const { predictions } = await graph.run({
    jets: new ort.Tensor('float32', jets, [jetCount, bundle.card.inputs.length]),
    tau: new ort.Tensor('float32', tau, [jetCount, STEP_COUNT]),
  });
  const values = (await predictions!.getData()) as Float32Array;
  await graph.release();
  return values;
}

interface QuantileDifference {
  readonly variable: Variable;
  readonly difference: number;
  readonly allowed: number;
  readonly size: number;
}

/** How far the quantiles of quantiles.onnx lie from those of sampler.onnx at its tau; those of pt at the levels. */
async function quantileDifferences(
  bundle: Bundle,
  { targets }: TrainedNetwork,
  allJets: Float32Array,
): Promise<QuantileDifference[]> {
  const columns = bundle.card.inputs.length;
  const jets = allJets.subarray(0, QUANTILE_JETS * columns);
  const graph = await openGraph(bundle, 'quantiles.onnx');
  const { quantiles } = await graph.run({
    jets: new ort.Tensor('float32', jets.slice(), [jets.length / columns, columns]),
  });
  const found = (await quantiles!.getData()) as Float32Array;
  await graph.release();
  const lattice = latticeTau();
  // The rows of one jet: the lattice, then the levels.
  const tau = [...Array(POINTS).keys()]
    .map((point) => [0, 1, 2, 3].map((step) => lattice[step * POINTS + point]!))
    .concat(LEVELS.map((level) => [level, 0.5, 0.5, 0.5]))
    .flat();
  const rows = POINTS + LEVELS.length;
  const ofRows = (jets.length / columns) * rows;
  const copies = Float32Array.from(
    { length: ofRows * columns },
    (_, at) => jets[Math.floor(at / columns / rows) * columns + (at % columns)]!,
  );
  const taus = Float32Array.from({ length: ofRows * STEP_COUNT }, (_, at) => tau[at % tau.length]!);
  const sampled = await sampler(bundle, copies, taus);
  const differences: QuantileDifference[] = [];
  for (let jet = 0; jet < jets.length / columns; jet++) {
    const own = jets.subarray(jet * columns, (jet + 1) * columns);
    for (const [step, variable] of VARIABLES.entries()) {
      const { transform, offset } = targets[step]!;
      const input = own[step]!;
      const near = (value: number) =>
        transform === 'wrapped-difference' ? input + wrapPhi(value - input) : value;
      const ofRow = (row: number) => near(sampled[(jet * rows + row) * STEP_COUNT + step]!);
      const samples = Float64Array.from({ length: POINTS }, (_, row) => ofRow(row)).sort();
      const width = samples[Math.floor(0.975 * POINTS)]! - samples[Math.floor(0.025 * POINTS)]!;
      LEVELS.forEach((level, l) => {
        const rank = POINTS * level - 0.5;
        const [low, high] = [samples[Math.floor(rank)]!, samples[Math.ceil(rank)]!];
        const value = step === 0 ? ofRow(POINTS + l) : low + (high - low) * (rank % 1);
        const off = found[(jet * STEP_COUNT + step) * LEVELS.length + l]! - value;
        const size = transform === 'log-ratio' ? Math.abs(value) + offset : 1;
        const allowed =
          QUANTILE_ROUNDING * width + 8 * UNIT_ROUNDOFF * (Math.abs(value) + Math.abs(input) + offset);
        const difference = Math.abs(transform === 'wrapped-difference' ? wrapPhi(off) : off);
        differences.push({ variable, difference, allowed, size });
      });
    }
  }
  return differences;
}

/** Row 4 j + k: step k of jet j, given what was predicted before it. */
function conditionalRows(
  { card }: Bundle,
  jets: Float32Array,
  predictions: Float32Array,
  tau: Float32Array,
): Rows {
  const columns = card.inputs.length;
  const rows = predictions.length;
  const repeated = new Float32Array(rows * columns);
  const known = new Float32Array(rows * KNOWN_COUNT);
  for (let row = 0; row < rows; row++) {
    const jet = Math.floor(row / STEP_COUNT);
    repeated.set(jets.subarray(jet * columns, (jet + 1) * columns), row * columns);
    known.set(predictions.subarray(jet * STEP_COUNT, jet * STEP_COUNT + KNOWN_COUNT), row * KNOWN_COUNT);
  }
  return {
    jets: repeated,
    known,
    step: Uint8Array.from({ length: rows }, (_, row) => row % STEP_COUNT),
    tau,
  };
}

/** Value and slope of each row by the reference, transforms in double precision, phi not wrapped. */
async function referenceRows(
  trained: TrainedNetwork,
  reference: NetworkReference,
  rows: Rows,
): Promise<{ value: Float64Array; slope: Float64Array }> {
  const { targets } = trained;
  const columns = trained.inputs.length;
  const width = networkInputCount(trained);
  const count = rows.tau.length;
  const value = new Float64Array(count);
  const slope = new Float64Array(count);
  for (let first = 0; first < count; first += REFERENCE_ROWS) {
    const here = Math.min(REFERENCE_ROWS, count - first);
    const x = new Float32Array(here * width);
    const known = new Float32Array(here * KNOWN_COUNT);
    const steps = new Uint8Array(here);
    for (let row = 0; row < here; row++) {
      const at = first + row;
      const jet = rows.jets.subarray(at * columns, (at + 1) * columns);
      steps[row] = rows.step[at]!;
      writeNetworkInputs(trained, jet, x, row * width);
      for (let j = 0; j < steps[row]!; j++) {
        const { mean, sd } = targets[j]!;
        const relative = targetValue(targets[j]!, rows.known[at * KNOWN_COUNT + j]!, jet[j]!);
        known[row * KNOWN_COUNT + j] = (relative - mean) / sd;
      }
    }
    const made = reference.evaluate(x, steps, known, rows.tau.slice(first, first + here));
    for (let row = 0; row < here; row++) {
      const step = steps[row]!;
      const { transform, offset, floor = 0, mean, sd } = targets[step]!;
      const input = rows.jets[(first + row) * columns + step]!;
      const relative = mean + sd * made.quantile[row]!;
      const isLog = transform === 'log-ratio';
      const scale = isLog ? (input + offset) * Math.exp(relative) : 1;
      value[first + row] = isLog ? scale - offset + floor : input + relative;
      slope[first + row] = scale * sd * made.slope[row]!;
    }
  }
  return { value, slope };
}
