/**
 * Where a selection cut the target's pt off, as far as the jets show it: transforms.ts says why the network is told.
 *
 * A spectrum that simply runs out has hardly a jet near its least one. Behind a cut they pile up: it counts as one
 * where a share of {@link EDGE_SHARE} of the jets lies within {@link EDGE_WIDTH} above the least.
 */

/** Relative to the least value. */
const EDGE_WIDTH = 0.02;
const EDGE_SHARE = 1e-3;
/** GeV; cuts are round numbers, so the floor is the least value rounded down to one. */
const ROUND = 0.01;

/**
 * @param pt target pt of all jets, GeV. @param jets the training jets' rows.
 * @returns GeV, not above any training jet; 0 where no cut shows.
 */
export function selectionFloor(pt: Float32Array, jets: Uint32Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (const jet of jets) least = Math.min(least, pt[jet]!);
  let near = 0;
  for (const jet of jets) if (pt[jet]! <= least * (1 + EDGE_WIDTH)) near++;
  if (!(near > 1 && near >= EDGE_SHARE * jets.length)) return 0;
  const floor = Math.fround(Math.floor(least / ROUND) * ROUND);
  return floor < least ? floor : Math.max(0, Math.fround(least - ROUND));
}
