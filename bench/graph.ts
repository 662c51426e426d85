/**
 * The graphs themselves, one thread, random weights: many samples of few jets (block.onnx), one prediction each of many
 * jets (sampler.onnx).
 */
import assert from 'node:assert/strict';
import * as ort from 'onnxruntime-node';
import { openGraph, openOrt } from '../src/engines/ort-node.js';
import {
  type AmortisedSpec,
  multiplicationsPerPrediction,
  type NetworkSpec,
  type PaperSpec,
} from '../src/model/network-spec.js';
import { STEP_COUNT } from '../src/model/steps.js';
import { fillTau } from '../src/stats/tau.js';
import { randomJets } from '../test/random-jets.js';
import { tinyBundle } from '../test/tiny-bundle.js';
import type { Bench, Contestant } from './harness.js';

const PAPER: PaperSpec = { kind: 'paper', inputs: 4, width: 50, depth: 5, slope: 0.3, tauInput: 'logit' };
const amortised = (width: number): AmortisedSpec => ({
  kind: 'amortised',
  inputs: 4,
  trunk: [64, 64, 64],
  head: [width, width, width],
  slope: 0.3,
  tauInput: 'logit',
  centreAndWidth: true,
});

/** Samples a jet, as a study takes them, and up to a multiple of 16. */
const SAMPLES = 1000;
const PADDED_SAMPLES = 1008;
/** Jets in one run of sampler.onnx: the fastest of 256 … 8192. */
const ROWS = 2048;

interface Opened extends Contestant {
  close(): Promise<void>;
}

export const bench: Bench = {
  name: 'graph',
  title: 'Predictions only by ONNX Runtime, constant tau, one thread',
  unit: 'predictions',
  reference: 'paper 5×50, block.onnx',
  async prepare({ quick }) {
    const jets = quick ? 8 : 64;
    const opened = [
      await block('paper 5×50, block.onnx', PAPER, jets, PADDED_SAMPLES),
      await block('paper 5×50, block.onnx, 1000 samples', PAPER, jets, SAMPLES),
      await sampler('paper 5×50, sampler.onnx', PAPER),
      ...(await Promise.all(
        [16, 24, 32].map((width) =>
          block(
            `amortised 3×${width}, block.onnx`,
            amortised(width),
            jets,
            PADDED_SAMPLES,
            width === 24 ? 4 : undefined,
          ),
        ),
      )),
      await sampler('amortised 3×24, sampler.onnx', amortised(24)),
    ];
    return {
      contestants: opened,
      async close() {
        for (const { close } of opened) await close();
      },
    };
  },
};

async function block(
  name: string,
  network: NetworkSpec,
  jetCount: number,
  samples: number,
  atLeast?: number,
): Promise<Opened> {
  const session = await openOrt(await tinyBundle({ network }));
  const jets = randomJets(jetCount);
  const tau = new Float32Array(jetCount * STEP_COUNT * samples);
  fillTau(tau, 1, 0, jetCount, 0, samples);
  const predictions = new Float32Array(tau.length);
  await session.predict(jets, tau, predictions, jetCount, samples);
  const expected = predictions.slice();
  return {
    name,
    work: jetCount * samples,
    multiplications: multiplicationsPerPrediction(network),
    ...(atLeast !== undefined && { atLeast }),
    run: () => session.predict(jets, tau, predictions, jetCount, samples),
    check: () => assert.deepEqual(predictions.slice(-5000), expected.slice(-5000)),
    close: () => session.close(),
  };
}

async function sampler(name: string, network: NetworkSpec): Promise<Opened> {
  const bundle = await tinyBundle({ network });
  const graph = await openGraph(bundle, 'sampler.onnx');
  const jets = randomJets(ROWS);
  const tau = new Float32Array(ROWS * STEP_COUNT);
  fillTau(tau, 1, 0, ROWS, 0, 1);
  const predictions = new Float32Array(tau.length);
  const feeds = {
    jets: new ort.Tensor('float32', jets, [ROWS, 4]),
    tau: new ort.Tensor('float32', tau, [ROWS, STEP_COUNT]),
  };
  const fetches = { predictions: new ort.Tensor('float32', predictions, [ROWS, STEP_COUNT]) };
  const session = await openOrt(bundle);
  const expected = new Float32Array(tau.length);
  await session.predict(jets, tau, expected, ROWS, 1);
  await session.close();
  return {
    name,
    work: ROWS,
    multiplications: multiplicationsPerPrediction(network),
    run: () => graph.run(feeds, fetches),
    check: () => assert.deepEqual(predictions, expected),
    close: () => graph.release(),
  };
}
