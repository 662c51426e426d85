/** The likelihood surfaces of many observed jets, asked at many places in one call. */
import { wrapPhi } from '../../jets/phi.js';
import type { Quantiles } from '../conditional/conditional.js';
import { KNOWN_COUNT, PHI_STEP, STEP_COUNT } from '../steps.js';
import { type Box, clamp, coordinate, physicalOf } from './coordinates.js';
import { logLikelihood } from './log-likelihood.js';

/** Ratio of half the width between the quantiles at 0.16 and 0.84 to df/dlogit tau, for a logistic distribution. */
const WIDTH_IN_LOGITS = 1.66;

/** N observed jets. */
export interface Surfaces {
  readonly jets: number;
  /**
   * @param owners which jet each place is of, [n].
   * @param places [n, 4], coordinates of coordinates.ts.
   * @param logit [n, 4] where to start looking for tau; written to: where it was found.
   * @returns log p(y | x), [n].
   */
  at(owners: ArrayLike<number>, places: Float64Array, logit: Float64Array): Promise<Float64Array>;
  /** Jets whose median predictions are about the observed ones, [N, 4], and half-widths of p(y | x) there, [N, 4]. */
  medianStart(box: Box): Promise<{ places: Float64Array; widths: Float64Array }>;
}

/**
 * @param observed [N, 4] row-major, physical units.
 * @param extras [N, conditional.inputs - 4]: further inputs of the network, known for each jet.
 */
export function likelihoodSurfaces(
  conditional: Quantiles,
  observed: Float32Array,
  extras: Float32Array,
): Surfaces {
  const { inputs } = conditional;
  const extraCount = inputs - STEP_COUNT;
  const jets = observed.length / STEP_COUNT;

  function inputJets(owners: ArrayLike<number>, places: Float64Array): Float32Array {
    const x = new Float32Array(owners.length * inputs);
    for (let i = 0; i < owners.length; i++) {
      for (let k = 0; k < STEP_COUNT; k++) x[i * inputs + k] = physicalOf(k, places[i * STEP_COUNT + k]);
      for (let k = 0; k < extraCount; k++)
        x[i * inputs + STEP_COUNT + k] = extras[owners[i] * extraCount + k];
    }
    return x;
  }

  /** The medians of all jets' four steps at `places`, given what was observed, and their slopes. */
  async function medians(places: Float64Array) {
    const all = Uint32Array.from({ length: jets }, (_, jet) => jet);
    const x = inputJets(all, places);
    const rows = jets * STEP_COUNT;
    const rowJets = new Float32Array(rows * inputs);
    const known = new Float32Array(rows * KNOWN_COUNT);
    const steps = BigInt64Array.from({ length: rows }, (_, row) => BigInt(row % STEP_COUNT));
    for (let row = 0; row < rows; row++) {
      const jet = Math.floor(row / STEP_COUNT);
      rowJets.set(x.subarray(jet * inputs, (jet + 1) * inputs), row * inputs);
      known.set(observed.subarray(jet * STEP_COUNT, jet * STEP_COUNT + KNOWN_COUNT), row * KNOWN_COUNT);
    }
    return conditional.quantile(rowJets, known, steps, new Float32Array(rows).fill(0.5));
  }

  return {
    jets,
    at(owners, places, logit) {
      const y = new Float32Array(owners.length * STEP_COUNT);
      for (let i = 0; i < owners.length; i++)
        for (let k = 0; k < STEP_COUNT; k++) y[i * STEP_COUNT + k] = observed[owners[i] * STEP_COUNT + k];
      return logLikelihood(conditional, inputJets(owners, places), y, logit);
    },
    async medianStart({ low, high }) {
      const places = new Float64Array(jets * STEP_COUNT);
      const widths = new Float64Array(jets * STEP_COUNT);
      const limited = (row: number, value: number) =>
        clamp(value, low[row % STEP_COUNT], high[row % STEP_COUNT]);
      for (let row = 0; row < places.length; row++)
        places[row] = limited(row, coordinate(row % STEP_COUNT, observed[row]));
      for (let turn = 0; turn < START_TURNS; turn++) {
        const { value, slope } = await medians(places);
        for (let row = 0; row < places.length; row++) {
          const step = row % STEP_COUNT;
          const median = Math.max(value[row], step === 0 || step === 3 ? 0.1 : Number.NEGATIVE_INFINITY);
          const off = coordinate(step, observed[row]) - coordinate(step, median);
          const unit = coordinate(step, median + 1e-3 * Math.abs(slope[row])) - coordinate(step, median);
          widths[row] = Math.max(LEAST_WIDTH, (WIDTH_IN_LOGITS * 0.25 * unit) / 1e-3);
          const move = step === PHI_STEP ? wrapPhi(off) : off;
          places[row] = limited(row, places[row] + clamp(move, -2 * widths[row], 2 * widths[row]));
        }
      }
      return { places, widths };
    },
  };
}

const START_TURNS = 3;
/** Narrower than any detector resolves, in log pt, eta, phi and log mass. */
const LEAST_WIDTH = 1e-4;
