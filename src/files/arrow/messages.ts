/**
 * The messages of an Arrow stream or file, with their counts checked before apache-arrow decodes them: it would loop over
 * as many parts as a damaged message declares.
 *
 * A message is a marker of four bytes, the length of its metadata, the metadata (flatbuffers), and a body whose length the
 * metadata gives; a file is messages between two magic words, and a footer that says where they are (Arrow columnar format,
 * "Encapsulated message format" and "IPC File Format").
 */
import { DictionaryBatch } from 'apache-arrow/fb/dictionary-batch';
import { Endianness } from 'apache-arrow/fb/endianness';
import type { Field } from 'apache-arrow/fb/field';
import { Footer } from 'apache-arrow/fb/footer';
import { Message } from 'apache-arrow/fb/message';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { RecordBatch } from 'apache-arrow/fb/record-batch';
import { Schema } from 'apache-arrow/fb/schema';
import { ByteBuffer } from 'flatbuffers';
import { InputError } from '../../errors.js';
import type { ByteSource } from '../source.js';

const PREFIX_BYTES = 8;
/** At the end of a file: the length of its footer, then the magic. */
const MAGIC = 'ARROW1';
const END_BYTES = 4 + MAGIC.length;
/** Fields within fields within fields: deeper than any table of numbers. */
const MAX_DEPTH = 16;

/**
 * Whole messages of a stream.
 *
 * @throws Error where a message is damaged.
 */
export async function* checkedStream(source: ByteSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at + PREFIX_BYTES <= source.size; ) {
    const end = await checkMessage(source, at);
    if (end === undefined) return;
    yield await source.read(at, end);
    at = end;
  }
}

/**
 * Checks the footer of a file, and all messages that it refers to.
 *
 * @throws Error where one of them is damaged.
 */
export async function checkFile(source: ByteSource): Promise<void> {
  const end = await source.read(Math.max(0, source.size - END_BYTES), source.size);
  if (new TextDecoder('latin1').decode(end.subarray(-MAGIC.length)) !== MAGIC)
    throw new InputError(
      source.name,
      'damaged or cut short: an Arrow file ends in ARROW1, this one does not',
    );
  const footerBytes = new DataView(end.buffer).getInt32(0, true);
  const start = source.size - END_BYTES - footerBytes;
  if (footerBytes <= 0 || start < 0) throw new Error(`a footer of ${footerBytes} bytes does not fit`);
  const footer = Footer.getRootAsFooter(new ByteBuffer(await source.read(start, start + footerBytes)));
  const budget = { parts: footerBytes / 4 };
  checkSchema(source.name, footer.schema(), budget);
  spend(budget, footer.dictionariesLength() + footer.recordBatchesLength() + footer.customMetadataLength());
  for (let index = 0; index < footer.dictionariesLength(); index++)
    await checkMessage(source, Number(footer.dictionaries(index)?.offset()));
  for (let index = 0; index < footer.recordBatchesLength(); index++)
    await checkMessage(source, Number(footer.recordBatches(index)?.offset()));
}

/** @returns the place behind the message at byte `at`; undefined for the mark at the end of a stream. */
async function checkMessage(source: ByteSource, at: number): Promise<number | undefined> {
  const prefix = await source.read(at, at + PREFIX_BYTES);
  const view = new DataView(prefix.buffer);
  if (view.getUint32(0, true) !== 0xffffffff) throw new Error(`no message begins at byte ${at}`);
  const metadataBytes = view.getInt32(4, true);
  if (metadataBytes === 0) return undefined;
  const bodyStart = at + PREFIX_BYTES + metadataBytes;
  if (metadataBytes < 0 || bodyStart > source.size) throw new Error(`a message at byte ${at} does not fit`);
  const bodyBytes = checkMetadata(source.name, await source.read(at + PREFIX_BYTES, bodyStart));
  if (!(bodyBytes >= 0 && bodyStart + bodyBytes <= source.size))
    throw new Error(`a message's ${bodyBytes} bytes do not fit`);
  return bodyStart + bodyBytes;
}

/** The length of the body; throws where the metadata declares more parts than its bytes can hold. */
function checkMetadata(name: string, bytes: Uint8Array): number {
  const message = Message.getRootAsMessage(new ByteBuffer(bytes));
  const budget = { parts: bytes.length / 4 };
  switch (message.headerType()) {
    case MessageHeader.Schema:
      checkSchema(name, message.header(new Schema()) as Schema | null, budget);
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
  return Number(message.bodyLength());
}

/** Parts that bytes may still have: each takes four at least, an offset or a number. */
interface Budget {
  parts: number;
}

function checkSchema(name: string, schema: Schema | null, budget: Budget): void {
  if (!schema) throw new Error('a schema is not there');
  if (schema.endianness() !== Endianness.Little)
    throw new InputError(
      name,
      'has its numbers in big-endian order; write it on another machine, or as Parquet',
    );
  spend(budget, schema.fieldsLength() + schema.customMetadataLength() + schema.featuresLength());
  for (let index = 0; index < schema.fieldsLength(); index++) checkField(schema.fields(index), budget, 0);
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
