/**
 * Arrow IPC in, file (Feather version 2) and stream, a record batch at a time, by apache-arrow; bodies may be packed with LZ4
 * or zstd. Of a file the footer says where its batches are (Arrow columnar format, "IPC File Format").
 *
 * The library would loop over as many parts as a damaged message declares, so that they are counted before it sees them.
 */
import type { FileHandle } from 'node:fs/promises';
import {
  type Schema as ArrowSchema,
  type CompressionType,
  compressionRegistry,
  type Data,
  DataType,
  Precision,
  type RecordBatch,
  RecordBatchReader,
  Vector,
} from 'apache-arrow';
import { DictionaryBatch } from 'apache-arrow/fb/dictionary-batch';
import { Endianness } from 'apache-arrow/fb/endianness';
import type { Field } from 'apache-arrow/fb/field';
import { Footer } from 'apache-arrow/fb/footer';
import { Message } from 'apache-arrow/fb/message';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { RecordBatch as BatchHeader } from 'apache-arrow/fb/record-batch';
import { Schema } from 'apache-arrow/fb/schema';
import { ByteBuffer } from 'flatbuffers';
import { InputError } from '../errors.js';
import { joined, type NumericArray, toFloat32 } from '../jets/numeric-array.js';
import { unpackLz4Frame } from './compression/lz4.js';
import { unzstd, zstdContentSize } from './compression/zstd.js';
import { type ByteSource, guardedAs } from './source.js';
import { checkUnique, recordStages, type TableFile } from './table-file.js';

const MAGIC = 'ARROW1';
/** At the end of a file: the length of its footer, then the magic. */
const END_BYTES = 4 + MAGIC.length;
/** A marker, and the length of a message's metadata. */
const PREFIX_BYTES = 8;
/** Fields within fields within fields: deeper than any table of numbers. */
const MAX_DEPTH = 16;
/** The largest buffer that is unpacked [bytes]. */
const MAX_BUFFER_BYTES = 2 ** 29;

// By their numbers in Arrow's format, Message.fbs.
compressionRegistry.set(0 as CompressionType, { decode: (bytes) => unpackLz4Frame(bytes, MAX_BUFFER_BYTES) });
compressionRegistry.set(1 as CompressionType, {
  decode(bytes) {
    const size = zstdContentSize(bytes);
    if (size === undefined || size > MAX_BUFFER_BYTES) throw new Error(`a zstd frame of ${size} bytes`);
    return unzstd(bytes, size);
  },
});

const guarded = guardedAs('Arrow');

/** @throws InputError where it is damaged. */
export async function openArrow(source: ByteSource): Promise<TableFile> {
  const isFile = latin1(await source.read(0, Math.min(MAGIC.length, source.size))) === MAGIC;
  const open = async () => {
    const from = isFile
      ? RecordBatchReader.from(fileHandle(source))
      : RecordBatchReader.from(messages(source));
    return await (await from).open();
  };
  const { fields } = await guarded(source.name, 'its schema', async () => {
    if (isFile) await checkFile(source);
    const reader = await open();
    // The library ends without a word where no message comes.
    const found: ArrowSchema | undefined = reader.schema;
    await reader.cancel();
    if (found === undefined) throw new Error('it has none');
    return found;
  });
  const names = fields.map(({ name }) => name);
  checkUnique(source.name, names);
  return {
    columnNames: fields.filter(({ type }) => isNumeric(type)).map(({ name }) => name),
    flags: fields.filter(({ type }) => DataType.isBool(type)).map(({ name }) => name),
    notes: recordStages(fields.filter(({ type }) => DataType.isStruct(type)).map(({ name }) => name)),
    rows: undefined,
    dropped: {},
    async *batches(columns) {
      const reader = await guarded(source.name, 'its schema', open);
      const iterator = reader[Symbol.asyncIterator]() as AsyncIterator<RecordBatch>;
      for (let index = 0; ; index++) {
        const place = `record batch ${index}`;
        const batch = await guarded(source.name, place, async () => {
          const { value, done } = await iterator.next();
          if (done) return undefined;
          const numbers = columns.map((column) => {
            const data = value.getChildAt(names.indexOf(column))?.data[0];
            return [
              column,
              columnNumbers(source.name, data, value.numRows, `column "${column}" of ${place}`),
            ];
          });
          return { rows: value.numRows, columns: Object.fromEntries(numbers) };
        });
        if (batch === undefined) return;
        if (batch.rows > 0) yield batch;
      }
    },
  };
}

