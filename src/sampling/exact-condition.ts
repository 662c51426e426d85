/**
 * The conditional distribution p(y | x) of each of many jets, through its four conditional quantile functions.
 *
 *     quantile: tau → y,  y_k = f_k(x, y_1 … y_k-1, tau_k)       (Rosenblatt's transform, backwards)
 *     cdf:      y → tau,  tau_k = measure of {t : f_k(x, y_1 … y_k-1, t) ≤ y_k}
 *     density:  p(y | x) = product over k of 1 / (df_k/dtau) at tau_k,  per GeV² and radian
 *
 * Kronheim, Kuchera, Prosper, Ramanujan, eq. 1 and 2. f is in physical units, so the Jacobian of the target transforms
 * is in its slope. phi is measured as the wrapped difference to the input jet's: a model whose phi reaches further than
 * pi from it is not normalised. Masses at zero stand for all predictions at or below: the density leaves them out.
 */

import { type Quantiles, quantilesOf } from '../engines/engine.js';
import { byVariable, VARIABLES, type Variable } from '../jets/columns.js';
import { phiNear, wrapPhi } from '../jets/phi.js';
import { KNOWN_COUNT, PHI_STEP, STEP_COUNT, STEPS } from '../model/steps.js';
import { solveTau } from './solve-tau.js';

const MASS_STEP = STEPS.indexOf('mass');

/** p(y | x) of N jets: quantiles, and where given jets lie in it. Row-major arrays in physical units. */
export interface ExactCondition {
  /** Number of jets, N. */
  readonly jets: number;
  /**
   * The target jets at given quantiles, each variable given those before it.
   *
   * @param tau [N, 4] row-major, in (0, 1).
   * @returns [N, 4], physical units, phi in (-pi, pi], mass ≥ 0.
   */
  quantile(tau: Float32Array): Promise<Float32Array>;
  /**
   * The four conditional CDFs and the density at y.
   *
   * @param y [N, 4], physical units.
   */
  cdf(y: Float32Array): Promise<ConditionCdf>;
}

/** Values of one variable at which its CDF has no simple inverse. */
export interface RangeCounts {
  /** Jets whose quantiles cross: the quantile falls somewhere as tau rises. */
  crossed: number;
  /** Values below everything that the model gives. */
  below: number;
  /** Values above everything that the model gives. */
  above: number;
}

/** Where target jets lie in their predicted distributions. */
export interface ConditionCdf {
  /** The four conditional CDFs at y, [N, 4] in [0, 1]. */
  readonly tau: Float32Array;
  /** log of p(y | x), [N]; -Infinity outside the range. */
  readonly logDensity: Float64Array;
  /** Jets whose quantiles of a variable cross, and values below and above everything that the model gives. */
  readonly counts: Readonly<Record<Variable, RangeCounts>>;
}

/** Jets whose CDFs are computed at a time: what they decide stays small. */
const CHUNK = 1 << 12;

/** @param jets [N, conditional.inputs] row-major, physical units. */
export function exactCondition(conditional: Quantiles, jets: Float32Array): ExactCondition {
  const { inputs } = conditional;
  const count = jets.length / inputs;
  return {
    jets: count,
    async quantile(tau) {
      const y = new Float32Array(count * STEP_COUNT);
      // Later steps do not read what is not known, but it must be there.
      for (let jet = 0; jet < count; jet++) y.set(jets.subarray(jet * inputs, jet * inputs + 4), 4 * jet);
      for (let first = 0; first < count; first += CHUNK) {
        const { some, all, functions } = await asked(first, y);
        for (let step = 0; step < STEP_COUNT; step++) {
          const own = Float32Array.from(all, (jet) => tau[STEP_COUNT * (first + jet) + step]);
          const { value } = await functions(step)(all, own);
          for (let jet = 0; jet < all.length; jet++)
            some[STEP_COUNT * jet + step] = physical(step, value[jet]);
        }
      }
      return y;
    },
    async cdf(y) {
      const tau = new Float32Array(count * STEP_COUNT);
      const logDensity = new Float64Array(count);
      const counts = byVariable((): RangeCounts => ({ crossed: 0, below: 0, above: 0 }));
      for (let first = 0; first < count; first += CHUNK) {
        const { some, all, functions } = await asked(first, y);
        for (let step = 0; step < STEP_COUNT; step++) {
          const values = Float64Array.from(all, (jet) =>
            continuous(step, some[STEP_COUNT * jet + step], jets[inputs * (first + jet) + step]),
          );
          const solved = await solveTau(functions(step), values);
          for (const jet of all) {
            tau[STEP_COUNT * (first + jet) + step] = solved.tau[jet];
            logDensity[first + jet] += Math.log(solved.density[jet]);
          }
          const ofStep = counts[VARIABLES[step]];
          for (const kind of ['crossed', 'below', 'above'] as const) ofStep[kind] += solved[kind];
        }
      }
      return { tau, logDensity, counts };
    },
  };

  /** A chunk of the jets: its rows of y [N, 4], their numbers, and f of a step with the earlier values from y. */
  async function asked(first: number, y: Float32Array) {
    const end = Math.min(count, first + CHUNK);
    const some = y.subarray(STEP_COUNT * first, STEP_COUNT * end);
    const quantiles = await quantilesOf(conditional, jets.subarray(first * inputs, end * inputs));
    const functions = (step: number) => (rows: Uint32Array, tau: Float32Array) => {
      const known = new Float32Array(rows.length * KNOWN_COUNT);
      for (let i = 0; i < rows.length; i++)
        for (let k = 0; k < KNOWN_COUNT; k++) known[i * KNOWN_COUNT + k] = some[rows[i] * STEP_COUNT + k];
      return quantiles.quantile(rows, known, new Uint8Array(rows.length).fill(step), tau);
    };
    return { some, all: Uint32Array.from({ length: end - first }, (_, jet) => jet), functions };
  }
}

function physical(step: number, value: number): number {
  if (step === PHI_STEP) return wrapPhi(value);
  return step === MASS_STEP ? Math.max(0, value) : value;
}

/** A value as its step predicts it: phi on the branch nearest to the input jet's. */
function continuous(step: number, value: number, input: number): number {
  return step === PHI_STEP ? phiNear(value, input) : value;
}
