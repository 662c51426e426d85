/**
 * Four floats at a time: multiply-adds, and exp and log of our own, so that no other program's rounding is in the bits.
 *
 * With fused multiply-adds the same operations in the same order as kernel/elementary.hpp: polynomials of Cephes (S. L. Moshier, expf.c and logf.c,
 * public domain), the highest power first. With relaxed SIMD a multiply-add is one operation, fused where the processor
 * can; without, a product and then a sum, rounded twice, the same bits on every machine.
 */
const VECTOR: usize = 16;

export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** The second where one is no number, as the vectors of x86 have it. */
export function greater(a: v128, b: v128): v128 {
  return f32x4.pmax(b, a);
}
export function lesser(a: v128, b: v128): v128 {
  return f32x4.pmin(b, a);
}

/** Whether a b + c is rounded once: of the arguments 1 + 2^-12, 1 + 2^-12, -(1 + 2^-11) it is 2^-24, else 0. */
export function multiplyAdd(a: f32, b: f32, c: f32): f32 {
  return f32x4.extract_lane(fma(f32x4.splat(a), f32x4.splat(b), f32x4.splat(c)), 0);
}

/** Below 2 ulp of the true value where the result is a normal number; 0 and infinity beyond float's range. */
export function exponential(value: v128): v128 {
  const x = lesser(f32x4.splat(89), greater(f32x4.splat(-104), value));
  // Adding 1.5 * 2^23 rounds to the nearest integer, which then stands in the low bits.
  const shift = f32x4.splat(12582912);
  const shifted = fma(x, f32x4.splat(<f32>1.4426950408889634), shift);
  const n = f32x4.sub(shifted, shift);
  // n log 2 in two parts. Where the product is rounded apart, the first has so few digits that it is exact.
  const high = ASC_FEATURE_RELAXED_SIMD ? <f32>-0.6931471824645996 : <f32>-0.693359375;
  const rest = ASC_FEATURE_RELAXED_SIMD ? <f32>1.904654323148236e-9 : <f32>2.1219444e-4;
  const r = fma(n, f32x4.splat(rest), fma(n, f32x4.splat(high), x));
  let p = f32x4.splat(<f32>1.98756915e-4);
  p = fma(p, r, f32x4.splat(<f32>1.3981999507e-3));
  p = fma(p, r, f32x4.splat(<f32>8.3334519073e-3));
  p = fma(p, r, f32x4.splat(<f32>4.1665795894e-2));
  p = fma(p, r, f32x4.splat(<f32>1.6666665459e-1));
  p = fma(p, r, f32x4.splat(<f32>5.0000001201e-1));
  p = f32x4.add(fma(p, f32x4.mul(r, r), r), f32x4.splat(1));
  const power = i32x4.sub(shifted, shift);
  const half = i32x4.shr_s(power, 1);
  const one = i32x4.splat(127);
  const first = i32x4.shl(i32x4.add(half, one), 23);
  const second = i32x4.shl(i32x4.add(i32x4.sub(power, half), one), 23);
  return f32x4.mul(f32x4.mul(p, first), second);
}

/** Below 2 ulp of the true value for normal x > 0; smaller x counts as the least normal number. */
export function logarithm(value: v128): v128 {
  const x = greater(f32x4.splat(<f32>1.17549435e-38), value);
  // x = 2^e m, m in [sqrt(1/2), sqrt(2)).
  const root = i32x4.splat(0x3f3504f3);
  const distance = i32x4.sub(x, root);
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(distance, 23));
  const m = i32x4.add(v128.and(distance, i32x4.splat(0x007fffff)), root);
  const f = f32x4.sub(m, f32x4.splat(1));
  const z = f32x4.mul(f, f);
  let p = f32x4.splat(<f32>7.0376836292e-2);
  p = fma(p, f, f32x4.splat(<f32>-1.151461031e-1));
  p = fma(p, f, f32x4.splat(<f32>1.167699874e-1));
  p = fma(p, f, f32x4.splat(<f32>-1.2420140846e-1));
  p = fma(p, f, f32x4.splat(<f32>1.4249322787e-1));
  p = fma(p, f, f32x4.splat(<f32>-1.6668057665e-1));
  p = fma(p, f, f32x4.splat(<f32>2.0000714765e-1));
  p = fma(p, f, f32x4.splat(<f32>-2.4999993993e-1));
  p = fma(p, f, f32x4.splat(<f32>3.3333331174e-1));
  let y = f32x4.mul(f32x4.mul(p, f), z);
  y = fma(e, f32x4.splat(<f32>-2.1219444e-4), y);
  y = fma(f32x4.splat(-0.5), z, y);
  return fma(e, f32x4.splat(<f32>0.693359375), f32x4.add(f, y));
}

/** exp and log of `count` values, a multiple of four, for tests. */
export function exponentials(from: usize, to: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count * 4; i += VECTOR)
    v128.store(to + i, exponential(v128.load(from + i)));
}
export function logarithms(from: usize, to: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count * 4; i += VECTOR)
    v128.store(to + i, logarithm(v128.load(from + i)));
}
