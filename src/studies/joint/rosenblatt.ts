/**
 * Rosenblatt's transform: u_k = F_k(y_k | x, y_1 … y_k-1) at the true values, four numbers a jet.
 *
 *     p(y | x) is right  ⇔  u is uniform on [0, 1]⁴ and independent of x
 *
 * Rosenblatt, Ann. Math. Stat. 23 (1952) 470. Each component against its band (ecdf-band.ts) and Kolmogorov's
 * distance; then a smooth test of everything at once. With normalised Legendre polynomials g_1 = sqrt(3) (2 u - 1),
 * g_2 = sqrt(5) (6 u² - 6 u + 1) and functions h of x, orthonormal over these jets,
 *
 *     s(g, h) = sum_i g(u_i) h(x_i) / sqrt(N),   T = sum over g, h of s²,   chi-squared if p(y | x) is right
 *
 * g: g_1, g_2 of each component and g_1 g_1 of each pair (14); h: 1, g_1 of the ranks of pt, eta, phi, mass and |eta|,
 * g_2 of that of pt (7). Given the jets, the s have mean 0, variance 1 and no correlation exactly; their normality is
 * that of sums of N bounded terms. Neyman, "Smooth test" for goodness of fit, Skand. Aktuarietidskr. 20 (1937) 149.
 *
 * It cannot show what these 98 functions do not see: sharp features, and dependences of three or more components.
 */
import { byVariable, VARIABLE_PAIRS, VARIABLES, type Variable } from '../../jets/columns.js';
import { ascending } from '../../stats/ascending.js';
import { chiSquaredTail } from '../../stats/chi-squared.js';
import { ksDistance, ksPValue } from '../../stats/ks.js';
import { type DifferenceBand, differenceBand, type EcdfDifference, ecdfDifference } from '../closure.js';
import { pitEffect, shiftInWords, sigmas, widthInWords } from '../pit-effect.js';
import { FEATURE_COUNT } from './jet-features.js';

/** Components of a PIT: pt, eta, phi, mass. */
const PIT_COUNT = 4;

/**
 * Rosenblatt's transform of the true jets: u_k = F_k(y_k | x, y_1 … y_k-1), uniform and independent of x where p(y | x) is
 * right. Rosenblatt, Ann. Math. Stat. 23 (1952) 470.
 */
export interface Rosenblatt {
  /** Inside it the four ECDFs stay. */
  readonly band: DifferenceBand;
  /** Each component by itself. */
  readonly variables: Readonly<Record<Variable, PitUniformity>>;
  /** All of u with all of x. */
  readonly smooth: SmoothTest & {
    /** The functions in words. */
    readonly of: {
      /** g of u, [14]. */
      readonly pit: readonly string[];
      /** h of x, [7]. */
      readonly jet: readonly string[];
    };
    /** s of each, [14][7]: standard normal if the model is right; null where h says nothing new of these jets. */
    readonly scores: readonly (readonly (number | null)[])[];
    /** What the largest of them means for the jets, in words. */
    readonly effect: string;
  };
  /** What u by itself shows: dependence of its components on each other (6 pairs). */
  readonly pairs: SmoothTest;
  /** What u shows together with x: g_1 and g_2 of each component against h without its constant. */
  readonly jets: SmoothTest;
}

/** Whether the exact PIT of one variable is uniform. */
export interface PitUniformity extends EcdfDifference {
  /** Kolmogorov distance from uniform. */
  readonly ks: number;
  /** Kolmogorov's p-value. */
  readonly ksPValue: number;
  /** True values below everything that the model can give. */
  readonly below: number;
  /** True values above everything that the model can give. */
  readonly above: number;
  /** What is off, in words. */
  readonly effect: string;
}

/** A smooth test of several products at once: Neyman 1937. */
export interface SmoothTest {
  /** Sum of s². */
  readonly chiSquared: number;
  /** Products. */
  readonly degreesOfFreedom: number;
  /** Of chi-squared's tail. */
  readonly pValue: number;
  /** The largest |s|, and of what: "eta width × |eta|". */
  readonly largest: {
    /** Standard normal if the model is right. */
    readonly s: number;
    /** Of which product. */
    readonly of: string;
  };
}

