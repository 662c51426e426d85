/**
 * LZ4 unpacked: a block (lz4_Block_format.md), and the frame around blocks (lz4_Frame_format.md), which Arrow files use
 * and which no kept package for JavaScript unpacks. Lengths and distances are checked: input may be damaged.
 */

const FRAME_MAGIC = 0x184d2204;

/**
 * Unpacks one block to `out` from `at` on; matches may reach back to what stands before.
 *
 * @returns the position behind the last byte written.
 * @throws Error where the block is damaged or `out` too small.
 */
export function unpackLz4Block(block: Uint8Array, out: Uint8Array, at: number): number {
  let from = 0;
  let to = at;
  /** A length of four bits, and where these are all 1 of the bytes behind them, up to the first that is not 255. */
  const lengthFrom = (bits: number) => {
    let length = bits;
    for (let more = bits === 15 ? 255 : 0; more === 255 && from < block.length; )
      length += more = block[from++];
    return length;
  };
  while (from < block.length) {
    const token = block[from++];
    const literals = lengthFrom(token >> 4);
    if (from + literals > block.length || to + literals > out.length)
      throw new Error('LZ4 literals do not fit');
    out.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === block.length) return to;
    if (from + 2 > block.length) throw new Error('LZ4 block cut short');
    const distance = block[from] | (block[from + 1] << 8);
    from += 2;
    const length = lengthFrom(token & 15) + 4;
    if (distance === 0 || distance > to || to + length > out.length)
      throw new Error('LZ4 match does not fit');
    if (distance >= length) out.copyWithin(to, to - distance, to - distance + length);
    else for (let index = 0; index < length; index++) out[to + index] = out[to + index - distance];
    to += length;
  }
  return to;
}

/**
 * Unpacks a frame.
 *
 * @param maxBytes more than that is refused.
 * @throws Error where the frame is damaged.
 */
export function unpackLz4Frame(frame: Uint8Array, maxBytes: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== FRAME_MAGIC) throw new Error('not an LZ4 frame');
  const flags = view.getUint8(4);
  const blockChecksum = (flags & 0x10) !== 0 ? 4 : 0;
  const hasSize = (flags & 0x08) !== 0;
  // Magic, flags, block size, [content size], [dictionary], checksum of the header.
  let at = 6 + (hasSize ? 8 : 0) + (flags & 0x01 ? 4 : 0) + 1;
  const declared = hasSize ? Number(view.getBigUint64(6, true)) : undefined;
  // Each packed byte makes at most 255 bytes.
  if ((declared ?? 0) > Math.min(maxBytes, 255 * frame.length)) {
    throw new Error(`an LZ4 frame of ${frame.length} bytes declares ${declared}`);
  }
  let out = new Uint8Array(declared ?? Math.min(maxBytes, 4 * frame.length));
  let length = 0;
  for (;;) {
    const header = view.getUint32(at, true);
    at += 4;
    if (header === 0) break;
    const blockBytes = header & 0x7fffffff;
    if (at + blockBytes > frame.length) throw new Error('LZ4 frame cut short');
    const block = frame.subarray(at, at + blockBytes);
    at += blockBytes + blockChecksum;
    if (declared === undefined) out = withRoom(out, length + MAX_BLOCK_BYTES, maxBytes);
    if (header >>> 31) {
      if (length + blockBytes > out.length) throw new Error('LZ4 block does not fit');
      out.set(block, length);
      length += blockBytes;
    } else length = unpackLz4Block(block, out, length);
  }
  if (declared !== undefined && declared !== length)
    throw new Error(`LZ4 frame of ${length} of ${declared} bytes`);
  return out.subarray(0, length);
}

/** The largest block of a frame, unpacked. */
const MAX_BLOCK_BYTES = 1 << 22;

function withRoom(out: Uint8Array<ArrayBuffer>, needed: number, maxBytes: number): Uint8Array<ArrayBuffer> {
  if (needed <= out.length) return out;
  const longer = new Uint8Array(Math.min(Math.max(needed, 2 * out.length), maxBytes + MAX_BLOCK_BYTES));
  longer.set(out);
  return longer;
}
