// The rank of the truth in a row of samples; mean and spread, from which the median is looked for, in the same pass.
#pragma once

#include <cmath>

#include "angle.hpp"
#include "row.hpp"

namespace {

struct RowSummary {
  /// How many values lie below and equal the truth.
  int below, equal;
  float mean, spread;
  bool hasNaN;
};

/// Sums over a row while it is copied.
template <class V>
struct RowSums {
  typename V::F truth, start, sum, square;
  typename V::I below, equal;

  RowSums(float truthValue, float startValue)
      : truth(V::set(truthValue)),
        start(V::set(startValue)),
        sum(V::set(0.0f)),
        square(V::set(0.0f)),
        below(V::setInt(0)),
        equal(V::setInt(0)) {}

  void add(typename V::F value) {
    below = V::countLess(below, value, truth);
    equal = V::countEqual(equal, value, truth);
    const auto d = V::sub(value, start);
    sum = V::add(sum, d);
    square = V::add(square, V::mul(d, d));
  }
};

/// Copies a row's `count` values to `row` [rowLength(count)], as differences to `origin` on the circle where
/// `relative`, fills it up with infinity, and counts, sums and looks for NaN on the way.
template <class V, bool relative>
RowSummary summarise(const float* values, size_t count, float* row, float truth, float origin) {
  constexpr size_t lanes = V::lanes;
  // Spreads are taken from the first value on: squares of phi's or pt's offset would swallow them.
  const float start = relative ? wrappedOnce(values[0] - origin) : values[0];
  const auto origins = V::set(origin);
  RowSums<V> sums(truth, start);
  size_t s = 0;
  for (; s + lanes <= count; s += lanes) {
    auto value = V::load(values + s);
    if (relative) value = wrappedOnce<V>(V::sub(value, origins));
    V::store(row + s, value);
    sums.add(value);
  }
  RowSummary summary = {V::sum(sums.below), V::sum(sums.equal), 0, 0, false};
  float sum = sumOf<V>(sums.sum);
  float square = sumOf<V>(sums.square);
  for (; s < count; s++) {
    const float value = relative ? wrappedOnce(values[s] - origin) : values[s];
    row[s] = value;
    summary.below += value < truth;
    summary.equal += value == truth;
    sum += value - start;
    square += (value - start) * (value - start);
  }
  for (const size_t end = rowLength(count); s < end; s++) row[s] = kInfinity;
  const float n = static_cast<float>(count);
  const float variance = square / n - (sum / n) * (sum / n);
  summary.mean = start + sum / n;
  summary.spread = std::sqrt(variance > 0 ? variance : 0.0f);
  // A NaN makes the sum one; but infinities of both signs have no sum either.
  if (std::isnan(sum))
    for (size_t i = 0; i < count; i++) summary.hasNaN = summary.hasNaN || std::isnan(values[i]);
  return summary;
}

}  // namespace
