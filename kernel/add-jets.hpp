// Ranks, medians and spectra of predicted jets.
#pragma once

#include <cmath>

#include "median.hpp"
#include "ranks.hpp"
#include "spectra.hpp"
#include "study.hpp"

namespace {

using namespace jetiqn;

/// Rank and median of one row, written to place `at`. Returns false where a prediction is NaN.
template <class V, bool relative>
bool addRow(Study& study, unsigned step, const float* values, float truth, float origin, const Totals& totals,
            size_t at) {
  float* row = study.row.data();
  if (relative) truth = wrappedOnce(truth - origin);
  const RowSummary summary = summarise<V, relative>(values, study.samples, row, truth, origin);
  if (summary.hasNaN) return false;
  const float median = medianOf<V>(row, study.samples, summary.mean, summary.spread, study.skews[step]);
  const float skew = (median - summary.mean) / summary.spread;
  study.skews[step] = std::fabs(skew) < 1 ? skew : 0.0f;
  totals.less[at] = static_cast<uint16_t>(summary.below);
  totals.equal[at] = static_cast<uint16_t>(summary.equal);
  totals.medians[at] = relative ? wrappedOnce(origin + median) : median;
  return true;
}

/// Adds jets to a block's totals; spectra follow by Study::sweep() at the latest. Returns whether no prediction is NaN.
template <class V>
bool addJets(Study& study, const PredictedJets& predicted, const Totals& totals) {
  constexpr unsigned phi = 2;
  const size_t samples = study.samples;
  bool sound = true;
  for (size_t jet = 0; jet < predicted.jets; jet++) {
    if (study.waiting == kSweepJets) study.sweep(totals.counts);
    uint8_t* entries = study.entries.data() + study.waiting * kSteps * samples;
    for (unsigned step = 0; step < kSteps; step++) {
      const float* values = predicted.predictions + (jet * kSteps + step) * predicted.stride;
      const float truth = predicted.truths[jet * kSteps + step];
      const float origin = predicted.origins[jet];
      const size_t at = step * totals.jets + totals.place + jet;
      findEntries<V>(study.lookups[step], values, samples, entries + step * samples);
      const bool has = step == phi ? addRow<V, true>(study, step, values, truth, origin, totals, at)
                                   : addRow<V, false>(study, step, values, truth, origin, totals, at);
      sound = sound && has;
    }
    study.waiting++;
  }
  return sound;
}

}  // namespace
