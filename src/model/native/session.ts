/** The native engine: a session whose head, trunk and transforms are the addon's, straight on the caller's arrays. */
import { BundleError } from '../../errors.js';
import type { NetworkData } from '../network-data.js';
import { networkNumbers } from '../network-numbers.js';
import type { Session } from '../session.js';
import { STEP_COUNT } from '../steps.js';
import { networkInputCount, writeNetworkInputs } from '../transforms.js';
import { loadAddon, type NativeAddon, type OpenNetwork } from './addon.js';

export interface NativeOptions {
  /** Instruction set, one of the addon's levels(); default the best. All give the same bits. */
  readonly level?: string;
}

/**
 * @param source the bundle as the user named it, for messages.
 * @throws BundleError where there is no addon or it does not take this network; the message says why.
 */
export function createNativeSession(source: string, data: NetworkData, options: NativeOptions = {}): Session {
  const { addon, network, columns, inputsOf } = openNetwork(source, data, options.level);

  function predict(
    jets: Float32Array,
    tau: Float32Array,
    predictions: Float32Array,
    jetCount: number,
    sampleCount: number,
  ): void {
    const { x, origins } = inputsOf(jets, jetCount);
    addon.predict(network, x, origins, tau, predictions, jetCount, sampleCount);
  }

  return {
    engine: 'native',
    inputs: columns,
    async predict(jets, tau, predictions, jetCount, sampleCount) {
      const mine = isOwn(tau) ? tau : tau.slice();
      if (isOwn(predictions)) return predict(jets, mine, predictions, jetCount, sampleCount);
      const made = new Float32Array(predictions.length);
      predict(jets, mine, made, jetCount, sampleCount);
      predictions.set(made.subarray(0, jetCount * STEP_COUNT * sampleCount));
    },
    // The addon frees the network when nothing holds it any more.
    async close() {},
  };
}

/** The addon reads no memory that threads share. slice() of such an array is the thread's own. */
function isOwn({ buffer }: Float32Array): boolean {
  return Object.prototype.toString.call(buffer) === '[object ArrayBuffer]';
}

interface OpenedNetwork {
  readonly addon: NativeAddon;
  readonly network: OpenNetwork;
  /** Input columns a jet. */
  readonly columns: number;
  /** x and origins of jets as the addon wants them, until the next call. */
  inputsOf(
    jets: Float32Array,
    jetCount: number,
  ): { readonly x: Float32Array; readonly origins: Float32Array };
}

/** @throws BundleError where there is no addon or it does not take this network; the message says why. */
export function openNetwork(source: string, data: NetworkData, level?: string): OpenedNetwork {
  const found = loadAddon();
  if ('absence' in found) throw new BundleError(source, `the native engine is absent: ${found.absence}`);
  const { addon } = found;
  const { layout, numbers } = networkNumbers(data);
  const network = refusing(source, () => addon.open(layout, numbers, level ?? addon.levels()[0]!));
  const columns = data.inputs.length;
  const width = networkInputCount(data);
  let x = new Float32Array(0);
  let origins = new Float32Array(0);
  return {
    addon,
    network,
    columns,
    inputsOf(jets, jetCount) {
      if (jets.length < jetCount * columns)
        throw new RangeError(`jets has ${jets.length} values, ${jetCount * columns} are needed`);
      if (x.length < jetCount * width) {
        x = new Float32Array(jetCount * width);
        origins = new Float32Array(jetCount * STEP_COUNT);
      }
      for (let jet = 0; jet < jetCount; jet++) {
        const values = jets.subarray(jet * columns, (jet + 1) * columns);
        writeNetworkInputs(data, values, x, jet * width);
        origins.set(values.subarray(0, STEP_COUNT), jet * STEP_COUNT);
      }
      return { x, origins };
    },
  };
}

function refusing<T>(source: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const { message } = error as Error;
    throw new BundleError(source, `the native engine does not take this network: ${message}`, {
      cause: error,
    });
  }
}
