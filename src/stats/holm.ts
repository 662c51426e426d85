/**
 * Holm's correction: p-values of several tests, adjusted so that rejecting where the adjusted one is at or below
 * alpha errs with probability alpha at most over all of them, however they depend on each other.
 *
 *     adjusted_(i) = max over j ≤ i of min(1, (n - j) p_(j)),   j = 0 … n-1 in ascending order
 *
 * Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Stat. 6 (1979) 65.
 */

/**
 * @param pValues in any order.
 * @returns adjusted p-values, in the order of `pValues`.
 * @example holm([0.01, 0.04, 0.03]) // [0.03, 0.06, 0.06]
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[index]));
    adjusted[index] = largest;
  });
  return adjusted;
}
