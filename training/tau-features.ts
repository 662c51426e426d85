/**
 * What the network reads of tau, and its derivative along the coordinate in which the network must not fall.
 *
 *     affine  6 tau - 3                 coordinate tau          derivative 6
 *     logit   0.5 log(tau / (1 - tau))  coordinate logit tau    derivative 0.5
 *     both    the two, in that order    coordinate logit tau    derivatives 6 tau (1 - tau), 0.5
 *
 * logit tau rises with tau, so a slope along it has the sign of the slope along tau; near 0 and 1, where logit tau is
 * steep, a penalty along it weighs like that in the middle.
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
