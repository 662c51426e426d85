/**
 * Medians by selection: Hoare's quickselect on a copy, with the middle element as pivot. Exact to float32.
 *
 * C. A. R. Hoare, "Algorithm 65: Find", Communications of the ACM 4 (1961) 321.
 */

/**
 * The median of `count` values: the middle one, or the mean of the two middle ones rounded once to float32. A zero
 * is positive whatever the zeros among the values are.
 *
 * @param scratch at least [count], overwritten.
 */
export function medianOf(values: Float32Array, from: number, count: number, scratch: Float32Array): number {
  const copy = scratch.subarray(0, count);
  copy.set(values.subarray(from, from + count));
  const upperIndex = count >> 1;
  const upper = select(copy, upperIndex);
  if (count % 2 === 1) return upper + 0;
  let lower = copy[0];
  for (let i = 1; i < upperIndex; i++) if (copy[i] > lower) lower = copy[i];
  return Math.fround((lower + upper) * 0.5) + 0;
}

/**
 * The value that stands at `index` (from 0) once the values are in order. Reorders them: nothing before `index` is
 * larger, nothing after it smaller.
 */
export function select(values: Float32Array, index: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >>> 1];
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swapped = values[i];
      values[i++] = values[j];
      values[j--] = swapped;
    }
    if (index <= j) right = j;
    else if (index >= i) left = i;
    else break;
  }
  return values[index];
}
