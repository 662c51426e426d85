/** zlib's streams by the browser's own decompressor; the same as inflate-node.ts. */

/**
 * @param raw without zlib's header and checksum.
 * @param size bytes at most.
 * @throws Error where the stream is damaged or longer.
 */
export async function inflate(packed: Uint8Array, raw: boolean, size: number): Promise<Uint8Array> {
  const stream = new DecompressionStream(raw ? 'deflate-raw' : 'deflate');
  const writer = stream.writable.getWriter();
  // Its failures are those of the reading side.
  writer.write(packed as Uint8Array<ArrayBuffer>).catch(() => {});
  writer.close().catch(() => {});
  const out = new Uint8Array(size);
  let at = 0;
  const reader = stream.readable.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return out.subarray(0, at);
    if (at + value.length > size) {
      await reader.cancel();
      throw new Error(`it unpacks to more than ${size} bytes`);
    }
    out.set(value, at);
    at += value.length;
  }
}
