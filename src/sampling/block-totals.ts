/** What a study keeps of one block, and how the blocks of a job become its totals. */
import { byVariable, VARIABLES, type Variable } from '../jets/columns.js';
import type { StudyTotals, VariableTotals } from './totals.js';

/** One variable of one block; what each array is stands in totals.ts. */
export interface BlockVariable {
  /** [samples, bins + 2], of this block's jets alone. */
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
