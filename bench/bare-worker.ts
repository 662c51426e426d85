/** What a loop of session.run alone makes of a bundle: constant inputs, outputs into memory that is there already. */
import { workerData } from 'node:worker_threads';
import * as ort from 'onnxruntime-node';
import { openGraph } from '../src/engines/ort-node.js';
import { readBundle } from '../src/model/bundle-node.js';
import { BLOCK_JETS } from '../src/model/graph-contract.js';

export interface BareSetup {
  readonly folder: string;
  readonly samples: number;
}

/** Makes `runs` runs of BLOCK_JETS jets; returns one prediction, for a check. */
let loop: Promise<(runs: number) => Promise<number>> | undefined;

export default async function work(runs: number): Promise<number> {
  loop ??= prepare(workerData as BareSetup);
  return await (await loop)(runs);
}

async function prepare({ folder, samples }: BareSetup): Promise<(runs: number) => Promise<number>> {
  const session = await openGraph(await readBundle(folder), 'block.onnx');
  const jets = Float32Array.from({ length: BLOCK_JETS * 4 }, (_, i) => [80, 0.5, 1, 10][i % 4]);
  const dims = [BLOCK_JETS, 4, samples];
  const tau = Float32Array.from(
    { length: BLOCK_JETS * 4 * samples },
    (_, i) => ((i * 7919) % 9973) / 9973 + 1e-5,
  );
  const predictions = new Float32Array(tau.length);
  const feeds = {
    jets: new ort.Tensor('float32', jets, [BLOCK_JETS, 4]),
    tau: new ort.Tensor('float32', tau, dims),
  };
  const fetches = { predictions: new ort.Tensor('float32', predictions, dims) };
  return async (runs) => {
    for (let run = 0; run < runs; run++) await session.run(feeds, fetches);
    return predictions[0];
  };
}
