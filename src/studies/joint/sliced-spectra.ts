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
import { VARIABLES, type Variable } from '../../jets/columns.js';
import { type Generator, makeGenerator } from '../../random/generator.js';
import { quantiles } from '../../stats/quantile.js';
import { ABS_ETA_SLICES, PT_SLICES } from '../closure-slices.js';
import { countsOf, type SpectrumPValues, spectrumPValues, spreadPoints } from '../replicates.js';

/** What the generators of this study are for, see generator.ts. */
const USE = 7;
const TARGETS = 4;
const BINS = 12;
/** Slices with fewer jets are not looked at. */
const LEAST_JETS = 100;

/** The jets between two values of the input jet's pt or |eta|. */
export interface SlicedSpectra {
  /** What is cut. */
  readonly of: 'pt' | '|eta|';
  /** Lower end, included; GeV for pt. */
  readonly low: number;
  /** Upper end; null where the slice is open. */
  readonly high: number | null;
  /** In the slice. */
  readonly jets: number;
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
  const cut = (of: SlicedSpectra['of'], ends: readonly number[], value: (jet: number) => number) =>
    ends.slice(0, -1).map((low, i): SlicedSpectra => {
      const high = ends[i + 1];
      const members = Uint32Array.from({ length: truth.length / TARGETS }, (_, jet) => jet).filter(
        (jet) => value(jet) >= low && value(jet) < high,
      );
      return {
        of,
        low,
        high: Number.isFinite(high) ? high : null,
        jets: members.length,
        variables: members.length < LEAST_JETS ? null : ofSlice(members, truth, sampled, generator),
      };
    });
  return [
    ...cut('pt', PT_SLICES, (jet) => jets[TARGETS * jet]),
    ...cut('|eta|', ABS_ETA_SLICES, (jet) => Math.abs(jets[TARGETS * jet + 1])),
  ];
}

function ofSlice(
  members: Uint32Array,
  truth: Float32Array,
  sampled: Float32Array,
  generator: Generator,
): Record<Variable, ResponseSpectrum> {
  const replicates = sampled.length / truth.length;
  return Object.fromEntries(
    VARIABLES.map((variable, k) => {
      const own = Float32Array.from(members, (jet) => truth[TARGETS * jet + k]);
      const samples = new Float32Array(members.length * replicates);
      members.forEach((jet, i) => {
        for (let s = 0; s < replicates; s++)
          samples[i * replicates + s] = sampled[(jet * replicates + s) * TARGETS + k];
      });
      const edges = spreadPoints(own, samples, BINS);
      const counts = countsOf(edges, own, samples);
      const bands = Array.from({ length: BINS }, (_, bin) =>
        quantiles(
          Float64Array.from({ length: replicates }, (__, s) => counts[(s + 1) * BINS + bin]),
          [0.16, 0.5, 0.84],
        ),
      );
      const spectrum: ResponseSpectrum = {
        ...spectrumPValues(counts, BINS, generator),
        edges: [...edges],
        truth: [...counts.subarray(0, BINS)],
        median: bands.map(([, median]) => median),
        q16: bands.map(([q16]) => q16),
        q84: bands.map(([, , q84]) => q84),
      };
      return [variable, spectrum];
    }),
  ) as Record<Variable, ResponseSpectrum>;
}
