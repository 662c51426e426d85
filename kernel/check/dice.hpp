// What the fuzzer draws.
#pragma once

#include <limits>
#include <random>

namespace {

std::mt19937 dice;

unsigned upTo(unsigned most) { return std::uniform_int_distribution<unsigned>(0, most)(dice); }
unsigned from(unsigned least, unsigned most) { return least + upTo(most - least); }
bool oneIn(unsigned count) { return upTo(count - 1) == 0; }

/// Mostly what a caller means, sometimes anything.
float strange(float usual) {
  if (!oneIn(50)) return usual;
  const float values[] = {0, -0.0f, 1, -1, 1e-45f, 1e30f, -1e38f, std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()};
  return values[upTo(9)];
}

}  // namespace
