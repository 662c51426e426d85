/**
 * Where training looks: tau drawn uniformly, or more often near 0 and 1 with the loss weighted so that its minimum
 * stays where it is.
 *
 *     uniform  tau = u                                       weight 1
 *     ends     tau = (1 - a) u + a sin²(pi u / 2)            weight dtau/du = 1 - a + a (pi/2) sin(pi u)
 *
 * u uniform in (0, 1). A row's weight is one over the density of its tau: E[weight · loss(tau)] is the same integral
 * over tau. With a = 0.8 the ends are drawn five times as often.
 */
export const TAU_SAMPLINGS = ['uniform', 'ends'] as const;
export type TauSampling = (typeof TAU_SAMPLINGS)[number];

const A = 0.8;
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
