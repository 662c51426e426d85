// Networks of any shape with random weights, as src/model would hand them over.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "../network.hpp"

namespace jetiqn::check {

struct NetworkData {
  std::vector<uint32_t> layout;
  std::vector<float> numbers;
};

inline NetworkData randomNetwork(std::mt19937& random, unsigned inputs, TauInput tauInput,
                                 const std::vector<unsigned>& trunk, const std::vector<unsigned>& head) {
  NetworkData data;
  data.layout = {inputs, static_cast<uint32_t>(tauInput), 0, 2, 3, 1, static_cast<uint32_t>(trunk.size())};
  data.layout.insert(data.layout.end(), trunk.begin(), trunk.end());
  data.layout.push_back(static_cast<uint32_t>(head.size()));
  data.layout.insert(data.layout.end(), head.begin(), head.end());

  auto add = [&](float value) { data.numbers.push_back(value); };
  std::normal_distribution<float> normal;
  auto kernel = [&](unsigned from, unsigned to, float scale) {
    for (unsigned i = 0; i < from * to; i++) add(scale * normal(random) / std::sqrt(static_cast<float>(from)));
  };
  add(0.3f);
  const float targets[kSteps][4] = {
      {0.1f, 0, 20, 1e-3f}, {0.02f, 0, 0, 0}, {0.02f, 0, 0, 0}, {0.2f, 0.7f, -0.7f, 0}};
  for (const auto& target : targets)
    for (const float value : target) add(value);
  unsigned width = inputs;
  for (const unsigned outputs : trunk) {
    kernel(width, outputs, 1);
    kernel(1, outputs, 0.1f);
    width = outputs;
  }
  unsigned units = 0;
  for (const unsigned outputs : head) units += outputs;
  kernel(width, kSteps * units + kDecidedBySteps, 0.3f);
  kernel(1, kSteps * units + kDecidedBySteps, 0.1f);
  width = kKnown + (tauInput == TauInput::both ? 2 : 1);
  for (const unsigned outputs : head) {
    kernel(width, outputs, 1);
    width = outputs;
  }
  kernel(width, 1, 1);
  return data;
}

}  // namespace jetiqn::check
