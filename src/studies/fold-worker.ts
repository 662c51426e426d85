/**
 * A thread of `fold`: from a weighted spectrum of input jets to the expected spectrum of what is observed, a block of jets
 * at a time,
 *
 *     o(y) = ∫ r(y | x) u(x) dx      o_b = sum over jets j of w_j p_jb,   p_jb = P(y in bin b | x_j)
 *
 * (Kronheim, Kuchera, Prosper, Ramanujan, section 1). p_jb is the share of S samples of jet j in the bin. Its variance has
 * two parts: that of a spectrum known from so many weighted jets, sum w_j² p_jb², and that of p_jb itself,
 * sum w_j² p_jb (1 - p_jb) / (S - 1). Weights may be negative, as at next-to-leading order: both parts stay sums of squares.
 *
 * The same for all four variables in one pass. It is linear in u, so parts may be added in any order of blocks.
 */
import { workerData } from 'node:worker_threads';
import { bisectRight } from 'd3-array';
import type { Session } from '../engines/engine.js';
import type { SessionModule, SessionSource } from '../engines/open.js';
import { byVariable, VARIABLES, type Variable } from '../jets/columns.js';
import { answering } from '../sampling/answers-in-order.js';
import type { Edges } from '../sampling/totals.js';
import { fillTau, type JetKeys, keysFrom } from '../stats/tau.js';

export interface Folded {
  /** Expected weight a bin, [bins + 2]: underflow first, overflow last. */
  readonly expected: Float64Array;
  /** Variance of `expected`, [bins + 2]. */
  readonly variance: Float64Array;
}
export type FoldedSpectra = Readonly<Record<Variable, Folded>>;

export interface FoldBlock {
  /** What the jets' random numbers follow. */
  readonly keys: JetKeys;
  /** [N, inputs] row-major, physical units. */
  readonly jets: Float32Array;
  /** [N] */
  readonly weights: Float32Array;
}

/** What a thread is told when it starts. */
export interface FoldSetup {
  readonly session: SessionSource;
  readonly edges: Edges;
  readonly samples: number;
  readonly seed: number;
}

// Opened by the first block: a thread without one may be ended at any time.
let opened: Promise<Session> | undefined;
const open = async ({ module, options }: SessionSource) =>
  ((await import(module)) as SessionModule).openSession(options);

export default answering<FoldBlock, FoldedSpectra>(async (block) => {
  const { session, edges, samples, seed } = workerData as FoldSetup;
  opened ??= open(session);
  return foldBlock(await opened, block, edges, samples, seed);
});

/** Jets and predictions sampled at a time. */
const [GROUP, PREDICTIONS] = [32, 1 << 18];

export function emptySpectra(edges: Edges): FoldedSpectra {
  return byVariable((variable) => ({
    expected: new Float64Array(edges[variable].length + 1),
    variance: new Float64Array(edges[variable].length + 1),
  }));
}

/** The part of one block. @param samples S ≥ 2. */
export async function foldBlock(
  session: Session,
  { keys, jets, weights }: FoldBlock,
  edges: Edges,
  samples: number,
  seed: number,
): Promise<FoldedSpectra> {
  const spectra = emptySpectra(edges);
  const counts = byVariable((variable) => new Uint32Array(edges[variable].length + 1));
  const group = Math.min(GROUP, Math.ceil(PREDICTIONS / samples));
  const tau = new Float32Array(group * 4 * samples);
  const predictions = new Float32Array(tau.length);
  for (let first = 0; first < weights.length; first += group) {
    const count = Math.min(group, weights.length - first);
    const part = count * 4 * samples;
    fillTau(tau.subarray(0, part), seed, keysFrom(keys, first, count), count, 0, samples);
    const rows = jets.subarray(first * session.inputs, (first + count) * session.inputs);
    await session.predict(rows, tau.subarray(0, part), predictions.subarray(0, part), count, samples);
    for (let jet = 0; jet < count; jet++) {
      VARIABLES.forEach((variable, step) => {
        const own = counts[variable].fill(0);
        const from = (4 * jet + step) * samples;
        for (let at = from; at < from + samples; at++) own[bisectRight(edges[variable], predictions[at])]++;
        addJet(spectra[variable], own, weights[first + jet], samples);
      });
    }
  }
  return spectra;
}

function addJet({ expected, variance }: Folded, counts: Uint32Array, weight: number, samples: number): void {
  for (let bin = 0; bin < counts.length; bin++) {
    if (counts[bin] === 0) continue;
    const share = counts[bin] / samples;
    expected[bin] += weight * share;
    variance[bin] += weight * weight * (share * share + (share * (1 - share)) / (samples - 1));
  }
}
