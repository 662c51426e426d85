/**
 * The likelihood of each of many jets as a polynomial, near its maximum: first a parabola over about two widths of
 * p(y | x), then a cubic with fourth powers over about two standard deviations of that parabola.
 */
import { STEP_COUNT } from '../steps.js';
import { highestPlace } from './ascent.js';
import { type Box, clamp } from './coordinates.js';
import { ballPlaces } from './design.js';
import {
  type Derivatives,
  derivativesAt,
  type Exponents,
  emptyDerivatives,
  FOURTH_POWERS,
  fitPolynomial,
  type Polynomial,
  termsUpTo,
  valueAt,
} from './polynomial.js';
import type { Surfaces } from './surface.js';
import { diagonal, tiltOf } from './tilt.js';

export interface FittedSurface {
  /**
   * log p(y | x) at coordinates centre + scale * z, with its derivatives. Outside the ellipsoid in which the polynomial was
   * fitted it falls steeply: there it says nothing. Overwritten by the next call.
   */
  derivatives(z: ArrayLike<number>): Derivatives;
  /** Each [4]. */
  readonly centre: Float64Array;
  readonly scale: Float64Array;
}

/** Where a fit looks: centre, and what a unit vector of the design becomes. */
interface Region {
  readonly jet: number;
  readonly centre: Float64Array;
  /** [4], the unit of z. */
  readonly scale: Float64Array;
  /** z = spread · place of the ball, [4, 4]. */
  readonly spread: Float64Array;
  /** z is inside where z·ellipsoid z ≤ RADIUS², [4, 4]: the inverse of spread spreadᵀ / RADIUS². */
  readonly ellipsoid: Float64Array;
  /** logit tau of y, [4]: 1 and z → logit, [5] each. */
  readonly logit: readonly Polynomial[];
}

interface Fit {
  readonly region: Region;
  readonly polynomial: Polynomial;
  /** What {@link Region} has, from where tau was found; undefined where too few places were. */
  logit(): readonly Polynomial[] | undefined;
}

const PARABOLA = { terms: termsUpTo(2), ball: ballPlaces(18) };
const CUBIC = { terms: [...termsUpTo(3), ...FOURTH_POWERS], ball: ballPlaces(36) };
const LINEAR = termsUpTo(1);

/** Radius of the first region in half-widths of p(y | x), of the second in standard deviations. */
const RADIUS = 2;
/** Where nothing is given, so far below the highest value. */
const FAR_BELOW = 8;
const LEAST_WEIGHT = 0.02;

/** One for each jet; undefined where the model gives no such jet. */
export async function fittedSurfaces(
  surfaces: Surfaces,
  box: Box,
): Promise<readonly (FittedSurface | undefined)[]> {
  const { places, widths } = await surfaces.medianStart(box);
  const start = Array.from({ length: surfaces.jets }, (_, jet): Region => {
    const own = (values: Float64Array) => values.slice(STEP_COUNT * jet, STEP_COUNT * (jet + 1));
    return {
      jet,
      centre: own(places),
      scale: own(widths),
      spread: diagonal(RADIUS),
      ellipsoid: diagonal(1),
      logit: [0, 1, 2, 3].map(() => ({ terms: LINEAR, coefficients: new Float64Array(LINEAR.length) })),
    };
  });
  const first = await fits(surfaces, start, PARABOLA, box);
  const second = await fits(
    surfaces,
    first.flatMap((fit) => aroundTop(fit, box)),
    CUBIC,
    box,
  );
  const found: (FittedSurface | undefined)[] = start.map(() => undefined);
  for (const { region, polynomial } of second)
    found[region.jet] = {
      derivatives: fencedDerivatives(polynomial, region.ellipsoid),
      centre: region.centre,
      scale: region.scale,
    };
  return found;
}

/** A polynomial less FENCE · (q - RADIUS²)² where q = z·ellipsoid z is above RADIUS². */
function fencedDerivatives(polynomial: Polynomial, ellipsoid: Float64Array) {
  const into = emptyDerivatives();
  const normal = new Float64Array(STEP_COUNT);
  return (z: ArrayLike<number>): Derivatives => {
    derivativesAt(polynomial, z, into);
    let beyond = -(RADIUS ** 2);
    for (let i = 0; i < STEP_COUNT; i++) {
      normal[i] = 0;
      for (let j = 0; j < STEP_COUNT; j++) normal[i] += ellipsoid[i * STEP_COUNT + j] * z[j];
      beyond += normal[i] * z[i];
    }
    if (beyond <= 0) return into;
    into.value -= FENCE * beyond ** 2;
    for (let i = 0; i < STEP_COUNT; i++) {
      into.gradient[i] -= 4 * FENCE * beyond * normal[i];
      for (let j = 0; j < STEP_COUNT; j++)
        into.second[i * STEP_COUNT + j] -=
          FENCE * (8 * normal[i] * normal[j] + 4 * beyond * ellipsoid[i * STEP_COUNT + j]);
    }
    return into;
  };
}

