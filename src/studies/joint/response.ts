/**
 * Scale and resolution: median and width of the response in bins of the input jet, of the true jets beside the model's.
 *
 *     response r: pt'/pt, eta' - eta, phi' - phi, (mass' + 0.7 GeV) / (mass + 0.7 GeV), target' over input jet
 *     median Q(0.5),   width (Q(0.841) - Q(0.159)) / 2,   core Q(0.691) - Q(0.309):   both one SD of a Gaussian
 *
 * Q: R-7 quantiles of all jets of a bin, by sorting and not by a histogram; those of a ratio are exp of those of its
 * logarithm. Each replicate (one sample of every jet) has figures of its own; the prediction is their median, its band
 * their 0.16 and 0.84 quantiles: what these jets make a right model's figures scatter. The true figures' errors are those of
 * sample quantiles, from the density at them:
 *
 *     cov(Q(p), Q(q)) = p (1 - q) s(p) s(q) / n for p <= q,   s(p) = (Q(p + d) - Q(p - d)) / 2d,   d = sqrt(p (1 - p) / n)
 *
 * (Woodruff, J. Am. Stat. Assoc. 47 (1952) 635.) Bins are of the input jet: in bins of the target itself even a right model
 * is off. It cannot show wrong correlations, nor tails beyond 16 %.
 */
import { bisectRight } from 'd3-array';
import { byVariable, VARIABLES, type Variable } from '../../jets/columns.js';
import { TARGET_TRANSFORMS } from '../../model/transforms.js';
import { quantileSorted, quantiles } from '../../stats/quantile.js';
import type { JetSlice } from '../closure-slices.js';

const TARGETS = 4;
/** Jets a bin: with fewer, neighbours are taken together. */
const LEAST_JETS = 200;

/** GeV, and where the parts of a detector like CMS meet: barrel, endcap, beyond the tracker, forward. */
const RANGES: Readonly<Record<JetSlice['of'], readonly number[]>> = {
  '|eta|': [0, 1.3, 2.5, 3, Number.POSITIVE_INFINITY],
  pt: [0, 30, 60, 200, Number.POSITIVE_INFINITY],
};
/** Edges that bins may have; the outermost hold what lies beyond. */
const EDGES: Readonly<Record<JetSlice['of'], readonly number[]>> = {
  '|eta|': [0, 0.4, 0.8, 1.3, 1.7, 2.1, 2.5, 2.7, 3, 3.2, 3.6, 4, 4.7, 5.2, 6, 8, 10],
  pt: [-3, -2, -1, 0, 1, 2, 3, 4, 5].flatMap((exponent) =>
    [1, 1.5, 2, 3, 4, 5, 6, 8].map((factor) => Number(`${factor}e${exponent}`)),
  ),
};

/** Median, half of the 68 % interval, width of the core. */
export type ResponseFigure = 'median' | 'width' | 'core';
export const RESPONSE_FIGURES: readonly ResponseFigure[] = ['median', 'width', 'core'];

/** Scale and resolution in one range of the input jets, against the other of pt and |eta|. */
export interface ResponseRange extends JetSlice {
  /** What the bins are of. */
  readonly along: JetSlice['of'];
  /** Of the bins, [bins + 1]; empty with too few jets (under 200). */
  readonly edges: readonly number[];
  /** Jets a bin, [bins]. */
  readonly jetsPerBin: readonly number[];
  /** Of each variable's response. */
  readonly variables: Readonly<Record<Variable, ResponseCurves>>;
}

/** Scale and resolution of one variable, [bins] each. */
export type ResponseCurves = Readonly<Record<ResponseFigure, ResponseCurve>>;

/** One figure of the response, [bins] each: a ratio for pt and mass, the variable's unit for eta and phi. */
export interface ResponseCurve {
  /** Of the true jets. */
  readonly truth: readonly number[];
  /** Its standard error. */
  readonly error: readonly number[];
  /** Median of the replicates. */
  readonly predicted: readonly number[];
  /** 0.16 quantile of the replicates. */
  readonly q16: readonly number[];
  /** 0.84 quantile of the replicates. */
  readonly q84: readonly number[];
}

/** Where scale or resolution of one variable is farthest off. */
export interface ResponseDifference {
  /** Whose response. */
  readonly variable: Variable;
  /** Scale or resolution. */
  readonly figure: ResponseFigure;
  /** The input jets there. */
  readonly pt: readonly [number, number | null];
  /** And their |eta|. */
  readonly absEta: readonly [number, number | null];
  /** Jets in that bin. */
  readonly jets: number;
  /** Of so many bins it has the largest difference in standard errors. */
  readonly bins: number;
  /** Of the true jets. */
  readonly truth: number;
  /** Its standard error. */
  readonly error: number;
  /** Median of the replicates. */
  readonly predicted: number;
  /** predicted / truth - 1. */
  readonly relative: number;
  /** Its standard error in a right model: of the true jets and the replicates, whose scatter is the same. */
  readonly relativeError: number;
}

