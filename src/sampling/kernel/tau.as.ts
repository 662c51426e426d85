/** Tau of consecutive jets: stats/philox.ts and stats/tau.ts, four samples a vector. */

/** Philox4x32-10, Salmon et al. 2011: see stats/philox.ts. */
const MULTIPLIER_0: u32 = 0xd2511f53;
const MULTIPLIER_1: u32 = 0xcd9e8d57;
const KEY_STEP_0: u32 = 0x9e3779b9;
const KEY_STEP_1: u32 = 0xbb67ae85;

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