const FENCE = 1;

/** Those that can be fitted. */
async function fits(
  surfaces: Surfaces,
  regions: readonly Region[],
  { terms, ball }: { readonly terms: readonly Exponents[]; readonly ball: Float64Array },
  box: Box,
): Promise<Fit[]> {
  const count = ball.length / STEP_COUNT;
  const owners = new Uint32Array(regions.length * count);
  const z = new Float64Array(owners.length * STEP_COUNT);
  const places = new Float64Array(z.length);
  const logit = new Float64Array(z.length);
  regions.forEach(({ jet, centre, scale, spread, logit: guess }, r) => {
    for (let n = 0; n < count; n++) {
      const row = r * count + n;
      owners[row] = jet;
      const own = z.subarray(row * STEP_COUNT, (row + 1) * STEP_COUNT);
      for (let k = 0; k < STEP_COUNT; k++) {
        let sum = 0;
        for (let j = 0; j < STEP_COUNT; j++) sum += spread[k * STEP_COUNT + j] * ball[n * STEP_COUNT + j];
        const place = mirrored(centre[k] + scale[k] * sum, box.low[k], box.high[k]);
        places[row * STEP_COUNT + k] = place;
        own[k] = (place - centre[k]) / scale[k];
      }
      for (let k = 0; k < STEP_COUNT; k++)
        logit[row * STEP_COUNT + k] = clamp(valueAt(guess[k], own), -MOST_LOGIT, MOST_LOGIT);
    }
  });
  const values = await surfaces.at(owners, places, logit);
  return regions.flatMap((region, r) => {
    const [from, to] = [r * count, (r + 1) * count];
    const own = values.subarray(from, to);
    const highest = Math.max(...own);
    if (!Number.isFinite(highest)) return [];
    const level = own.map((value) => Math.max(value, highest - FAR_BELOW));
    const weights = level.map((value) => Math.max(LEAST_WEIGHT, Math.exp(value - highest)));
    const ownZ = z.subarray(from * STEP_COUNT, to * STEP_COUNT);
    const polynomial = fitPolynomial(terms, ownZ, level, weights);
    if (!polynomial) return [];
    const found = logit.subarray(from * STEP_COUNT, to * STEP_COUNT);
    return [{ region, polynomial, logit: () => linearLogits(ownZ, own, found) }];
  });
}

/** @param values [n] of the places z [n, 4], @param logit [n, 4]: those with a value count. */
function linearLogits(
  z: Float64Array,
  values: Float64Array,
  logit: Float64Array,
): readonly Polynomial[] | undefined {
  const known = values.map((value) => (Number.isFinite(value) ? 1 : 0));
  const fits = [0, 1, 2, 3].map((k) =>
    fitPolynomial(
      LINEAR,
      z,
      values.map((_, n) => logit[n * STEP_COUNT + k]),
      known,
    ),
  );
  return fits.includes(undefined) ? undefined : (fits as Polynomial[]);
}

/** Starts of Newton's method further out lead nowhere. */
const MOST_LOGIT = 10;

/** The region of the second fit, if any: around the top of the first, as wide and as tilted as its parabola. */
function aroundTop({ region, polynomial, logit: fitLogit }: Fit, { low, high }: Box): Region[] {
  const logit = fitLogit();
  if (!logit) return [];
  const { jet, centre, scale } = region;
  const limit = (end: readonly number[]) =>
    Array.from(centre, (value, k) => clamp((end[k] - value) / scale[k], -RADIUS, RADIUS));
  const derivatives = fencedDerivatives(polynomial, region.ellipsoid);
  const { place } = highestPlace(derivatives, [0, 0, 0, 0], limit(low), limit(high));
  const { second } = derivativesAt(polynomial, place);
  const { sigma, root, ellipsoid } = tiltOf(second);
  return [
    {
      jet,
      centre: centre.map((value, k) => value + scale[k] * place[k]),
      scale: scale.map((value, k) => value * sigma[k]),
      spread: root.map((value) => RADIUS * value),
      ellipsoid,
      logit: logit.map(({ terms, coefficients }) => shifted(terms, coefficients, place, sigma)),
    },
  ];
}

/** A linear polynomial of z, as one of z' with z = place + sigma z'. */
function shifted(
  terms: readonly Exponents[],
  coefficients: Float64Array,
  place: ArrayLike<number>,
  sigma: ArrayLike<number>,
): Polynomial {
  const value = valueAt({ terms, coefficients }, place);
  return {
    terms,
    coefficients: coefficients.map((c, t) => {
      const k = terms[t].indexOf(1);
      return k < 0 ? value : c * sigma[k];
    }),
  };
}

/** Beyond an end of the box, as far inside it. */
function mirrored(value: number, low: number, high: number): number {
  if (value < low) return Math.min(high, 2 * low - value);
  return value > high ? Math.max(low, 2 * high - value) : value;
}
