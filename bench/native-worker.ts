/** A worker that does nothing but predict by the native engine, on memory as a pass hands it over. */
import { workerData } from 'node:worker_threads';
import { openEngine } from '../src/engines/open.js';
import { readBundle } from '../src/model/bundle-node.js';
import { rowStride } from '../src/sampling/accumulators.js';
import { randomJets, randomTau } from '../test/random-jets.js';

export interface NativeSetup {
  readonly folder: string;
  readonly samples: number;
}

/** Jets a call, as a pass makes groups. */
export const NATIVE_JETS = 4;

let loop: Promise<(runs: number) => Promise<number>> | undefined;

/** Runs so many calls. @returns one pt, that of the last jet. */
export default async function work(runs: number): Promise<number> {
  loop ??= prepare(workerData as NativeSetup);
  return await (await loop)(runs);
}

async function prepare({ folder, samples }: NativeSetup): Promise<(runs: number) => Promise<number>> {
  const session = await openEngine(await readBundle(folder), 'native');
  const stride = rowStride(samples);
  const jets = randomJets(NATIVE_JETS);
  const tau = randomTau(NATIVE_JETS, stride);
  const predictions = new Float32Array(tau.length);
  return async (runs) => {
    for (let run = 0; run < runs; run++) await session.predict(jets, tau, predictions, NATIVE_JETS, stride);
    return predictions[(NATIVE_JETS - 1) * 4 * stride]!;
  };
}
