/** Jets and tau for tests of graphs: the middle of the range and its corners, always the same ones. */
import { philox4x32, STREAM } from '../src/stats/philox.js';
import { fillTau } from '../src/stats/tau.js';

/** Largest and smallest tau that sampling draws, and the middle. */
export const EDGE_TAUS = [2 ** -24, 0.5, 1 - 2 ** -24] as const;
/** Becomes 3.1415925, the float32 number next to pi inside of (-pi, pi]. */
const BELOW_PI = Math.PI - 1.5e-7;
/** pt, eta, phi, mass at the ends of what detectors record. */
export const EDGE_JETS = [
  [10, 0, 0, 0],
  [10, -4.7, -BELOW_PI, 0],
  [7000, 4.7, BELOW_PI, 1000],
  [20.000001, 1e-30, BELOW_PI, 1e-6],
] as const;

/**
 * @returns [jets, columns] row-major: pt log-uniform in 10 … 5000 GeV, |eta| < 4.7, |phi| < 3.1, mass up to a
 * quarter of pt, further columns in 0 … 60; the first ones are {@link EDGE_JETS}.
 */
export function randomJets(jets: number, columns = 4, seed = 7): Float32Array {
  const values = new Float32Array(jets * columns);
  const words = new Uint32Array(4);
  for (let jet = 0; jet < jets; jet++) {
    philox4x32(words, jet, 0, 0, STREAM.tests, seed, 1);
    const [a, b, c, d] = [...words].map((word) => (word + 0.5) / 2 ** 32) as [number, number, number, number];
    const pt = 10 * 500 ** a;
    const row = EDGE_JETS[jet] ?? [pt, 4.7 * (2 * b - 1), 3.1 * (2 * c - 1), 0.25 * pt * d * d];
    values.set(row.slice(0, columns), jet * columns);
    for (let extra = 4; extra < columns; extra++)
      values[jet * columns + extra] = 60 * ((a * 7.3 + extra * 0.31) % 1);
  }
  return values;
}

/** tau [jets, 4, samples] as sampling draws them; sample 0, 1, 2 of every third jet have {@link EDGE_TAUS}. */
export function randomTau(jets: number, samples: number, seed = 3): Float32Array {
  const tau = new Float32Array(jets * 4 * samples);
  fillTau(tau, seed, 0, jets, 0, samples);
  for (let jet = 0; jet < jets; jet += 3)
    for (let step = 0; step < 4; step++)
      for (let sample = 0; sample < Math.min(3, samples); sample++)
        tau[(jet * 4 + step) * samples + sample] = EDGE_TAUS[(sample + step) % 3]!;
  return tau;
}
