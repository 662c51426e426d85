/**
 * The harmonics of eta and phi that a detector's response follows.
 *
 * Its cells: `cells` of them around phi, and the double ones that calorimeters have towards the beam (CMS: 72 cells of
 * 0.0873 up to |eta| = 1.74, 36 of 0.1745 beyond). Where in its cell a jet points moves its measured direction along a
 * sawtooth, of which the third harmonic of the double cell is a part. Cells are as wide in eta as in phi, so one list
 * serves both. And its regions: tracker, barrel, endcap and forward calorimeter end at some |eta|, which smooth even
 * functions of eta tell apart earlier than eta itself does.
 */
import type { Harmonic } from '../src/model/transforms.js';

/** Of a double cell: its own, and two higher ones. */
const ORDERS = [1, 2, 3] as const;
/** Radians a unit of eta: cos(eta) falls from the barrel to the forward calorimeter, the others are finer. */
const REGIONS = [1, 2, 4] as const;

type DetectorHarmonic = Omit<Harmonic, 'mean' | 'sd' | 'column'> & { readonly column: 'eta' | 'phi' };

/** In the order of the network's inputs: sines before cosines. Empty for no cells. @param cells around phi, even. */
export function detectorHarmonics(cells: number): readonly DetectorHarmonic[] {
  if (cells === 0) return [];
  const ofCells = (wave: 'sine' | 'cosine') =>
    (['eta', 'phi'] as const).flatMap((column) =>
      ORDERS.map((order): DetectorHarmonic => ({ column, wave, frequency: (order * cells) / 2 })),
    );
  const ofRegions = REGIONS.map(
    (frequency): DetectorHarmonic => ({ column: 'eta', wave: 'cosine', frequency }),
  );
  return [...ofCells('sine'), ...ofCells('cosine'), ...ofRegions];
}
