/**
 * The maximum of a likelihood and the intervals of its profile: of one coordinate, where the likelihood, made largest in
 * the other three, is within 1/2 of its maximum's logarithm.
 *
 *     { c :  max over x with x_k = c of log p(y | x)  ≥  log p(y | x̂) - 1/2 }
 *
 * For a Gaussian likelihood this is ± one standard deviation, 68 %; it does not depend on the coordinates and asks for
 * no prior. (Cowan, Statistical Data Analysis, 1998, section 9.7; MINUIT's MINOS.) Of several such regions it is the
 * one around the maximum.
 */
import { STEP_COUNT } from '../steps.js';
import { highestPlace } from './ascent.js';
import { type Box, clamp } from './coordinates.js';
import type { FittedSurface } from './fitted-surface.js';

/** Of the logarithm, at the ends of the interval. */
const DROP = 0.5;
/** Beyond so many standard deviations from its centre a fit is not believed. */
const FARTHEST = 2.5;
/** Of the walk, in standard deviations. */
const STRIDE = 0.25;

export interface Profile {
  /** Coordinates, [4] each. */
  readonly best: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly logLikelihood: number;
  /** Ends at which the likelihood has not fallen by 1/2: those of the box, or of what the fit describes. */
  readonly open: number;
}

export function profileOf({ derivatives, centre, scale }: FittedSurface, box: Box): Profile {
  const low = centre.map((value, k) => clamp((box.low[k] - value) / scale[k], -FARTHEST, 0));
  const high = centre.map((value, k) => clamp((box.high[k] - value) / scale[k], 0, FARTHEST));
  const top = highestPlace(derivatives, new Float64Array(STEP_COUNT), low, high);
  let open = 0;

  /** z_k at the end of one side: where the profile first has fallen far enough, on a walk outwards. */
  function end(k: number, limit: number): number {
    const [lows, highs] = [low.slice(), high.slice()];
    let from = top.place;
    const fallAt = (z: number) => {
      lows[k] = highs[k] = z;
      const { place, value } = highestPlace(derivatives, from, lows, highs);
      from = place;
      return top.value - value;
    };
    let near = top.place[k];
    let nearFall = 0;
    while (near !== limit) {
      const far = limit > near ? Math.min(limit, near + STRIDE) : Math.max(limit, near - STRIDE);
      const fall = fallAt(far);
      // In between the root of the fall grows about evenly.
      if (fall >= DROP) {
        const [a, b] = [nearFall, fall].map((value) => Math.sqrt(Math.max(0, value)));
        return near + ((far - near) * (Math.sqrt(DROP) - a)) / (b - a);
      }
      [near, nearFall] = [far, fall];
    }
    open++;
    return limit;
  }

  const ends = (limits: Float64Array) =>
    Float64Array.from(centre, (value, k) => value + scale[k] * end(k, limits[k]));
  return {
    best: top.place.map((z, k) => centre[k] + scale[k] * z),
    low: ends(low),
    high: ends(high),
    logLikelihood: top.value,
    open,
  };
}
