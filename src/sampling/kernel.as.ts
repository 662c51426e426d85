/**
 * The kernel in WebAssembly SIMD, written in AssemblyScript: tau by Philox, then ranks, medians and spectra of the
 * predictions. kernel-plain.ts says what is computed, and a test compares the two bit for bit; here is only how.
 *
 * All memory is laid out by kernel-wasm.ts, which hands over addresses. Rows have `samples` values; vectors run over
 * samples, and a row is copied to `row`, filled up to a multiple of 16, so that the passes over it need no end.
 */

/** Philox4x32-10, Salmon et al. 2011: see random/philox.ts. */
const MULTIPLIER_0: u32 = 0xd2511f53;
const MULTIPLIER_1: u32 = 0xcd9e8d57;
const KEY_STEP_0: u32 = 0x9e3779b9;
const KEY_STEP_1: u32 = 0xbb67ae85;

const PI: f32 = <f32>Math.PI;
const TWO_PI: f32 = <f32>(2 * Math.PI);
const INFINITY: f32 = f32.POSITIVE_INFINITY;

/** Passes that interpolate before plain bisection takes over. */
const INTERPOLATIONS: i32 = 16;
/** At this pass and the next one values are looked for anyhow: it may be that many are equal. */
const SNAP: i32 = 6;
/** So close to the wanted rank the next value is looked for by itself. */
const NEAR: i32 = 2;
/** Samples whose spectra stay in the first-level cache while jets are swept over them. */
const SWEEP_SAMPLES: i32 = 32;

