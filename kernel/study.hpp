// What a study keeps of jets beside its totals: where bins lie, and the spectrum entries that wait to be swept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bin-lookup.hpp"
#include "network.hpp"
#include "packed.hpp"

namespace jetiqn {

/// Ranks are kept in 16 bits.
constexpr size_t kMostStudySamples = 65535;
/// Jets whose entries are kept as bytes before they are swept into the spectra.
constexpr size_t kSweepJets = 64;

/// Vectors that a pass over a row of samples takes together.
constexpr size_t kRowVectors = 4;
/// How long a row is made: a multiple of so many of the widest vectors.
constexpr size_t rowLength(size_t samples) {
  constexpr size_t padding = kRowVectors * kPadding;
  return (samples + padding - 1) / padding * padding;
}

struct Study {
  /// @param samples 1 to kMostStudySamples. @param lookups of pt, eta, phi and mass.
  Study(size_t samples, std::vector<BinLookup> lookups);

  size_t samples;
  std::vector<BinLookup> lookups;
  /// Of the jet before, for each step: (median - mean) / spread, where the search begins. Its end does not depend on it.
  float skews[kSteps] = {};
  /// Room for one row: see row.hpp.
  Floats row;
  /// [kSweepJets, 4, samples], of which `waiting` jets count.
  std::vector<uint8_t> entries;
  size_t waiting = 0;

  /// Counts of all four spectra of all samples.
  size_t countsLength() const;
  /// One more count for each entry that waits. counts: as in Totals.
  void sweep(uint16_t* counts);
};

/// Jets with their predictions, as views.
struct PredictedJets {
  size_t jets;
  /// [jets, 4, stride], physical units; what lies beyond the samples counts for nothing.
  const float* predictions;
  size_t stride;
  /// [jets]: phi of the inputs.
  const float* origins;
  /// [jets, 4], NaN where unknown.
  const float* truths;
};

/// What a block comes to, as views.
struct Totals {
  /// [samples, bins + 2] of pt, then eta, phi, mass.
  uint16_t* counts;
  /// [4, jets]; written to from `place`.
  uint16_t* less;
  uint16_t* equal;
  float* medians;
  size_t jets;
  size_t place;
};

}  // namespace jetiqn
