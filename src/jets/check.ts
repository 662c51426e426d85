/**
 * What four numbers must satisfy to be a jet. Checked once, where jets come in; everything behind trusts it.
 *
 * pt > 0 and finite; |eta| ≤ 10; phi in (-pi, pi], where values up to 2 pi are wrapped (other tools use [0, 2 pi), and
 * text is rounded); mass ≥ 0, where down to -0.1 GeV it is set to 0: reduced precision in real files makes such.
 */
import { InputError } from '../errors.js';
import { type ColumnName, columnName, type Stage, VARIABLES, type Variable } from './columns.js';
import { wrapPhi } from './phi.js';

/** Beyond it a jet of 1 GeV would carry more than the 6.5 TeV of an LHC beam; 1e10 stands for "along the beam". */
const MAX_ABS_ETA = 10;
/** Masses in [-0.1, 0) GeV are rounding, below it they are faults. */
const LOWEST_MASS = -0.1;
/** Beyond 2 pi, with room for rounding in text, phi is not an angle in radians. */
const LARGEST_PHI = 2 * Math.PI + 1e-3;
/** What rounding to three digits after the point can move a value beyond pi. */
const PHI_ROUNDING = 1e-3;
/** float32 nearest to pi lies above pi: it is left as it is. */
const PI_FLOAT32 = Math.fround(Math.PI);
const LARGEST_FLOAT32 = 3.4028234663852886e38;

/** Closed intervals in float32, whose smallest number above 0 is 2⁻¹⁴⁹, and what is wrong with a finite number outside. */
const BOUNDS = {
  pt: { low: 2 ** -149, high: LARGEST_FLOAT32, fault: 'pt not above 0' },
  eta: { low: -MAX_ABS_ETA, high: MAX_ABS_ETA, fault: '|eta| above 10' },
  phi: { low: -LARGEST_PHI, high: LARGEST_PHI, fault: 'phi not in radians' },
  mass: { low: Math.fround(LOWEST_MASS), high: LARGEST_FLOAT32, fault: 'mass negative' },
} as const;

/** What was mended, to be said in a warning. */
export interface Mended {
  /** Masses in [-0.1, 0) set to 0. */
  masses: number;
  /** Values of phi that were outside (-pi, pi] by more than rounding and were wrapped. */
  phis: number;
}

/** What is wrong with one value; undefined where nothing is, or where {@link checkJets} mends it. */
export function faultOf(variable: Variable, value: number): string | undefined {
  const { low, high, fault } = BOUNDS[variable];
  if (value >= low && value <= high) return undefined;
  return Number.isFinite(value) ? fault : 'not finite';
}

/**
 * Checks the columns of the given stages and mends masses and angles in place.
 *
 * @param file the input's name, for the error.
 * @param columns written to: the four columns of each stage, each [rows].
 * @param firstRow index of row 0 in the whole input, for the error.
 * @param mended written to: counts are added.
 * @throws InputError at the first value that no jet can have, naming row and column.
 */
export function checkJets(
  file: string,
  columns: Readonly<Partial<Record<ColumnName, Float32Array>>>,
  stages: readonly Stage[],
  firstRow: number,
  mended: Mended,
): void {
  for (const stage of stages) {
    for (const variable of VARIABLES) {
      const name = columnName(stage, variable);
      const column = columns[name]!;
      const row = firstFault(column, BOUNDS[variable]);
      if (row >= 0)
        throw new InputError(
          file,
          `row ${firstRow + row}, column "${name}": ${column[row]} (${faultOf(variable, column[row])}); remove such jets, for example with \`jet-iqn convert\``,
        );
      if (variable === 'mass') mended.masses += raiseMasses(column);
      if (variable === 'phi') mended.phis += wrapPhis(column);
    }
  }
}

/** Row of the first value outside the interval; -1 where there is none. */
function firstFault(
  column: Float32Array,
  { low, high }: { readonly low: number; readonly high: number },
): number {
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    // NaN fails both comparisons.
    if (!(value >= low && value <= high)) return row;
  }
  return -1;
}

function raiseMasses(column: Float32Array): number {
  let count = 0;
  for (let row = 0; row < column.length; row++) {
    if (column[row] < 0) {
      column[row] = 0;
      count++;
    }
  }
  return count;
}

function wrapPhis(column: Float32Array): number {
  let count = 0;
  for (let row = 0; row < column.length; row++) {
    const phi = column[row];
    const distance = Math.abs(phi);
    if (distance <= PI_FLOAT32) continue;
    column[row] = wrapPhi(phi);
    if (distance > Math.PI + PHI_ROUNDING) count++;
  }
  return count;
}

/** What was mended as sentences for a warning; none where nothing was. */
export function mendedWarnings({ masses, phis }: Mended): string[] {
  const warnings: string[] = [];
  if (masses > 0) warnings.push(`${masses} masses between ${LOWEST_MASS} and 0 GeV were set to 0`);
  if (phis > 0) warnings.push(`${phis} values of phi outside (-pi, pi] were wrapped into it`);
  return warnings;
}
