/** The formats in which tables are written, and the encoding of each, loaded when it is needed. Nothing here needs Node. */
import type { TableEncoding, TableMetadata, TableSchema } from './table-encoding.js';

/** Formats in which tables are written. */
export const TABLE_FORMATS = ['parquet', 'arrow', 'csv', 'npy'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

const ENDINGS: Readonly<Record<string, TableFormat>> = {
  '.parquet': 'parquet',
  '.arrow': 'arrow',
  '.feather': 'arrow',
  '.csv': 'csv',
  '.npy': 'npy',
};

/** The format that a file's name says; undefined where its ending says none. */
export function formatOfName(name: string): TableFormat | undefined {
  return ENDINGS[/\.[^./]+$/.exec(name)?.[0].toLowerCase() ?? ''];
}

/** The encoding of a format, by itself: for workers that pack rows and hand them on. */
export async function tableEncoding(
  format: TableFormat,
  schema: TableSchema,
  metadata: TableMetadata,
): Promise<TableEncoding> {
  switch (format) {
    case 'parquet': {
      const [{ parquetEncoding }, { loadZstd }] = await Promise.all([
        import('./write-parquet.js'),
        import('./compression/zstd.js'),
      ]);
      return parquetEncoding(schema, metadata, await loadZstd());
    }
    case 'arrow': {
      const { arrowEncoding } = await import('./write-arrow.js');
      return arrowEncoding(schema, metadata);
    }
    case 'csv': {
      const { csvEncoding } = await import('./write-csv.js');
      return csvEncoding(schema);
    }
    case 'npy': {
      const { npyEncoding } = await import('./npy.js');
      return npyEncoding(schema);
    }
  }
}
