/**
 * The conditional distributions by the wasm engine. What jets alone decide, nine tenths of the work and more, is computed
 * once a jet however often it is asked; a row is then the narrow head alone.
 */
import type { Bundle } from '../bundle.js';
import { bundleNetwork } from '../bundle-weights.js';
import type { Conditional, JetQuantiles } from '../conditional/conditional.js';
import type { NetworkData } from '../network-data.js';
import { networkNumbers } from '../network-numbers.js';
import { LOG_WIDTH_LIMIT } from '../network-spec.js';
import { KNOWN_COUNT, STEP_COUNT } from '../steps.js';
import { targetValue } from '../transforms.js';
import { createDecide } from './decide.js';
import { instantiateHead, type WasmHead } from './head.js';
import { JETS_TOGETHER, layOutNetwork } from './memory.js';
import { layOutRows, MOST_ROWS } from './rows-memory.js';
import { refusing } from './session.js';

/** @throws BundleError where the head does not take the bundle's network; the message says why. */
export function createBundleConditional(bundle: Bundle, head: WasmHead): Conditional {
  return createWasmConditional(bundle.source, bundleNetwork(bundle), head);
}

/**
 * @param source the bundle as the user named it, for messages.
 * @throws BundleError where the head does not take this network; the message says why.
 */
export function createWasmConditional(source: string, data: NetworkData, head: WasmHead): Conditional {
  const kernel = instantiateHead(head);
  const numbers = networkNumbers(data);
  const at = refusing(source, () => layOutNetwork(kernel.memory, numbers));
  const place = layOutRows(kernel.memory, numbers);
  const { buffer } = kernel.memory;
  const decide = createDecide(kernel, at, data);
  const rowMemory = new Float32Array(buffer, place.rows, MOST_ROWS * place.rowFloats);
  const results = new Float32Array(buffer, place.results, 2 * MOST_ROWS);
  const columns = data.inputs.length;
  const writeFeatures = featuresOf(data);

  /** What each jet decides, [N, place.decided]: biases; then shift, centre and width of the steps, in the targets' own unit. */
  function decideAll(jets: Float32Array): Float32Array {
    const count = jets.length / columns;
    const width = place.decided;
    const decided = new Float32Array(count * width);
    for (let first = 0; first < count; first += JETS_TOGETHER) {
      const here = Math.min(JETS_TOGETHER, count - first);
      const from = decide(jets, first, here);
      for (let jet = 0; jet < here; jet++)
        decided.set(new Float32Array(buffer, from + 4 * jet * at.stride, width), (first + jet) * width);
    }
    const logWidths = STEP_COUNT * place.units + 2 * STEP_COUNT;
    for (let jet = 0; jet < count; jet++)
      for (let step = 0; step < STEP_COUNT; step++) {
        const own = jet * width + logWidths + step;
        const limited = Math.max(-LOG_WIDTH_LIMIT, Math.min(LOG_WIDTH_LIMIT, decided[own]!));
        decided[own] = Math.exp(limited) * data.targets[step]!.sd;
      }
    return decided;
  }

  function forJets(jets: Float32Array): JetQuantiles {
    const decided = decideAll(jets);
    const perStep = STEP_COUNT * place.units;

    /** Row `row` of a question into place `n` of the memory. */
    function writeRow(n: number, jet: number, step: number, known: Float32Array, row: number, tau: number) {
      const own = jet * place.decided;
      let to = n * place.rowFloats;
      const biases = own + step * place.units;
      for (let unit = 0; unit < place.units; unit++) rowMemory[to++] = decided[biases + unit]!;
      const tangents = to + place.firstInputs;
      for (let j = 0; j < KNOWN_COUNT; j++) {
        rowMemory[to + j] = 0;
        rowMemory[tangents + j] = 0;
        if (j >= step) continue;
        const target = targetValue(data.targets[j]!, known[row * KNOWN_COUNT + j]!, jets[jet * columns + j]!);
        const centre = decided[own + perStep + STEP_COUNT + j]!;
        const width = decided[own + perStep + 2 * STEP_COUNT + j]!;
        rowMemory[to + j] = (target - centre) / width;
      }
      writeFeatures(tau, rowMemory, to + KNOWN_COUNT, tangents + KNOWN_COUNT);
    }

    /** Value and slope of the head's result `n`, in physical units. */
    function physical(n: number, jet: number, step: number) {
      const own = jet * place.decided + perStep + step;
      const width = decided[own + 2 * STEP_COUNT]!;
      const relative = decided[own + STEP_COUNT]! + width * (results[2 * n]! + decided[own]!);
      const slope = width * results[2 * n + 1]!;
      const input = jets[jet * columns + step]!;
      const { transform, offset, floor = 0 } = data.targets[step]!;
      if (transform !== 'log-ratio') return { value: input + relative, slope };
      const shifted = (input + offset) * Math.exp(relative);
      return { value: shifted - offset + floor, slope: shifted * slope };
    }

    return {
      async quantile(rows, known, step, tau) {
        const value = new Float32Array(rows.length);
        const slope = new Float32Array(rows.length);
        for (let first = 0; first < rows.length; first += MOST_ROWS) {
          const count = Math.min(MOST_ROWS, rows.length - first);
          for (let n = 0; n < count; n++) {
            const row = first + n;
            writeRow(n, rows[row]!, step[row]!, known, row, tau[row]!);
          }
          kernel.quantileRows(place.network, place.rows, place.results, count);
          for (let n = 0; n < count; n++) {
            const found = physical(n, rows[first + n]!, step[first + n]!);
            value[first + n] = found.value;
            slope[first + n] = found.slope;
          }
        }
        return { value, slope };
      },
    };
  }

  return {
    inputs: columns,
    forJets: async (jets) => forJets(jets),
    quantile(jets, known, step, tau) {
      const rows = Uint32Array.from({ length: tau.length }, (_, row) => row);
      return forJets(jets).quantile(rows, known, Uint8Array.from(step, Number), tau);
    },
    // The memory is freed with the object.
    async close() {},
  };
}

/** Writes the features of tau, and their derivatives by tau. */
function featuresOf({ network: { tauInput } }: NetworkData) {
  return (tau: number, memory: Float32Array, values: number, tangents: number): void => {
    let [value, tangent] = [values, tangents];
    if (tauInput !== 'logit') {
      memory[value++] = 6 * tau - 3;
      memory[tangent++] = 6;
    }
    if (tauInput !== 'affine') {
      memory[value] = 0.5 * Math.log(tau / (1 - tau));
      memory[tangent] = 0.5 / (tau * (1 - tau));
    }
  };
}
