/**
 * A detector whose four conditional quantiles are known in closed form: the truth that tests measure against.
 *
 *     r_k = location_k(x, pulls before k) + scale_k(x, pulls before k) Z_k        pull_k = (r_k - location_k) / scale_k
 *
 * r_k are the targets of transforms.ts (log ratios, differences) and Z_k standardised, independent, not Gaussian:
 * pt leans low, mass leans high. Resolution depends on pt and |eta| of the input jet; each variable depends on
 * those before it. The same response serves both tasks: gen → reco for simulation, raw → gen for correction.
 */

import type { Session } from '../src/engines/engine.js';
import { type ColumnName, columnName, STAGES, VARIABLES } from '../src/jets/columns.js';
import type { JetsTable } from '../src/jets/table.js';
import { STAGES_OF_TASK, type Task } from '../src/model/tasks.js';
import { physicalValue, TARGET_TRANSFORMS, targetValue } from '../src/model/transforms.js';
import { philox4x32, philoxKey, STREAM } from '../src/stats/philox.js';
import { LOGISTIC, type Shape, SKEW_HIGH, SKEW_LOW } from './reference-shapes.js';

/** pt [GeV], eta, phi [rad], mass [GeV]; or some first ones of them. */
export type Jet = readonly number[] | Float32Array;

/** One step of the response. `jet` is the input jet, `pulls` those of the steps before, in their order. */
export interface ResponseStep {
  location(jet: Jet, pulls: ArrayLike<number>): number;
  scale(jet: Jet, pulls: ArrayLike<number>): number;
  readonly shape: Shape;
}
/** Four steps: pt, eta, phi, mass. A faulty detector is another list. */
export type Response = readonly ResponseStep[];

/** Relative pt resolution: noise, stochastic and constant term, worse towards the beam. */
function resolution(pt: number, eta: number): number {
  return Math.sqrt((4 / pt) ** 2 + 0.8 ** 2 / pt + 0.04 ** 2) * (1 + 0.15 * Math.abs(eta));
}

export const REFERENCE_RESPONSE: Response = [
  {
    location: ([pt, eta]) => 0.01 - (0.04 * Math.abs(eta)) / (1 + pt / 100),
    scale: ([pt, eta]) => resolution(pt, eta),
    shape: SKEW_LOW,
  },
  {
    location: (jet, pulls) => 0.4 * etaWidth(jet) * pulls[0],
    scale: (jet, pulls) => etaWidth(jet) * (1 + 0.25 * Math.tanh(pulls[0])),
    shape: LOGISTIC,
  },
  {
    location: (jet, pulls) => phiWidth(jet) * (0.5 * pulls[1] - 0.2 * pulls[0]),
    scale: phiWidth,
    shape: LOGISTIC,
  },
  {
    location: (jet, pulls) =>
      0.05 + massWidth(jet) * (0.5 * pulls[0] + 0.2 * pulls[1] * Math.tanh(jet[1]) + 0.2 * pulls[2]),
    scale: massWidth,
    shape: SKEW_HIGH,
  },
];

function etaWidth([pt, eta]: Jet): number {
  return 0.005 + (0.6 * (1 + 0.1 * eta * eta)) / pt;
}

function phiWidth([pt]: Jet): number {
  return 0.005 + 0.8 / pt;
}

function massWidth([pt, , , mass]: Jet): number {
  return 0.08 + 0.3 / Math.sqrt(pt) + 0.3 / mass;
}

/**
 * The quantile of one step, in physical units, phi in (-pi, pi].
 *
 * @param step 0 … 3: pt, eta, phi, mass.
 * @param jet the input jet.
 * @param known the target jet's values of the steps before, physical units.
 * @param tau in (0, 1).
 */
export function exactQuantile(
  step: number,
  jet: Jet,
  known: ArrayLike<number>,
  tau: number,
  response: Response = REFERENCE_RESPONSE,
): number {
  const pulls = pullsOf(step, jet, known, response);
  const { location, scale, shape } = response[step]!;
  return physical(step, jet, location(jet, pulls) + scale(jet, pulls) * shape.quantile(tau));
}

/** The probability of a value at or below `value` (physical units), given the target jet's earlier values. */
export function exactCdf(
  step: number,
  jet: Jet,
  known: ArrayLike<number>,
  value: number,
  response: Response = REFERENCE_RESPONSE,
): number {
  const pulls = pullsOf(step, jet, known, response);
  return response[step]!.shape.cdf(pull(step, jet, value, pulls, response));
}

/** The conditional density of one step with respect to the target of transforms.ts (log ratio, difference). */
export function exactTargetDensity(
  step: number,
  jet: Jet,
  known: ArrayLike<number>,
  value: number,
  response: Response = REFERENCE_RESPONSE,
): number {
  const pulls = pullsOf(step, jet, known, response);
  const { scale, shape } = response[step]!;
  return shape.density(pull(step, jet, value, pulls, response)) / scale(jet, pulls);
}

/**
 * The least mean pinball loss that any model can expect on these jets, a number for each step, in the unit of the
 * target (log ratio or difference): divide by the sd of the standardised target to compare with training.
 *
 * Exact in tau and in the response, given the input jets and the target jet's earlier values.
 *
 * @param taus average over these tau; without it over all of (0, 1).
 */
