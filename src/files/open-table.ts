/** A source → the reader of its format, loaded when it is needed. */
import { InputError } from '../errors.js';
import { type ColumnName, columnsOf, STAGES } from '../jets/columns.js';
import { unpacked } from './compression/unpack.js';
import { detectFormat, formatOf } from './detect.js';
import { type JetOptions, refuseOptions } from './jet-options.js';
import { type ByteSource, bytesOf } from './source.js';
import type { TableFile } from './table-file.js';

const JET_COLUMNS = STAGES.flatMap(columnsOf);

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
  const format = await detectFormat(source);
  if (format !== 'root') refuseOptions(source.name, options);
  switch (format) {
    case 'parquet': {
      const { openParquet } = await import('./parquet.js');
      return await openParquet(source);
    }
    case 'root': {
      const { openRootTable } = await import('./root/open-root-table.js');
      return await openRootTable(source, options);
    }
    case 'text': {
      const { openCsv } = await import('./csv.js');
      return await openCsv(source.name, () => bytesOf(source));
    }
    case 'gzip':
    case 'zstd': {
      const bytes = () => unpacked(source, format);
      for await (const head of bytes()) {
        if (formatOf(source.name, head.subarray(0, 4096)) === 'text') break;
        throw new InputError(source.name, `holds no text table inside its ${format}; unpack it first`);
      }
      const { openCsv } = await import('./csv.js');
      return await openCsv(source.name, bytes);
    }
    case 'arrow-file':
    case 'arrow-stream': {
      const { openArrow } = await import('./arrow/arrow.js');
      return await openArrow(source, format);
    }
    case 'npy': {
      const { openNpy } = await import('./npy.js');
      return await openNpy(source);
    }
    case 'hdf5': {
      const { openHdf5 } = await import('#hdf5');
      return await openHdf5(source);
    }
  }
}
