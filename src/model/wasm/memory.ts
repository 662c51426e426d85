/** A network in the memory of head.as.ts: where each number lies, in the order in which the kernel reads them. */
import type { NetworkNumbers } from '../network-numbers.js';
import { KNOWN_COUNT, STEP_COUNT } from '../steps.js';
import { createPlaces, createReader } from './places.js';

/** Samples that the kernel computes together. */
export const BLOCK = 12;
/** Most samples of one call: 84 blocks, whose tau and predictions stay in the second-level cache. */
export const MOST_SAMPLES = 84 * BLOCK;
/** Jets whose trunk is computed together. */
export const JETS_TOGETHER = 4;

/** As kernel/network.hpp has it. */
const MOST_LAYERS = 8;
const MOST_HEAD_WIDTH = 64;
const MOST_TRUNK_WIDTH = 1024;
/** Outputs that head.as.ts computes together. */
const TILE = 3;
/** Outputs of the trunk's layers are filled up to a multiple of two vectors. */
const PADDING = 8;
/** Shift, centre and log width of each step. */
const DECIDED_BY_STEPS = 3 * STEP_COUNT;
/** Bytes of one value of a block, of a struct Target, of a StepOfJet. */
const ROW = 4 * BLOCK;
const TARGET_BYTES = 20;
const STEP_BYTES = 32;

/** A layer on what jets decide. */
export interface JetLayer {
  readonly kernel: number;
  readonly bias: number;
  readonly inputs: number;
  /** Outputs, filled up. */
  readonly width: number;
}

/** Addresses. */
export interface NetworkMemory {
  readonly network: number;
  readonly slope: number;
  /** The trunk and, last, what decides. */
  readonly jetLayers: readonly JetLayer[];
  /** [4, stride], twice: what one of them reads and writes. */
  readonly context: readonly [number, number];
  readonly stride: number;
  /** [4] */
  readonly origins: number;
  /** [4, {@link MOST_SAMPLES}] each. */
  readonly tau: number;
  readonly predictions: number;
}

/**
 * Puts a network into the memory, which grows to hold it.
 *
 * @throws Error that says in one line why the kernel cannot run it.
 */
export function layOutNetwork(
  memory: WebAssembly.Memory,
  { layout, numbers }: NetworkNumbers,
): NetworkMemory {
  refuse(layout, numbers);
  const sizes = createReader(layout);
  const inputs = sizes.one();
  const tauInput = sizes.one();
  const kinds = sizes.take(STEP_COUNT);
  const trunk = sizes.take(sizes.one());
  const head = sizes.take(sizes.one());
  const features = tauInput === 2 ? 2 : 1;
  const values = createReader(numbers);
  const place = createPlaces();

  const slope = values.one();
  const targets = place.room(STEP_COUNT * TARGET_BYTES);
  kinds.forEach((kind, step) => {
    place.words(targets + step * TARGET_BYTES, [kind]);
    place.floats(targets + step * TARGET_BYTES + 4, values.take(4));
  });
  const jetLayers: JetLayer[] = [];
  let width = inputs;
  const units = head.reduce((sum, outputs) => sum + outputs, 0);
  for (const outputs of [...trunk, STEP_COUNT * units + DECIDED_BY_STEPS]) {
    const kernel = filledUp(values.take(width * outputs), width, outputs);
    const bias = filledUp(values.take(outputs), 1, outputs);
    jetLayers.push({
      kernel: place.array(kernel),
      bias: place.array(bias),
      inputs: width,
      width: bias.length,
    });
    width = outputs;
  }
  const firstRows = values.take((KNOWN_COUNT + features) * head[0]!);
  const firstKernels = Array.from({ length: STEP_COUNT }, (_, step) => {
    const known = Array.from({ length: step }, (_, row) => row);
    const ofTau = Array.from({ length: features }, (_, row) => KNOWN_COUNT + row);
    return place.array(tiled(firstRows, [...known, ...ofTau], head[0]!));
  });
  const layers = place.room(8 * MOST_LAYERS);
  for (let layer = 1; layer < head.length; layer++) {
    const [rows, outputs] = [head[layer - 1]!, head[layer]!];
    const all = Array.from({ length: rows }, (_, row) => row);
    const kernel = place.array(tiled(values.take(rows * outputs), all, outputs));
    place.words(layers + 8 * (layer - 1), [kernel, outputs]);
  }
  const output = place.array(values.take(head.at(-1)!));

  const firsts = place.room(4 * STEP_COUNT);
  place.words(firsts, firstKernels);
  const widest = Math.max(...head);
  const network = place.room(64);
  place.words(network, [tauInput, head.length - 1, units]);
  place.floats(network + 12, [slope]);
  place.words(network + 16, [
    head[0]!,
    firsts,
    targets,
    layers,
    output,
    // What head.as.ts writes: inputs of the first layer, two rows of activations, sums, what a jet decides.
    place.room(STEP_COUNT * (KNOWN_COUNT + 2) * ROW),
    place.room(widest * ROW),
    place.room(widest * ROW),
    place.room(ROW),
    place.room(STEP_COUNT * STEP_BYTES),
  ]);
  const stride = Math.max(inputs, ...jetLayers.map((layer) => layer.width));
  const samples = 4 * STEP_COUNT * MOST_SAMPLES;
  const found: NetworkMemory = {
    network,
    slope,
    jetLayers,
    context: [place.room(4 * JETS_TOGETHER * stride), place.room(4 * JETS_TOGETHER * stride)],
    stride,
    origins: place.room(4 * STEP_COUNT),
    tau: place.room(samples),
    predictions: place.room(samples),
  };
  place.write(memory);
  return found;
}

/** What the kernel cannot run: kernel/network.cpp refuses the same. */
function refuse(layout: Uint32Array, numbers: Float32Array): void {
  const trunk = layout.subarray(7, 7 + layout[6]!);
  const head = layout.subarray(8 + trunk.length);
  if (trunk.length > MOST_LAYERS || trunk.some((width) => width > MOST_TRUNK_WIDTH))
    throw new Error('the trunk has more than 8 layers or one of more than 1024 units');
  if (head.length > MOST_LAYERS || head.some((width) => width > MOST_HEAD_WIDTH))
    throw new Error('the head has more than 8 layers or one of more than 64 units');
  if (!numbers.every(Number.isFinite)) throw new Error('a weight or number of the network is not finite');
  // Beyond 1 the larger of z and slope z would no longer be LeakyReLU.
  if (!(numbers[0]! >= 0 && numbers[0]! <= 1)) throw new Error('the slope is not 0 to 1');
}

/** [inputs, outputs] with each row filled up by zeros. */
function filledUp(kernel: Float32Array, inputs: number, outputs: number): Float32Array {
  const width = Math.ceil(outputs / PADDING) * PADDING;
  const filled = new Float32Array(inputs * width);
  for (let input = 0; input < inputs; input++)
    filled.set(kernel.subarray(input * outputs, (input + 1) * outputs), input * width);
  return filled;
}

/** Some rows of a kernel [inputs, outputs]: for each tile of outputs the weights of one row after the other. */
function tiled(kernel: Float32Array, rows: readonly number[], outputs: number): Float32Array {
  const packed = new Float32Array(rows.length * outputs);
  let at = 0;
  for (let first = 0; first < outputs; first += TILE)
    for (const row of rows)
      for (let output = first; output < Math.min(first + TILE, outputs); output++)
        packed[at++] = kernel[row * outputs + output]!;
  return packed;
}