/** Low words of four 64-bit products, of which each argument has two. */
function lowWords(first: v128, second: v128): v128 {
  return i8x16.shuffle(first, second, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
}

/** High words of them. */
function highWords(first: v128, second: v128): v128 {
  return i8x16.shuffle(first, second, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

/** ((u >>> 9) + 0.5) 2^-23: the bits as the fraction of a number in [1, 2), from which 1 - 2^-24 is taken, exactly. */
function tauOf(words: v128): v128 {
  const one = v128.or(i32x4.shr_u(words, 9), i32x4.splat(0x3f800000));
  return f32x4.sub(one, f32x4.splat(0.99999994));
}

function storeTau(at: usize, tau: v128, count: i32): void {
  if (count >= 4) {
    v128.store(at, tau);
    return;
  }
  store<f32>(at, f32x4.extract_lane(tau, 0));
  if (count > 1) store<f32>(at + 4, f32x4.extract_lane(tau, 1));
  if (count > 2) store<f32>(at + 8, f32x4.extract_lane(tau, 2));
}

/**
 * tau [jetCount, 4, stride] of consecutive jets; counter = (jet, sample, 0, 0).
 *
 * Four samples a vector. The first round has only sample as a variable, so that of its products, of one of the second
 * and of one of the third the words are the same for all samples of a jet.
 */
export function fillTau(
  tau: usize,
  key0: u32,
  key1: u32,
  firstJet: u32,
  jetCount: i32,
  samples: i32,
  stride: i32,
): void {
  const row: usize = (<usize>stride) << 2;
  const m0 = i32x4.splat(MULTIPLIER_0);
  const m1 = i32x4.splat(MULTIPLIER_1);
  const k0b: u32 = key0 + KEY_STEP_0;
  const k1b: u32 = key1 + KEY_STEP_1;
  const k0c: u32 = k0b + KEY_STEP_0;
  const k1c: u32 = k1b + KEY_STEP_1;
  const thirdKey0 = i32x4.splat(k0c);
  const thirdKey1 = i32x4.splat(k1c);
  const keyStep0 = i32x4.splat(KEY_STEP_0);
  const keyStep1 = i32x4.splat(KEY_STEP_1);
  for (let jet: i32 = 0; jet < jetCount; jet++) {
    const product1: u64 = <u64>MULTIPLIER_0 * <u64>(firstJet + <u32>jet);
    const c2: u32 = <u32>(product1 >> 32) ^ key1;
    const c3: u32 = <u32>product1;
    const product2: u64 = <u64>MULTIPLIER_1 * <u64>c2;
    const d0: u32 = <u32>(product2 >> 32) ^ k0b;
    const d1: u32 = <u32>product2;
    const product3: u64 = <u64>MULTIPLIER_0 * <u64>d0;
    const e2: u32 = <u32>(product3 >> 32) ^ k1c;
    const e3: u32 = <u32>product3;
    const base: usize = tau + <usize>jet * 4 * row;
    const secondMask = i32x4.splat(c3 ^ k1b);
    const thirdMask = i32x4.splat(d1 ^ k0c);
    const e2Mask = i32x4.splat(e2);
    const e3All = i32x4.splat(e3);
    const key0All = i32x4.splat(key0);
    let sample = i32x4(0, 1, 2, 3);
    for (let s: i32 = 0; s < samples; s += 4) {
      // Round 1: c0 = sample ^ k0, c1 = 0. Round 2: its product gives what varies of c2 and c3.
      const c0 = v128.xor(sample, key0All);
      let first = i64x2.extmul_low_i32x4_u(c0, m0);
      let second = i64x2.extmul_high_i32x4_u(c0, m0);
      const d2 = v128.xor(highWords(first, second), secondMask);
      const d3 = lowWords(first, second);
      // Round 3: product of d2; that of d0 is known.
      first = i64x2.extmul_low_i32x4_u(d2, m1);
      second = i64x2.extmul_high_i32x4_u(d2, m1);
      let w0 = v128.xor(highWords(first, second), thirdMask);
      let w1 = lowWords(first, second);
      let w2 = v128.xor(d3, e2Mask);
      let w3 = e3All;
      let k0 = thirdKey0;
      let k1 = thirdKey1;
      for (let round: i32 = 3; round < 10; round++) {
        k0 = i32x4.add(k0, keyStep0);
        k1 = i32x4.add(k1, keyStep1);
        const first0 = i64x2.extmul_low_i32x4_u(w0, m0);
        const second0 = i64x2.extmul_high_i32x4_u(w0, m0);
        const first1 = i64x2.extmul_low_i32x4_u(w2, m1);
        const second1 = i64x2.extmul_high_i32x4_u(w2, m1);
        w0 = v128.xor(v128.xor(highWords(first1, second1), w1), k0);
        w2 = v128.xor(v128.xor(highWords(first0, second0), w3), k1);
        w1 = lowWords(first1, second1);
        w3 = lowWords(first0, second0);
      }
      const at: usize = base + ((<usize>s) << 2);
      const left: i32 = samples - s;
      storeTau(at, tauOf(w0), left);
      storeTau(at + row, tauOf(w1), left);
      storeTau(at + 2 * row, tauOf(w2), left);
      storeTau(at + 3 * row, tauOf(w3), left);
      sample = i32x4.add(sample, i32x4.splat(4));
    }
  }
}

function entryOf(at: usize, cells: usize, stops: usize): u32 {
  const entry: u32 = load<u8>(cells + <usize>load<u16>(at + 2));
  return entry + <u32>(load<f32>(at) >= load<f32>(stops + ((<usize>entry) << 2)));
}

/**
 * Spectrum entries of `count` values, as bytes. The upper half of a value's bits is its cell; `comparisons` edges can
 * lie inside one.
 */
export function findEntries(
  values: usize,
  count: i32,
  cells: usize,
  stops: usize,
  comparisons: i32,
  entries: usize,
): void {
  const end: usize = values + ((<usize>count) << 2);
  let at = values;
  if (comparisons === 1) {
    for (; at + 16 <= end; at += 16) {
      const a = entryOf(at, cells, stops);
      const b = entryOf(at + 4, cells, stops);
      const c = entryOf(at + 8, cells, stops);
      const d = entryOf(at + 12, cells, stops);
      store<u32>(entries, a | (b << 8) | (c << 16) | (d << 24));
      entries += 4;
    }
  }
  for (; at < end; at += 4) {
    let entry: u32 = entryOf(at, cells, stops);
    for (let more: i32 = 1; more < comparisons; more++)
      entry += <u32>(load<f32>(at) >= load<f32>(stops + ((<usize>entry) << 2)));
    store<u8>(entries++, <u8>entry);
  }
}

/**
 * One more count in the spectrum of each sample, for `jets` rows of entries that lie `stride` bytes apart. Runs over
 * all jets for a few samples at a time, whose spectra then stay in the first-level cache.
 */
export function sweep(
  entries: usize,
  jets: i32,
  stride: usize,
  samples: i32,
  counts: usize,
  bins: i32,
): void {
  const width: usize = (<usize>bins) << 1;
  for (let first: i32 = 0; first < samples; first += SWEEP_SAMPLES) {
    const end: i32 = min(first + SWEEP_SAMPLES, samples);
    const start: usize = counts + <usize>first * width;
    for (let jet: i32 = 0; jet < jets; jet++) {
      const row: usize = entries + <usize>jet * stride;
      let spectrum = start;
      let s: i32 = first;
      for (; s + 8 <= end; s += 8) {
        let bytes: u64 = load<u64>(row + <usize>s);
        for (let i: i32 = 0; i < 8; i++) {
          const at: usize = spectrum + ((<usize>(bytes & 0xff)) << 1);
          store<u16>(at, load<u16>(at) + 1);
          spectrum += width;
          bytes >>= 8;
        }
      }
      for (; s < end; s++) {
        const at: usize = spectrum + ((<usize>load<u8>(row + <usize>s)) << 1);
        store<u16>(at, load<u16>(at) + 1);
        spectrum += width;
      }
    }
  }
}

function wrapped(d: f32): f32 {
  if (d > PI) return d - TWO_PI;
  return d <= -PI ? d + TWO_PI : d;
}

/** Of the row last summarised: how many values lie below and equal the truth, their mean and spread. */
let below: i32 = 0;
let equal: i32 = 0;
let mean: f32 = 0;
let spread: f32 = 0;
/** Of the jet before, for each step: (median - mean) / spread. Where the search begins; its end does not depend on it. */
const skews = memory.data<f32>([0, 0, 0, 0]);

/**
 * Copies a row to `row`, as differences to `origin` on the circle where `relative`, fills it up with infinity, and
 * counts, sums and looks for NaN on the way. Returns whether there is none.
 */
function summarise(values: usize, count: i32, row: usize, truth: f32, origin: f32, relative: bool): bool {
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

/** Whether all values of a row are equal. */
function isUniform(row: usize, count: i32): bool {
  for (let s: i32 = 1; s < count; s++)
    if (load<f32>(row + ((<usize>s) << 2)) !== load<f32>(row)) return false;
  return true;
}

function sumLanes(v: v128): i32 {
  return (
    i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
  );
}

function sumFloats(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3)
  );
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

function smallest(v: v128): f32 {
  return min(
    min(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    min(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
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

function greatest(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
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

/**
 * The median of the row last summarised, exact: looks for a limit with half of the values below, by counting, at
 * limits interpolated between those already counted; then the values on both sides of it are the middle ones. Where
 * the middle ones are equal there is no such limit, and the search ends at their value.
 */
function medianOf(row: usize, count: i32, skew: f32): f32 {
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

/**
 * Ranks, medians and entries of `jetCount` jets.
 *
 * @param origins [jetCount]; truths [jetCount, 4]; lookups [4]: addresses of cells and stops, comparisons, as uint32.
 * @param less, equals uint16, medians float32: [4, jets], written to from `place`.
 * @param entries [jets, 4, samples] bytes, written to from its start.
 * @returns whether no prediction is NaN.
 */
export function addJets(
  predictions: usize,
  origins: usize,
  truths: usize,
  jetCount: i32,
  samples: i32,
  stride: i32,
  lookups: usize,
  row: usize,
  entries: usize,
  less: usize,
  equals: usize,
  medians: usize,
  jets: usize,
  place: usize,
): bool {
  let sound: bool = true;
  for (let jet: i32 = 0; jet < jetCount; jet++) {
    const origin = load<f32>(origins + ((<usize>jet) << 2));
    for (let step: i32 = 0; step < 4; step++) {
      const index: usize = <usize>jet * 4 + <usize>step;
      const values: usize = predictions + ((index * <usize>stride) << 2);
      const lookup: usize = lookups + <usize>step * 12;
      findEntries(
        values,
        samples,
        load<u32>(lookup),
        load<u32>(lookup, 4),
        load<u32>(lookup, 8),
        entries + index * <usize>samples,
      );
      const relative: bool = step === 2;
      let truth = load<f32>(truths + (index << 2));
      if (relative) truth = wrapped(truth - origin);
      if (!summarise(values, samples, row, truth, origin, relative)) {
        sound = false;
        continue;
      }
      const skew: usize = skews + ((<usize>step) << 2);
      let median = medianOf(row, samples, load<f32>(skew));
      const next = (median - mean) / spread;
      store<f32>(skew, abs(next) < 1 ? next : 0);
      if (relative) median = wrapped(origin + median);
      const out: usize = <usize>step * jets + place + <usize>jet;
      store<u16>(less + (out << 1), <u16>below);
      store<u16>(equals + (out << 1), <u16>equal);
      store<f32>(medians + (out << 2), median);
    }
  }
  return sound;
}
