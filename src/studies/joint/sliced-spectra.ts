/**
 * The spectra of the response in slices of the input jet's pt and |eta|: the true jets of a slice beside the replicates
 * of the same jets.
 *
 *     response: log ratios and differences of the target jet to the input jet, transforms.ts
 *     bins: even in all values of the slice together, true and sampled, so that no set is preferred
 *
 * The response, not the spectrum itself: in a slice of pt the spectrum of pt is mostly the slice. p-values are ranks
 * among the replicates (replicates.ts) and never below one over their number.
 *
 * It cannot show wrong correlations, as no spectrum can.
 */
import { byVariable, type Variable } from '../../jets/columns.js';
import { type Generator, makeGenerator } from '../../stats/generator.js';
import { type JetSlice, jetSlices, LEAST_JETS } from '../closure-slices.js';
import {
  countsOf,
  replicateBands,
  type SpectrumPValues,
  spectrumPValues,
  spreadPoints,
} from '../replicates.js';

/** What the generators of this study are for, see generator.ts. */
const USE = 7;
const TARGETS = 4;
const BINS = 12;

/** The response of a slice of the input jets. */
export interface SlicedSpectra extends JetSlice {
  /** The response of each variable; null with too few jets. */
  readonly variables: Readonly<Record<Variable, ResponseSpectrum>> | null;
}

/** The spectrum of one variable's response, in bins that hold equally many of all values. */
export interface ResponseSpectrum extends SpectrumPValues {
  /** Inner edges, [11]: log ratio of target to input for pt and mass, their difference for eta and phi. */
  readonly edges: number[];
  /** True jets a bin, [12]. */
  readonly truth: number[];
  /** Median of the replicates' jets a bin, [12]. */
  readonly median: number[];
  /** 0.16 quantile of the replicates, [12]. */
  readonly q16: number[];
  /** 0.84 quantile of the replicates, [12]. */
  readonly q84: number[];
}

/**
 * @param jets [N, 4] input jets, physical units.
 * @param truth [N, 4] and sampled [N, S, 4]: targets.
 */
export function slicedSpectra(
  jets: Float32Array,
  truth: Float32Array,
  sampled: Float32Array,
  seed: number,
): SlicedSpectra[] {
  const generator = makeGenerator(seed, USE);
  const slices = jetSlices(
    truth.length / TARGETS,
    (jet) => jets[TARGETS * jet],
    (jet) => jets[TARGETS * jet + 1],
  );
  return slices.map(({ slice, members }) => ({
    ...slice,
    variables: slice.jets < LEAST_JETS ? null : ofSlice(members, truth, sampled, generator),
  }));
}

function ofSlice(
  members: Uint32Array,
  truth: Float32Array,
  sampled: Float32Array,
  generator: Generator,
): Record<Variable, ResponseSpectrum> {
  const replicates = sampled.length / truth.length;
  return byVariable((_, k): ResponseSpectrum => {
    const own = Float32Array.from(members, (jet) => truth[TARGETS * jet + k]);
    const samples = new Float32Array(members.length * replicates);
    members.forEach((jet, i) => {
      for (let s = 0; s < replicates; s++)
        samples[i * replicates + s] = sampled[(jet * replicates + s) * TARGETS + k];
    });
    const edges = spreadPoints(own, samples, BINS);
    const counts = countsOf(edges, own, samples);
    const bands = replicateBands(counts.subarray(BINS), BINS);
    return {
      ...spectrumPValues(counts, BINS, generator),
      edges: [...edges],
      truth: [...counts.subarray(0, BINS)],
      median: bands.map(([, median]) => median),
      q16: bands.map(([q16]) => q16),
      q84: bands.map(([, , q84]) => q84),
    };
  });
}
