/** A source → the reader of its format, told by its first bytes and never by its name, and loaded when it is needed. */
import { InputError } from '../errors.js';
import { type ColumnName, columnsOf, STAGES } from '../jets/columns.js';
import { unpacked } from './compression/unpack.js';
import { type ByteSource, bytesOf } from './source.js';
import { type JetOptions, refuseOptions, type TableFile } from './table-file.js';

const JET_COLUMNS = STAGES.flatMap(columnsOf);
/** What is looked at to tell the format [bytes]. */
export const HEAD_BYTES = 4096;

/** @throws InputError where the format is not read or the file damaged. */
export async function openTable(source: ByteSource, options: JetOptions = {}): Promise<TableFile> {
  const table = await openFormat(source, options);
  const { flags = [], notes = [] } = table;
  const columnNames = table.columnNames.filter(
    (name) => !(flags.includes(name) && JET_COLUMNS.includes(name as ColumnName)),
  );
  return Object.assign(table, { columnNames, notes: [...notes, ...partialStages(columnNames)] });
}

/** Stages of which a file has some columns and not all: a name is misspelt, or a column holds no numbers. */
function partialStages(columnNames: readonly string[]): string[] {
  return STAGES.flatMap((stage) => {
    const missing = columnsOf(stage).filter((name) => !columnNames.includes(name));
    return missing.length === 0 || missing.length === columnsOf(stage).length
      ? []
      : `its ${stage} jets lack ${missing.join(', ')} as a column of numbers, and are not read`;
  });
}

async function openFormat(source: ByteSource, options: JetOptions): Promise<TableFile> {
  const { name } = source;
  const format = formatOf(name, await source.read(0, Math.min(source.size, HEAD_BYTES)));
  if (format !== 'root') refuseOptions(name, options);
  switch (format) {
    case 'parquet':
      return await (await import('./parquet.js')).openParquet(source);
    case 'arrow':
      return await (await import('./arrow.js')).openArrow(source);
    case 'hdf5':
      return await (await import('#hdf5')).openHdf5(source);
    case 'root':
      return await (await import('./root/open-root.js')).openRootTable(source, options);
    case 'npy':
      return await (await import('./npy.js')).openNpy(source);
    case 'text':
      return await (await import('./csv.js')).openCsv(name, () => bytesOf(source));
    case 'gzip':
    case 'zstd': {
      const bytes = () => unpacked(source, format);
      for await (const head of bytes()) {
        if (formatOf(name, head.subarray(0, HEAD_BYTES)) === 'text') break;
        throw new InputError(name, `holds no text table inside its ${format}; unpack it first`);
      }
      return await (await import('./csv.js')).openCsv(name, bytes);
    }
  }
}

/** What can be told from the first bytes. `gzip` and `zstd` hold text. */
type Format = 'parquet' | 'arrow' | 'hdf5' | 'root' | 'npy' | 'text' | 'gzip' | 'zstd';

/** Formats by their first bytes, each in latin-1: the documents that define them name these values. */
const MAGIC: readonly (readonly [Format, string])[] = [
  ['parquet', 'PAR1'],
  ['arrow', 'ARROW1'],
  // A stream.
  ['arrow', '\xff\xff\xff\xff'],
  ['hdf5', '\x89HDF\r\n\x1a\n'],
  ['root', 'root'],
  ['npy', '\x93NUMPY'],
  ['gzip', '\x1f\x8b'],
  ['zstd', '\x28\xb5\x2f\xfd'],
];

/** Kinds that are known and not read, and what to do instead. */
const FOREIGN: readonly (readonly [string, string])[] = [
  ['an encrypted Parquet file; write it without encryption', 'PARE'],
  ['a Feather file of version 1; write version 2 with pyarrow.feather.write_feather', 'FEA1'],
  ['a zip archive (or .npz); unpack it first', 'PK\x03\x04'],
  ['xz-compressed; unpack it with `xz -d` first', '\xfd7zXZ'],
  ['bzip2-compressed; unpack it with `bunzip2` first', 'BZh'],
  ['an ORC file; write Parquet instead', 'ORC'],
  ['an Avro file; write Parquet instead', 'Obj\x01'],
  ['a Python pickle; write Parquet instead', '\x80\x04\x95'],
  ['UTF-16 text; write it as UTF-8', '\xff\xfe'],
  ['UTF-16 text; write it as UTF-8', '\xfe\xff'],
];

/** @throws InputError where a file that begins with `head` is of no kind that is read. */
export function formatOf(name: string, head: Uint8Array): Format {
  const start = String.fromCharCode(...head.subarray(0, 8));
  for (const [format, magic] of MAGIC) if (start.startsWith(magic)) return format;
  for (const [kind, magic] of FOREIGN) if (start.startsWith(magic)) throw new InputError(name, `is ${kind}`);
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