/** The messages of a stream. @throws Error where one is damaged. */
async function* messages(source: ByteSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at + PREFIX_BYTES <= source.size; ) {
    const end = await checkMessage(source, at);
    if (end === undefined) return;
    yield await source.read(at, end);
    at = end;
  }
}

/** As much of Node's file handle as the library asks for: it then reads what the footer names, and no more. */
function fileHandle({ size, read }: ByteSource): FileHandle {
  const handle = {
    fd: 0,
    stat: async () => ({ size }),
    async read(buffer: Uint8Array, offset: number, length: number, position: number) {
      buffer.set(await read(position, position + length), offset);
      return { bytesRead: length, buffer };
    },
    close: async () => {},
  };
  return handle as unknown as FileHandle;
}

/** The footer, and all messages that it refers to. @throws Error where one is damaged. */
async function checkFile(source: ByteSource): Promise<void> {
  const { name, size } = source;
  const tail = await source.read(Math.max(0, size - END_BYTES), size);
  if (!latin1(tail).endsWith(MAGIC))
    throw new InputError(name, 'damaged or cut short: an Arrow file ends in ARROW1, this one does not');
  const footerBytes = new DataView(tail.buffer).getInt32(0, true);
  const start = size - END_BYTES - footerBytes;
  if (footerBytes <= 0 || start < 0) throw new Error(`a footer of ${footerBytes} bytes does not fit`);
  const footer = Footer.getRootAsFooter(new ByteBuffer(await source.read(start, start + footerBytes)));
  const { spend, checkSchema } = partsOf(name, footerBytes);
  checkSchema(footer.schema());
  spend(footer.dictionariesLength() + footer.recordBatchesLength() + footer.customMetadataLength());
  for (let i = 0; i < footer.dictionariesLength(); i++)
    await checkMessage(source, Number(footer.dictionaries(i)?.offset()));
  for (let i = 0; i < footer.recordBatchesLength(); i++)
    await checkMessage(source, Number(footer.recordBatches(i)?.offset()));
}

const latin1 = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);

/**
 * A message is a marker of four bytes, the length of its metadata, the metadata (flatbuffers), and a body whose length the
 * metadata gives.
 *
 * @returns the place behind the message at byte `at`; undefined for the mark at the end of a stream.
 */
async function checkMessage(source: ByteSource, at: number): Promise<number | undefined> {
  const prefix = new DataView((await source.read(at, at + PREFIX_BYTES)).buffer);
  if (prefix.getUint32(0, true) !== 0xffffffff) throw new Error(`no message begins at byte ${at}`);
  const metadataBytes = prefix.getInt32(4, true);
  if (metadataBytes === 0) return undefined;
  const bodyStart = at + PREFIX_BYTES + metadataBytes;
  if (metadataBytes < 0 || bodyStart > source.size) throw new Error(`a message at byte ${at} does not fit`);
  const metadata = new ByteBuffer(await source.read(at + PREFIX_BYTES, bodyStart));
  const message = Message.getRootAsMessage(metadata);
  const { checkSchema, checkBatch } = partsOf(source.name, metadataBytes);
  const type = message.headerType();
  if (type === MessageHeader.Schema) checkSchema(message.header(new Schema()) as Schema | null);
  else if (type === MessageHeader.RecordBatch)
    checkBatch(message.header(new BatchHeader()) as BatchHeader | null);
  else if (type === MessageHeader.DictionaryBatch)
    checkBatch((message.header(new DictionaryBatch()) as DictionaryBatch | null)?.data() ?? null);
  else throw new Error(`a message of unknown kind ${type}`);
  const end = bodyStart + Number(message.bodyLength());
  if (!(end >= bodyStart && end <= source.size)) throw new Error(`a message's body does not fit`);
  return end;
}

