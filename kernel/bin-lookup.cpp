#include "bin-lookup.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace jetiqn {

namespace {

constexpr unsigned kCells = 65536;

/// Cells in the order of their values: from the upper half of a float's bits to its place, and back.
unsigned placeOf(unsigned upper) { return upper & 0x8000 ? ~upper & 0xffff : upper | 0x8000; }

unsigned upperOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits >> 16;
}

}  // namespace

BinLookup::BinLookup(const float* edges, size_t count)
    : entries(static_cast<unsigned>(count) + 1), cells(kCells), stops(edges, edges + count), comparisons(0) {
  stops.push_back(std::numeric_limits<float>::quiet_NaN());
  std::vector<unsigned> inside(kCells);
  for (size_t i = 0; i < count; i++) inside[placeOf(upperOf(edges[i]))]++;
  std::vector<uint8_t> below(kCells);
  unsigned sum = 0;
  for (unsigned place = 0; place < kCells; place++) {
    below[place] = static_cast<uint8_t>(sum);
    sum += inside[place];
  }
  for (unsigned upper = 0; upper < kCells; upper++) cells[upper] = below[placeOf(upper)];
  comparisons = *std::max_element(inside.begin(), inside.end());
  // -0 reaches an edge of zero, which lies in the next cell.
  const unsigned zero = placeOf(0);
  if (std::find(edges, edges + count, 0.0f) != edges + count) comparisons = std::max(comparisons, inside[zero - 1] + 1);
}

const char* checkEdges(const float* edges, size_t count) {
  if (count < 2 || count > kMostBins + 1) return "are not 2 to 255";
  for (size_t i = 0; i < count; i++) {
    if (!std::isfinite(edges[i])) return "are not all finite";
    if (i > 0 && !(edges[i] > edges[i - 1])) return "do not increase";
  }
  return nullptr;
}

}  // namespace jetiqn
