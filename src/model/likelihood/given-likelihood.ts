/**
 * The way round: what input jet could have given an observed one, by the likelihood alone.
 *
 * A correction learnt from pairs depends on the spectrum of input jets that it was trained on (arXiv 2205.05084). The
 * density of a simulation, p(y | x), does not. As a function of x for the y observed it is the likelihood; its maximum
 * and its profile's 68 % interval need no spectrum. It is not a distribution over x: it cannot be sampled or integrated
 * without a prior.
 */
import { wrapPhi } from '../../jets/phi.js';
import type { Quantiles } from '../conditional/conditional.js';
import { PHI_STEP, STEP_COUNT } from '../steps.js';
import { type Box, physicalOf } from './coordinates.js';
import { fittedSurfaces } from './fitted-surface.js';
import { profileOf } from './profile.js';
import { likelihoodSurfaces } from './surface.js';

export interface LikelihoodAnswer {
  /** The most likely input jets, [N, 4], physical units; NaN where the model gives no such observed jet. */
  readonly best: Float32Array;
  /** Ends of the 68 % intervals, [N, 4]; of phi in (-pi, pi], so that low may be the larger number. */
  readonly low: Float32Array;
  readonly high: Float32Array;
  /** log p(y | x) at the maximum, [N], per GeV² and radian. */
  readonly logLikelihood: Float64Array;
  /** Ends of intervals where the likelihood has not fallen by 1/2: those of the box, or of the fit. */
  readonly open: number;
  /** Jets without an answer. */
  readonly none: number;
}

/**
 * @param observed [N, 4] row-major, physical units.
 * @param extras [N, conditional.inputs - 4], inputs of the network besides the jet.
 * @param box where input jets are looked for: trainedBox.
 */
export async function givenLikelihood(
  conditional: Quantiles,
  observed: Float32Array,
  extras: Float32Array,
  box: Box,
): Promise<LikelihoodAnswer> {
  const surfaces = likelihoodSurfaces(conditional, observed, extras);
  const fitted = await fittedSurfaces(surfaces, box);
  const values = () => new Float32Array(observed.length).fill(Number.NaN);
  const [best, low, high] = [values(), values(), values()];
  const logLikelihood = new Float64Array(surfaces.jets).fill(Number.NaN);
  let [open, none] = [0, 0];
  fitted.forEach((surface, jet) => {
    if (!surface) {
      none++;
      return;
    }
    const profile = profileOf(surface, box);
    open += profile.open;
    logLikelihood[jet] = profile.logLikelihood;
    for (let k = 0; k < STEP_COUNT; k++) {
      best[STEP_COUNT * jet + k] = physical(k, profile.best[k]);
      low[STEP_COUNT * jet + k] = physical(k, profile.low[k]);
      high[STEP_COUNT * jet + k] = physical(k, profile.high[k]);
    }
  });
  return { best, low, high, logLikelihood, open, none };
}

function physical(step: number, value: number): number {
  return step === PHI_STEP ? wrapPhi(value) : physicalOf(step, value);
}
