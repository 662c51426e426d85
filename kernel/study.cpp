#include "study.hpp"

#include <algorithm>
#include <utility>

namespace jetiqn {

namespace {

/// Samples whose spectra stay in the first-level cache while jets are swept over them.
constexpr size_t kSweepSamples = 32;

/// One more count in the spectrum of each sample, for `jets` rows of entries that lie `stride` bytes apart.
/// counts [samples, bins].
void sweepRows(const uint8_t* entries, size_t jets, size_t stride, size_t samples, uint16_t* counts, size_t bins) {
  for (size_t first = 0; first < samples; first += kSweepSamples) {
    const size_t here = std::min(kSweepSamples, samples - first);
    for (size_t jet = 0; jet < jets; jet++) {
      const uint8_t* row = entries + jet * stride + first;
      uint16_t* spectrum = counts + first * bins;
#pragma GCC unroll 8
      for (size_t s = 0; s < here; s++, spectrum += bins) spectrum[row[s]]++;
    }
  }
}

}  // namespace

Study::Study(size_t samples, std::vector<BinLookup> lookups)
    : samples(samples),
      lookups(std::move(lookups)),
      row(rowLength(samples)),
      entries(kSweepJets * kSteps * samples) {}

size_t Study::countsLength() const {
  size_t entries = 0;
  for (const BinLookup& lookup : lookups) entries += lookup.entries;
  return samples * entries;
}

void Study::sweep(uint16_t* counts) {
  for (unsigned step = 0; step < kSteps; step++) {
    const size_t bins = lookups[step].entries;
    sweepRows(entries.data() + step * samples, waiting, kSteps * samples, samples, counts, bins);
    counts += samples * bins;
  }
  waiting = 0;
}

}  // namespace jetiqn
