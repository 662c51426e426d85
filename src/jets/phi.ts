/** Azimuth on the half-open interval (-pi, pi], and distances in the eta-phi plane. */

const TWO_PI = 2 * Math.PI;

/** `phi` [rad] brought into (-pi, pi]. NaN stays NaN. */
export function wrapPhi(phi: number): number {
  return phi - TWO_PI * Math.ceil((phi - Math.PI) / TWO_PI);
}

/** The smaller way from `from` to `to` [rad], in (-pi, pi]. */
export function deltaPhi(to: number, from: number): number {
  return wrapPhi(to - from);
}

/** sqrt(deltaEta^2 + deltaPhi^2): the distance that matches jets. */
export function deltaR(etaA: number, phiA: number, etaB: number, phiB: number): number {
  return Math.hypot(etaA - etaB, deltaPhi(phiA, phiB));
}
