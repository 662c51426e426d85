/**
 * The engines beside each other: alone, predicting on one thread and nothing else, and at work in the pass of a study.
 *
 * The wasm engine computes twice where the runtime has relaxed SIMD (Node 22 or newer): with fused multiply-adds, and
 * with products and sums apart.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAddon } from '../src/engines/addon.js';
import type { Session } from '../src/engines/engine.js';
import { type EngineName, loadWasm, openEngine } from '../src/engines/open.js';
import type { Bundle } from '../src/model/bundle.js';
import { multiplicationsPerPrediction, type NetworkSpec } from '../src/model/network-spec.js';
import { STEP_COUNT } from '../src/model/steps.js';
import { rowStride } from '../src/sampling/accumulators.js';
import { randomJets, randomTau } from '../test/random-jets.js';
import { makeTinyBundle, tinyBundle } from '../test/tiny-bundle.js';
import type { Bench, Contestant } from './harness.js';
import { SAMPLES, studyPass } from './study-pass.js';

/** Jets a call, as the pass makes groups. */
const JETS = 4;

const PAPER: NetworkSpec = { kind: 'paper', inputs: 4, width: 50, depth: 5, slope: 0.3, tauInput: 'logit' };
const SHIPPED: NetworkSpec = {
  kind: 'amortised',
  inputs: 4,
  trunk: [128, 128, 128],
  head: [24, 24, 24],
  slope: 0.3,
  tauInput: 'both',
  centreAndWidth: true,
};

const isNative = 'addon' in loadAddon();
const isFused = (await loadWasm()).arithmetic === 'fused';

export const bench: readonly Bench[] = [
  alone('engine-alone', SHIPPED, 'the amortised network'),
  alone('engine-alone-paper', PAPER, 'the paper’s network'),
  inStudy(),
];

function alone(name: string, network: NetworkSpec, words: string): Bench {
  return {
    name,
    title: `Each engine alone on ${words}, one thread`,
    unit: 'predictions',
    reference: 'ort',
    async prepare({ quick }) {
      const bundle = await tinyBundle({ network });
      const sessions: [string, Session][] = [['ort', await openEngine(bundle, 'ort')]];
      for (const [name, session] of await ownSessions(bundle)) sessions.push([name, session]);
      const contestants = await Promise.all(
        sessions.map(([name, session]) => loop(name, session, network, quick ? 1 : 20)),
      );
      return {
        contestants,
        async close() {
          for (const [, session] of sessions) await session.close();
        },
      };
    },
  };
}

async function ownSessions(bundle: Bundle): Promise<[string, Session][]> {
  return [
    ['wasm, products and sums apart', await openEngine(bundle, 'wasm', { arithmetic: 'separate' })],
    ...(isFused ? [['wasm', await openEngine(bundle, 'wasm')] as [string, Session]] : []),
    ...(isNative ? [['native', await openEngine(bundle, 'native')] as [string, Session]] : []),
  ];
}

/** The same jets again and again, checked against what they were the first time. */
async function loop(
  name: string,
  session: Session,
  network: NetworkSpec,
  calls: number,
): Promise<Contestant> {
  const stride = rowStride(SAMPLES);
  const jets = randomJets(JETS);
  const tau = randomTau(JETS, stride);
  const predictions = new Float32Array(JETS * STEP_COUNT * stride);
  await session.predict(jets, tau, predictions, JETS, stride);
  const expected = predictions.slice();
  return {
    name,
    work: calls * JETS * stride,
    multiplications: multiplicationsPerPrediction(network),
    async run() {
      for (let call = 0; call < calls; call++) await session.predict(jets, tau, predictions, JETS, stride);
    },
    check: () => assert.deepEqual(predictions, expected),
  };
}

function inStudy(): Bench {
  const engines: EngineName[] = isNative ? ['native', 'wasm', 'ort'] : ['wasm', 'ort'];
  return {
    name: 'engine-study',
    title: `The pass of a study, one worker, ${SAMPLES} samples a jet, the amortised network`,
    unit: 'predictions',
    reference: engines[0]!,
    async prepare({ quick }) {
      const folder = await mkdtemp(join(tmpdir(), 'jet-iqn-bench-'));
      const bundle = join(folder, 'bundle');
      await makeTinyBundle(bundle, { network: SHIPPED });
      const contestants: Contestant[] = [];
      const closing: (() => Promise<void>)[] = [];
      for (const name of engines) {
        const pass = await studyPass(bundle, name, join(folder, name), 1, quick ? 1 : 2);
        closing.push(pass.close);
        contestants.push({
          name,
          ...pass.contestant,
          ...(name === 'wasm' && isNative && isFused && { atLeast: 0.32 }),
        });
      }
      return {
        contestants,
        async close() {
          for (const close of closing) await close();
          await rm(folder, { recursive: true, force: true });
        },
      };
    },
  };
}
