/**
 * Ranges of bytes that lie close together, in one read: the columns of a row group follow each other, and a read of its own
 * for each costs more than the copying.
 */
import type { ByteSource } from '../source.js';

/** Bytes [start, end) of a file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Spans {
  /** One of the spans; read on its own where it does not lie near the others. */
  read(span: Span): Promise<Uint8Array<ArrayBuffer>>;
}

/** More is not read ahead [bytes]. */
const MOST_BYTES = 2 ** 25;

/** Begins to read `spans`, if more than half of what lies between the first and the last is wanted. */
export function openSpans(source: ByteSource, spans: readonly Span[]): Spans {
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  const wanted = spans.reduce((sum, span) => sum + span.end - span.start, 0);
  const close = end - start <= Math.min(MOST_BYTES, 2 * wanted);
  // Of what is out of range each span's own read tells.
  if (!close || start < 0 || end > source.size) return { read: (span) => source.read(span.start, span.end) };
  const joint = source.read(start, end);
  // Whoever stops before never asks for it.
  joint.catch(() => {});
  return {
    async read(span) {
      if (!(span.start >= start && span.start <= span.end)) return await source.read(span.start, span.end);
      return (await joint).subarray(span.start - start, span.end - start);
    },
  };
}
