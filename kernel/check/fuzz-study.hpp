// Tau, ranks, medians and spectra of random shapes and values on every level, against loops that know nothing of it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "../level.hpp"
#include "dice.hpp"

namespace {

using namespace jetiqn;

[[noreturn]] inline void differ(const char* level, const char* what) {
  std::fprintf(stderr, "fuzz: %s: %s\n", level, what);
  std::exit(1);
}

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

/// Tau on all levels: the same bits, inside (0, 1), 0.5 beyond the samples.
inline void tauOnce() {
  const size_t jets = upTo(4), samples = upTo(80), stride = samples + upTo(20);
  std::vector<uint32_t> numbers(3 * jets);
  for (uint32_t& word : numbers) word = dice();
  std::vector<float> first;
  const Level* levels[kMostLevels];
  const size_t count = availableLevels(levels);
  for (size_t i = 0; i < count; i++) {
    std::vector<float> tau(jets * kSteps * stride);
    levels[i]->fillTau(tau.data(), numbers.data(), jets, samples, stride);
    for (size_t at = 0; at < tau.size(); at++)
      if (at % stride < samples ? !(tau[at] > 0 && tau[at] < 1) : tau[at] != 0.5f) differ(levels[i]->name, "tau");
    if (i == 0) first = tau;
    if (!same(tau, first)) differ(levels[i]->name, "tau of another level");
  }
}

inline float turned(float d) {
  constexpr float pi = static_cast<float>(3.141592653589793), twoPi = static_cast<float>(6.283185307179586);
  if (d > pi) return d - twoPi;
  return d <= -pi ? d + twoPi : d;
}

/// Edges in order, few or many, some next to each other.
inline std::vector<float> someEdges() {
  std::vector<float> edges(oneIn(5) ? from(2, 255) : from(2, 20));
  for (float& edge : edges)
    edge = oneIn(3) ? 1 + static_cast<float>(upTo(500)) * 1.1920929e-7f : strange(upTo(2000) / 50.0f - 20);
  std::sort(edges.begin(), edges.end(), [](float a, float b) { return a < b; });
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  edges.shrink_to_fit();
  return edges;
}

/// What of a block is compared.
struct Block {
  std::vector<uint16_t> counts, less, equal;
  std::vector<float> medians;
};

/// One row by the plainest means; the copy is the caller's to lose.
inline void addNaively(std::vector<float> row, float truth, float origin, bool isPhi, const std::vector<float>& edges,
                       uint16_t* counts, size_t at, Block& block) {
  for (size_t s = 0; s < row.size(); s++) {
    size_t entry = 0;
    while (entry < edges.size() && row[s] >= edges[entry]) entry++;
    counts[s * (edges.size() + 1) + entry]++;
  }
  if (isPhi)
    for (float& value : row) value = turned(value - origin);
  if (isPhi) truth = turned(truth - origin);
  block.less[at] = static_cast<uint16_t>(std::count_if(row.begin(), row.end(), [&](float v) { return v < truth; }));
  block.equal[at] = static_cast<uint16_t>(std::count(row.begin(), row.end(), truth));
  std::sort(row.begin(), row.end());
  const size_t half = row.size() / 2;
  float median = row[half];
  if (row.size() % 2 == 0) median = static_cast<float>((static_cast<double>(row[half - 1]) + median) * 0.5);
  median += 0.0f;
  block.medians[at] = isPhi ? turned(origin + median) : median;
}

/// @returns whether there was a study: edges that are none are refused.
inline bool studyOnce() {
  const size_t samples = from(1, oneIn(4) ? 300 : 70), stride = samples + upTo(20);
  const size_t jets = upTo(oneIn(10) ? 150 : 5), place = upTo(2), most = place + jets + upTo(2);
  std::vector<std::vector<float>> edges;
  for (unsigned step = 0; step < kSteps; step++) {
    edges.push_back(someEdges());
    if (checkEdges(edges[step].data(), edges[step].size()) != nullptr) return false;
  }
  std::vector<float> predictions(jets * kSteps * stride, std::nanf("")), origins(jets), truths(jets * kSteps);
  bool sound = true;
  for (size_t row = 0; row < jets * kSteps; row++) {
    const float width = oneIn(3) ? 40 : 1, centre = upTo(40) - 20.0f;
    const unsigned kinds = oneIn(4) ? upTo(3) : 1000;
    for (size_t s = 0; s < samples; s++) {
      const float usual = centre + width * (static_cast<float>(upTo(kinds)) / 1000 - 0.5f);
      const float value = oneIn(20) ? strange(usual) : usual;
      predictions[row * stride + s] = value;
      sound = sound && !std::isnan(value);
    }
    truths[row] = oneIn(10) ? std::nanf("") : predictions[row * stride];
  }
  for (float& origin : origins) origin = upTo(6000) / 1000.0f - 3;

  auto emptyBlock = [&] {
    size_t entries = 0;
    for (const auto& values : edges) entries += values.size() + 1;
    return Block{std::vector<uint16_t>(samples * entries), std::vector<uint16_t>(kSteps * most),
                 std::vector<uint16_t>(kSteps * most), std::vector<float>(kSteps * most)};
  };
  Block expected = emptyBlock();
  for (size_t jet = 0; sound && jet < jets; jet++) {
    uint16_t* counts = expected.counts.data();
    for (unsigned step = 0; step < kSteps; step++) {
      const float* row = predictions.data() + (jet * kSteps + step) * stride;
      addNaively(std::vector<float>(row, row + samples), truths[jet * kSteps + step], origins[jet], step == 2,
                 edges[step], counts, step * most + place + jet, expected);
      counts += samples * (edges[step].size() + 1);
    }
  }
  const Level* levels[kMostLevels];
  const size_t count = availableLevels(levels);
  for (size_t i = 0; i < count; i++) {
    std::vector<BinLookup> lookups;
    for (const auto& values : edges) lookups.emplace_back(values.data(), values.size());
    Study study(samples, std::move(lookups));
    Block block = emptyBlock();
    const PredictedJets predicted = {jets, predictions.data(), stride, origins.data(), truths.data()};
    const Totals totals = {block.counts.data(), block.less.data(),    block.equal.data(),
                           block.medians.data(), most, place};
    if (levels[i]->addJets(study, predicted, totals) != sound) differ(levels[i]->name, "NaN");
    study.sweep(block.counts.data());
    if (!sound) continue;
    if (!same(block.counts, expected.counts)) differ(levels[i]->name, "spectra");
    if (!same(block.less, expected.less) || !same(block.equal, expected.equal)) differ(levels[i]->name, "ranks");
    if (!same(block.medians, expected.medians)) differ(levels[i]->name, "medians");
  }
  return true;
}

}  // namespace
