/**
 * The unit of the losses that are shown: each target as a log ratio or difference over its deviation among the training jets,
 * for any target of the network's own.
 *
 * A network that knows a floor of pt predicts y = (log((pt' - floor)/pt) - mean)/sd. Its loss would be in the unit of
 * that logarithm, and could not be set beside the loss of a network without one. In
 *
 *     r = log(pt'/pt)/sd'        = log(exp(mean + sd y) + floor/pt)/sd'
 *
 * it can: r rises with y, so quantiles of y are quantiles of r, and a pinball loss has the unit of its argument.
 */
import type { TargetTransform } from '../src/model/transforms.js';

export interface LossUnit {
  /** Of the network's target of pt. */
  readonly mean: number;
  readonly sd: number;
  /** Deviation of log(pt'/pt) among the training jets. */
  readonly ratioSd: number;
  /** [jets]: floor / pt of the input jet. */
  readonly floorShare: Float32Array;
}

/** r of the formula above, of jet `jet`. */
export function inLossUnit({ mean, sd, ratioSd, floorShare }: LossUnit, y: number, jet: number): number {
  return Math.log(Math.exp(mean + sd * y) + floorShare[jet]!) / ratioSd;
}

/** @param inputPt GeV, of the jets whose loss is measured. @param ratioSd of log(pt'/pt), see above. */
export function lossUnit(
  { floor = 0, mean, sd }: TargetTransform,
  inputPt: Float32Array,
  ratioSd: number,
): LossUnit | undefined {
  if (floor === 0) return undefined;
  return { mean, sd, ratioSd, floorShare: inputPt.map((pt) => floor / pt) };
}
