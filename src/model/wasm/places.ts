/** Room in a kernel's memory, and numbers read one after the other. */

const PAGE = 65_536;

/** Numbers one after the other. */
export function createReader<Values extends Uint32Array | Float32Array>(values: Values) {
  let at = 0;
  return {
    one: () => values[at++]!,
    take(count: number): Values {
      at += count;
      return values.subarray(at - count, at) as Values;
    },
  };
}

/**
 * Addresses one after the other, each on a cache line of its own, and what is to be written there.
 *
 * @param first address: the end of what is in use.
 */
export function createPlaces(first = PAGE) {
  let next = first;
  const parts: { readonly at: number; readonly values: Float32Array | Uint32Array }[] = [];
  function room(bytes: number): number {
    const at = next;
    next += Math.ceil(bytes / 64) * 64;
    return at;
  }
  return {
    room,
    array(values: Float32Array): number {
      const at = room(values.byteLength);
      parts.push({ at, values });
      return at;
    },
    words: (at: number, values: ArrayLike<number>) => parts.push({ at, values: Uint32Array.from(values) }),
    floats: (at: number, values: ArrayLike<number>) => parts.push({ at, values: Float32Array.from(values) }),
    write(memory: WebAssembly.Memory): void {
      memory.grow(Math.max(0, Math.ceil((next - memory.buffer.byteLength) / PAGE)));
      for (const { at, values } of parts)
        new Uint8Array(memory.buffer).set(
          new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
          at,
        );
    },
  };
}
