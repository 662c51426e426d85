/**
 * The engines in a real browser, beside each other and beside Node's: each on one thread, on a shipped bundle.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Session } from '../src/engines/engine.js';
import { openEngine } from '../src/engines/open.js';
import { readBundle } from '../src/model/bundle-node.js';
import { multiplicationsPerPrediction } from '../src/model/network-spec.js';
import { rowStride } from '../src/sampling/accumulators.js';
import { PROJECT_ROOT } from '../test/project-root.js';
import { randomJets, randomTau } from '../test/random-jets.js';
import { type LibraryPage, openLibraryPage } from '../test/web-library/library-page.js';
import type { Bench, Contestant } from './harness.js';
import { SAMPLES } from './study-pass.js';

/** Jets a call, as the pass of a study makes groups. */
const GROUP = 4;

/** What one call gives: the predictions of the last group, and how long all groups took. */
interface Turn {
  readonly predictions: readonly number[];
  readonly seconds: number;
}

export const bench: readonly Bench[] = [
  // ONNX Runtime's own kernels for browsers are vectors of 128 bits too: 4 times as fast would be beyond their peak.
  inBrowser('web', 'simulation', 'the amortised network', GROUP, 2.4),
  inBrowser('web-paper', 'simulation-paper', 'the paper’s network', GROUP, 1.5),
  // As a page asks with every move of a slider. The graph takes no fewer than four.
  inBrowser('web-one-jet', 'simulation', 'the amortised network, one jet a call', 1, 4),
];

function inBrowser(name: string, model: string, words: string, jetCount: number, atLeast: number): Bench {
  return {
    name,
    title: `Engines in Chromium and in Node, ${words}, one thread`,
    unit: 'predictions',
    reference: 'onnxruntime-web, Chromium',
    async prepare({ quick }) {
      const groups = (quick ? 1 : 20) * (GROUP / jetCount);
      const bundle = await readBundle(join(PROJECT_ROOT, 'models', model));
      const library = await openLibraryPage();
      const sessions = {
        ort: await openEngine(bundle, 'ort'),
        wasm: await openEngine(bundle, 'wasm'),
      };
      const multiplications = multiplicationsPerPrediction(bundle.card.network);
      const common = { work: groups * jetCount * rowStride(SAMPLES), multiplications };
      return {
        contestants: [
          {
            name: 'onnxruntime-web, Chromium',
            ...common,
            ...(await pageTurns(library, model, 'ort', jetCount, groups)),
          },
          {
            name: 'wasm, Chromium',
            ...common,
            ...(await pageTurns(library, model, 'wasm', jetCount, groups)),
            atLeast,
          },
          { name: 'wasm, Node', ...common, ...(await nodeTurns(sessions.wasm, jetCount, groups)) },
          { name: 'onnxruntime-node', ...common, ...(await nodeTurns(sessions.ort, jetCount, groups)) },
        ],
        async close() {
          await library.close();
          for (const session of Object.values(sessions)) await session.close();
        },
      };
    },
  };
}

type Turns = Pick<Contestant<Turn>, 'run' | 'check' | 'seconds'>;

async function pageTurns(
  { page }: LibraryPage,
  model: string,
  engine: 'ort' | 'wasm',
  jetCount: number,
  groups: number,
): Promise<Turns> {
  const { jets, tau } = input(jetCount);
  const turns = await page.evaluateHandle(
    async ({ model, engine, jetValues, tauValues, jetCount, samples }) => {
      const bundle = await jetIqn.loadBundle(`models/${model}`, { engine });
      const session = await bundle.session();
      const [jets, tau] = [Float32Array.from(jetValues), Float32Array.from(tauValues)];
      const predictions = new Float32Array(tau.length);
      return async (groups: number) => {
        const start = performance.now();
        for (let group = 0; group < groups; group++)
          await session.predict(jets, tau, predictions, jetCount, samples);
        return { seconds: (performance.now() - start) / 1000, predictions: [...predictions] };
      };
    },
    {
      model,
      engine,
      jetValues: [...jets],
      tauValues: [...tau],
      jetCount,
      samples: rowStride(SAMPLES),
    },
  );
  return checked((count) => page.evaluate(([turn, count]) => turn(count), [turns, count] as const), groups);
}

async function nodeTurns(session: Session, jetCount: number, groups: number): Promise<Turns> {
  const { jets, tau } = input(jetCount);
  const predictions = new Float32Array(tau.length);
  return checked(async (count) => {
    const start = performance.now();
    for (let group = 0; group < count; group++)
      await session.predict(jets, tau, predictions, jetCount, rowStride(SAMPLES));
    return { seconds: (performance.now() - start) / 1000, predictions: [...predictions] };
  }, groups);
}

function input(jetCount: number) {
  return { jets: randomJets(jetCount), tau: randomTau(jetCount, rowStride(SAMPLES)) };
}

/** The same jets again and again, checked against what they were the first time. */
async function checked(turn: (groups: number) => Promise<Turn>, groups: number): Promise<Turns> {
  const { predictions: expected } = await turn(1);
  assert.ok(expected.every(Number.isFinite));
  return {
    run: () => turn(groups),
    check: ({ predictions }) => assert.deepEqual(predictions, expected),
    seconds: ({ seconds }) => seconds,
  };
}
