/**
 * The kernel in WebAssembly SIMD, written in AssemblyScript: tau before the engine; after it ranks, medians and spectra
 * of the predictions. plain.ts says what is computed, and a test compares the two bit for bit; here is only how.
 *
 * All memory is laid out by wasm.ts, which hands over addresses. Rows have `samples` values; vectors run over
 * samples, and a row is copied to `row`, filled up to a multiple of 16, so that the passes over it need no end.
 */
import { medianOf } from './median.as';
import { below, equal, mean, spread, summarise, wrapped } from './ranks.as';
import { findEntries } from './spectra.as';

export { sweep } from './spectra.as';
export { fillTau } from './tau.as';

/** Of the jet before, for each step: (median - mean) / spread. Where the search begins; its end does not depend on it. */
const skews = memory.data<f32>([0, 0, 0, 0]);

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
      let median = medianOf(row, samples, mean, spread, load<f32>(skew));
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
