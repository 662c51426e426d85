/**
 * The closure in slices of gen pt and |eta|: a model may be right on the whole and wrong in every part.
 *
 *     D_s = Kolmogorov's distance of the PIT of the jets of slice s from uniform, with its own p-value
 *     p   = min(1, slices · min over s of p_s)                                  (Bonferroni)
 *
 * gen pt and eta are the input of a simulation and the target of a correction. In a right simulation the PIT is uniform
 * in every slice; in a right correction it is not in slices of gen, the target itself, so there the slices are of the
 * input jet, raw.
 *
 * It cannot show wrong correlations between the variables, nor what is wrong within a slice and cancels there.
 */
import { columnName, type Variable } from '../jets/columns.js';
import type { JetsTable } from '../jets/table.js';
import { STAGES_OF_TASK, type Task } from '../model/tasks.js';
import { ksDistance, ksPValue } from '../stats/ks.js';
import { CLOSURE_BINS } from './closure.js';
import { pitEffect } from './pit-effect.js';

/** GeV; the outermost are open. */
const PT_SLICES: readonly number[] = [0, 30, 60, 120, 300, 1000, Number.POSITIVE_INFINITY];
/** Where the parts of a detector like CMS meet: barrel, transition, endcap, beyond the tracker, forward. */
const ABS_ETA_SLICES: readonly number[] = [0, 1.3, 1.7, 2.5, 3, Number.POSITIVE_INFINITY];
/** Slices with fewer jets are not tested. */
export const LEAST_JETS = 100;

/** The jets between two values of the input jet's pt or |eta|. */
export interface JetSlice {
  /** What is cut. */
  readonly of: 'pt' | '|eta|';
  /** Lower end, included; GeV for pt. */
  readonly low: number;
  /** Upper end; null where the slice is open. */
  readonly high: number | null;
  /** In the slice. */
  readonly jets: number;
}

/** The PIT of one variable in a slice of the input jets. */
export interface ClosureSlice extends JetSlice {
  /** Kolmogorov distance of the PIT from uniform; null with too few jets. */
  readonly ks: number | null;
  /** Its p-value; null with too few jets. */
  readonly pValue: number | null;
  /** Mean of the PIT minus 1/2, in its standard deviations. */
  readonly pull: number | null;
  /** Jets in the first and the last fiftieth over the number expected. */
  readonly ends: readonly [number, number] | null;
}

/** The closure of one variable in slices of the input jet: a model may be right on the whole and wrong in every part. */
export interface ClosureSlices {
  /** Stage of the jets whose pt and eta are cut: the task's input. */
  readonly stage: string;
  /** In pt, then in |eta|. */
  readonly slices: readonly ClosureSlice[];
  /** Of the least p over all slices, times their number; 1 where none has enough jets. */
  readonly pValue: number;
  /** What is off where p is least, in words. */
  readonly effect: string;
}

/** @param pit [N] in (0, 1), of `variable`. @param table with pt and eta of the task's input. */
export function closureSlices(
  variable: Variable,
  pit: Float64Array,
  table: JetsTable,
  task: Task,
): ClosureSlices {
  const stage = STAGES_OF_TASK[task].input;
  const pt = table.columns[columnName(stage, 'pt')];
  const eta = table.columns[columnName(stage, 'eta')];
  if (!pt || !eta) throw new RangeError(`no columns ${stage}_pt and ${stage}_eta`);
  const cut = jetSlices(
    pit.length,
    (jet) => pt[jet],
    (jet) => eta[jet],
  );
  const slices = cut.map(({ slice, members }) => closureIn(slice, valuesAt(pit, members)));
  const tested = slices.filter(({ pValue }) => pValue !== null).length;
  const worst = slices.reduce(
    (least, { pValue }, i) => ((pValue ?? 2) < (slices[least].pValue ?? 2) ? i : least),
    0,
  );
  return {
    stage,
    slices,
    pValue: Math.min(1, tested * (slices[worst].pValue ?? 1)) || Number(tested === 0),
    effect:
      tested === 0
        ? 'no slice has enough jets'
        : pitEffect(variable, valuesAt(pit, cut[worst].members), `for ${inWords(stage, slices[worst])}`),
  };
}

/** `gen pt 30 to 60 GeV`, `raw |eta| from 3`. */
function inWords(stage: string, { of, low, high }: JetSlice): string {
  const range = high === null ? `from ${low}` : `${low} to ${high}`;
  return `${stage} ${of} ${range}${of === 'pt' ? ' GeV' : ''}`;
}

/**
 * All slices, in pt and then in |eta|, with the jets in each, ascending.
 *
 * @param pt, eta of an input jet, GeV.
 */
export function jetSlices(
  jets: number,
  pt: (jet: number) => number,
  eta: (jet: number) => number,
): { slice: JetSlice; members: Uint32Array }[] {
  const cut = (of: JetSlice['of'], edges: readonly number[], value: (jet: number) => number) => {
    const count = edges.length - 1;
    // The place after the last is for what lies in no slice.
    const places = new Uint8Array(jets).fill(count);
    const sizes = new Uint32Array(count + 1);
    for (let jet = 0; jet < jets; jet++) {
      const at = value(jet);
      for (let i = 0; i < count; i++) if (at >= edges[i] && at < edges[i + 1]) places[jet] = i;
      sizes[places[jet]]++;
    }
    const members = Array.from(sizes, (size) => new Uint32Array(size));
    const filled = new Uint32Array(count + 1);
    for (let jet = 0; jet < jets; jet++) members[places[jet]][filled[places[jet]]++] = jet;
    return edges.slice(0, -1).map((low, i) => {
      const high = edges[i + 1];
      const slice = { of, low, high: Number.isFinite(high) ? high : null, jets: sizes[i] };
      return { slice, members: members[i] };
    });
  };
  return [...cut('pt', PT_SLICES, pt), ...cut('|eta|', ABS_ETA_SLICES, (jet) => Math.abs(eta(jet)))];
}

/** A loop, since a typed array made `from` another by a function goes through an iterator: five times as slow. */
function valuesAt(values: Float64Array, places: Uint32Array): Float64Array {
  const found = new Float64Array(places.length);
  for (let i = 0; i < found.length; i++) found[i] = values[places[i]];
  return found;
}

/** @param inside PIT of the slice's jets. */
function closureIn(slice: JetSlice, inside: Float64Array): ClosureSlice {
  const { jets } = slice;
  if (jets < LEAST_JETS) return { ...slice, ks: null, pValue: null, pull: null, ends: null };
  const ks = ksDistance(inside);
  const mean = inside.reduce((sum, u) => sum + u, 0) / jets;
  let [first, last] = [0, 0];
  for (const u of inside) {
    if (u < 1 / CLOSURE_BINS) first++;
    if (u >= 1 - 1 / CLOSURE_BINS) last++;
  }
  const share = (count: number) => (count * CLOSURE_BINS) / jets;
  return {
    ...slice,
    ks,
    pValue: ksPValue(ks, jets),
    pull: (mean - 0.5) * Math.sqrt(12 * jets),
    ends: [share(first), share(last)],
  };
}
