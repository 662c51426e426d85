/**
 * One jet's answer: samples as histograms with their quantiles, and the density of each variable from the slope.
 *
 * The density of pt is exact: 1 / (df/dtau) at f(tau). Those of eta, phi and mass given the variables before them are,
 * too; their marginal densities are the mean over samples of these:
 *
 *     p(y_k | x) = mean over samples m of p(y_k | x, y_1 … y_k-1 of m)
 *
 * (Gelfand, Smith, "Sampling-based approaches to calculating marginal densities", JASA 85 (1990) 398, eq. 2.8): smooth
 * with a handful of samples, taken at even ranks of pt.
 */

import type { Conditional, Session } from '../../src/engines/engine.js';
import { byVariable, VARIABLES } from '../../src/jets/columns.js';
import { phiNear } from '../../src/jets/phi.js';
import { KNOWN_COUNT, STEP_COUNT } from '../../src/model/steps.js';
import { quantileSorted } from '../../src/stats/quantile.js';
import { fillTau } from '../../src/stats/tau.js';
import type { JetAnswer, JetRequest, JointHistogram, VariableAnswer } from './answer.js';
import { mixtureDensity, peakOf, type QuantileCurves, tauGrid } from './density.js';

/** Quantiles that are shown: the ends of the 68 % interval and the median. */
const LEVELS = [0.16, 0.5, 0.84] as const;
/** Copies of the jet that the engine is given at once: it takes jets four at a time. */
const COPIES = 4;
const BINS = 60;
const POINTS = 121;
const JOINT_BINS = 40;
/** Share of the samples beyond either end of an axis, and room beside them. */
const BEYOND = 0.002;
const ROOM = 0.04;
/** Samples whose conditional densities are averaged, and quantiles at which each is computed. */
const EFFORT = { fast: { mixed: 10, levels: 20 }, fine: { mixed: 48, levels: 40 } } as const;

export interface JetEngine {
  readonly session: Session;
  readonly conditional: Conditional;
}

export async function predictJet(engine: JetEngine, request: JetRequest): Promise<JetAnswer> {
  const start = performance.now();
  const jet = Float32Array.from(request.jet);
  const samples = await sampleOneJet(engine.session, jet, request.samples, request.seed);
  const { densities, ptQuantiles } = await conditionalCurves(
    engine.conditional,
    jet,
    samples,
    request.quality,
  );
  const variables = byVariable((_, k) =>
    variableAnswer(samples[k]!, densities[k]!, k === 0 ? ptQuantiles : quantilesOf(samples[k]!)),
  );
  const joint = jointHistogram(samples[0]!, samples[3]!, variables.pt, variables.mass);
  return { variables, joint, milliseconds: performance.now() - start };
}

/** The samples of each variable, [4][S]; sample s is that of sample index s of a table of only this jet. */
async function sampleOneJet(
  session: Session,
  jet: Float32Array,
  samples: number,
  seed: number,
): Promise<Float32Array[]> {
  const each = samples / COPIES;
  const tau = new Float32Array(STEP_COUNT * samples);
  const predictions = new Float32Array(STEP_COUNT * samples);
  const jets = new Float32Array(COPIES * jet.length);
  for (let copy = 0; copy < COPIES; copy++) {
    jets.set(jet, copy * jet.length);
    const part = STEP_COUNT * each;
    fillTau(tau.subarray(copy * part, (copy + 1) * part), seed, 0, 1, copy * each, each);
  }
  await session.predict(jets, tau, predictions, COPIES, each);
  return VARIABLES.map((variable, k) => {
    const values = new Float32Array(samples);
    for (let copy = 0; copy < COPIES; copy++) {
      const from = (copy * STEP_COUNT + k) * each;
      values.set(predictions.subarray(from, from + each), copy * each);
    }
    return variable === 'phi' ? values.map((phi) => phiNear(phi, jet[k]!)) : values;
  });
}

