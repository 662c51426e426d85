/**
 * A table into a file: written beside its place and renamed into it when it is complete. What is no file (a pipe, a device)
 * gets it in one piece in the end, since a table's first bytes may be known last.
 */
import { createWriteStream } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { NumericArray } from '../jets/numeric-array.js';
import { checkRoomForZstd } from './address-room.js';
import {
  diskError,
  forgetUnfinished,
  makeAlike,
  outputPlace,
  standardStream,
  unfinishedPath,
} from './durable-file.js';
import type { EncodedRows, PlacedRows, TableEncoding, TableMetadata, TableSchema } from './table-encoding.js';
import { type TableFormat, tableEncoding } from './table-formats.js';

export interface TableWriter {
  readonly encoding: TableEncoding;
  /** Packs rows and appends them. Wait for the promise before the next call: that bounds the memory. */
  write(columns: Readonly<Record<string, NumericArray>>): Promise<void>;
  /** Appends rows that `encoding.encode` packed, here or in another thread. */
  append(encoded: EncodedRows): Promise<void>;
  /** Ends the file and moves it into place. */
  close(): Promise<{ readonly rows: number; readonly bytes: number }>;
  /** Gives up: nothing is left behind. */
  discard(): Promise<void>;
}

/**
 * Opens a table for writing.
 *
 * @param path where the file will be once it is closed.
 * @throws RunError where the disk refuses.
 * @example
 * const writer = await openTableWriter('out.parquet', 'parquet', [{ name: 'pt', type: 'float32', unit: 'GeV' }], {});
 * await writer.write({ pt: Float32Array.of(20, 30) });
 * await writer.close(); // { rows: 2, bytes: … }
 */
export async function openTableWriter(
  path: string,
  format: TableFormat,
  schema: TableSchema,
  metadata: TableMetadata,
): Promise<TableWriter> {
  if (format === 'parquet') checkRoomForZstd(1);
  const encoding = await tableEncoding(format, schema, metadata);
  const guarded = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw diskError(path, error);
    }
  };
  const target = await guarded(async () => outputPlace(path));
  const unfinished = unfinishedPath(target.isFile ? target.path : join(tmpdir(), 'jet-iqn-output'));
  const handle = await guarded(() => open(unfinished, 'wx+', target.like?.mode));
  const discard = async () => {
    await handle.close();
    forgetUnfinished(unfinished);
  };
  const parts: PlacedRows[] = [];
  let rows = 0;
  let offset: number;
  try {
    offset = await guarded(() => writeAll(handle, encoding.head(), 0));
  } catch (error) {
    // Nobody has a writer to discard yet.
    await discard().catch(() => {});
    throw error;
  }
  async function append({ rows: count, note, bytes }: EncodedRows): Promise<void> {
    if (count === 0) return;
    parts.push({ rows: count, note, offset });
    rows += count;
    const place = offset;
    offset += bytes.length;
    await guarded(() => writeAll(handle, bytes, place));
  }
  return {
    encoding,
    append,
    write: (columns) => append(encoding.encode(columns)),
    async close() {
      return await guarded(async () => {
        offset = await writeAll(handle, encoding.tail(parts), offset);
        if (encoding.finalHead) await writeAll(handle, encoding.finalHead(rows), 0);
        if (target.isFile) {
          makeAlike(handle.fd, target);
          await handle.sync();
          await handle.close();
          await rename(unfinished, target.path);
        } else {
          await copyInto(target.path, handle);
          await handle.close();
        }
        forgetUnfinished(unfinished);
        return { rows, bytes: offset };
      });
    },
    discard,
  };
}

/** Writes `bytes` at `position`; returns the position behind them. */
async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
  return position + done;
}

/** Writes an open file into what stands at `path`. */
async function copyInto(path: string, from: FileHandle): Promise<void> {
  const stream = standardStream(path);
  const content = from.createReadStream({ start: 0, autoClose: false });
  await pipeline(content, stream ?? createWriteStream(path), { end: stream === undefined });
}
