/** One block's predictions as one file, in pieces of bounded size: a slow disk slows the worker, and memory stays flat. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { RunError } from '../errors.js';
import { diskError, fileSha256 } from '../files/durable-file.js';
import { schemaOf, type TableMetadata } from '../files/table-encoding.js';
import { openTableWriter } from '../files/table-writer.js';
import { type BlockSource, nanError, predictBlock } from './block.js';
import { blockFile, type FileRecord, type PredictionContents, predictionSchema } from './prediction-files.js';
import { createPiece, predictionRows } from './prediction-rows.js';
import { openVariation, variedGroup } from './variation.js';

/** Predictions of a row group or record batch at most: 6 MB of all columns. */
const PIECE = 2 ** 18;

/**
 * Predicts a block and writes its file.
 *
 * @param metadata goes into the file beside the columns.
 * @param onJets called with the number of jets that each group added.
 * @throws RunError where the disk refuses or the engine predicts NaN; nothing is left behind then.
 */
export async function writePredictions(
  source: BlockSource,
  block: number,
  folder: string,
  contents: PredictionContents,
  metadata: TableMetadata,
  onJets: (jets: number) => void = () => {},
): Promise<FileRecord> {
  const { samples } = source.plan;
  const file = blockFile(source.plan, block, contents);
  const path = join(folder, file.name);
  const { kept = {} } = source.columns;
  const schema = predictionSchema(contents, samples, schemaOf(kept));
  const room = contents.nested ? Math.max(1, Math.floor(PIECE / samples)) : PIECE;
  const piece = createPiece(schema, Math.min(room, file.rows));
  const writer = await openTableWriter(path, contents.format, schema, metadata);
  const variation = contents.variation && openVariation(contents.variation);
  try {
    for await (const drawn of predictBlock(source, block)) {
      if (hasNaN(drawn.predictions)) throw nanError(drawn.firstJet, drawn.jetCount);
      const group = variation ? await variedGroup(drawn, samples, source.session, variation) : drawn;
      for (const rows of predictionRows(contents, piece, group, samples, kept)) await writer.write(rows);
      onJets(group.jetCount);
    }
    if (piece.rows > 0) await writer.write(piece.take());
    await writer.close();
    const sha256 = await fileSha256(path);
    if (sha256 === undefined) throw new RunError(`${path}: disappeared while it was written`);
    return { ...file, bytes: statSync(path).size, sha256, ...(variation && { held: variation.held }) };
  } catch (error) {
    await writer.discard().catch(() => {});
    throw diskError(path, error);
  }
}

const isNaN32 = Number.isNaN;

function hasNaN(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (isNaN32(values[i])) return true;
  return false;
}
