/**
 * The same as inflate-node.ts in a browser: zlib's streams by its own decompressor; gzip by pako, since the browser's takes
 * a second member for an error.
 */

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

/** gzip of one member or several, piece by piece. */
export async function* gunzipped(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Inflate } = await import('pako');
  let ready: Uint8Array[] = [];
  const openMember = () => Object.assign(new Inflate(), { onData: (chunk: Uint8Array) => ready.push(chunk) });
  let member = openMember();
  for await (const piece of pieces) {
    // It goes on to the next member by itself, unless that begins with a piece.
    if (member.ended) member = openMember();
    member.push(piece);
    if (member.err) throw new Error(member.msg);
    yield* ready;
    ready = [];
  }
  if (!member.ended) throw new Error('unexpected end of file');
}
