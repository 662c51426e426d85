/**
 * The four autoregressive steps: p(y | x) = p(pt | x) p(eta | pt, x) p(phi | pt, eta, x) p(mass | pt, eta, phi, x).
 *
 * Kronheim, Kuchera, Prosper, Ramanujan, eq. 3: step k reads x, the one-hot z of k, and in y' the targets
 * of the steps before it, zero where not yet known.
 */
import { VARIABLES, type Variable } from '../jets/columns.js';

/** The variable that each step predicts, in order. */
export const STEPS: readonly Variable[] = VARIABLES;
/** Steps of one prediction. */
export const STEP_COUNT = 4;
/** Which of them predicts phi, an angle. */
export const PHI_STEP = STEPS.indexOf('phi');
/** Slots for targets already known: those of all steps but the last. */
export const KNOWN_COUNT = 3;
