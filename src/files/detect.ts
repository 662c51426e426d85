/** A file's format by its first bytes, never by its name. */
import { InputError } from '../errors.js';
import type { ByteSource } from './source.js';

/** What can be told from the first bytes. `gzip` and `zstd` hold one of the others. */
export type Format =
  | 'parquet'
  | 'arrow-file'
  | 'arrow-stream'
  | 'hdf5'
  | 'root'
  | 'npy'
  | 'text'
  | 'gzip'
  | 'zstd';

/** Formats by their first bytes: the documents that define each name these values. */
const MAGIC: readonly (readonly [Format, readonly number[]])[] = [
  ['parquet', ascii('PAR1')],
  ['arrow-file', ascii('ARROW1')],
  ['arrow-stream', [0xff, 0xff, 0xff, 0xff]],
  ['hdf5', [0x89, ...ascii('HDF\r\n'), 0x1a, 0x0a]],
  ['root', ascii('root')],
  ['npy', [0x93, ...ascii('NUMPY')]],
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** Kinds that are known and not read, and what to do instead. */
const FOREIGN: readonly (readonly [string, readonly number[]])[] = [
  ['an encrypted Parquet file; write it without encryption', ascii('PARE')],
  ['a Feather file of version 1; write version 2 with pyarrow.feather.write_feather', ascii('FEA1')],
  ['a zip archive (or .npz); unpack it first', [0x50, 0x4b, 0x03, 0x04]],
  ['xz-compressed; unpack it with `xz -d` first', [0xfd, ...ascii('7zXZ')]],
  ['bzip2-compressed; unpack it with `bunzip2` first', ascii('BZh')],
  ['an ORC file; write Parquet instead', ascii('ORC')],
  ['an Avro file; write Parquet instead', ascii('Obj\u0001')],
  ['a Python pickle; write Parquet instead', [0x80, 0x04, 0x95]],
  ['UTF-16 text; write it as UTF-8', [0xff, 0xfe]],
  ['UTF-16 text; write it as UTF-8', [0xfe, 0xff]],
];

/** @throws InputError where the bytes are of no kind that is read. */
export async function detectFormat(source: ByteSource): Promise<Format> {
  return formatOf(source.name, await source.read(0, Math.min(source.size, 4096)));
}

/** The format of a file that begins with `head` (up to 4096 bytes). */
export function formatOf(name: string, head: Uint8Array): Format {
  for (const [format, magic] of MAGIC) if (startsWith(head, magic)) return format;
  for (const [kind, magic] of FOREIGN) if (startsWith(head, magic)) throw new InputError(name, `is ${kind}`);
  if (head.every(isTextByte)) return 'text';
  throw new InputError(
    name,
    'is of no kind that is read (Parquet, Arrow, HDF5, ROOT, NPY, CSV or TSV, these two also with gzip or zstd)',
  );
}

/** Printable ASCII, tab and line ends, and every byte of a longer UTF-8 character. */
function isTextByte(byte: number): boolean {
  return byte >= 0x20 ? byte !== 0x7f : byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return head.length >= magic.length && magic.every((byte, index) => head[index] === byte);
}

function ascii(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}