/** What is looked for: medians of differences are near zero, and have no relative error. */
const COMPARED: readonly (readonly [Variable, ResponseFigure])[] = [
  ['pt', 'median'],
  ['pt', 'width'],
  ['eta', 'width'],
  ['phi', 'width'],
  ['mass', 'median'],
  ['mass', 'width'],
];

/**
 * Of scale and resolution of each variable the bin whose difference is the largest in its standard errors.
 *
 * @param samples replicates behind the curves.
 */
export function responseDifferences(ranges: readonly ResponseRange[], samples: number): ResponseDifference[] {
  return COMPARED.flatMap(([variable, figure]) => {
    const all = ranges.flatMap((range) => {
      const curve = range.variables[variable][figure];
      const { truth, error, predicted } = curve;
      return range.jetsPerBin.map((jets, bin) => {
        const bounds = [range.edges[bin], range.edges[bin + 1]] as const;
        const cut = [range.low, range.high] as const;
        return {
          ...{ variable, figure, jets },
          ...(range.of === 'pt' ? { pt: cut, absEta: bounds } : { pt: bounds, absEta: cut }),
          ...{ truth: truth[bin], error: error[bin], predicted: predicted[bin] },
          relative: predicted[bin] / truth[bin] - 1,
          relativeError: relativeErrorOf(curve, bin, samples),
        };
      });
    });
    const known = all.filter(({ truth }) => truth > 0);
    if (known.length === 0) return [];
    const size = (each: (typeof all)[number]) => Math.abs(responsePull(each));
    return [{ ...known.reduce((a, b) => (size(b) > size(a) ? b : a)), bins: known.length }];
  });
}

/**
 * Standard error of predicted / truth - 1 in a right model, (q84 - q16) / 2 / truth x sqrt(1 + (pi / 2) / S): the true jets
 * scatter as one replicate does, the median of S by sqrt((pi / 2) / S) of that. The true figure's own error is of the same
 * scatter, and would count it twice.
 *
 * @param samples S, the replicates behind the curve.
 */
export function relativeErrorOf({ truth, q16, q84 }: ResponseCurve, bin: number, samples: number): number {
  return ((q84[bin] - q16[bin]) / 2 / truth[bin]) * Math.sqrt(1 + Math.PI / 2 / samples);
}

/** A difference in its standard errors. */
export function responsePull({
  relative,
  relativeError,
}: Pick<ResponseDifference, 'relative' | 'relativeError'>): number {
  return relative === 0 ? 0 : relative / relativeError;
}

/** A range with the jets of each bin. */
interface CutRange extends Omit<ResponseRange, 'variables'> {
  readonly members: readonly Uint32Array[];
}

/**
 * The curves of one variable in each range, in the order of {@link responseRanges}: work for one thread.
 *
 * @param jets [N, 4] input jets, physical units.
 * @param truth [N, 4] and sampled [N, S, 4]: targetsOf (jet-features.ts) the true and the sampled jets.
 */
export function responseCurves(
  variable: Variable,
  jets: Float32Array,
  truth: Float32Array,
  sampled: Float32Array,
): ResponseCurves[] {
  return cutRanges(jets).map(({ members }) => {
    const bins = members.map((own) => curvesIn(own, variable, truth, sampled));
    const curve = (figure: ResponseFigure): ResponseCurve => ({
      truth: bins.map((bin) => bin.truth[figure]),
      error: bins.map((bin) => bin.error[figure]),
      predicted: bins.map((bin) => bin.predicted[figure][1]),
      q16: bins.map((bin) => bin.predicted[figure][0]),
      q84: bins.map((bin) => bin.predicted[figure][2]),
    });
    return { median: curve('median'), width: curve('width'), core: curve('core') };
  });
}

/** Every range with the curves of all variables. */
export function responseRanges(
  jets: Float32Array,
  curves: Readonly<Record<Variable, readonly ResponseCurves[]>>,
): ResponseRange[] {
  return cutRanges(jets).map(({ members, ...range }, i) => ({
    ...range,
    variables: byVariable((variable) => curves[variable][i]),
  }));
}

