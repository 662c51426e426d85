/** The rank of the truth in a row of samples; mean and spread, from which the median is looked for, in the same pass. */
import { sumFloats, sumLanes } from './lanes.as';

const PI: f32 = <f32>Math.PI;
const TWO_PI: f32 = <f32>(2 * Math.PI);
const INFINITY: f32 = f32.POSITIVE_INFINITY;

export function wrapped(d: f32): f32 {
  if (d > PI) return d - TWO_PI;
  return d <= -PI ? d + TWO_PI : d;
}

/** Of the row last summarised: how many values lie below and equal the truth, their mean and spread. */
export let below: i32 = 0;
export let equal: i32 = 0;
export let mean: f32 = 0;
export let spread: f32 = 0;

/**
 * Copies a row to `row`, as differences to `origin` on the circle where `relative`, fills it up with infinity, and
 * counts, sums and looks for NaN on the way. Returns whether there is none.
 */
export function summarise(
  values: usize,
  count: i32,
  row: usize,
  truth: f32,
  origin: f32,
  relative: bool,
): bool {
  const truths = f32x4.splat(truth);
  const origins = f32x4.splat(origin);
  let belows = i32x4.splat(0);
  let equals = i32x4.splat(0);
  let sums = f32x4.splat(0);
  let squares = f32x4.splat(0);
  // Spreads are taken from the first value on: squares of phi's or pt's offset would swallow them.
  const start: f32 = relative ? wrapped(load<f32>(values) - origin) : load<f32>(values);
  const starts = f32x4.splat(start);
  const whole: i32 = count & ~3;
  let s: i32 = 0;
  for (; s < whole; s += 4) {
    const at: usize = (<usize>s) << 2;
    let v = v128.load(values + at);
    if (relative) {
      v = f32x4.sub(v, origins);
      const high = f32x4.gt(v, f32x4.splat(PI));
      const low = f32x4.le(v, f32x4.splat(-PI));
      const turn = v128.or(v128.and(high, f32x4.splat(-TWO_PI)), v128.and(low, f32x4.splat(TWO_PI)));
      // Adding zero would turn -0 into 0, which no comparison sees; the median's zero is positive anyway.
      v = f32x4.add(v, turn);
    }
    v128.store(row + at, v);
    belows = i32x4.sub(belows, f32x4.lt(v, truths));
    equals = i32x4.sub(equals, f32x4.eq(v, truths));
    const d = f32x4.sub(v, starts);
    sums = f32x4.add(sums, d);
    squares = f32x4.add(squares, f32x4.mul(d, d));
  }
  below = sumLanes(belows);
  equal = sumLanes(equals);
  let sum: f32 = sumFloats(sums);
  let square: f32 = sumFloats(squares);
  for (; s < count; s++) {
    const at: usize = (<usize>s) << 2;
    let v = load<f32>(values + at);
    if (relative) v = wrapped(v - origin);
    store<f32>(row + at, v);
    below += i32(v < truth);
    equal += i32(v === truth);
    const d = v - start;
    sum += d;
    square += d * d;
  }
  for (; s & 15; s++) store<f32>(row + ((<usize>s) << 2), INFINITY);
  const n: f32 = <f32>count;
  mean = start + sum / n;
  spread = sqrt<f32>(max<f32>(square / n - (sum / n) * (sum / n), 0));
  // Infinities of both signs have no sum either.
  return sum <= INFINITY || !hasNaN(values, count);
}

function hasNaN(values: usize, count: i32): bool {
  for (let s: i32 = 0; s < count; s++) if (!(load<f32>(values + ((<usize>s) << 2)) <= INFINITY)) return true;
  return false;
}
