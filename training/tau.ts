/**
 * Tau, as the network reads it and as training draws it.
 *
 * What the network reads, and its derivative along the coordinate in which the network must not fall.
 *
 *     affine  6 tau - 3                 coordinate tau          derivative 6
 *     logit   0.5 log(tau / (1 - tau))  coordinate logit tau    derivative 0.5
 *     both    the two, in that order    coordinate logit tau    derivatives 6 tau (1 - tau), 0.5
 *
 * logit tau rises with tau, so a slope along it has the sign of the slope along tau; near 0 and 1, where logit tau is
 * steep, a penalty along it weighs like that in the middle.
 *
 * Where training looks: tau drawn uniformly, or more often near 0 and 1.
 *
 *     uniform  tau = u                                       weight 1
 *     ends     tau = (1 - a) u + a sin²(pi u / 2)            weight dtau/du = 1 - a + a (pi/2) sin(pi u)
 *     arcsine  tau = sin²(pi u / 2)                          weight 1
 *
 * u uniform in (0, 1). With `ends` a row's weight is one over the density of its tau: E[weight · loss(tau)] is the same
 * integral over tau, and the ends are drawn five times as often. With `arcsine` the integral is another, over the
 * density 1 / (pi sqrt(tau (1 - tau))) of Jeffreys' prior: each tau has its minimum at its own quantile all the same
 * (Koenker, Bassett 1978), and the outermost percents count ten times as much while the network is still on its way
 * there.
 */
import type { TauInput } from '../src/model/network-spec.js';

/** Writes the features of one tau at `offset` and their derivatives along the coordinate at `slopeOffset`. */
export function writeTauFeatures(
  tauInput: TauInput,
  tau: number,
  features: Float32Array,
  offset: number,
  slopes: Float32Array,
  slopeOffset: number,
): void {
  let at = 0;
  if (tauInput !== 'logit') {
    features[offset] = 6 * tau - 3;
    slopes[slopeOffset] = tauInput === 'affine' ? 6 : 6 * tau * (1 - tau);
    at = 1;
  }
  if (tauInput !== 'affine') {
    features[offset + at] = 0.5 * Math.log(tau / (1 - tau));
    slopes[slopeOffset + at] = 0.5;
  }
}

/** d coordinate / d tau: turns a slope along the coordinate into ∂f/∂tau. */
export function coordinateSlope(tauInput: TauInput, tau: number): number {
  return tauInput === 'affine' ? 1 : 1 / (tau * (1 - tau));
}

export const TAU_SAMPLINGS = ['uniform', 'ends', 'arcsine'] as const;
export type TauSampling = (typeof TAU_SAMPLINGS)[number];

const A = 0.8;
/** sin² of the smallest u is below what float32 holds apart from 0 in 1 - tau. */
const LEAST = 2 ** -24;
/** Largest float32 number below 1. */
const BELOW_ONE = 1 - 2 ** -24;

/**
 * From uniform tau to tau that favour the ends, in place.
 *
 * @param tau [rows] in (0, 1), and afterwards too. @param weights [rows], multiplied by each row's weight.
 */
export function favourEnds(tau: Float32Array, weights: Float32Array): void {
  for (let row = 0; row < tau.length; row++) {
    const u = tau[row]!;
    tau[row] = Math.min(BELOW_ONE, (1 - A) * u + A * Math.sin((Math.PI / 2) * u) ** 2);
    weights[row]! *= 1 - A + A * (Math.PI / 2) * Math.sin(Math.PI * u);
  }
}

/** From uniform tau to the density of Jeffreys' prior, in place. @param tau [rows] in (0, 1), and afterwards too. */
export function toArcsine(tau: Float32Array): void {
  for (let row = 0; row < tau.length; row++)
    tau[row] = Math.min(BELOW_ONE, Math.max(LEAST, Math.sin((Math.PI / 2) * tau[row]!) ** 2));
}