/**
 * @param pits [N, 4] in [0, 1].
 * @param features [N, 4], see jet-features.ts.
 */
export function rosenblatt(pits: Float32Array, features: Float32Array): Rosenblatt {
  const scores = smoothScores(pits, features);
  return {
    band: differenceBand(pits.length / PIT_COUNT),
    variables: byVariable((_, k) => uniformity(VARIABLES[k], component(pits, k))),
    smooth: {
      ...smoothTest(scores),
      of: { pit: PIT_FUNCTIONS, jet: JET_FUNCTIONS },
      scores: PIT_FUNCTIONS.map((_, g) =>
        JET_FUNCTIONS.map((__, h) => scores.find((each) => each.g === g && each.h === h)?.s ?? null),
      ),
      effect: smoothEffect(scores, pits.length / PIT_COUNT),
    },
    pairs: smoothTest(scores.filter(({ g, h }) => g >= 2 * PIT_COUNT && h === 0)),
    jets: smoothTest(scores.filter(({ g, h }) => g < 2 * PIT_COUNT && h > 0)),
  };
}

/** One column of a row-major [N, 4]. */
function component(pits: Float32Array, k: number): Float64Array {
  return Float64Array.from({ length: pits.length / PIT_COUNT }, (_, jet) => pits[PIT_COUNT * jet + k]);
}

function uniformity(variable: Variable, values: Float64Array): PitUniformity {
  const count = values.length;
  const ks = ksDistance(values);
  return {
    ...ecdfDifference(values),
    ks,
    ksPValue: ksPValue(ks, count),
    below: values.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0),
    above: values.reduce((sum, value) => sum + (value === 1 ? 1 : 0), 0),
    effect: pitEffect(variable, values, GIVEN[variable]),
  };
}

/** On what the conditional distribution of each depends. */
const GIVEN: Readonly<Record<Variable, string>> = {
  pt: 'given the jet',
  eta: 'given the jet and pt',
  phi: 'given the jet, pt and eta',
  mass: 'given the jet, pt, eta and phi',
};

interface SmoothScore {
  /** Index of g (first the two of each component, then the pairs) and of h. */
  readonly g: number;
  readonly h: number;
  readonly s: number;
}

const JET_FUNCTIONS = ['all jets', 'pt', 'eta', 'phi', 'mass', '|eta|', 'pt, middle against ends'];
const PIT_FUNCTIONS = [
  ...VARIABLES.flatMap((variable) => [`${variable} shift`, `${variable} width`]),
  ...VARIABLE_PAIRS.map(([a, b]) => `${VARIABLES[a]}–${VARIABLES[b]} correlation`),
];

function smoothScores(pits: Float32Array, features: Float32Array): SmoothScore[] {
  const count = pits.length / PIT_COUNT;
  const jetFunctions = orthonormal(jetColumns(features));
  const sums = new Float64Array(PIT_FUNCTIONS.length * jetFunctions.length);
  const g = new Float64Array(PIT_FUNCTIONS.length);
  for (let jet = 0; jet < count; jet++) {
    for (let k = 0; k < PIT_COUNT; k++) {
      const t = 2 * pits[PIT_COUNT * jet + k] - 1;
      g[2 * k] = Math.sqrt(3) * t;
      g[2 * k + 1] = Math.sqrt(5) * (1.5 * t * t - 0.5);
    }
    for (let pair = 0; pair < VARIABLE_PAIRS.length; pair++) {
      g[2 * PIT_COUNT + pair] = g[2 * VARIABLE_PAIRS[pair][0]] * g[2 * VARIABLE_PAIRS[pair][1]];
    }
    for (let h = 0, at = 0; h < jetFunctions.length; h++) {
      const value = jetFunctions[h][jet];
      for (let i = 0; i < g.length; i++) sums[at++] += g[i] * value;
    }
  }
  return Array.from(sums, (sum, at) => ({
    g: at % g.length,
    h: Math.floor(at / g.length),
    s: sum / Math.sqrt(count),
  })).filter(({ h }) => jetFunctions[h].some((value) => value !== 0));
}