/** Counts the parts that `bytes` of metadata declare: each takes four bytes at least, an offset or a number. */
function partsOf(name: string, bytes: number) {
  let room = bytes / 4;
  const spend = (parts: number) => {
    room -= parts;
    if (!(parts >= 0 && room >= 0))
      throw new Error(`a message declares ${parts} parts, more than it can hold`);
  };
  const checkField = (field: Field | null, depth: number) => {
    if (!field || depth > MAX_DEPTH) throw new Error('a field is not there');
    spend(1 + field.childrenLength() + field.customMetadataLength());
    for (let i = 0; i < field.childrenLength(); i++) checkField(field.children(i), depth + 1);
  };
  return {
    spend,
    checkSchema(schema: Schema | null) {
      if (!schema) throw new Error('a schema is not there');
      if (schema.endianness() !== Endianness.Little)
        throw new InputError(
          name,
          'has its numbers in big-endian order; write it on another machine, or as Parquet',
        );
      spend(schema.fieldsLength() + schema.customMetadataLength() + schema.featuresLength());
      for (let i = 0; i < schema.fieldsLength(); i++) checkField(schema.fields(i), 0);
    },
    checkBatch(batch: BatchHeader | null) {
      if (!batch) throw new Error('a record batch is not there');
      spend(batch.nodesLength() + batch.buffersLength() + batch.variadicBufferCountsLength());
    },
  };
}

/** As much of an Arrow table as is read: the `Table` of any version of apache-arrow has it. */
export interface ArrowTable {
  /** Number of rows. */
  readonly numRows: number;
  /**
   * A column.
   *
   * @param name of it.
   * @returns null where there is none of that name.
   */
  getChild(name: string): ArrowColumn | null;
}

/** A column of an {@link ArrowTable}. */
export interface ArrowColumn {
  /** Its pieces, one a record batch. */
  readonly data: readonly unknown[];
}

/** What errors call a table that came from no file. */
export const NAME = 'the Arrow table';

/**
 * A column as float32, copied.
 *
 * @throws InputError where the column or one of its values is missing, or it holds no numbers.
 */
export function floatColumn(table: ArrowTable, name: string): Float32Array {
  return joined(columnPieces(table, name).map(toFloat32));
}

/** The numbers of a column in the types that its pieces have. @throws InputError as {@link floatColumn} does. */
export function columnPieces(table: ArrowTable, name: string): NumericArray[] {
  const pieces = table.getChild(name)?.data as readonly Data[] | undefined;
  if (pieces === undefined) throw new InputError(NAME, `has no column "${name}"`);
  return pieces.map((piece, index) => {
    if (!isNumeric(piece.type))
      throw new InputError(NAME, `column "${name}" holds ${piece.type}, not numbers`);
    return columnNumbers(NAME, piece, piece.length, `column "${name}" of record batch ${index}`);
  });
}

/** Whether columns of this type can be read; of a dictionary its values, as doubles. */
function isNumeric(type: DataType): boolean {
  if (DataType.isDictionary(type))
    return (
      DataType.isFloat(type.dictionary) || (DataType.isInt(type.dictionary) && type.dictionary.bitWidth < 64)
    );
  return DataType.isInt(type) || DataType.isFloat(type) || DataType.isBool(type);
}

/**
 * The numbers of one piece of a column. A missing one is NaN, as pandas writes NaN; a column of whole numbers that lacks some
 * becomes one of doubles.
 *
 * @throws InputError where a value of 64 bits is missing, which a double may round; Error where the piece is damaged.
 */
function columnNumbers(name: string, data: Data | undefined, rows: number, place: string): NumericArray {
  const stored = data?.values as NumericArray | undefined;
  if (data === undefined || stored === undefined || data.length !== rows)
    throw new Error(`${place} is not there`);
  const { type } = data;
  const needed = DataType.isBool(type) ? Math.ceil(rows / 8) : rows;
  if (stored.length < needed) throw new Error(`${place} has ${stored.length} of ${needed} values`);
  const isWhole = data.nullCount <= 0;
  const isDouble = DataType.isFloat(type) && type.precision === Precision.DOUBLE;
  const isPlain = DataType.isInt(type) || (DataType.isFloat(type) && type.precision !== Precision.HALF);
  if (isPlain && isWhole) return stored.subarray(0, rows);
  const vector = new Vector([data]);
  const numberAt = (_: unknown, row: number) => {
    const value: unknown = vector.get(row);
    if (value !== null) return Number(value);
    if (DataType.isInt(type) && type.bitWidth === 64)
      throw new InputError(name, `has no number in ${place}, ${row} rows into it (missing); drop such rows`);
    return Number.NaN;
  };
  const values = Float64Array.from({ length: rows }, numberAt);
  if (DataType.isBool(type) && isWhole) return Uint8Array.from(values);
  return DataType.isFloat(type) && !isDouble ? Float32Array.from(values) : values;
}