/** Ranges of |eta| along pt, then of pt along |eta|. */
function cutRanges(jets: Float32Array): CutRange[] {
  const count = jets.length / TARGETS;
  const all = Uint32Array.from({ length: count }, (_, jet) => jet);
  const values = {
    pt: Float64Array.from({ length: count }, (_, jet) => jets[TARGETS * jet]),
    '|eta|': Float64Array.from({ length: count }, (_, jet) => Math.abs(jets[TARGETS * jet + 1])),
  };
  return (['|eta|', 'pt'] as const).flatMap((of) => {
    const along = of === 'pt' ? '|eta|' : 'pt';
    const edges = RANGES[of];
    return edges.slice(0, -1).map((low, i) => {
      const high = edges[i + 1];
      const inside = all.filter((jet) => values[of][jet] >= low && values[of][jet] < high);
      return {
        ...{ of, low, high: Number.isFinite(high) ? high : null, jets: inside.length, along },
        ...binned(inside, values[along], EDGES[along]),
      };
    });
  });
}

/** Jets in bins of {@link LEAST_JETS} or more between some of the edges that there may be. */
function binned(jets: Uint32Array, values: Float64Array, fine: readonly number[]) {
  const last = fine.length - 2;
  const places = Array.from(jets, (jet) => Math.min(last, Math.max(0, bisectRight(fine, values[jet]) - 1)));
  const counts = new Uint32Array(last + 1);
  for (const place of places) counts[place]++;
  const ends: number[] = [];
  let [waiting, highest] = [0, 0];
  counts.forEach((count, place) => {
    waiting += count;
    if (count > 0) highest = place;
    if (waiting < LEAST_JETS) return;
    ends.push(place);
    waiting = 0;
  });
  if (ends.length === 0) return { edges: [], jetsPerBin: [], members: [] };
  // What is left at the end joins the last bin.
  ends[ends.length - 1] = Math.max(highest, ends.at(-1)!);
  const lowest = counts.findIndex((count) => count > 0);
  const members: number[][] = ends.map(() => []);
  places.forEach((place, i) => {
    members[ends.findIndex((end) => place <= end)].push(jets[i]);
  });
  return {
    edges: [fine[lowest], ...ends.map((place) => fine[place + 1])],
    jetsPerBin: members.map(({ length }) => length),
    members: members.map((own) => Uint32Array.from(own)),
  };
}

type Figures = Record<ResponseFigure, number>;

function curvesIn(members: Uint32Array, variable: Variable, truth: Float32Array, sampled: Float32Array) {
  const k = VARIABLES.indexOf(variable);
  const jets = members.length;
  const samples = sampled.length / truth.length;
  const isRatio = TARGET_TRANSFORMS[variable].transform === 'log-ratio';
  const replicates = new Float32Array(jets * samples);
  for (let i = 0; i < jets; i++)
    for (let s = 0; s < samples; s++)
      replicates[s * jets + i] = sampled[(members[i] * samples + s) * TARGETS + k];
  const all = Array.from({ length: samples }, (_, s) =>
    figuresOf(quantileFunction(replicates.subarray(s * jets, (s + 1) * jets), isRatio)),
  );
  const own = quantileFunction(
    Float32Array.from(members, (jet) => truth[TARGETS * jet + k]),
    isRatio,
  );
  const predicted = (figure: ResponseFigure) =>
    quantiles(
      all.map((figures) => figures[figure]),
      [0.16, 0.5, 0.84],
    );
  return {
    truth: figuresOf(own),
    error: errorsOf(own, jets),
    predicted: { median: predicted('median'), width: predicted('width'), core: predicted('core') },
  };
}

/** @param values sorted in place. */
function quantileFunction(values: Float32Array, isRatio: boolean): (p: number) => number {
  values.sort();
  return (p) => (isRatio ? Math.exp(quantileSorted(values, p)) : quantileSorted(values, p));
}

/** Levels of a Gaussian's one and half an SD below its mean. */
const [ONE_SD, HALF_SD] = [0.158655253931457, 0.308537538725987];

function figuresOf(quantile: (p: number) => number): Figures {
  const between = (p: number) => quantile(1 - p) - quantile(p);
  return { median: quantile(0.5), width: between(ONE_SD) / 2, core: between(HALF_SD) };
}

/** Standard errors of {@link figuresOf}. */
function errorsOf(quantile: (p: number) => number, jets: number): Figures {
  const sparsity = (p: number) => {
    const d = Math.sqrt((p * (1 - p)) / jets);
    return (quantile(p + d) - quantile(p - d)) / (2 * d);
  };
  // Of Q(1 - p) - Q(p).
  const ofBetween = (p: number) => {
    const [low, high] = [sparsity(p), sparsity(1 - p)];
    return Math.sqrt((p * (1 - p) * (low * low + high * high) - 2 * p * p * low * high) / jets);
  };
  return {
    median: sparsity(0.5) * Math.sqrt(0.25 / jets),
    width: ofBetween(ONE_SD) / 2,
    core: ofBetween(HALF_SD),
  };
}