function smoothTest(scores: readonly SmoothScore[]): SmoothTest {
  if (scores.length === 0) {
    return {
      chiSquared: 0,
      degreesOfFreedom: 0,
      pValue: 1,
      largest: { s: 0, of: 'nothing: all jets are alike' },
    };
  }
  const chiSquared = scores.reduce((sum, { s }) => sum + s * s, 0);
  const largest = scores.reduce((best, score) => (Math.abs(score.s) > Math.abs(best.s) ? score : best));
  return {
    chiSquared,
    degreesOfFreedom: scores.length,
    pValue: chiSquaredTail(chiSquared, scores.length),
    largest: { s: largest.s, of: `${PIT_FUNCTIONS[largest.g]} × ${JET_FUNCTIONS[largest.h]}` },
  };
}

/**
 * The largest score in words. h of a rank reaches ±sqrt(3) at the ends; that of the middle of pt against its ends sqrt(5)
 * there and half as much, with the other sign, between.
 */
function smoothEffect(scores: readonly SmoothScore[], jets: number): string {
  if (scores.length === 0) return 'all jets are alike';
  const { g, h, s } = scores.reduce((best, score) => (Math.abs(score.s) > Math.abs(best.s) ? score : best));
  const mean = s / Math.sqrt(jets);
  const reach = h === 0 ? 1 : h < JET_FUNCTIONS.length - 1 ? Math.sqrt(3) : Math.sqrt(5);
  const of = `${JET_FUNCTIONS[h].split(',')[0]} of the input jet`;
  const where =
    h === 0
      ? 'in all jets'
      : h < JET_FUNCTIONS.length - 1
        ? `at the largest ${of}, and the other way at the smallest`
        : `at both ends of ${of}, and half as much the other way between`;
  if (g >= 2 * PIT_COUNT) {
    const [a, b] = VARIABLE_PAIRS[g - 2 * PIT_COUNT].map((k) => VARIABLES[k]);
    const correlation = `${(reach * Math.abs(mean)).toPrecision(2)} too ${s > 0 ? 'low' : 'high'}`;
    return `the correlation of ${a} and ${b} is predicted ${correlation} ${where} (${sigmas(s)})`;
  }
  const variable = VARIABLES[g >> 1];
  return g % 2 === 0
    ? shiftInWords(variable, reach * mean, where, s)
    : widthInWords(variable, reach * mean, where, s);
}

/** The functions h before they are made orthonormal, [7][N]: bounded, so that no single jet decides. */
function jetColumns(features: Float32Array): Float64Array[] {
  const count = features.length / FEATURE_COUNT;
  const columns = [0, 1, 2, 3].map((k) =>
    Float32Array.from({ length: count }, (_, jet) => features[FEATURE_COUNT * jet + k]),
  );
  const [pt, ...others] = [...columns, columns[1].map(Math.abs)].map(centredRanks);
  return [new Float64Array(count).fill(1), pt, ...others, pt.map((rank) => rank * rank)];
}

/** The share of values below each, ties counting half, minus a half: in (-1/2, 1/2). */
function centredRanks(values: Float32Array): Float64Array {
  const order = ascending(values);
  const ranks = new Float64Array(values.length);
  for (let first = 0, end = 0; first < order.length; first = end) {
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    for (let i = first; i < end; i++) ranks[order[i]] = (first + end) / 2 / values.length - 0.5;
  }
  return ranks;
}

/** Gram and Schmidt over the jets, mean square 1; 0 where the earlier ones make up a function, as for a constant column. */
function orthonormal(columns: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const column of columns) {
    const rest = column.slice();
    const before = dot(rest, rest);
    for (const done of basis) {
      const share = dot(rest, done) / rest.length;
      for (let i = 0; i < rest.length; i++) rest[i] -= share * done[i];
    }
    const square = dot(rest, rest);
    // 0 keeps the place of a function that says nothing new: the names follow the places.
    const scale = square > 1e-9 * before ? Math.sqrt(rest.length / square) : 0;
    basis.push(rest.map((value) => value * scale));
  }
  return basis;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
