/** A worker that does nothing but predict: ONNX Runtime's session.run in a loop, or the native engine on memory as a pass hands it over. */
import { workerData } from 'node:worker_threads';
import * as ort from 'onnxruntime-node';
import { openEngine } from '../src/engines/open.js';
import { openGraph } from '../src/engines/ort-node.js';
import type { Bundle } from '../src/model/bundle.js';
import { readBundle } from '../src/model/bundle-node.js';
import { BLOCK_JETS } from '../src/model/graph-contract.js';
import { rowStride } from '../src/sampling/accumulators.js';
import { randomJets, randomTau } from '../test/random-jets.js';

export interface LoopSetup {
  readonly of: 'session.run' | 'native';
  readonly folder: string;
  readonly samples: number;
}

/** Jets a call of the native engine, as a pass makes groups; of session.run they are BLOCK_JETS. */
export const NATIVE_JETS = 4;

/** Makes so many calls. @returns one pt, that of the last jet, for a check. */
type Loop = (runs: number) => Promise<number>;
let loop: Promise<Loop> | undefined;

export default async function work(runs: number): Promise<number> {
  loop ??= prepare(workerData as LoopSetup);
  return await (await loop)(runs);
}

async function prepare({ of, folder, samples }: LoopSetup): Promise<Loop> {
  const bundle = await readBundle(folder);
  return of === 'native' ? nativeLoop(bundle, rowStride(samples)) : bareLoop(bundle, samples);
}

async function bareLoop(bundle: Bundle, samples: number): Promise<Loop> {
  const session = await openGraph(bundle, 'block.onnx');
  const dims = [BLOCK_JETS, 4, samples];
  const predictions = new Float32Array(BLOCK_JETS * 4 * samples);
  // Constant inputs, outputs into memory that is there already.
  const jets = Float32Array.from({ length: BLOCK_JETS * 4 }, (_, i) => [80, 0.5, 1, 10][i % 4]!);
  const tau = predictions.map((_, i) => ((i * 7919) % 9973) / 9973 + 1e-5);
  const feeds = {
    jets: new ort.Tensor('float32', jets, [BLOCK_JETS, 4]),
    tau: new ort.Tensor('float32', tau, dims),
  };
  const fetches = { predictions: new ort.Tensor('float32', predictions, dims) };
  return async (runs) => {
    for (let run = 0; run < runs; run++) await session.run(feeds, fetches);
    return predictions[(BLOCK_JETS - 1) * 4 * samples]!;
  };
}

async function nativeLoop(bundle: Bundle, stride: number): Promise<Loop> {
  const session = await openEngine(bundle, 'native');
  const jets = randomJets(NATIVE_JETS);
  const tau = randomTau(NATIVE_JETS, stride);
  const predictions = new Float32Array(tau.length);
  return async (runs) => {
    for (let run = 0; run < runs; run++) await session.predict(jets, tau, predictions, NATIVE_JETS, stride);
    return predictions[(NATIVE_JETS - 1) * 4 * stride]!;
  };
}
