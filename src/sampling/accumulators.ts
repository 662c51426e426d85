/**
 * What is done with numbers around the engine, by the kernel of our own: tau before it; ranks, medians and spectra after
 * it, of a block of jets. The same results to the last bit in every compilation of the kernel, and as the plain loops of
 * the tests (test/sampling/plain-accumulators.ts) have them.
 */
import type { Kernel } from '../engines/kernel.js';
import { UsageError } from '../errors.js';
import { byVariable, VARIABLES } from '../jets/columns.js';
import type { Plan } from './plan.js';
import { type BlockTotals, type Edges, spectrumEntries } from './totals.js';

/** Samples a jet, S; jets of a group at most, G; jets of a block at most. */
export type BlockShape = Pick<Plan, 'samples' | 'jetsPerGroup' | 'jetsPerBlock'>;

/** Floats in the widest vectors that there are. */
const VECTOR = 16;
/** Samples from which on the engine is given whole vectors, and up to which it takes a row at once. */
const LEAST_FILLED = 64;
const MOST_FILLED = 1024;

/**
 * How long a row of S samples is made, so that the engine, which takes whole vectors of samples, need not copy it to
 * fill it up: the next multiple of 16, where that costs little.
 */
export function rowStride(samples: number): number {
  return samples >= LEAST_FILLED && samples <= MOST_FILLED ? Math.ceil(samples / VECTOR) * VECTOR : samples;
}

/** Tau and predictions of a group of jets, in the kernel's memory. */
export interface TauRows {
  /** Length of a row of tau and predictions: see {@link rowStride}. */
  readonly stride: number;
  /** [G, 4, stride]: what fillTau writes; beyond S it is 0.5. To be looked up at each use. */
  readonly tau: Float32Array;
  /** [G, 4, stride]: where the engine writes, physical units; beyond S it counts for nothing. To be looked up likewise. */
  readonly predictions: Float32Array;
  /** Draws the tau of a group. @param numbers [jets, 3] of jetNumbers. */
  fillTau(numbers: Uint32Array): void;
}

export function openTauRows(kernel: Kernel, { samples, jetsPerGroup }: BlockShape): TauRows {
  const stride = rowStride(samples);
  const ofGroup = kernel.room(Uint32Array, 3 * jetsPerGroup);
  const tau = kernel.room(Float32Array, jetsPerGroup * 4 * stride);
  tau.values.fill(0.5);
  const predictions = kernel.room(Float32Array, jetsPerGroup * 4 * stride);
  return {
    stride,
    get tau() {
      return tau.values;
    },
    get predictions() {
      return predictions.values;
    },
    fillTau(numbers) {
      ofGroup.values.set(numbers);
      kernel.fillTau(tau.values, ofGroup.values, numbers.length / 3, samples, stride);
    },
  };
}

/** Ranks, medians and spectra of a block's jets, a group at a time. */
export interface Accumulators {
  /** Forgets the block before. */
  begin(): void;
  /**
   * Takes the predictions of the next `jetCount` jets of the block.
   *
   * @param predictions [jetCount, 4, stride] of the {@link TauRows}.
   * @param origins [jetCount]: phi of the input jets [rad].
   * @param gen [jetCount, 4]: true values, NaN where unknown.
   * @returns false where a prediction is NaN.
   */
  add(predictions: Float32Array, origins: Float32Array, gen: Float32Array, jetCount: number): boolean;
  /** The block's totals: views that the next begin() overwrites. */
  end(): BlockTotals;
}

/** @throws UsageError for edges that are none. */
export function openAccumulators(
  kernel: Kernel,
  { samples, jetsPerGroup, jetsPerBlock }: BlockShape,
  edges: Edges,
): Accumulators {
  const all = VARIABLES.map((variable) => edges[variable]);
  all.forEach(checkEdges);
  const study = kernel.openStudy(samples, all);
  const stride = rowStride(samples);
  const lengths = spectrumEntries(edges).map((entries) => entries * samples);
  const starts = lengths.map((_, step) => lengths.slice(0, step).reduce((sum, length) => sum + length, 0));
  const counts = kernel.room(Uint16Array, starts[3]! + lengths[3]!);
  const less = kernel.room(Uint16Array, VARIABLES.length * jetsPerBlock);
  const equal = kernel.room(Uint16Array, VARIABLES.length * jetsPerBlock);
  const medians = kernel.room(Float32Array, VARIABLES.length * jetsPerBlock);
  const originRoom = kernel.room(Float32Array, jetsPerGroup);
  const truths = kernel.room(Float32Array, jetsPerGroup * VARIABLES.length);
  /** Jets of the block so far. */
  let place = 0;

  return {
    begin() {
      place = 0;
      // What waits of a block that was given up.
      kernel.sweep(study, counts.values);
      counts.values.fill(0);
    },
    add(predictions, origins, gen, jetCount) {
      originRoom.values.set(origins.subarray(0, jetCount));
      truths.values.set(gen.subarray(0, VARIABLES.length * jetCount));
      const sound = kernel.addJets(
        study,
        predictions,
        stride,
        originRoom.values,
        truths.values,
        jetCount,
        counts.values,
        less.values,
        equal.values,
        medians.values,
        place,
      );
      place += jetCount;
      return sound;
    },
    end() {
      kernel.sweep(study, counts.values);
      return {
        jetCount: place,
        variables: byVariable((_, step) => {
          const ofJets = [step * jetsPerBlock, step * jetsPerBlock + place] as const;
          return {
            counts: counts.values.subarray(starts[step], starts[step]! + lengths[step]!),
            less: less.values.subarray(...ofJets),
            equal: equal.values.subarray(...ofJets),
            median: medians.values.subarray(...ofJets),
          };
        }),
      };
    },
  };
}

/** Bins and the two overflows together fit a byte. */
const MAX_BINS = 254;

/**
 * @param edges [bins + 1], increasing, finite; bin i is [edges[i], edges[i + 1]).
 * @throws UsageError where the edges are no edges or too many.
 */
export function checkEdges(edges: Float32Array): void {
  const bins = edges.length - 1;
  if (bins < 1 || bins > MAX_BINS)
    throw new UsageError(`a spectrum has 1 to ${MAX_BINS} bins, not ${bins}; give fewer edges`);
  for (let i = 0; i <= bins; i++) {
    if (!Number.isFinite(edges[i])) throw new UsageError(`edge ${i} of a spectrum is ${edges[i]}`);
    if (i > 0 && !(edges[i] > edges[i - 1]))
      throw new UsageError(
        `edges must increase, and ${edges[i - 1]} is followed by ${edges[i]} (as float32)`,
      );
  }
}
