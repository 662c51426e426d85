// Predictions a second on one core for each level, beside the processor's own peak: what a compiler made of the kernel.
//
//     speed [head width] [head depth] [samples]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "../level.hpp"
#include "random-network.hpp"

using namespace jetiqn;

namespace {

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

int main(int argc, char** argv) {
  const unsigned width = argc > 1 ? std::atoi(argv[1]) : 24;
  const unsigned depth = argc > 2 ? std::atoi(argv[2]) : 3;
  const size_t samples = argc > 3 ? std::atoi(argv[3]) : 1008;
  std::mt19937 random(1);
  const auto data =
      check::randomNetwork(random, 4, TauInput::logit, {128, 128, 128}, std::vector<unsigned>(depth, width));
  Network network;
  if (const char* wrong = readNetwork(data.layout.data(), data.layout.size(), data.numbers.data(),
                                      data.numbers.size(), network)) {
    std::fprintf(stderr, "speed: %s\n", wrong);
    return 1;
  }
  constexpr size_t jets = 4;
  std::vector<float> x(jets * 4, 0.5f);
  const std::vector<float> origins = {100, 0.5f, 1, 12, 50, -1, 2, 8, 500, 0, 3, 40, 30, 2, -1, 5};
  std::vector<float> tau(jets * kSteps * samples);
  std::vector<float> predictions(tau.size());
  for (size_t i = 0; i < tau.size(); i++) tau[i] = ((i * 2654435761u >> 9 & 0x7fffff) + 0.5f) / 8388608.0f;
  double perPrediction = width;
  for (unsigned layer = 0; layer < depth; layer++) perPrediction += (layer ? width : 4.0) * width;
  perPrediction *= kSteps;

  const Level* levels[kMostLevels];
  const size_t count = availableLevels(levels);
  for (size_t i = 0; i < count; i++) {
    const Level& level = *levels[i];
    Packed packed(network, level.tile);
    const size_t calls = 1;
    double best = 0, bestPeak = 0, bestTrunk = 0;
    for (int round = 0; round < (level.name[0] == 's' ? 3 : 400); round++) {
      double start = seconds();
      for (size_t call = 0; call < calls; call++)
        level.predict(packed, x.data(), origins.data(), tau.data(), predictions.data(), jets, samples);
      best = std::max(best, calls * jets * samples / (seconds() - start));
      start = seconds();
      for (size_t call = 0; call < 100; call++)
        level.predict(packed, x.data(), origins.data(), tau.data(), predictions.data(), jets, 0);
      bestTrunk = std::max(bestTrunk, 100 * jets / (seconds() - start));
      start = seconds();
      const size_t products = level.multiply(calls * 50);
      bestPeak = std::max(bestPeak, products / (seconds() - start));
    }
    std::printf("%-7s %7.2f M predictions/s, %6.1f G multiply-adds/s of %6.1f: %.2f; trunk %.2f us a jet\n", level.name,
                best / 1e6, best * perPrediction / 1e9, bestPeak / 1e9, best * perPrediction / bestPeak,
                1e6 / bestTrunk);
  }
}
