/** The exact median of a row, by counting what lies below a limit: no order is made and nothing is moved. */
import { greatest, smallest, sumLanes } from './lanes.as';

const INFINITY: f32 = f32.POSITIVE_INFINITY;

/** Passes that interpolate before plain bisection takes over. */
const INTERPOLATIONS: i32 = 16;
/** At this pass and the next one values are looked for anyhow: it may be that many are equal. */
const SNAP: i32 = 6;
/** So close to the wanted rank the next value is looked for by itself. */
const NEAR: i32 = 2;

/**
 * The median of a row, exact: looks for a limit with half of the values below, by counting, at limits interpolated
 * between those already counted; then the values on both sides of it are the middle ones. Where the middle ones are
 * equal there is no such limit, and the search ends at their value.
 *
 * @param row `count` values, filled up with infinity to a multiple of 16.
 * @param mean, spread, skew: where the search begins, mean + skew · spread; its end does not depend on them.
 */
export function medianOf(row: usize, count: i32, mean: f32, spread: f32, skew: f32): f32 {
  const end: usize = row + ((<usize>((count + 15) & ~15)) << 2);
  const half: i32 = count >> 1;
  let low: f32 = -INFINITY;
  let lowCount: i32 = 0;
  let high: f32 = INFINITY;
  let highCount: i32 = count;
  let limit: f32 = mean + skew * spread;
  /** The one value between the last limit and the one before it; only then. */
  let between: f32 = 0;
  let stepped: bool = false;
  if (spread === 0 && isUniform(row, count)) return load<f32>(row) + 0;
  if (!(abs(limit) < INFINITY)) limit = 0;
  for (let pass: i32 = 0; ; pass++) {
    const c = countBelow(row, end, limit);
    if (c === half) break;
    if (c < half) {
      // Stepped down over equal values: the wanted one is among them.
      if (stepped && limit === between) return between + 0;
      low = limit;
      lowCount = c;
    } else {
      if (stepped && limit !== between) return between + 0;
      high = limit;
      highCount = c;
    }
    stepped = false;
    if (half - lowCount <= NEAR || pass === SNAP || pass > INTERPOLATIONS + 40) {
      between = leastFrom(row, end, low);
      if (between === INFINITY) return between;
      limit = nextUp(between);
      stepped = true;
    } else if (high < INFINITY && (highCount - half <= NEAR || pass === SNAP + 1)) {
      between = mostBelow(row, end, high);
      limit = between;
      stepped = true;
    } else {
      if (low > -INFINITY && high < INFINITY)
        limit = low + ((high - low) * (<f32>(half - lowCount) - 0.5)) / <f32>(highCount - lowCount);
      else limit += (<f32>(half - c) / <f32>count) * 2.6 * spread;
      if (pass >= INTERPOLATIONS || !(limit > low && limit < high))
        limit = floatOf(<i32>((<i64>keyOf(low) + <i64>keyOf(high)) >> 1));
    }
  }
  if (count & 1) return leastFrom(row, end, limit) + 0;
  return meanAround(row, end, limit) + 0;
}

/** The mean of the largest value below `limit` and the least one at or above it. */
function meanAround(row: usize, end: usize, limit: f32): f32 {
  const limits = f32x4.splat(limit);
  let lower = f32x4.splat(-INFINITY);
  let upper = f32x4.splat(INFINITY);
  const least = lower;
  const most = upper;
  for (let at = row; at < end; at += 32) {
    const v = v128.load(at);
    const below = f32x4.lt(v, limits);
    lower = f32x4.pmax(lower, v128.bitselect(v, least, below));
    upper = f32x4.pmin(upper, v128.bitselect(most, v, below));
    const w = v128.load(at, 16);
    const alsoBelow = f32x4.lt(w, limits);
    lower = f32x4.pmax(lower, v128.bitselect(w, least, alsoBelow));
    upper = f32x4.pmin(upper, v128.bitselect(most, w, alsoBelow));
  }
  return <f32>((<f64>greatest(lower) + <f64>smallest(upper)) * 0.5);
}

/** Floats as integers of the same order, -0 just below 0. */
function keyOf(value: f32): i32 {
  const bits = reinterpret<i32>(value);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

function floatOf(key: i32): f32 {
  return reinterpret<f32>(key ^ ((key >> 31) & 0x7fffffff));
}

/** The next larger float; of both zeros the least positive one. */
function nextUp(value: f32): f32 {
  return value === 0 ? reinterpret<f32>(1) : floatOf(keyOf(value) + 1);
}

/** Whether all values of a row are equal. */
function isUniform(row: usize, count: i32): bool {
  for (let s: i32 = 1; s < count; s++)
    if (load<f32>(row + ((<usize>s) << 2)) !== load<f32>(row)) return false;
  return true;
}

/** How many values of a row lie below `limit`; the row's end is a multiple of 16 values away. */
function countBelow(row: usize, end: usize, limit: f32): i32 {
  const limits = f32x4.splat(limit);
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (let at = row; at < end; at += 64) {
    a = i32x4.sub(a, f32x4.lt(v128.load(at), limits));
    b = i32x4.sub(b, f32x4.lt(v128.load(at, 16), limits));
    c = i32x4.sub(c, f32x4.lt(v128.load(at, 32), limits));
    d = i32x4.sub(d, f32x4.lt(v128.load(at, 48), limits));
  }
  return sumLanes(i32x4.add(i32x4.add(a, b), i32x4.add(c, d)));
}

/** The least value at or above `limit`. */
function leastFrom(row: usize, end: usize, limit: f32): f32 {
  const limits = f32x4.splat(limit);
  const infinities = f32x4.splat(INFINITY);
  let a = infinities;
  let b = infinities;
  for (let at = row; at < end; at += 32) {
    const v = v128.load(at);
    const w = v128.load(at, 16);
    a = f32x4.pmin(a, v128.bitselect(v, infinities, f32x4.ge(v, limits)));
    b = f32x4.pmin(b, v128.bitselect(w, infinities, f32x4.ge(w, limits)));
  }
  a = f32x4.pmin(a, b);
  return smallest(a);
}

/** The largest value below `limit`. */
function mostBelow(row: usize, end: usize, limit: f32): f32 {
  const limits = f32x4.splat(limit);
  const infinities = f32x4.splat(-INFINITY);
  let a = infinities;
  let b = infinities;
  for (let at = row; at < end; at += 32) {
    const v = v128.load(at);
    const w = v128.load(at, 16);
    a = f32x4.pmax(a, v128.bitselect(v, infinities, f32x4.lt(v, limits)));
    b = f32x4.pmax(b, v128.bitselect(w, infinities, f32x4.lt(w, limits)));
  }
  a = f32x4.pmax(a, b);
  return greatest(a);
}
