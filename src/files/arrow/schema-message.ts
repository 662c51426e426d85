/** The message with which an Arrow stream begins. */
import { type RecordBatch, RecordBatchStreamWriter, type Schema } from 'apache-arrow';

/** Continuation marker and a length of zero: the end of a stream. */
export const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

export function schemaMessage(schema: Schema): Uint8Array {
  return streamOf(schema, []).slice(0, -END_OF_STREAM.length);
}

/** A whole stream. */
export function streamOf(schema: Schema, batches: readonly RecordBatch[]): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  for (const batch of batches) writer.write(batch);
  writer.finish();
  return writer.toUint8Array(true);
}
