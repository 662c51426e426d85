/**
 * The marginal spectrum: the true jets beside the replicates, each of which is one possible spectrum of the same jets.
 *
 * A bin's prediction is the median of its S counts, its band their 0.16 and 0.84 quantiles: the spread that the
 * detector by itself causes, for these input jets. Kronheim, Kuchera, Prosper, Ramanujan, figures 1 and 2, left.
 *
 * It cannot show wrong correlations: a model that shuffles its answers among the jets has the same spectrum.
 */
import type { VariableTotals } from '../sampling/totals.js';
import { histogram } from '../stats/histogram.js';
import { poissonInterval } from '../stats/intervals.js';
import { replicateBands } from './replicates.js';

/** The spectrum of one variable: true jets, and the replicates, each of which is one possible spectrum of the same jets. */
export interface Marginal {
  /** [bins + 1], in the variable's unit; bin i is [edges[i], edges[i + 1]). */
  readonly edges: number[];
  /** True jets a bin, [bins]. */
  readonly truth: number[];
  /** The lower end of Garwood's 68 % interval of each true count, [bins]. */
  readonly truthLow: number[];
  /** The upper end of Garwood's interval (Garwood 1936). */
  readonly truthHigh: number[];
  /** Median of the replicates' counts, [bins]. */
  readonly median: number[];
  /** 0.16 quantile of the replicates, [bins]. */
  readonly q16: number[];
  /** 0.84 quantile of the replicates, [bins]. */
  readonly q84: number[];
  /** median / truth, [bins]; null where there is no true jet. */
  readonly ratio: (number | null)[];
  /** Jets below the first edge: true ones, and median of the replicates. */
  readonly underflow: Outside;
  /** Jets at or above the last edge. */
  readonly overflow: Outside;
}

/** Jets outside the bins. */
export interface Outside {
  /** True jets. */
  readonly truth: number;
  /** Median of the replicates. */
  readonly median: number;
}

/**
 * @param truth [N] true values of the variable.
 */
export function marginal(totals: VariableTotals, truth: Float32Array): Marginal {
  const { edges, counts } = totals;
  const bins = edges.length - 1;
  const columns = replicateBands(counts, bins + 2);
  const inside = columns.slice(1, bins + 1);
  const seen = histogram(truth, edges);
  const errors = seen.counts.map((count) => poissonInterval(count));
  return {
    edges: Array.from(edges),
    truth: seen.counts,
    truthLow: errors.map(([low]) => low),
    truthHigh: errors.map(([, high]) => high),
    median: inside.map(([, median]) => median),
    q16: inside.map(([q16]) => q16),
    q84: inside.map(([, , q84]) => q84),
    ratio: inside.map(([, median], bin) => (seen.counts[bin] > 0 ? median / seen.counts[bin] : null)),
    underflow: { truth: seen.underflow, median: columns[0][1] },
    overflow: { truth: seen.overflow, median: columns[bins + 1][1] },
  };
}