/** Densities of the four variables, and {@link LEVELS} of pt, which are exact: as `jet-iqn predict` gives them. */
async function conditionalCurves(
  { inputs, quantile }: Conditional,
  jet: Float32Array,
  samples: readonly Float32Array[],
  quality: JetRequest['quality'],
): Promise<{ densities: QuantileCurves[]; ptQuantiles: ArrayLike<number> }> {
  const { mixed, levels } = EFFORT[quality];
  const chosen = evenRanks(samples[0]!, mixed);
  const grid = tauGrid(levels);
  // pt depends on no sample: one curve with as many points as the others have together in their middle.
  const curves = [
    ...VARIABLES.map((_, k) =>
      k === 0 ? { k, rows: [chosen[0]!], grid: tauGrid(2 * levels) } : { k, rows: chosen, grid },
    ),
    { k: 0, rows: [chosen[0]!], grid: LEVELS },
  ];
  const count = curves.reduce((sum, { rows, grid }) => sum + rows.length * grid.length, 0);
  const jets = new Float32Array(count * inputs);
  const known = new Float32Array(count * KNOWN_COUNT);
  const step = new Uint8Array(count);
  const tau = new Float32Array(count);
  let row = 0;
  for (const { k, rows, grid } of curves) {
    for (const sample of rows) {
      for (const level of grid) {
        jets.set(jet, row * inputs);
        for (let i = 0; i < KNOWN_COUNT; i++) known[row * KNOWN_COUNT + i] = samples[i]![sample]!;
        step[row] = k;
        tau[row++] = level;
      }
    }
  }
  const { value, slope } = await quantile(jets, known, step, tau);
  let first = 0;
  const densities = curves.map(({ rows, grid }) => {
    const end = first + rows.length * grid.length;
    const curve = {
      levels: grid.length,
      value: value.subarray(first, end),
      slope: slope.subarray(first, end),
    };
    first = end;
    return curve;
  });
  return { ptQuantiles: densities.pop()!.value, densities };
}

/** Indices of `count` values at even ranks. */
function evenRanks(values: Float32Array, count: number): number[] {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  return Array.from({ length: count }, (_, i) => order[Math.floor(((i + 0.5) / count) * order.length)]!);
}

function quantilesOf(values: Float32Array): number[] {
  const sorted = values.toSorted();
  return LEVELS.map((level) => quantileSorted(sorted, level));
}

function variableAnswer(
  values: Float32Array,
  curves: QuantileCurves,
  quantiles: ArrayLike<number>,
): VariableAnswer {
  const sorted = values.toSorted();
  const [left, right] = [quantileSorted(sorted, BEYOND), quantileSorted(sorted, 1 - BEYOND)];
  const room = Math.max(ROOM * (right - left), 1e-6);
  const [low, high] = [left - room, right + room];
  const histogram = new Float64Array(BINS);
  const perUnit = BINS / (high - low);
  for (const value of values) {
    const bin = Math.floor((value - low) * perUnit);
    if (bin >= 0 && bin < BINS) histogram[bin]! += perUnit / values.length;
  }
  const density = mixtureDensity(curves, low, high, POINTS);
  return {
    low,
    high,
    histogram,
    density,
    q16: quantiles[0]!,
    median: quantiles[1]!,
    q84: quantiles[2]!,
    typical: peakOf(density, low, high),
  };
}

function jointHistogram(
  pt: Float32Array,
  mass: Float32Array,
  ptAxis: VariableAnswer,
  massAxis: VariableAnswer,
): JointHistogram {
  const counts = new Uint32Array(JOINT_BINS * JOINT_BINS);
  const place = (value: number, { low, high }: VariableAnswer) =>
    Math.floor(((value - low) / (high - low)) * JOINT_BINS);
  for (let s = 0; s < pt.length; s++) {
    const [i, j] = [place(pt[s]!, ptAxis), place(mass[s]!, massAxis)];
    if (i >= 0 && i < JOINT_BINS && j >= 0 && j < JOINT_BINS) counts[i * JOINT_BINS + j]!++;
  }
  return { ptBins: JOINT_BINS, massBins: JOINT_BINS, counts };
}
