/** What the engine says about one jet: plain data, one entry a variable. */
import type { Variable } from '../../src/jets/columns.js';

export interface JetRequest {
  /** pt [GeV], eta, phi [rad], mass [GeV], then the card's extra columns. */
  readonly jet: readonly number[];
  /** Samples, a multiple of 4. */
  readonly samples: number;
  readonly seed: number;
  /** How finely the density curves are computed: fast while a slider moves, fine when it rests. */
  readonly quality: 'fast' | 'fine';
}

export interface JetAnswer {
  readonly variables: Readonly<Record<Variable, VariableAnswer>>;
  readonly joint: JointHistogram;
  /** Milliseconds that the engine took. */
  readonly milliseconds: number;
}

/** Of phi all values are continued beyond ±π, so that the distribution is in one piece around the input jet. */
export interface VariableAnswer {
  /** Ends of the axis. */
  readonly low: number;
  readonly high: number;
  /** Density of the samples in even bins from low to high, [bins]. */
  readonly histogram: Float64Array;
  /** Density from the slope at even points from low to high, both included, [points]. */
  readonly density: Float64Array;
  readonly median: number;
  /** 0.16 and 0.84 quantiles. */
  readonly q16: number;
  readonly q84: number;
  /** Where the density is highest. */
  readonly typical: number;
}

/** Counts of samples in even bins of pt and mass: [ptBins, massBins] row-major, over the axes of the two variables. */
export interface JointHistogram {
  readonly ptBins: number;
  readonly massBins: number;
  readonly counts: Uint32Array;
}
