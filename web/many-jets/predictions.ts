/**
 * All predictions of a study as one Parquet or CSV file: made again, since they follow from seed and jet, instead of
 * kept; the pieces of the file are blobs, which the browser may put on disk.
 */

import { loadZstd } from '../../src/files/compression/zstd.js';
import type { PlacedRows, TableEncoding } from '../../src/files/table-encoding.js';
import { csvEncoding } from '../../src/files/write-csv.js';
import { parquetEncoding } from '../../src/files/write-parquet.js';
import { keyed } from '../../src/jets/event-keys.js';
import { firstJets, type JetsTable } from '../../src/jets/table.js';
import { withMedians } from '../../src/model/missing-inputs.js';
import { STAGES_OF_TASK } from '../../src/model/tasks.js';
import { openTauRows } from '../../src/sampling/accumulators.js';
import { predictBlock } from '../../src/sampling/block.js';
import { selectColumns } from '../../src/sampling/jet-columns.js';
import { fileMetadata } from '../../src/sampling/job.js';
import { planBlocks } from '../../src/sampling/plan.js';
import { PREDICTION_COLUMNS, predictionSchema } from '../../src/sampling/prediction-files.js';
import { createPiece, predictionRows } from '../../src/sampling/prediction-rows.js';
import { jetNumbers } from '../../src/stats/tau.js';
import type { PredictionFormat } from '../engine/api.js';
import type { Gate } from './gate.js';
import type { StudyModel, StudyRequest } from './request.js';

const TYPES: Readonly<Record<PredictionFormat, string>> = {
  parquet: 'application/vnd.apache.parquet',
  csv: 'text/csv',
};

/** @throws the signal's reason where it is aborted. */
export async function writePredictions(
  { session, card, sha256, kernel }: StudyModel,
  all: JetsTable,
  { samples, jets, seed, format }: StudyRequest & { readonly format: PredictionFormat },
  gate: Gate,
  signal: AbortSignal,
  onJets: (jets: number) => void,
): Promise<Blob> {
  const { input } = STAGES_OF_TASK[card.task];
  const table = withMedians(keyed(firstJets(all, jets), input), card);
  const plan = planBlocks(table.rows, samples);
  const columns = selectColumns(
    table,
    card.task,
    card.inputs.map(({ column }) => column),
  );
  const numbers = jetNumbers(seed, table.key ?? 0, table.rows);
  const source = { session, columns, plan, numbers, rows: openTauRows(kernel, plan) };
  const contents = { format, columns: PREDICTION_COLUMNS };
  const schema = predictionSchema(contents, samples);
  const metadata = fileMetadata({
    bundle: sha256,
    engine: session.engine,
    input: table.source.sha256,
    key: table.source.key,
    seed,
    samples,
  });
  const encoding: TableEncoding =
    format === 'csv' ? csvEncoding(schema) : parquetEncoding(schema, metadata, await loadZstd());
  const parts: BlobPart[] = [encoding.head() as Uint8Array<ArrayBuffer>];
  let offset = (parts[0] as Uint8Array).length;
  const placed: PlacedRows[] = [];
  const piece = createPiece(schema, plan.jetsPerBlock * samples);
  const append = (columns: ReturnType<typeof piece.take>) => {
    const { rows, bytes, note } = encoding.encode(columns);
    placed.push({ rows, note, offset });
    offset += bytes.length;
    parts.push(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  };
  let done = 0;
  for (let block = 0; block < plan.blocks; block++) {
    for await (const group of predictBlock(source, block)) {
      await gate.passed(signal);
      signal.throwIfAborted();
      for (const rows of predictionRows(contents, piece, group, samples, {})) append(rows);
      done += group.jetCount;
      onJets(done);
    }
    if (piece.rows > 0) append(piece.take());
  }
  parts.push(encoding.tail(placed) as Uint8Array<ArrayBuffer>);
  return new Blob(parts, { type: TYPES[format] });
}
