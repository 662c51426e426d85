/**
 * The messages of an Arrow stream, each whole and with its counts checked before apache-arrow decodes it: it would loop
 * over whatever number a damaged message declares.
 *
 * A message is a marker of four bytes, the length of its metadata, the metadata (flatbuffers), and a body whose length
 * the metadata gives (Arrow columnar format, "Encapsulated message format").
 */
import { DictionaryBatch } from 'apache-arrow/fb/dictionary-batch';
import type { Field } from 'apache-arrow/fb/field';
import { Message } from 'apache-arrow/fb/message';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { RecordBatch } from 'apache-arrow/fb/record-batch';
import { Schema } from 'apache-arrow/fb/schema';
import { ByteBuffer } from 'flatbuffers';
import type { ByteSource } from '../source.js';

const PREFIX_BYTES = 8;
/** Fields within fields within fields: deeper than any table of numbers. */
const MAX_DEPTH = 16;

/**
 * Whole messages from byte `start` on, up to the end of the stream.
 *
 * @param lackingSchema gives the message to begin with where the stream does not begin with a schema.
 * @throws Error where a message is damaged.
 */
export async function* arrowMessages(
  source: ByteSource,
  start: number,
  lackingSchema?: () => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let at = start;
  while (at + PREFIX_BYTES <= source.size) {
    const prefix = await source.read(at, at + PREFIX_BYTES);
    const view = new DataView(prefix.buffer);
    if (view.getUint32(0, true) !== 0xffffffff) throw new Error(`no message begins at byte ${at}`);
    const metadataBytes = view.getInt32(4, true);
    if (metadataBytes === 0) return;
    const bodyStart = at + PREFIX_BYTES + metadataBytes;
    if (metadataBytes < 0 || bodyStart > source.size) throw new Error(`a message at byte ${at} does not fit`);
    const { kind, bodyBytes } = checkMetadata(await source.read(at + PREFIX_BYTES, bodyStart));
    const end = bodyStart + bodyBytes;
    if (!(bodyBytes >= 0 && end <= source.size)) throw new Error(`a message's ${bodyBytes} bytes do not fit`);
    if (at === start && kind !== MessageHeader.Schema && lackingSchema) yield await lackingSchema();
    yield await source.read(at, end);
    at = end;
  }
}

/** Kind, and length of the body; throws where the metadata declares more parts than its bytes can hold. */
function checkMetadata(bytes: Uint8Array): { kind: MessageHeader; bodyBytes: number } {
  const message = Message.getRootAsMessage(new ByteBuffer(bytes));
  // A part takes four bytes at least: an offset, or a number.
  const budget = { parts: bytes.length / 4 };
  switch (message.headerType()) {
    case MessageHeader.Schema:
      checkSchema(message.header(new Schema()) as Schema | null, bytes.length);
      break;
    case MessageHeader.RecordBatch:
      checkBatch(message.header(new RecordBatch()) as RecordBatch | null, budget);
      break;
    case MessageHeader.DictionaryBatch:
      checkBatch((message.header(new DictionaryBatch()) as DictionaryBatch | null)?.data() ?? null, budget);
      break;
    default:
      throw new Error(`a message of unknown kind ${message.headerType()}`);
  }
  return { kind: message.headerType(), bodyBytes: Number(message.bodyLength()) };
}

/** @throws Error where a schema declares more parts than `bytes` bytes can hold. */
export function checkSchema(schema: Schema | null, bytes: number): void {
  const budget = { parts: bytes / 4 };
  if (!schema) throw new Error('a schema is not there');
  spend(budget, schema.fieldsLength() + schema.customMetadataLength() + schema.featuresLength());
  for (let index = 0; index < schema.fieldsLength(); index++) checkField(schema.fields(index), budget, 0);
}

interface Budget {
  parts: number;
}

function checkField(field: Field | null, budget: Budget, depth: number): void {
  if (!field || depth > MAX_DEPTH) throw new Error('a field is not there');
  spend(budget, 1 + field.childrenLength() + field.customMetadataLength());
  for (let index = 0; index < field.childrenLength(); index++)
    checkField(field.children(index), budget, depth + 1);
}

function checkBatch(batch: RecordBatch | null, budget: Budget): void {
  if (!batch) throw new Error('a record batch is not there');
  spend(budget, batch.nodesLength() + batch.buffersLength() + batch.variadicBufferCountsLength());
}

function spend(budget: Budget, parts: number): void {
  budget.parts -= parts;
  if (!(parts >= 0 && budget.parts >= 0))
    throw new Error(`a message declares ${parts} parts, more than it can hold`);
}
