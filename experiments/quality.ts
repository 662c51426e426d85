/**
 * How good a network is on validation jets, given the true targets before each step: pinball loss, and the conditional
 * PIT of each step (the tau at which the quantile is the true value) against a uniform distribution.
 */
import { VARIABLES } from '../src/jets/columns.js';
import { ksDistance } from '../src/stats/ks.js';
import { pinball } from '../src/stats/pinball.js';
import type { TrainingJets } from '../training/batch.js';
import { VALIDATION_TAU } from '../training/evaluate.js';
import { inLossUnit } from '../training/loss-unit.js';
import type { Network } from '../training/networks/network.js';

/** Every fiftieth, and closer towards the ends; between two of them the PIT is interpolated. */
const PIT_TAU: readonly number[] = [
  ...[0.001, 0.0025, 0.005, 0.01],
  ...Array.from({ length: 49 }, (_, i) => (i + 1) / 50),
  ...[0.99, 0.995, 0.9975, 0.999],
];
const ALL_TAU = [...new Set([...PIT_TAU, ...VALIDATION_TAU])].sort((a, b) => a - b);
const CHUNK = 4096;
/** Bins of a closure histogram. */
const BINS = 50;

export interface Quality {
  readonly jets: number;
  /** Of each step, in standardised log ratios and differences (training/loss-unit.ts): mean over tau = 0.05 … 0.95. */
  readonly pinball: readonly number[];
  readonly sum: number;
  /** Kolmogorov distance of each step's PIT from uniform. */
  readonly ks: readonly number[];
  /** Jets in the first and the last of 50 bins of the PIT over the number expected, of each step. */
  readonly outermost: readonly (readonly [number, number])[];
}

export function measureQuality(
  network: Network,
  weights: Float32Array,
  jets: TrainingJets,
  limit: number,
): Quality {
  const count = Math.min(limit, jets.count);
  const width = jets.inputs.length / jets.count;
  const losses = new Float64Array(4);
  const pits = VARIABLES.map(() => new Float64Array(count));
  const validation = new Set(VALIDATION_TAU);
  const inUnit = (value: number, row: number, jet: number): number =>
    (row & 3) === 0 && jets.ptUnit ? inLossUnit(jets.ptUnit, value, jet) : value;
  for (let first = 0; first < count; first += CHUNK) {
    const end = Math.min(count, first + CHUNK);
    const targets = jets.targets.subarray(4 * first, 4 * end);
    const before = new Float32Array(targets.length).fill(Number.NEGATIVE_INFINITY);
    const pit = new Float64Array(targets.length).fill((1 + ALL_TAU.at(-1)!) / 2);
    let tauBefore = 0;
    const inputs = jets.inputs.subarray(first * width, end * width);
    network.quantiles(weights, inputs, targets, ALL_TAU, (tau, { quantile }) => {
      for (let row = 0; row < targets.length; row++) {
        const [target, low, high] = [targets[row]!, before[row]!, quantile[row]!];
        if (validation.has(tau)) {
          const jet = first + (row >>> 2);
          losses[row & 3]! += pinball(inUnit(target, row, jet), inUnit(high, row, jet), tau);
        }
        if (low < target && high >= target) {
          const share = low === Number.NEGATIVE_INFINITY ? 0.5 : (target - low) / (high - low);
          pit[row] = tauBefore + share * (tau - tauBefore);
        }
        before[row] = high;
      }
      tauBefore = tau;
    });
    for (let row = 0; row < pit.length; row++) pits[row & 3]![first + (row >>> 2)] = pit[row]!;
  }
  const means = Array.from(losses, (loss) => loss / (count * VALIDATION_TAU.length));
  return {
    jets: count,
    pinball: means,
    sum: means.reduce((sum, mean) => sum + mean, 0),
    ks: pits.map((values) => ksDistance(values.sort())),
    outermost: pits.map((values) => {
      const inside = (low: number, high: number) => values.filter((u) => u >= low && u < high).length;
      return [inside(0, 1 / BINS), inside(1 - 1 / BINS, 2)].map((bin) => (bin * BINS) / count) as [
        number,
        number,
      ];
    }),
  };
}
