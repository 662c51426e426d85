/**
 * Spectra of the samples: first the entry of each value as a byte, then one more count in the spectrum of each sample.
 * Two passes, since the spectra of a thousand samples are far larger than the first-level cache.
 */

/** Samples whose spectra stay in the first-level cache while jets are swept over them. */
const SWEEP_SAMPLES: i32 = 32;

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
