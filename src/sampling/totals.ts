/**
 * What one pass over all samples of all jets leaves behind for the studies: integers and order statistics alone,
 * so that it is the same to the last bit whatever the threads, blocks and shards.
 */
import type { Variable } from '../jets/columns.js';

export interface StudyTotals {
  /** Number of jets, N. */
  readonly jets: number;
  /** Samples a jet, S. */
  readonly samples: number;
  readonly variables: Readonly<Record<Variable, VariableTotals>>;
}

export interface VariableTotals {
  /** Edges of the spectrum's bins, [bins + 1], increasing, in the variable's unit; bin i is [edges[i], edges[i + 1]). */
  readonly edges: Float32Array;
  /** Spectra of the S replicates, [S, bins + 2] row-major: underflow first, overflow last. */
  readonly counts: Uint32Array;
  /**
   * How many of a jet's samples lie below its true value, [N]; phi is compared as the wrapped difference to the
   * input jet's phi. All zero where the table has no truth.
   */
  readonly less: Uint32Array;
  /** How many of a jet's samples equal its true value, [N]. */
  readonly equal: Uint32Array;
  /**
   * The median of a jet's samples, [N]: the mean of the two middle ones where S is even. phi: the median of the wrapped
   * differences to the input jet's phi, added to it and wrapped.
   */
  readonly median: Float32Array;
}
