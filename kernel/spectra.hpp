// The spectrum entry of each sample, as a byte: how many edges lie at or below its value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "row.hpp"

namespace {

using namespace jetiqn;

inline unsigned entryOf(const BinLookup& lookup, float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  unsigned entry = lookup.cells[bits >> 16];
  while (value >= lookup.stops[entry]) entry++;
  return entry;
}

/// Entries of values that lie anywhere.
inline void lookUpEntries(const BinLookup& lookup, const float* values, size_t count, uint8_t* entries) {
  const uint8_t* cells = lookup.cells.data();
  const float* stops = lookup.stops.data();
  for (size_t i = 0; i < count; i++) {
    const float value = values[i];
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    unsigned entry = cells[bits >> 16];
    entry += value >= stops[entry];
    entries[i] = static_cast<uint8_t>(entry);
  }
  // Edges closer than a cell are rare.
  for (unsigned more = 1; more < lookup.comparisons; more++)
    for (size_t i = 0; i < count; i++) entries[i] = static_cast<uint8_t>(entries[i] + (values[i] >= stops[entries[i]]));
}

/// Entries of values that all lie from entry `first` to entry `last`: the edges between are compared with each of them.
template <class V>
void compareEntries(const float* stops, unsigned first, unsigned last, const float* values, size_t count,
                    uint8_t* entries) {
  constexpr size_t block = kRowVectors * V::lanes;
  const auto most = V::setInt(static_cast<int>(last));
  for (size_t at = 0; at + block <= count; at += block) {
    typename V::F value[kRowVectors];
    typename V::I beyond[kRowVectors];
    for (size_t v = 0; v < kRowVectors; v++) {
      value[v] = V::load(values + at + v * V::lanes);
      beyond[v] = V::setInt(0);
    }
#pragma GCC unroll 1
    for (unsigned edge = first; edge < last; edge++) {
      const auto limit = V::set(stops[edge]);
      for (size_t v = 0; v < kRowVectors; v++) beyond[v] = V::countLess(beyond[v], value[v], limit);
    }
    for (size_t v = 0; v < kRowVectors; v++) V::storeBytes(entries + at + v * V::lanes, V::subInt(most, beyond[v]));
  }
}

/// Edges between the least and the largest value of a row up to which they are compared with all values of it: beyond,
/// the tables are faster.
template <class V>
constexpr unsigned mostCompared = 2 * V::lanes;

/// Spectrum entries of `count` values, as bytes below lookup.entries, for any values.
template <class V>
void findEntries(const BinLookup& lookup, const float* values, size_t count, uint8_t* entries) {
  constexpr size_t block = kRowVectors * V::lanes;
  auto least = V::set(kInfinity);
  auto greatest = V::set(-kInfinity);
  const size_t whole = count / block * block;
  // NaN is passed over: the second operand comes through.
  for (size_t at = 0; at < whole; at += V::lanes) {
    const auto value = V::load(values + at);
    least = V::min(value, least);
    greatest = V::max(value, greatest);
  }
  const unsigned first = entryOf(lookup, leastOf<V>(least));
  const unsigned last = entryOf(lookup, greatestOf<V>(greatest));
  size_t done = 0;
  if (first <= last && last - first <= mostCompared<V>) {
    compareEntries<V>(lookup.stops.data(), first, last, values, count, entries);
    done = whole;
  }
  lookUpEntries(lookup, values + done, count - done, entries + done);
}

}  // namespace
