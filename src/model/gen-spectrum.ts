/**
 * The spectrum of gen jets that a correction was trained on: its prior, which its card keeps, so that another can be put
 * in its place (sampling/prior.ts).
 */

/** A histogram in pt and |eta|. */
export interface GenSpectrum {
  /** Edges [P + 1] in GeV, above 0, increasing. */
  readonly pt: readonly number[];
  /** Edges [E + 1], from 0 on, increasing. */
  readonly absEta: readonly number[];
  /** Jets, or the sum of their weights, in each cell: [P][E]. The upper edges of all belong to the last cells. */
  readonly counts: readonly (readonly number[])[];
}

/** Jets a row and a cell before there are more of them, and how many are fine enough: 0.13 in ln pt, 0.5 in |eta|. */
const [JETS_A_ROW, MOST_ROWS] = [2000, 48];
const [JETS_A_CELL, MOST_CELLS] = [400, 10];

/**
 * The spectrum of some jets, in cells even in ln pt and in |eta|.
 *
 * @param pt [N] in GeV. @param eta [N]. @param weights [N]; without them each jet counts 1.
 */
export function genSpectrum(pt: Float32Array, eta: Float32Array, weights?: ArrayLike<number>): GenSpectrum {
  let [least, most, mostEta] = [Infinity, 0, 0];
  for (let jet = 0; jet < pt.length; jet++) {
    least = Math.min(least, pt[jet]);
    most = Math.max(most, pt[jet]);
    mostEta = Math.max(mostEta, Math.abs(eta[jet]));
  }
  const rows = Math.min(MOST_ROWS, Math.ceil(pt.length / JETS_A_ROW));
  const cells = Math.min(MOST_CELLS, Math.ceil(pt.length / rows / JETS_A_CELL));
  // Jets that are all alike have a cell around them.
  if (most === least) [least, most] = [least / 2, 2 * most];
  if (mostEta === 0) mostEta = 1;
  /** The outermost edges exactly: no jet is lost to rounding. */
  const between = (bins: number, edge: (share: number) => number, low: number, high: number) => [
    low,
    ...Array.from({ length: bins - 1 }, (_, i) => edge((i + 1) / bins)),
    high,
  ];
  const edges = {
    pt: between(rows, (share) => least * (most / least) ** share, least, most),
    absEta: between(cells, (share) => mostEta * share, 0, mostEta),
  };
  return { ...edges, counts: countedJets(edges, pt, eta, weights).counts };
}

/** Jets in the cells of given edges, and the weight of those that lie in none. */
export function countedJets(
  { pt: ptEdges, absEta }: Pick<GenSpectrum, 'pt' | 'absEta'>,
  pt: Float32Array,
  eta: Float32Array,
  weights?: ArrayLike<number>,
): Pick<GenSpectrum, 'counts'> & { readonly outside: number } {
  const counts = Array.from({ length: ptEdges.length - 1 }, () =>
    new Array<number>(absEta.length - 1).fill(0),
  );
  let outside = 0;
  for (let jet = 0; jet < pt.length; jet++) {
    const weight = weights?.[jet] ?? 1;
    const row = cellOf(ptEdges, pt[jet]);
    const cell = cellOf(absEta, Math.abs(eta[jet]));
    if (row < 0 || cell < 0) outside += weight;
    else counts[row][cell] += weight;
  }
  return { counts, outside };
}

/** The bin that holds a value, its upper edge only in the last one; -1: none. */
export function cellOf(edges: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = edges.length - 1;
  if (!(value >= edges[low] && value <= edges[high])) return -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value < edges[middle]) high = middle;
    else low = middle;
  }
  return low;
}
