/** TEMPORARY until the package entry for the web lands. */
import * as ort from 'onnxruntime-web/wasm';
import type { Bundle } from '../../src/model/bundle.js';
import type { Conditional } from '../../src/model/conditional.js';
import type { Session } from '../../src/model/session.js';

ort.env.wasm.numThreads = 1;
const options = { executionProviders: ['wasm'], graphOptimizationLevel: 'all' as const };
export async function createSession(bundle: Bundle): Promise<Session> {
  const graph = await ort.InferenceSession.create(bundle.graphs['block.onnx'], options);
  const inputs = bundle.card.inputs.length;
  return {
    engine: 'wasm',
    inputs,
    async predict(jets, tau, predictions, jetCount, sampleCount) {
      for (let first = 0; first < jetCount; first += 4) {
        const count = Math.min(4, jetCount - first);
        const from = first * 4 * sampleCount;
        const group = new Float32Array(4 * inputs).fill(1);
        group.set(jets.subarray(first * inputs, (first + count) * inputs));
        const levels = new Float32Array(16 * sampleCount).fill(0.5);
        levels.set(tau.subarray(from, from + count * 4 * sampleCount));
        const out = await graph.run({
          jets: new ort.Tensor('float32', group, [4, inputs]),
          tau: new ort.Tensor('float32', levels, [4, 4, sampleCount]),
        });
        const made = out.predictions!.data as Float32Array;
        predictions.set(made.subarray(0, count * 4 * sampleCount), from);
      }
    },
    close: () => graph.release(),
  };
}
export async function createConditional(bundle: Bundle): Promise<Conditional> {
  const graph = await ort.InferenceSession.create(bundle.graphs['conditional.onnx'], options);
  const inputs = bundle.card.inputs.length;
  return {
    inputs,
    async quantile(jets, known, step, tau) {
      const n = tau.length;
      const made = await graph.run({
        jets: new ort.Tensor('float32', jets, [n, inputs]),
        known: new ort.Tensor('float32', known, [n, 3]),
        step: new ort.Tensor('int64', step, [n]),
        tau: new ort.Tensor('float32', tau, [n]),
      });
      return { value: made.value!.data as Float32Array, slope: made.slope!.data as Float32Array };
    },
    close: () => graph.release(),
  };
}
