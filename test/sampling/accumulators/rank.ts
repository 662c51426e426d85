/** The rank of a true value among samples: how many lie below it, how many equal it. */

/**
 * Counts over `count` values; both are 0 where `gen` is NaN, that is unknown.
 *
 * @param out written to: [below, equal].
 */
export function rankOf(
  out: Uint32Array,
  gen: number,
  values: Float32Array,
  from: number,
  count: number,
): void {
  let below = 0;
  let equal = 0;
  for (let i = from; i < from + count; i++) {
    if (values[i] < gen) below++;
    else if (values[i] === gen) equal++;
  }
  out[0] = below;
  out[1] = equal;
}
