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
export const MAX_ABS_ETA = 10;
/** Masses in [-0.1, 0) GeV are rounding, below it they are faults. */
export const LOWEST_MASS = -0.1;
const LOWEST_MASS_FLOAT32 = Math.fround(LOWEST_MASS);
/** float32 nearest to pi lies above pi: it is left as it is. */
const PI_FLOAT32 = Math.fround(Math.PI);
/** Beyond 2 pi, with room for rounding in text, phi is not an angle in radians. */
const LARGEST_PHI = 2 * Math.PI + 1e-3;
/** What rounding to three digits after the point can move a value beyond pi. */
const PHI_ROUNDING = 1e-3;

/** What was mended, to be said in a warning. */
export interface Mended {
  /** Masses in [-0.1, 0) set to 0. */
  masses: number;
  /** Values of phi that were outside (-pi, pi] by more than rounding and were wrapped. */
  phis: number;
}

/** Faults by what is wrong, for a reader that drops bad jets instead of refusing the file. */
export type Fault =
  | 'not finite'
  | 'pt not above 0'
  | '|eta| above 10'
  | 'phi not in radians'
  | 'mass negative';

/** What is wrong with one value; undefined where nothing is, or where {@link mendJets} mends it. */
export function faultOf(variable: Variable, value: number): Fault | undefined {
  if (!Number.isFinite(value)) return 'not finite';
  switch (variable) {
    case 'pt':
      return value > 0 ? undefined : 'pt not above 0';
    case 'eta':
      return Math.abs(value) <= MAX_ABS_ETA ? undefined : '|eta| above 10';
    case 'phi':
      return Math.abs(value) <= LARGEST_PHI ? undefined : 'phi not in radians';
    case 'mass':
      return value >= LOWEST_MASS_FLOAT32 ? undefined : 'mass negative';
  }
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
      const column = columns[columnName(stage, variable)]!;
      if (allSound(column, SOUND[variable])) continue;
      const row = firstOutside(column, BOUNDS[variable]);
      if (row >= 0) {
        const name = columnName(stage, variable);
        throw new InputError(
          file,
          `row ${firstRow + row}, column "${name}": ${column[row]} (${faultOf(variable, column[row]!)}); remove such jets, for example with \`jet-iqn convert\``,
        );
      }
      if (variable === 'mass') mended.masses += raiseMasses(column);
      if (variable === 'phi') mended.phis += wrapPhis(column);
    }
  }
}

/** Index of the first value outside the closed interval; -1 where there is none. */
function firstOutside(column: Float32Array, [low, high]: readonly [number, number]): number {
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!;
    // NaN fails both comparisons.
    if (!(value >= low && value <= high)) return row;
  }
  return -1;
}

const LARGEST_FLOAT32 = 3.4028234663852886e38;

/** The closed intervals of {@link faultOf} in float32; the smallest pt is the smallest positive float32. */
const BOUNDS: Readonly<Record<Variable, readonly [number, number]>> = {
  pt: [2 ** -149, LARGEST_FLOAT32],
  eta: [-MAX_ABS_ETA, MAX_ABS_ETA],
  phi: [-LARGEST_PHI, LARGEST_PHI],
  mass: [LOWEST_MASS_FLOAT32, LARGEST_FLOAT32],
};

/** Sound values by the bits of their float32, read as whole numbers: those of [low, high], with or without the sign's. */
interface SoundBits {
  readonly signed: boolean;
  readonly low: number;
  readonly high: number;
}

/** Values with nothing to mend: nearly all columns hold no others, and are done with after one look. */
const SOUND: Readonly<Record<Variable, SoundBits>> = {
  pt: { signed: false, low: 1, high: bitsOf(LARGEST_FLOAT32) },
  eta: { signed: true, low: 0, high: bitsOf(MAX_ABS_ETA) },
  phi: { signed: true, low: 0, high: bitsOf(PI_FLOAT32) },
  mass: { signed: false, low: 0, high: bitsOf(LARGEST_FLOAT32) },
};

function bitsOf(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0]!;
}

/**
 * Whether all values are sound, without a branch for each: the bits of positive floats are ordered as they are, infinity and
 * NaN above all. A mass of -0 is none here, and then goes through the bounds.
 */
function allSound(column: Float32Array, { signed, low, high }: SoundBits): boolean {
  const bits = new Int32Array(column.buffer, column.byteOffset, column.length);
  const mask = signed ? 0x7fffffff : -1;
  /** Its sign is set by the first value outside. */
  let outside = 0;
  for (let row = 0; row < bits.length; row++) {
    const size = bits[row]! & mask;
    outside |= size | (size - low) | (high - size);
  }
  return outside >= 0;
}

function raiseMasses(column: Float32Array): number {
  let count = 0;
  for (let row = 0; row < column.length; row++) {
    if (column[row]! < 0) {
      column[row] = 0;
      count++;
    }
  }
  return count;
}

function wrapPhis(column: Float32Array): number {
  let count = 0;
  for (let row = 0; row < column.length; row++) {
    const phi = column[row]!;
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
