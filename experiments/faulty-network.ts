/**
 * The faults of faults.ts in a trained network: what a fault does to the jets of the exact detector is done to the
 * network's own.
 *
 *     T = (faulty quantiles) ∘ (exact CDFs),   sample: y = T(y of the network),   PIT of y: the network's at T⁻¹(y)
 *
 * T is triangular, as quantiles are: the PIT of a jet under the faulty network is that of the undone jet under the right
 * one. Where the truth is drawn from the network too, "no fault" is exact, and what is tested beside the tests is all
 * that a study does with a network: float32, the search for tau, quantiles that cross.
 */
import type { OpenBundle } from '../src/sampling/open-bundle.js';
import { type Model, RIGHT } from './faults.js';

/** Keeps quantiles finite where a fault says that nothing lies beyond. */
const EDGE = 1e-9;

/** Jets of one network: x [N, 4], physical units. */
export interface NetworkJets {
  /** [N, S, 4] of the network itself. */
  sample(samples: number, seed: number): Promise<Float32Array>;
  /** PIT [N, 4] of y [N, 4] under the network with a fault. */
  pits(y: Float32Array, fault: Model): Promise<Float32Array>;
}

export function networkJets(bundle: OpenBundle, x: Float32Array): NetworkJets {
  const condition = bundle.condition(x);
  const jets = x.length / 4;
  return {
    async sample(samples, seed) {
      const byVariable = await condition.sample({ samples, seed });
      return Float32Array.from(byVariable, (_, i) => {
        const [jet, s, k] = [Math.floor(i / (4 * samples)), Math.floor(i / 4) % samples, i % 4];
        return byVariable[(4 * jet + k) * samples + s]!;
      });
    },
    async pits(y, fault) {
      if (fault === RIGHT) return condition.pit(y);
      const undone = new Float32Array(y.length);
      const u = new Float64Array(4 * jets);
      for (let at = 0; at < y.length; at += 4) {
        const own = u.subarray(at, at + 4);
        fault.pits(x.subarray(at, at + 4), y.subarray(at, at + 4), own);
        RIGHT.sample(x.subarray(at, at + 4), own.map(inside), undone.subarray(at, at + 4));
      }
      const pits = await condition.pit(undone);
      // What the faulty model cannot give stays beyond its range.
      return pits.map((pit, i) => (u[i] === 0 || u[i] === 1 ? u[i] : pit));
    },
  };
}

/** The network's jets y [N, S, 4] of x [N, 4] with a fault. */
export function bent(x: Float32Array, y: Float32Array, fault: Model): Float32Array {
  if (fault === RIGHT) return y;
  const perJet = y.length / x.length;
  const changed = new Float32Array(y.length);
  const u = new Float64Array(4);
  for (let at = 0; at < y.length; at += 4) {
    const jet = 4 * Math.floor(at / (4 * perJet));
    const own = x.subarray(jet, jet + 4);
    RIGHT.pits(own, y.subarray(at, at + 4), u);
    fault.sample(own, u.map(inside), changed.subarray(at, at + 4));
  }
  return changed;
}

function inside(u: number): number {
  return Math.min(1 - EDGE, Math.max(EDGE, u));
}
