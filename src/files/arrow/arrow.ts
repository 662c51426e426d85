/**
 * Arrow IPC, file (Feather version 2) and stream, a record batch at a time, by apache-arrow; bodies may be packed with LZ4 or
 * zstd. Of a file the footer says where its batches are.
 */
import type { FileHandle } from 'node:fs/promises';
import {
  type CompressionType,
  compressionRegistry,
  DataType,
  type RecordBatch,
  RecordBatchReader,
  type Schema,
} from 'apache-arrow';
import { unpackLz4Frame } from '../compression/lz4.js';
import { unzstd, zstdContentSize } from '../compression/zstd.js';
import { type ByteSource, guardedAs } from '../source.js';
import { checkUnique, type TableBatch, type TableFile } from '../table-file.js';
import { columnNumbers, isNumeric } from './arrow-table.js';
import { checkedStream, checkFile } from './messages.js';

/** The largest buffer that is unpacked [bytes]. */
const MAX_BUFFER_BYTES = 2 ** 29;

const guarded = guardedAs('Arrow');

/** @throws InputError where it is damaged. */
export async function openArrow(source: ByteSource, kind: 'arrow-file' | 'arrow-stream'): Promise<TableFile> {
  registerCodecs();
  const open = async () => {
    const reader = await (kind === 'arrow-file'
      ? RecordBatchReader.from(fileHandle(source))
      : RecordBatchReader.from(checkedStream(source)));
    return await reader.open();
  };
  const schema = await guarded(source.name, 'its schema', async () => {
    if (kind === 'arrow-file') await checkFile(source);
    const reader = await open();
    // The library ends without a word where no message comes.
    const found: Schema | undefined = reader.schema;
    await reader.cancel();
    if (found === undefined) throw new Error('it has none');
    return found;
  });
  const names = schema.fields.map((field) => field.name);
  checkUnique(source.name, names);
  return {
    columnNames: schema.fields.filter((field) => isNumeric(field.type)).map((field) => field.name),
    flags: schema.fields.filter(({ type }) => DataType.isBool(type)).map(({ name }) => name),
    rows: undefined,
    dropped: {},
    async *batches(columns) {
      const reader = await guarded(source.name, 'its schema', open);
      const iterator = reader[Symbol.asyncIterator]() as AsyncIterator<RecordBatch>;
      for (let index = 0; ; index++) {
        const place = `record batch ${index}`;
        const batch = await guarded(source.name, place, async () => {
          const { value, done } = await iterator.next();
          return done ? undefined : batchOf(source.name, value, names, columns, place);
        });
        if (batch === undefined) return;
        if (batch.rows > 0) yield batch;
      }
    },
  };
}

function batchOf(
  name: string,
  batch: RecordBatch,
  names: readonly string[],
  columns: readonly string[],
  place: string,
): TableBatch {
  const rows = batch.numRows;
  return {
    rows,
    columns: Object.fromEntries(
      columns.map((column) => {
        const data = batch.getChildAt(names.indexOf(column))?.data[0];
        return [column, columnNumbers(name, data, rows, `column "${column}" of ${place}`)];
      }),
    ),
  };
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

/** Numbers of the codecs in Arrow's format, Message.fbs. */
const LZ4_FRAME = 0 as CompressionType;
const ZSTD = 1 as CompressionType;

function registerCodecs(): void {
  compressionRegistry.set(LZ4_FRAME, { decode: (bytes) => unpackLz4Frame(bytes, MAX_BUFFER_BYTES) });
  compressionRegistry.set(ZSTD, {
    decode(bytes) {
      const size = zstdContentSize(bytes);
      if (size === undefined || size > MAX_BUFFER_BYTES) throw new Error(`a zstd frame of ${size} bytes`);
      return unzstd(bytes, size);
    },
  });
}
