/**
 * The harmonics of eta and phi that a calorimeter of `cells` cells around phi makes: those of one cell, and of the double
 * cells that calorimeters have towards the beam (CMS: 72 cells of 0.0873 in the barrel, 36 of 0.1745 at large |eta|).
 *
 * Cells are as wide in eta as in phi, so one list serves both.
 */
import type { Harmonic } from '../src/model/transforms.js';

const COLUMNS = ['eta', 'phi'] as const;

/** In the order of the network's inputs: sines before cosines. Empty for no cells. */
export function cellHarmonics(
  cells: number,
): (Omit<Harmonic, 'mean' | 'sd' | 'column'> & { readonly column: 'eta' | 'phi' })[] {
  if (cells === 0) return [];
  return (['sine', 'cosine'] as const).flatMap((wave) =>
    COLUMNS.flatMap((column) => [cells / 2, cells].map((frequency) => ({ column, wave, frequency }))),
  );
}
