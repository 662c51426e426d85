/**
 * What one pass over all samples of all jets leaves behind for the studies: only integers and order statistics,
 * so that it is the same to the last bit for any threads, blocks and shards.
 */
import { byVariable, VARIABLES, type Variable } from '../jets/columns.js';

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

/** One variable of one block: the arrays of {@link VariableTotals} for its jets. */
export interface BlockVariable {
  /** [samples, bins + 2], of only this block's jets. */
  readonly counts: Uint16Array;
  /** [jetCount] */
  readonly less: Uint16Array;
  /** [jetCount] */
  readonly equal: Uint16Array;
  /** [jetCount] */
  readonly median: Float32Array;
}

export interface BlockTotals {
  readonly jetCount: number;
  readonly variables: Readonly<Record<Variable, BlockVariable>>;
}

export type Edges = Readonly<Record<Variable, Float32Array>>;

/** Totals of a job with nothing added yet. */
export function emptyTotals(jets: number, samples: number, edges: Edges): StudyTotals {
  return {
    jets,
    samples,
    variables: byVariable(
      (variable): VariableTotals => ({
        edges: edges[variable],
        counts: new Uint32Array(samples * (edges[variable].length + 1)),
        less: new Uint32Array(jets),
        equal: new Uint32Array(jets),
        median: new Float32Array(jets),
      }),
    ),
  };
}

/** Adds a block whose first jet stands at `place` of the totals' arrays. Written to: `totals`. */
export function addBlock(totals: StudyTotals, block: BlockTotals, place: number): void {
  for (const variable of VARIABLES) {
    const { counts, less, equal, median } = totals.variables[variable];
    const part = block.variables[variable];
    for (let i = 0; i < counts.length; i++) counts[i] += part.counts[i];
    less.set(part.less, place);
    equal.set(part.equal, place);
    median.set(part.median, place);
  }
}

/** Bins and overflows of pt, eta, phi, mass. */
export function spectrumEntries(edges: Edges): number[] {
  return VARIABLES.map((variable) => edges[variable].length + 1);
}
