/** The end of an Arrow file: magic, length, and a footer that repeats the schema. */
import { Footer as FooterTable } from 'apache-arrow/fb/footer';
import { Footer } from 'apache-arrow/ipc/metadata/file';
import { ByteBuffer } from 'flatbuffers';
import { InputError } from '../../errors.js';
import type { ByteSource } from '../source.js';
import { checkSchema } from './messages.js';
import { schemaMessage } from './schema-message.js';

const MAGIC = 'ARROW1';
/** Length of the footer, then the magic. */
const END_BYTES = 4 + MAGIC.length;

/** A file that was cut short lacks the magic at its end. */
export async function checkEnd(source: ByteSource): Promise<void> {
  const end = await source.read(Math.max(0, source.size - MAGIC.length), source.size);
  if (new TextDecoder('latin1').decode(end) !== MAGIC) {
    throw new InputError(
      source.name,
      'damaged or cut short: an Arrow file ends in ARROW1, this one does not',
    );
  }
}

/**
 * The schema as a message: Arrow's JavaScript library writes files that have it in the footer alone.
 *
 * @throws Error where the footer is damaged.
 */
export async function footerSchemaMessage(source: ByteSource): Promise<Uint8Array> {
  const end = await source.read(source.size - END_BYTES, source.size);
  const footerBytes = new DataView(end.buffer).getInt32(0, true);
  const start = source.size - END_BYTES - footerBytes;
  if (footerBytes <= 0 || start < 0) throw new Error(`a footer of ${footerBytes} bytes does not fit`);
  const bytes = await source.read(start, start + footerBytes);
  checkSchema(FooterTable.getRootAsFooter(new ByteBuffer(bytes)).schema(), bytes.length);
  return schemaMessage(Footer.decode(bytes).schema);
}
