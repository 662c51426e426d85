/** The wasm engine: trunk, head and transforms in WebAssembly, in Node and browsers alike. */
import { BundleError } from '../../errors.js';
import type { Bundle } from '../bundle.js';
import { bundleNetwork } from '../bundle-weights.js';
import type { NetworkData } from '../network-data.js';
import { networkNumbers } from '../network-numbers.js';
import type { Session } from '../session.js';
import { STEP_COUNT } from '../steps.js';
import { createDecide } from './decide.js';
import { instantiateHead, type WasmHead } from './head.js';
import { BLOCK, JETS_TOGETHER, layOutNetwork, MOST_SAMPLES } from './memory.js';

/** @throws BundleError where the head does not take the bundle's network; the message says why. */
export function createBundleSession(bundle: Bundle, head: WasmHead): Session {
  return createWasmSession(bundle.source, bundleNetwork(bundle), head);
}

/**
 * @param source the bundle as the user named it, for messages.
 * @throws BundleError where the head does not take this network; the message says why.
 */
export function createWasmSession(source: string, data: NetworkData, head: WasmHead): Session {
  const kernel = instantiateHead(head);
  const at = refusing(source, () => layOutNetwork(kernel.memory, networkNumbers(data)));
  const { buffer } = kernel.memory;
  const columns = data.inputs.length;
  const decide = createDecide(kernel, at, data);
  const origins = new Float32Array(buffer, at.origins, STEP_COUNT);
  const tauMemory = new Float32Array(buffer, at.tau, STEP_COUNT * MOST_SAMPLES);
  const predictionMemory = new Float32Array(buffer, at.predictions, STEP_COUNT * MOST_SAMPLES);

  /** All samples of one jet, whose rows of tau and predictions begin at `row`. */
  function predictJet(
    decided: number,
    tau: Float32Array,
    predictions: Float32Array,
    row: number,
    samples: number,
  ) {
    for (let first = 0; first < samples; first += MOST_SAMPLES) {
      const count = Math.min(MOST_SAMPLES, samples - first);
      const filled = Math.ceil(count / BLOCK) * BLOCK;
      for (let step = 0; step < STEP_COUNT; step++) {
        const from = row + step * samples + first;
        tauMemory.set(tau.subarray(from, from + count), step * filled);
        tauMemory.fill(0.5, step * filled + count, (step + 1) * filled);
      }
      kernel.predictJet(at.network, decided, at.origins, at.tau, at.predictions, filled);
      for (let step = 0; step < STEP_COUNT; step++)
        predictions.set(
          predictionMemory.subarray(step * filled, step * filled + count),
          row + step * samples + first,
        );
    }
  }

  return {
    engine: 'wasm',
    inputs: columns,
    async predict(jets, tau, predictions, jetCount, sampleCount) {
      checkLength('jets', jets, jetCount * columns);
      checkLength('tau', tau, jetCount * STEP_COUNT * sampleCount);
      checkLength('predictions', predictions, jetCount * STEP_COUNT * sampleCount);
      for (let first = 0; first < jetCount; first += JETS_TOGETHER) {
        const count = Math.min(JETS_TOGETHER, jetCount - first);
        const decided = decide(jets, first, count);
        for (let jet = 0; jet < count; jet++) {
          const column = (first + jet) * columns;
          origins.set(jets.subarray(column, column + STEP_COUNT));
          const row = (first + jet) * STEP_COUNT * sampleCount;
          predictJet(decided + 4 * jet * at.stride, tau, predictions, row, sampleCount);
        }
      }
    },
    // The memory is freed with the session.
    async close() {},
  };
}

function checkLength(name: string, values: Float32Array, needed: number): void {
  if (values.length < needed)
    throw new RangeError(`${name} has ${values.length} values, ${needed} are needed`);
}

/** A network that the kernel does not take, as a BundleError. */
export function refusing<T>(source: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw new BundleError(source, `the wasm engine does not take this network: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
