// A row: the samples of one jet and variable on their own, filled up with infinity, so that passes over it need no end.
#pragma once

#include <cstddef>
#include <limits>

#include "study.hpp"

namespace {

using namespace jetiqn;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// What the lanes of a vector come to, one after the other.
template <class V, class Combine>
float foldLanes(typename V::F vector, const Combine& combine) {
  float lanes[V::lanes];
  V::store(lanes, vector);
  float all = lanes[0];
  for (int lane = 1; lane < V::lanes; lane++) all = combine(all, lanes[lane]);
  return all;
}
template <class V>
float sumOf(typename V::F vector) {
  return foldLanes<V>(vector, [](float a, float b) { return a + b; });
}
template <class V>
float leastOf(typename V::F vector) {
  return foldLanes<V>(vector, [](float a, float b) { return a < b ? a : b; });
}
template <class V>
float greatestOf(typename V::F vector) {
  return foldLanes<V>(vector, [](float a, float b) { return a > b ? a : b; });
}

}  // namespace
