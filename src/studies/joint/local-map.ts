/**
 * Where the classifier succeeds: its AUC within jets in cells of (pt, |eta|) of the input jet.
 *
 *     AUC of a cell = mean of the uniform ranks v of its tested jets;   z = (mean - 1/2) sqrt(12 n)
 *
 * A rank of ten draws shrinks the distance from 1/2 by 1/11. In a right model each z is standard normal; the largest of
 * the cells' is judged by its p-value times their number (Bonferroni). Local C2ST: Linhart, Gramfort, Rodrigues, arXiv
 * 2306.03580.
 */
import { normalTail } from '../../stats/normal.js';
import { quantiles } from '../../stats/quantile.js';

const PT_CELLS = 6;
const ETA_CELLS = 5;
/** Cells with fewer tested jets are left empty. */
const LEAST_JETS = 25;

/** Where the classifier succeeds, in cells of (pt, |eta|) of the input jet: Linhart, Gramfort, Rodrigues, arXiv:2306.03580. */
export interface LocalMap {
  /** GeV, [7]: even in the number of jets. */
  readonly ptEdges: number[];
  /** [6], even in the number of jets. */
  readonly absEtaEdges: number[];
  /** [pt cell][|eta| cell]: jets tested. */
  readonly jets: number[][];
  /** [pt cell][|eta| cell]: mean rank, 0.5 if right; null with too few jets. */
  readonly auc: (number | null)[][];
  /** [pt cell][|eta| cell]: the same in standard deviations. */
  readonly z: (number | null)[][];
  /** Of the largest z over all cells, times the number of cells. */
  readonly pValue: number;
}

/**
 * @param jets [N, 4] row-major, physical units.
 * @param ranks [N] in (0, 1), NaN where not tested.
 */
export function localMap(jets: Float32Array, ranks: Float64Array): LocalMap {
  const pt = ranks.map((_, jet) => jets[4 * jet]);
  const absEta = ranks.map((_, jet) => Math.abs(jets[4 * jet + 1]));
  const ptEdges = evenEdges(pt, PT_CELLS);
  const absEtaEdges = evenEdges(absEta, ETA_CELLS);
  const counts = cells(0);
  const sums = cells(0);
  ranks.forEach((rank, jet) => {
    if (Number.isNaN(rank)) return;
    const i = cellOf(ptEdges, pt[jet]);
    const j = cellOf(absEtaEdges, absEta[jet]);
    counts[i][j]++;
    sums[i][j] += rank;
  });
  const filled = <T>(value: (i: number, j: number) => T) =>
    counts.map((row, i) => row.map((count, j) => (count < LEAST_JETS ? null : value(i, j))));
  const auc = filled((i, j) => sums[i][j] / counts[i][j]);
  const z = filled((i, j) => (sums[i][j] / counts[i][j] - 0.5) * Math.sqrt(12 * counts[i][j]));
  const pulls = z.flat().filter((value) => value !== null);
  return {
    ptEdges,
    absEtaEdges,
    jets: counts,
    auc,
    z,
    pValue: pulls.length === 0 ? 1 : Math.min(1, pulls.length * normalTail(Math.max(...pulls))),
  };
}

function cells(value: number): number[][] {
  return Array.from({ length: PT_CELLS }, () => new Array<number>(ETA_CELLS).fill(value));
}

function evenEdges(values: Float64Array, count: number): number[] {
  return quantiles(
    values,
    Array.from({ length: count + 1 }, (_, i) => i / count),
  );
}

function cellOf(edges: readonly number[], value: number): number {
  let cell = 0;
  while (cell < edges.length - 2 && value >= edges[cell + 1]) cell++;
  return cell;
}
