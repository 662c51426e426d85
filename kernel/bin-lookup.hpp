// The bin of a float among arbitrary edges in constant time: src/sampling/accumulators/bin-lookup.ts says how.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace jetiqn {

/// Bins and the two overflows together fit a byte.
constexpr size_t kMostBins = 254;

struct BinLookup {
  /// @param edges [count], as checkEdges() lets them through.
  BinLookup(const float* edges, size_t count);

  /// Bins and the two overflows.
  unsigned entries;
  /// For each upper half of a value's bits: how many edges lie at or below all values with it.
  std::vector<uint8_t> cells;
  /// The edges and, at the end, NaN, which no value reaches. So no search goes beyond entry entries - 1.
  std::vector<float> stops;
  /// So many comparisons find any value's entry.
  unsigned comparisons;
};

/// What is wrong with edges in one line, or nullptr: 2 to 255, finite, increasing.
const char* checkEdges(const float* edges, size_t count);

}  // namespace jetiqn
