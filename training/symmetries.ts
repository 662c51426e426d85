/**
 * The symmetries of a detector, as more jets to learn from: it is the same for either sign of eta, for either sense of
 * phi, and after a turn by a (double) cell. A training jet that is mirrored and turned by chance, with its target, at
 * every step teaches what a hundred jets would, and what is no more than the chance of the sample averages out.
 *
 * Eta, phi, the sines of both and the differences of both are standardised about 0 (dataset.ts), so that a mirror is a
 * change of sign; no cosine changes, nor any harmonic with a turn.
 */
import type { Harmonic, InputTransform } from '../src/model/transforms.js';
import { draw } from './draws.js';

/** Turns where no cells say which; as good as any angle. */
const ANY_TURN = 2 ** 16;

export interface Symmetries {
  /** Input columns that change their sign with eta, and with phi. */
  readonly ofEta: readonly number[];
  readonly ofPhi: readonly number[];
  /** Input column of phi, and its standard deviation [rad]. */
  readonly phi: number;
  readonly phiSpread: number;
  /** Of a full turn, the parts by which jets are turned. */
  readonly turns: number;
}

/** What is standardised about 0: it changes its sign in a mirror. */
export function isOdd({ column, wave }: { readonly column: string; readonly wave?: string }): boolean {
  return (column === 'eta' || column === 'phi') && wave !== 'cosine';
}

/** @param inputs and harmonics, in the order of the network's inputs. @param cells of the calorimeter around phi. */
export function symmetriesOf(
  inputs: readonly InputTransform[],
  harmonics: readonly Harmonic[],
  cells: number,
): Symmetries {
  const all = [...inputs, ...harmonics];
  const places = (column: string) =>
    all.flatMap((input, place) => (input.column === column && isOdd(input) ? [place] : []));
  const phi = inputs.findIndex(({ column }) => column === 'phi');
  return {
    ofEta: places('eta'),
    ofPhi: places('phi'),
    phi,
    phiSpread: inputs[phi]!.sd,
    turns: cells > 0 ? cells / 2 : ANY_TURN,
  };
}

/**
 * Mirrors and turns each jet of a batch by chance, its targets with it.
 *
 * @param chosen [jets] room for the symmetry of each. @param step of the run: it decides the chance.
 */
export function applySymmetries(
  batch: { readonly jets: number; readonly inputs: Float32Array; readonly targets: Float32Array },
  symmetries: Symmetries,
  chosen: Float32Array,
  seed: number,
  step: number,
): void {
  const { jets, inputs, targets } = batch;
  const { ofEta, ofPhi, phi, phiSpread, turns } = symmetries;
  const width = inputs.length / jets;
  draw('symmetries', chosen, seed, step, (u) => Math.floor(4 * turns * u));
  for (let jet = 0; jet < jets; jet++) {
    const at = jet * width;
    if (chosen[jet]! & 1) mirror(inputs, at, ofEta, targets, 4 * jet + 1);
    if (chosen[jet]! & 2) mirror(inputs, at, ofPhi, targets, 4 * jet + 2);
    const turned = inputs[at + phi]! * phiSpread + ((chosen[jet]! >> 2) / turns) * 2 * Math.PI;
    inputs[at + phi] = (turned > Math.PI ? turned - 2 * Math.PI : turned) / phiSpread;
  }
}

function mirror(
  inputs: Float32Array,
  at: number,
  places: readonly number[],
  targets: Float32Array,
  target: number,
): void {
  for (const place of places) inputs[at + place] = -inputs[at + place]!;
  targets[target] = -targets[target]!;
}
