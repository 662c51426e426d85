/**
 * The bins of the spectra, chosen from the true values before the pass over the samples.
 *
 * pt and mass: even in log10, a whole number of bins a decade, on powers of ten. eta: steps of 1, 2 or 5 times a power
 * of ten. phi: even on (-pi, pi]. The ends leave out the few outermost jets, which are counted as under- and overflow,
 * so that a single wild jet does not stretch the axis.
 */
import { tickStep } from 'd3-array';
import { columnName, VARIABLES, type Variable } from '../jets/columns.js';
import type { JetsTable } from '../jets/table.js';
import { STAGES_OF_TASK, type Task } from '../model/tasks.js';

/** No axis has more bins. */
export const MAX_BINS = 100;
const TYPICAL_BINS = 50;
const PHI_BINS = 40;
/** Bins a decade to choose from, finest first. */
const BINS_PER_DECADE = [50, 40, 25, 20, 10, 5, 4, 2, 1];
const MAX_LOG_BINS = 60;
/** Decades of the longest logarithmic axis: masses fall to zero, and nobody wants to see all of that. */
const MAX_DECADES = 4;
/** GeV; keeps edges out of float32's subnormal numbers. */
const SMALLEST_EDGE = 1e-20;

/** True jets beyond either end of the axis, at most; one in 200 of a small table. */
const OUTERMOST_JETS = 10;

/** Edges of all four variables from the target column of a task: what the sampling pass counts into. */
export function studyEdges(table: JetsTable, task: Task): Record<Variable, Float32Array> {
  const { target } = STAGES_OF_TASK[task];
  return Object.fromEntries(
    VARIABLES.map((variable) => {
      const values = table.columns[columnName(target, variable)];
      if (!values) throw new RangeError(`no column ${columnName(target, variable)}`);
      return [variable, spectrumEdges(variable, values)];
    }),
  ) as Record<Variable, Float32Array>;
}

/**
 * @param values in the variable's unit, finite, at least one.
 * @returns [bins + 1] increasing, bins ≤ {@link MAX_BINS}.
 */
export function spectrumEdges(variable: Variable, values: Float32Array): Float32Array {
  if (variable === 'phi') return phiEdges();
  return variable === 'eta' ? linearEdgesOf(values) : logEdgesOf(values);
}

function phiEdges(): Float32Array {
  const edges = Float32Array.from(
    { length: PHI_BINS + 1 },
    (_, i) => -Math.PI + (2 * Math.PI * i) / PHI_BINS,
  );
  // pi itself belongs to the last bin, and bins are open above: end one float32 later.
  edges[PHI_BINS] = Math.fround(Math.PI) + 2 ** -22;
  return edges;
}

function linearEdgesOf(values: Float32Array): Float32Array {
  let [low, high] = ends(values);
  // Narrower than this, float32 has no room for the edges.
  if (high - low < 1e-4 * Math.max(1, -low, high)) [low, high] = [low - 0.5, high + 0.5];
  const step = tickStep(low, high, TYPICAL_BINS);
  const first = Math.floor(low / step);
  const last = Math.floor(high / step) + 1;
  // Dividing by a whole number keeps 0.3 free of the error of 3 times 0.1.
  const perUnit = Math.round(1 / step);
  return Float32Array.from({ length: last - first + 1 }, (_, i) =>
    step < 1 ? (first + i) / perUnit : (first + i) * step,
  );
}

function logEdgesOf(values: Float32Array): Float32Array {
  const positive = values.filter((value) => value > 0);
  let [low, high] = positive.length > 0 ? ends(positive) : [1, 1];
  high = Math.max(high, SMALLEST_EDGE);
  low = Math.max(low, high / 10 ** MAX_DECADES);
  if (low === high) [low, high] = [low / 1.1, high * 1.1];
  const decades = Math.log10(high / low);
  const perDecade = BINS_PER_DECADE.find((bins) => bins * decades <= MAX_LOG_BINS) ?? 1;
  const edge = (index: number) => Math.fround(10 ** (index / perDecade));
  let first = Math.floor(Math.log10(low) * perDecade);
  let last = Math.floor(Math.log10(high) * perDecade) + 1;
  // Rounding of the logarithm or of the edge may leave an end out by a hair.
  if (edge(first) > low) first--;
  if (edge(last) <= high) last++;
  return Float32Array.from({ length: last - first + 1 }, (_, i) => edge(first + i));
}

/** The smallest and largest value after the outermost jets on either side are left out. */
function ends(values: Float32Array): [number, number] {
  const sorted = values.toSorted();
  const left = Math.floor(Math.min(OUTERMOST_JETS, values.length / 200));
  return [sorted[left], sorted[sorted.length - 1 - left]];
}
