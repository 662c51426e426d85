/**
 * phi relative to the input jet's phi, in float32 steps of one fixed order, so that every kernel gets the same bits:
 *
 *     d = phi - origin;  d - 2 pi where d > pi;  d + 2 pi where d <= -pi
 *
 * Monotone in phi away from the seam opposite to the jet, so that ranks and medians of d are those of the angle.
 */

// Taken once: in a realm of its own, as tests run in, every look at a global is slow.
const { fround } = Math;

/** pi and 2 pi as float32 has them. */
export const PI_32 = fround(Math.PI);
export const TWO_PI_32 = fround(2 * Math.PI);

/** One wrapped difference [rad] of two float32 angles. */
export function deltaPhi32(phi: number, origin: number): number {
  const d = fround(phi - origin);
  if (d > PI_32) return fround(d - TWO_PI_32);
  return d <= -PI_32 ? fround(d + TWO_PI_32) : d;
}

/** The angle at the wrapped difference `delta` from `origin`, in (-pi, pi]. */
export function phiAt32(origin: number, delta: number): number {
  const phi = fround(origin + delta);
  if (phi > PI_32) return fround(phi - TWO_PI_32);
  return phi <= -PI_32 ? fround(phi + TWO_PI_32) : phi;
}