export function expectedPinball(table: JetsTable, task: Task, taus?: readonly number[]): number[] {
  const { input, target } = jetsOf(table, task);
  return REFERENCE_RESPONSE.map(({ scale, shape }, step) => {
    let sum = 0;
    for (let row = 0; row < table.rows; row++) {
      const jet = input(row);
      sum += scale(jet, pullsOf(step, jet, target(row), REFERENCE_RESPONSE));
    }
    const loss = taus
      ? taus.reduce((total, tau) => total + shape.pinball(tau), 0) / taus.length
      : shape.meanPinball;
    return (sum / table.rows) * loss;
  });
}

/**
 * Jets of the reference detector: all twelve columns, the input jets of `task` drawn from a falling spectrum, its
 * target jets from the response. raw, reco and gen are matched jets for either task; only the task's own pair has
 * exact quantiles.
 *
 * @param seed of Philox; jet i depends only on (seed, i).
 */
export function makeReferenceJets(count: number, seed: number, task: Task = 'simulation'): JetsTable {
  const columns = Object.fromEntries(
    STAGES.flatMap((stage) =>
      VARIABLES.map((variable) => [columnName(stage, variable), new Float32Array(count)]),
    ),
  ) as Record<ColumnName, Float32Array>;
  const { input, target } = STAGES_OF_TASK[task];
  const other = STAGES.find((stage) => stage !== input && stage !== target)!;
  const [key0, key1] = philoxKey(seed);
  const uniforms = (row: number, use: number) => {
    philox4x32(words, row, use, 0, STREAM.tests, key0, key1);
    return Array.from(words, (word) => (word + 0.5) / 2 ** 32);
  };
  for (let row = 0; row < count; row++) {
    const jet = Float32Array.from(inputJet(uniforms(row, 0)));
    const answer = new Float32Array(4);
    uniforms(row, 1).forEach((tau, step) => {
      answer[step] = exactQuantile(step, jet, answer, tau);
    });
    const uncorrected = task === 'simulation' ? answer : jet;
    VARIABLES.forEach((variable, step) => {
      columns[columnName(input, variable)][row] = jet[step];
      columns[columnName(target, variable)][row] = answer[step];
      // A calibration by 5 % is between raw and reco: nothing in the tests depends on its size.
      const factor = variable === 'eta' || variable === 'phi' ? 1 : task === 'simulation' ? 0.95 : 1.05;
      columns[columnName(other, variable)][row] = uncorrected[step] * factor;
    });
  }
  return { rows: count, columns, source: { name: 'reference detector', sha256: '0'.repeat(64) } };
}

/** The detector as an engine: exact quantiles in double precision, rounded to float32 at the end. */
export function referenceSession(response: Response = REFERENCE_RESPONSE): Session {
  return {
    engine: 'reference',
    inputs: 4,
    async predict(jets, tau, predictions, jetCount, sampleCount) {
      const pulls = new Float64Array(4);
      for (let row = 0; row < jetCount; row++) {
        const jet = jets.subarray(4 * row, 4 * row + 4);
        for (let sample = 0; sample < sampleCount; sample++) {
          for (let step = 0; step < 4; step++) {
            const at = (4 * row + step) * sampleCount + sample;
            const { location, scale, shape } = response[step]!;
            pulls[step] = shape.quantile(tau[at]!);
            predictions[at] = physical(step, jet, location(jet, pulls) + scale(jet, pulls) * pulls[step]!);
          }
        }
      }
    },
    async close() {},
  };
}

const words = new Uint32Array(4);

/** An input jet from four uniform numbers: pt from 20 to 2000 GeV on a falling spectrum, |eta| < 3, mass above 5 GeV. */
function inputJet([u0, u1, u2, u3]: readonly number[]): number[] {
  const slope = 1.2;
  const pt = 20 * (1 - u0! * (1 - 100 ** -slope)) ** (-1 / slope);
  const eta = 3 * Math.sign(u1! - 0.5) * (1 - Math.sqrt(1 - Math.abs(2 * u1! - 1)));
  const phi = Math.PI * (1 - 2 * u2!);
  const mass = 5 + 0.06 * pt * Math.exp(0.35 * LOGISTIC.quantile(u3!));
  return [pt, eta, phi, mass];
}

/** The pulls of the steps before `step`, from the target jet's values. */
function pullsOf(step: number, jet: Jet, known: ArrayLike<number>, response: Response): number[] {
  const pulls: number[] = [];
  for (let k = 0; k < step; k++) pulls.push(pull(k, jet, known[k]!, pulls, response));
  return pulls;
}

function pull(step: number, jet: Jet, value: number, pulls: ArrayLike<number>, response: Response): number {
  const { location, scale } = response[step]!;
  const target = targetValue(TARGET_TRANSFORMS[VARIABLES[step]!], value, jet[step]!);
  return (target - location(jet, pulls)) / scale(jet, pulls);
}

function physical(step: number, jet: Jet, target: number): number {
  return physicalValue(TARGET_TRANSFORMS[VARIABLES[step]!], target, jet[step]!);
}

/** Row readers of a task's input and target jets. */
function jetsOf(table: JetsTable, task: Task): { input: (row: number) => Jet; target: (row: number) => Jet } {
  const { input, target } = STAGES_OF_TASK[task];
  const reader = (stage: typeof input) => {
    const columns = VARIABLES.map((variable) => table.columns[columnName(stage, variable)]!);
    return (row: number) => columns.map((column) => column[row]!);
  };
  return { input: reader(input), target: reader(target) };
}
