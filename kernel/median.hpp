// The exact median of a row, by counting what lies below a limit: no order is made and nothing is moved.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "row.hpp"

namespace {

/// Passes that interpolate before plain bisection takes over.
constexpr int kInterpolations = 16;
/// At this pass and the next one values are looked for anyhow: it may be that many are equal.
constexpr int kSnap = 6;
/// From this pass on every next value is looked for: no bisection of floats needs so many.
constexpr int kLastBisection = kInterpolations + 40;
/// So close to the wanted rank the next value is looked for by itself.
constexpr int kNear = 1;

/// Floats as integers of the same order, -0 just below 0.
inline int32_t keyOf(float value) {
  int32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}
inline float floatOf(int32_t key) {
  const int32_t bits = key ^ ((key >> 31) & 0x7fffffff);
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
/// The next larger float; of both zeros the least positive one.
inline float nextUp(float value) { return value == 0 ? floatOf(1) : floatOf(keyOf(value) + 1); }

/// Calls `pass(vectors)` with kRowVectors vectors of a row after the other.
template <class V, class Pass>
inline void overRow(const float* row, size_t length, const Pass& pass) {
  for (size_t s = 0; s < length; s += kRowVectors * V::lanes) {
    typename V::F values[kRowVectors];
    for (size_t v = 0; v < kRowVectors; v++) values[v] = V::load(row + s + v * V::lanes);
    pass(values);
  }
}

/// How many values lie below `limit`.
template <class V>
int countBelow(const float* row, size_t length, float limit) {
  const auto limits = V::set(limit);
  typename V::I counts[kRowVectors];
  for (auto& count : counts) count = V::setInt(0);
  overRow<V>(row, length, [&](const auto* values) {
    for (size_t v = 0; v < kRowVectors; v++) counts[v] = V::countLess(counts[v], values[v], limits);
  });
  return V::sum(V::addInt(V::addInt(counts[0], counts[1]), V::addInt(counts[2], counts[3])));
}

/// The largest value below `limit`; -infinity where there is none.
template <class V>
float mostBelow(const float* row, size_t length, float limit) {
  const auto limits = V::set(limit);
  typename V::F most[kRowVectors];
  for (auto& lanes : most) lanes = V::set(-kInfinity);
  overRow<V>(row, length, [&](const auto* values) {
    for (size_t v = 0; v < kRowVectors; v++) most[v] = V::maxWhereLess(most[v], values[v], limits);
  });
  return greatestOf<V>(V::max(V::max(most[0], most[1]), V::max(most[2], most[3])));
}

/// The least value at or above `limit`; infinity where there is none.
template <class V>
float leastFrom(const float* row, size_t length, float limit) {
  const auto limits = V::set(limit);
  typename V::F least[kRowVectors];
  for (auto& lanes : least) lanes = V::set(kInfinity);
  overRow<V>(row, length, [&](const auto* values) {
    for (size_t v = 0; v < kRowVectors; v++) least[v] = V::minWhereNotLess(least[v], values[v], limits);
  });
  return leastOf<V>(V::min(V::min(least[0], least[1]), V::min(least[2], least[3])));
}

/// The mean of both.
template <class V>
float meanAround(const float* row, size_t length, float limit) {
  const auto limits = V::set(limit);
  auto most = V::set(-kInfinity);
  auto least = V::set(kInfinity);
  overRow<V>(row, length, [&](const auto* values) {
    for (size_t v = 0; v < kRowVectors; v++) {
      most = V::maxWhereLess(most, values[v], limits);
      least = V::minWhereNotLess(least, values[v], limits);
    }
  });
  return static_cast<float>((static_cast<double>(greatestOf<V>(most)) + static_cast<double>(leastOf<V>(least))) * 0.5);
}

inline bool isUniform(const float* row, size_t count) {
  for (size_t s = 1; s < count; s++)
    if (row[s] != row[0]) return false;
  return true;
}

/// The median of a row without NaN, exact: looks for a limit with half of the values below, by counting, at limits
/// interpolated between those already counted; then the values on both sides of it are the middle ones. Where the
/// middle ones are equal there is no such limit, and the search ends at their value. A zero is positive.
///
/// mean, spread, skew: where the search begins, mean + skew spread; its end does not depend on them.
template <class V>
float medianOf(const float* row, size_t samples, float mean, float spread, float skew) {
  const size_t length = rowLength(samples);
  const int count = static_cast<int>(samples);
  const int half = count >> 1;
  float low = -kInfinity;
  int lowCount = 0;
  float high = kInfinity;
  int highCount = count;
  float limit = mean + skew * spread;
  // The one value between the last limit and the one before it; only then.
  float between = 0;
  bool stepped = false;
  if (spread == 0 && isUniform(row, samples)) return row[0] + 0.0f;
  if (!std::isfinite(limit)) limit = 0;
  for (int pass = 0;; pass++) {
    const int below = countBelow<V>(row, length, limit);
    if (below == half) break;
    if (below < half) {
      // Stepped down over equal values: the wanted one is among them.
      if (stepped && limit == between) return between + 0.0f;
      low = limit;
      lowCount = below;
    } else {
      if (stepped && limit != between) return between + 0.0f;
      high = limit;
      highCount = below;
    }
    stepped = false;
    if (half - lowCount <= kNear || pass == kSnap || pass > kLastBisection) {
      between = leastFrom<V>(row, length, low);
      if (between == kInfinity) return between;
      limit = nextUp(between);
      stepped = true;
    } else if (high < kInfinity && (highCount - half <= kNear || pass == kSnap + 1)) {
      between = mostBelow<V>(row, length, high);
      limit = between;
      stepped = true;
    } else {
      if (low > -kInfinity && high < kInfinity)
        limit = low + ((high - low) * (static_cast<float>(half - lowCount) - 0.5f)) /
                          static_cast<float>(highCount - lowCount);
      else
        limit += (static_cast<float>(half - below) / static_cast<float>(count)) * 2.6f * spread;
      if (pass >= kInterpolations || !(limit > low && limit < high))
        limit = floatOf(static_cast<int32_t>((int64_t{keyOf(low)} + keyOf(high)) >> 1));
    }
  }
  return (count & 1 ? leastFrom<V>(row, length, limit) : meanAround<V>(row, length, limit)) + 0.0f;
}

}  // namespace
