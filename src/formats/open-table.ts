/** A source → the reader of its format, loaded when it is needed. */
import { InputError } from '../errors.js';
import { detectFormat, formatOf } from './detect.js';
import { type ByteSource, bytesOf } from './source.js';
import type { TableFile } from './table-file.js';
import { unpacked } from './unpack.js';

/** @throws InputError where the format is not read or the file damaged. */
export async function openTable(source: ByteSource): Promise<TableFile> {
  const format = await detectFormat(source);
  switch (format) {
    case 'parquet': {
      const [{ openParquet }, { loadZstd }] = await Promise.all([
        import('./parquet.js'),
        import('./zstd.js'),
      ]);
      const zstd = await loadZstd();
      return await openParquet(source, { ZSTD: zstd.decompress });
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
    default:
      throw new InputError(source.name, `is ${format}, which is not read yet`);
  }
}
