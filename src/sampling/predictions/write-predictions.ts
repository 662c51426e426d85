/** One block's predictions as one file, in pieces of bounded size: a slow disk slows the worker, and memory stays flat. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { RunError } from '../../errors.js';
import { diskError, fileSha256 } from '../../formats/durable-file.js';
import { COLUMN_TYPES, type TableMetadata, type TableSchema } from '../../formats/table-encoding.js';
import type { NumericArray } from '../../formats/table-file.js';
import { openTableWriter } from '../../formats/table-writer.js';
import { VARIABLES } from '../../jets/columns.js';
import { quantileSorted } from '../../stats/quantile.js';
import { deltaPhi32, phiAt32 } from '../accumulators/delta-phi.js';
import { type BlockSource, nanError, type PredictedGroup, predictBlock } from '../block.js';
import type { Kernel } from '../kernel/kernel.js';
import { blockJets } from '../plan.js';
import {
  type FileRecord,
  type PredictionContents,
  predictionSchema,
  predictionsFile,
} from './prediction-files.js';

/** Rows of a row group or record batch at most: 6 MB of all columns. */
const ROWS_PER_PIECE = 2 ** 18;

const { fround } = Math;

/**
 * Predicts a block and writes its file.
 *
 * @param metadata goes into the file beside the columns.
 * @param onJets called with the number of jets that each group added.
 * @throws RunError where the disk refuses or the engine predicts NaN; nothing is left behind then.
 */
export async function writePredictions(
  source: BlockSource,
  kernel: Kernel,
  block: number,
  folder: string,
  contents: PredictionContents,
  metadata: TableMetadata,
  onJets: (jets: number) => void = () => {},
): Promise<FileRecord> {
  const { samples } = source.plan;
  const { firstJet, jetCount } = blockJets(source.plan, block);
  const name = predictionsFile(block, contents.format);
  const path = join(folder, name);
  const schema = predictionSchema(contents, samples);
  const allRows = jetCount * (contents.quantiles ? 1 : samples);
  const piece = createPiece(schema, Math.min(ROWS_PER_PIECE, allRows));
  const writer = await openTableWriter(path, contents.format, schema, metadata);
  try {
    for await (const group of predictBlock(source, kernel, block)) {
      if (hasNaN(group.predictions)) throw nanError(group.firstJet, group.jetCount);
      for (const rows of contents.quantiles
        ? quantileRows(piece, group, samples, contents.quantiles)
        : allRowsOf(piece, group, samples, contents.columns))
        await writer.write(rows);
      onJets(group.jetCount);
    }
    if (piece.rows > 0) await writer.write(piece.take());
    const { rows } = await writer.close();
    const sha256 = await fileSha256(path);
    if (sha256 === undefined) throw new RunError(`${path}: disappeared while it was written`);
    return { name, block, firstJet, jets: jetCount, rows, bytes: statSync(path).size, sha256 };
  } catch (error) {
    await writer.discard().catch(() => {});
    throw diskError(path, error);
  }
}

/** A buffer of rows that is written whenever it is full. */
interface Piece {
  readonly columns: Readonly<Record<string, NumericArray>>;
  readonly room: number;
  rows: number;
  /** The rows in it, which the next ones overwrite. */
  take(): Record<string, NumericArray>;
}

function createPiece(schema: TableSchema, room: number): Piece {
  const columns = Object.fromEntries(schema.map(({ name, type }) => [name, new COLUMN_TYPES[type](room)]));
  return {
    columns,
    room,
    rows: 0,
    take() {
      const taken = Object.entries(columns).map(([name, values]) => [name, values.subarray(0, this.rows)]);
      this.rows = 0;
      return Object.fromEntries(taken);
    },
  };
}

/** Every prediction a row, by jet, then sample; yields the piece each time that it is full. */
function* allRowsOf(
  piece: Piece,
  { firstJet, jetCount, predictions, stride }: PredictedGroup,
  samples: number,
  names: PredictionContents['columns'],
): Generator<Record<string, NumericArray>> {
  for (let jet = 0; jet < jetCount; jet++) {
    for (let sample = 0; sample < samples; ) {
      const count = Math.min(samples - sample, piece.room - piece.rows);
      for (const name of names) {
        const column = piece.columns[name] as Float32Array | Uint32Array;
        const step = (VARIABLES as readonly string[]).indexOf(name);
        if (name === 'jet_index') column.fill(firstJet + jet, piece.rows, piece.rows + count);
        else if (name === 'sample_index') for (let i = 0; i < count; i++) column[piece.rows + i] = sample + i;
        else {
          const from = (jet * 4 + step) * stride + sample;
          column.set(predictions.subarray(from, from + count), piece.rows);
        }
      }
      piece.rows += count;
      sample += count;
      if (piece.rows === piece.room) yield piece.take();
    }
  }
}

/** Quantiles of each jet, one row a jet; phi's are those of the wrapped difference to the input jet's phi. */
function* quantileRows(
  piece: Piece,
  { firstJet, jetCount, jets, predictions, stride }: PredictedGroup,
  samples: number,
  ps: readonly number[],
): Generator<Record<string, NumericArray>> {
  const inputs = jets.length / jetCount;
  const columns = Object.values(piece.columns);
  for (let jet = 0; jet < jetCount; jet++) {
    const origin = jets[jet * inputs + 2];
    columns[0][piece.rows] = firstJet + jet;
    VARIABLES.forEach((variable, step) => {
      const from = (jet * 4 + step) * stride;
      const values = predictions.subarray(from, from + samples);
      if (variable === 'phi') for (let i = 0; i < samples; i++) values[i] = deltaPhi32(values[i], origin);
      values.sort();
      ps.forEach((p, i) => {
        const quantile = fround(quantileSorted(values, p));
        columns[1 + step * ps.length + i][piece.rows] =
          variable === 'phi' ? phiAt32(origin, quantile) : quantile;
      });
    });
    piece.rows++;
    if (piece.rows === piece.room) yield piece.take();
  }
}

const isNaN32 = Number.isNaN;

function hasNaN(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (isNaN32(values[i])) return true;
  return false;
}
