/**
 * All predictions of a study as one Parquet or CSV file: made again, since they follow from seed and jet, instead of
 * kept; the pieces of the file are blobs, which the browser may put on disk.
 */

import { loadZstd } from '../../src/formats/compression/zstd.js';
import { csvEncoding } from '../../src/formats/csv/write-csv.js';
import { parquetEncoding } from '../../src/formats/parquet/write-parquet.js';
import type { PlacedRows, TableEncoding } from '../../src/formats/table-encoding.js';
import { VARIABLES } from '../../src/jets/columns.js';
import { firstJets, type JetsTable } from '../../src/jets/table.js';
import { predictBlock } from '../../src/sampling/block.js';
import { selectColumns } from '../../src/sampling/jet-columns.js';
import { createWasmKernel } from '../../src/sampling/kernel/wasm.js';
import { planBlocks } from '../../src/sampling/plan.js';
import { PREDICTION_COLUMNS, predictionSchema } from '../../src/sampling/predictions/prediction-files.js';
import type { PredictionFormat } from '../engine/api.js';
import type { Gate } from './gate.js';
import type { StudyModel, StudyRequest } from './study.js';

const TYPES: Readonly<Record<PredictionFormat, string>> = {
  parquet: 'application/vnd.apache.parquet',
  csv: 'text/csv',
};

/** @throws the signal's reason where it is aborted. */
export async function writePredictions(
  { session, card, sha256, kernel: module }: StudyModel,
  all: JetsTable,
  { samples, jets, seed, format }: StudyRequest & { readonly format: PredictionFormat },
  gate: Gate,
  signal: AbortSignal,
  onJets: (jets: number) => void,
): Promise<Blob> {
  const table = firstJets(all, jets);
  const plan = planBlocks(table.rows, samples);
  const columns = selectColumns(
    table,
    card.task,
    card.inputs.map(({ column }) => column),
  );
  const kernel = createWasmKernel(module, { ...plan, seed });
  const schema = predictionSchema({ format: 'parquet', columns: PREDICTION_COLUMNS }, samples);
  const metadata = {
    'jet-iqn': JSON.stringify({
      bundle: { name: card.name, sha256 },
      input: table.source,
      seed,
      samples,
      engine: session.engine,
    }),
  };
  const encoding: TableEncoding =
    format === 'csv' ? csvEncoding(schema) : parquetEncoding(schema, metadata, await loadZstd());
  const parts: BlobPart[] = [encoding.head() as Uint8Array<ArrayBuffer>];
  let offset = (parts[0] as Uint8Array).length;
  const placed: PlacedRows[] = [];
  let done = 0;
  for (let block = 0; block < plan.blocks; block++) {
    const rows = plan.jetsPerBlock * samples;
    const piece = {
      jet_index: new Uint32Array(rows),
      sample_index: samples > 2 ** 16 ? new Uint32Array(rows) : new Uint16Array(rows),
      pt: new Float32Array(rows),
      eta: new Float32Array(rows),
      phi: new Float32Array(rows),
      mass: new Float32Array(rows),
    };
    let at = 0;
    for await (const { firstJet, jetCount, predictions, stride } of predictBlock(
      { session, columns, plan },
      kernel,
      block,
    )) {
      await gate.passed(signal);
      signal.throwIfAborted();
      for (let jet = 0; jet < jetCount; jet++) {
        piece.jet_index.fill(firstJet + jet, at, at + samples);
        for (let sample = 0; sample < samples; sample++) piece.sample_index[at + sample] = sample;
        VARIABLES.forEach((variable, k) => {
          const from = (jet * 4 + k) * stride;
          piece[variable].set(predictions.subarray(from, from + samples), at);
        });
        at += samples;
      }
      done += jetCount;
      onJets(done);
    }
    const full = Object.fromEntries(
      Object.entries(piece).map(([name, values]) => [name, values.subarray(0, at)]),
    );
    const { rows: written, bytes, note } = encoding.encode(full);
    placed.push({ rows: written, note, offset });
    offset += bytes.length;
    parts.push(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  }
  parts.push(encoding.tail(placed) as Uint8Array<ArrayBuffer>);
  return new Blob(parts, { type: TYPES[format] });
}
