// A level is one instruction set's version of the same computation.
#pragma once

#include <cstddef>
#include <cstdint>

#include "packed.hpp"
#include "study.hpp"

namespace jetiqn {

struct Level {
  const char* name;
  /// As Packed wants it.
  unsigned tile;
  /// x [jets, inputs] standardised; origins [jets, 4] the four variables as they are; tau, predictions
  /// [jets, 4, samples].
  void (*predict)(Packed& network, const float* x, const float* origins, const float* tau, float* predictions,
                  size_t jets, size_t samples);
  /// x, origins as above; decided [jets, decidedWidth], written to: what quantileRows() reads of a jet.
  void (*decide)(Packed& network, const float* x, const float* origins, size_t jets, float* decided);
  void (*quantileRows)(Packed& network, const QuantileRows& rows);
  /// tau [jets, 4, stride], 0.5 beyond the samples; numbers [jets, 3]; see tau.hpp.
  void (*fillTau)(float* tau, const uint32_t* numbers, size_t jets, size_t samples, size_t stride);
  /// Adds jets to the totals of a block; returns false where a prediction is NaN. Spectra may lag until study.sweep().
  bool (*addJets)(Study& study, const PredictedJets& predicted, const Totals& totals);
  /// Fused multiply-adds of one float that `rounds` times 1024 steps of independent sums make; the time is the caller's.
  size_t (*multiply)(size_t rounds);
};

/// The levels that this machine can run, the fastest first; never empty, and the last is "scalar".
size_t availableLevels(const Level** levels);
constexpr size_t kMostLevels = 4;

/// The level of that name, or nullptr where this machine cannot run it.
const Level* findLevel(const char* name);

}  // namespace jetiqn
