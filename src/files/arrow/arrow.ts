/**
 * Arrow IPC, file (Feather version 2) and stream, a record batch at a time; bodies may be packed with LZ4 or zstd.
 *
 * The file format is the stream between two magic words, so that both are read from front to back; the footer is read
 * only where the stream lacks its schema.
 */
import {
  type CompressionType,
  compressionRegistry,
  type RecordBatch,
  RecordBatchReader,
  type Schema,
} from 'apache-arrow';
import { decompress as decompressUnsized } from 'fzstd';
import { InputError, JetIqnError } from '../../errors.js';
import { unpackLz4Frame } from '../compression/lz4.js';
import { MAX_ZSTD_RATIO, zstdContentSize } from '../compression/zstd.js';
import type { ByteSource } from '../source.js';
import type { TableBatch, TableFile } from '../table-file.js';
import { columnNumbers, isNumeric } from './column-numbers.js';
import { checkEnd, footerSchemaMessage } from './footer.js';
import { arrowMessages } from './messages.js';

/** The magic padded to eight bytes, behind which a file's stream begins. */
const STREAM_START = 8;
/** The largest buffer that is unpacked [bytes]. */
const MAX_BUFFER_BYTES = 2 ** 29;

/** @throws InputError where it is damaged. */
export async function openArrow(source: ByteSource, kind: 'arrow-file' | 'arrow-stream'): Promise<TableFile> {
  registerCodecs();
  if (kind === 'arrow-file') await checkEnd(source);
  const start = kind === 'arrow-file' ? STREAM_START : 0;
  const lackingSchema = kind === 'arrow-file' ? () => footerSchemaMessage(source) : undefined;
  const open = async () => {
    const reader = await RecordBatchReader.from(arrowMessages(source, start, lackingSchema));
    return await reader.open();
  };
  const schema = await guarded(source.name, 'its schema', async () => {
    const reader = await open();
    // The library ends without a word where no message comes.
    const found: Schema | undefined = reader.schema;
    await reader.cancel();
    if (found === undefined) throw new Error('it has none');
    return found;
  });
  const names = schema.fields.map((field) => field.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new InputError(source.name, `has two columns named "${twice}"; rename one`);
  return {
    columnNames: schema.fields.filter((field) => isNumeric(field.type)).map((field) => field.name),
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

/** Numbers of the codecs in Arrow's format, Message.fbs. */
const LZ4_FRAME = 0 as CompressionType;
const ZSTD = 1 as CompressionType;

function registerCodecs(): void {
  compressionRegistry.set(LZ4_FRAME, { decode: (bytes) => unpackLz4Frame(bytes, MAX_BUFFER_BYTES) });
  compressionRegistry.set(ZSTD, {
    decode(bytes) {
      const size = zstdContentSize(bytes);
      if (size === undefined || size > Math.min(MAX_BUFFER_BYTES, MAX_ZSTD_RATIO * bytes.length))
        throw new Error(`a zstd frame of ${size} bytes`);
      return decompressUnsized(bytes, new Uint8Array(size));
    },
  });
}

async function guarded<T>(name: string, place: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof JetIqnError) throw error;
    const { message } = error as Error;
    throw new InputError(name, `damaged, or of a kind of Arrow that is not read, in ${place}: ${message}`, {
      cause: error,
    });
  }
}
