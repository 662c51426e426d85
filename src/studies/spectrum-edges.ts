/**
 * The bins of the spectra, chosen from the true values before the pass over the samples.
 *
 * pt and mass: even in the logarithm, between ends of two significant digits, so that a selection at pt > 20 is an edge.
 * eta: steps of 1, 2 or 5 times a power of ten. phi: even on (-pi, pi]. The ends leave out the few outermost jets, which
 * are counted as under- and overflow, so that a single wild jet does not stretch the axis.
 */
import { tickStep } from 'd3-array';
import { byVariable, columnName, type Variable } from '../jets/columns.js';
import type { JetsTable } from '../jets/table.js';
import { STAGES_OF_TASK, type Task } from '../model/tasks.js';

/** No axis has more bins. */
export const MAX_BINS = 100;
const TYPICAL_BINS = 50;
const PHI_BINS = 40;
const BINS_PER_DECADE = 25;
/** Decades of the longest logarithmic axis: masses fall to zero, and nobody wants to see all of that. */
const MAX_DECADES = 4;
/** GeV; keeps edges out of float32's subnormal numbers. */
const SMALLEST_EDGE = 1e-20;

/** True jets beyond either end of the axis, at most; one in 200 of a small table. */
const OUTERMOST_JETS = 10;

/** Edges of all four variables from the target column of a task: what the sampling pass counts into. */
export function studyEdges(table: JetsTable, task: Task): Record<Variable, Float32Array> {
  const { target } = STAGES_OF_TASK[task];
  return byVariable((variable) => {
    const values = table.columns[columnName(target, variable)];
    if (!values) throw new RangeError(`no column ${columnName(target, variable)}`);
    return spectrumEdges(variable, values);
  });
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
  [low, high] = [twoDigits(low, Math.floor), twoDigits(high, (digits) => Math.floor(digits) + 1)];
  const bins = Math.min(TYPICAL_BINS, Math.ceil(Math.log10(high / low) * BINS_PER_DECADE));
  return Float32Array.from({ length: bins + 1 }, (_, i) =>
    i === bins ? high : low * (high / low) ** (i / bins),
  );
}

/** A positive value rounded to two significant digits by `round`: 20.3 down to 20, or up to 21. */
function twoDigits(value: number, round: (digits: number) => number): number {
  const exponent = Math.floor(Math.log10(value)) - 1;
  // What float32 made of 2.3 is 2.3 again in seven digits.
  const digits = round(Number((value / 10 ** exponent).toPrecision(7)));
  return Number(`${digits}e${exponent}`);
}

/** The smallest and largest value after the outermost jets on either side are left out. */
function ends(values: Float32Array): [number, number] {
  const sorted = values.toSorted();
  const left = Math.floor(Math.min(OUTERMOST_JETS, values.length / 200));
  return [sorted[left], sorted[sorted.length - 1 - left]];
}
