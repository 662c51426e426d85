// The bin of a float among arbitrary edges in constant time: a table over the upper half of the value's bits says how many
// edges lie below everything in that cell; the few edges inside the cell are compared.
//
// Read as integers, positive floats are ordered as their values and negative ones in reverse; flipping the sign bit of the
// former and all bits of the latter makes one order of both.
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
