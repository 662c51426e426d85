/** Azimuth on the half-open interval (-pi, pi], and distances in the eta-phi plane. */

const TWO_PI = 2 * Math.PI;

/**
 * Azimuth brought into (-pi, pi]: phi - 2 pi ceil((phi - pi) / (2 pi)).
 *
 * @param phi [rad], any number; NaN stays NaN.
 * @returns [rad].
 */
export function wrapPhi(phi: number): number {
  return phi - TWO_PI * Math.ceil((phi - Math.PI) / TWO_PI);
}

/**
 * The smaller way around from one azimuth to another.
 *
 * @param to [rad]
 * @param from [rad]
 * @returns `to` - `from` [rad], in (-pi, pi].
 */
export function deltaPhi(to: number, from: number): number {
  return wrapPhi(to - from);
}

/** An azimuth as the branch nearest to a reference: reference + {@link deltaPhi}, which may lie outside (-pi, pi]. [rad] */
export function phiNear(phi: number, reference: number): number {
  return reference + deltaPhi(phi, reference);
}

/**
 * sqrt(deltaEta² + deltaPhi²): the distance that matches jets.
 *
 * @param etaA pseudorapidity of one jet.
 * @param phiA its azimuth [rad].
 * @param etaB pseudorapidity of the other.
 * @param phiB its azimuth [rad].
 */
export function deltaR(etaA: number, phiA: number, etaB: number, phiB: number): number {
  return Math.hypot(etaA - etaB, deltaPhi(phiA, phiB));
}
