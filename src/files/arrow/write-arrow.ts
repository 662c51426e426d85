/**
 * Arrow IPC file out (Feather version 2): one record batch for each piece of rows, not compressed.
 *
 * apache-arrow packs schema and batches as a stream; the file format is that stream between two magic words, with a
 * footer of the batches' positions (Arrow columnar format, "IPC File Format").
 */
import { MetadataVersion } from 'apache-arrow/enum';
import { FileBlock, Footer } from 'apache-arrow/ipc/metadata/file';
import type { TableEncoding, TableMetadata, TableSchema } from '../table-encoding.js';
import { arrowSchema, recordBatch } from './record-batch.js';
import { END_OF_STREAM, schemaMessage, streamOf } from './schema-message.js';

const MAGIC = new TextEncoder().encode('ARROW1');

export function arrowEncoding(schema: TableSchema, metadata: TableMetadata): TableEncoding {
  const ofArrow = arrowSchema(schema, metadata);
  const opening = schemaMessage(ofArrow);
  return {
    schema,
    // The magic is padded to eight bytes, where the stream begins.
    head: () => concat([MAGIC, new Uint8Array(2), opening]),
    encode(columns) {
      const batch = recordBatch(ofArrow, schema, columns);
      const stream = streamOf(ofArrow, [batch]);
      const bytes = stream.slice(opening.length, -END_OF_STREAM.length);
      // A message is the marker, the length of its metadata, the metadata, and the body.
      const metadataBytes = 8 + new DataView(bytes.buffer).getInt32(4, true);
      return {
        rows: batch.numRows,
        bytes,
        note: { metadataBytes, bodyBytes: bytes.length - metadataBytes } satisfies Block,
      };
    },
    tail(parts) {
      const blocks = parts.map(({ note, offset }) => {
        const { metadataBytes, bodyBytes } = note as Block;
        return new FileBlock(metadataBytes, bodyBytes, offset);
      });
      const footer = Footer.encode(new Footer(ofArrow, MetadataVersion.V5, blocks, []));
      const length = new Uint8Array(4);
      new DataView(length.buffer).setInt32(0, footer.length, true);
      return concat([END_OF_STREAM, footer, length, MAGIC]);
    },
  };
}

/** The two lengths of a record batch's message. */
interface Block {
  readonly metadataBytes: number;
  readonly bodyBytes: number;
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
