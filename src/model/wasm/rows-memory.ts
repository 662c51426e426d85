/** A network's head in the memory of rows.as.ts, after what memory.ts has put there. */
import type { NetworkNumbers } from '../network-numbers.js';
import { KNOWN_COUNT, STEP_COUNT } from '../steps.js';
import { createPlaces, createReader } from './places.js';

/** Rows of one call. */
export const MOST_ROWS = 256;
/** Shift, centre and log width of each step, the last of what jets decide. */
const DECIDED_BY_STEPS = 3 * STEP_COUNT;
const VECTOR = 4;

/** Addresses. */
export interface RowsMemory {
  readonly network: number;
  /** [{@link MOST_ROWS}, rowFloats]: biases, what the first layer reads, its tangents. */
  readonly rows: number;
  readonly rowFloats: number;
  /** Biases of a step. */
  readonly units: number;
  /** What the first layer reads: known targets, features of tau. */
  readonly firstInputs: number;
  /** Of what a jet decides: all biases, then shift, centre and log width. */
  readonly decided: number;
  /** [{@link MOST_ROWS}, 2] */
  readonly results: number;
}

export function layOutRows(memory: WebAssembly.Memory, { layout, numbers }: NetworkNumbers): RowsMemory {
  const sizes = createReader(layout);
  const inputs = sizes.one();
  const features = sizes.one() === 2 ? 2 : 1;
  sizes.take(STEP_COUNT);
  const trunk = sizes.take(sizes.one());
  const head = sizes.take(sizes.one());
  const units = head.reduce((sum, outputs) => sum + outputs, 0);
  const decided = STEP_COUNT * units + DECIDED_BY_STEPS;
  const values = createReader(numbers);
  values.take(1 + 4 * STEP_COUNT);
  let width = inputs;
  for (const outputs of [...trunk, decided]) {
    values.take((width + 1) * outputs);
    width = outputs;
  }
  const place = createPlaces(memory.buffer.byteLength);
  const firstInputs = KNOWN_COUNT + features;
  const firstLayer = place.room(12 * head.length);
  head.forEach((outputs, layer) => {
    const rows = layer === 0 ? firstInputs : head[layer - 1]!;
    const kernel = place.array(wholeVectors(values.take(rows * outputs), rows, outputs));
    place.words(firstLayer + 12 * layer, [kernel, outputs, vectorsOf(outputs)]);
  });
  const output = place.array(wholeVectors(values.take(head.at(-1)!), 1, head.at(-1)!));
  const widest = 4 * VECTOR * vectorsOf(Math.max(...head));
  const rowFloats = units + 2 * firstInputs;
  const network = place.room(44);
  place.words(network, [
    4 * rowFloats,
    4 * units,
    firstInputs,
    head.length,
    firstLayer,
    output,
    ...[0, 1, 2, 3].map(() => place.room(widest)),
  ]);
  place.floats(network + 40, [numbers[0]!]);
  const rows = place.room(4 * rowFloats * MOST_ROWS);
  const results = place.room(8 * MOST_ROWS);
  place.write(memory);
  return { network, rows, rowFloats, units, firstInputs, decided, results };
}

function vectorsOf(outputs: number): number {
  return Math.ceil(outputs / VECTOR);
}

/** [rows, outputs] with each row filled up by zeros to whole vectors. */
function wholeVectors(kernel: Float32Array, rows: number, outputs: number): Float32Array {
  const width = VECTOR * vectorsOf(outputs);
  const filled = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++)
    filled.set(kernel.subarray(row * outputs, (row + 1) * outputs), row * width);
  return filled;
}
