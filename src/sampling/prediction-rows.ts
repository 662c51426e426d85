/** A group of jets with its predictions → rows of a file: one a prediction, one a jet with lists, or one a jet with quantiles. */
import type { TableSchema } from '../files/table-encoding.js';
import { COLUMN_TYPES, type NumericArray } from '../jets/numeric-array.js';
import { quantileSorted } from '../stats/quantile.js';
import type { PredictedGroup } from './block.js';
import { type PredictedVariable, type PredictionContents, quantileColumn } from './prediction-files.js';

// Taken once: in a realm of its own, as tests run in, every look at a global is slow.
const { fround } = Math;

type Columns = Readonly<Record<string, NumericArray>>;

/** A buffer of rows that is written whenever it is full. */
export interface Piece {
  readonly columns: Columns;
  /** Rows that it can hold. */
  readonly room: number;
  rows: number;
  /** The rows in it, which the next ones overwrite. */
  take(): Columns;
}

export function createPiece(schema: TableSchema, room: number): Piece {
  const parts = schema.map(({ name, type, listLength = 1 }) => ({
    name,
    listLength,
    values: new COLUMN_TYPES[type](room * listLength),
  }));
  return {
    columns: Object.fromEntries(parts.map(({ name, values }) => [name, values])),
    room,
    rows: 0,
    take() {
      const { rows } = this;
      this.rows = 0;
      return Object.fromEntries(
        parts.map(({ name, values, listLength }) => [name, values.subarray(0, rows * listLength)]),
      );
    },
  };
}

/**
 * Fills `piece` with a group's rows, in order of jet, then sample; yields the piece's rows each time that it is full.
 *
 * @param kept the input's own columns by name, each [jets of the input]. Predictions of the group are written to
 *   where quantiles are asked for.
 */
export function predictionRows(
  { quantiles, nested }: PredictionContents,
  piece: Piece,
  group: PredictedGroup,
  samples: number,
  kept: Columns,
): Generator<Columns> {
  if (nested)
    return jetRows(piece, group, samples, kept, (variable, values) => {
      (piece.columns[variable] as Float32Array | undefined)?.set(values, piece.rows * samples);
    });
  if (!quantiles) return allRows(piece, group, samples, kept);
  // Of phi, those of the wrapped difference to the input jet's.
  return jetRows(piece, group, samples, kept, (variable, values, input) => {
    const [isPhi, origin] = [variable === 'phi', input[2]];
    if (isPhi) for (let i = 0; i < samples; i++) values[i] = deltaPhi32(values[i], origin);
    values.sort();
    for (const level of quantiles) {
      const quantile = fround(quantileSorted(values, level));
      piece.columns[quantileColumn(variable, level)][piece.rows] = isPhi
        ? phiAt32(origin, quantile)
        : quantile;
    }
  });
}

function* allRows(
  piece: Piece,
  { firstJet, jetCount, variables, predictions, stride }: PredictedGroup,
  samples: number,
  kept: Columns,
): Generator<Columns> {
  for (let jet = 0; jet < jetCount; jet++) {
    for (let sample = 0; sample < samples; ) {
      const count = Math.min(samples - sample, piece.room - piece.rows);
      fillKept(piece, kept, firstJet + jet, count);
      for (const [name, values] of Object.entries(piece.columns)) {
        if (name in kept) continue;
        const column = values as Float32Array | Uint32Array;
        const step = (variables as readonly string[]).indexOf(name);
        if (name === 'jet_index') column.fill(firstJet + jet, piece.rows, piece.rows + count);
        else if (name === 'sample_index') for (let i = 0; i < count; i++) column[piece.rows + i] = sample + i;
        else {
          const from = (jet * variables.length + step) * stride + sample;
          column.set(predictions.subarray(from, from + count), piece.rows);
        }
      }
      piece.rows += count;
      sample += count;
      if (piece.rows === piece.room) yield piece.take();
    }
  }
}

/** @param fill writes one variable of a jet, whose values are [samples], into the piece's next row. */
function* jetRows(
  piece: Piece,
  { firstJet, jetCount, jets, variables, predictions, stride }: PredictedGroup,
  samples: number,
  kept: Columns,
  fill: (variable: PredictedVariable, values: Float32Array, input: Float32Array) => void,
): Generator<Columns> {
  const inputs = jets.length / jetCount;
  for (let jet = 0; jet < jetCount; jet++) {
    const input = jets.subarray(jet * inputs, (jet + 1) * inputs);
    fillKept(piece, kept, firstJet + jet, 1);
    const { jet_index: jetIndex } = piece.columns;
    if (jetIndex) jetIndex[piece.rows] = firstJet + jet;
    variables.forEach((variable, step) => {
      const from = (jet * variables.length + step) * stride;
      fill(variable, predictions.subarray(from, from + samples), input);
    });
    piece.rows++;
    if (piece.rows === piece.room) yield piece.take();
  }
}

/** The input's own numbers of one jet, for the next `count` rows. */
function fillKept(piece: Piece, kept: Columns, jet: number, count: number): void {
  for (const [name, values] of Object.entries(kept)) {
    const column = piece.columns[name] as Float64Array;
    column.fill(values[jet] as number, piece.rows, piece.rows + count);
  }
}

/** pi and 2 pi as float32 has them. */
const PI_32 = fround(Math.PI);
const TWO_PI_32 = fround(2 * Math.PI);

/**
 * phi relative to the input jet's phi [rad], in float32 steps of one fixed order, so that every kernel gets the same bits:
 *
 *     d = phi - origin;  d - 2 pi where d > pi;  d + 2 pi where d <= -pi
 *
 * Monotone in phi away from the seam opposite to the jet, so that ranks and medians of d are those of the angle.
 */
export function deltaPhi32(phi: number, origin: number): number {
  const d = fround(phi - origin);
  if (d > PI_32) return fround(d - TWO_PI_32);
  return d <= -PI_32 ? fround(d + TWO_PI_32) : d;
}

/** The angle at the wrapped difference `delta` from `origin`, in (-pi, pi]. */
export function phiAt32(origin: number, delta: number): number {
  const phi = fround(origin + delta);
  if (phi > PI_32) return fround(phi - TWO_PI_32);
  return phi <= -PI_32 ? fround(phi + TWO_PI_32) : phi;
}
