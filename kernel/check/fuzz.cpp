// Networks, jets and tau of random shapes and values, right and wrong, through reader and kernels, and what stands
// around them (fuzz-study.hpp): to be run under AddressSanitizer and UndefinedBehaviorSanitizer. Every array is a heap
// block of exactly its length, so that a step beyond it is seen. All levels must give the same bits.
//
//     fuzz SECONDS [SEED]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "../level.hpp"
#include "dice.hpp"
#include "fuzz-study.hpp"
#include "random-network.hpp"

using namespace jetiqn;

namespace {

std::vector<unsigned> widths(unsigned leastDepth, unsigned mostDepth, unsigned mostWidth) {
  std::vector<unsigned> all(from(leastDepth, mostDepth));
  for (unsigned& width : all) width = from(1, oneIn(4) ? mostWidth : 12);
  return all;
}

/// Spoils layout or numbers; what is then read is either refused or a network all the same.
void spoil(check::NetworkData& data) {
  switch (upTo(4)) {
    case 0:
      data.layout.resize(upTo(static_cast<unsigned>(data.layout.size())));
      break;
    case 1:
      data.layout[upTo(static_cast<unsigned>(data.layout.size() - 1))] = oneIn(2) ? upTo(70) : dice();
      break;
    case 2:
      data.numbers.resize(upTo(static_cast<unsigned>(data.numbers.size() + 2)));
      break;
    case 3:
      data.numbers[upTo(static_cast<unsigned>(data.numbers.size() - 1))] = strange(1e6f);
      break;
    default:
      data.layout.push_back(upTo(3));
  }
  data.layout.shrink_to_fit();
  data.numbers.shrink_to_fit();
}

void compare(const Level& level, const std::vector<float>& found, const Level& other,
             const std::vector<float>& expected) {
  for (size_t at = 0; at < expected.size(); at++) {
    // NaN have no one form.
    if (std::isnan(expected[at]) && std::isnan(found[at])) continue;
    if (std::memcmp(&expected[at], &found[at], sizeof(float)) == 0) continue;
    std::fprintf(stderr, "fuzz: %s gives %a where %s gives %a\n", level.name, found[at], other.name, expected[at]);
    std::exit(1);
  }
}

/// Rows of random steps, jets and targets on all levels.
void rowsOnce(const Network& network, const std::vector<float>& x, const std::vector<float>& origins) {
  const size_t jets = x.size() / network.inputs, count = jets == 0 ? 0 : upTo(oneIn(4) ? 200 : 9);
  std::vector<uint32_t> jet(count);
  std::vector<uint8_t> step(count);
  std::vector<float> known(count * kKnown), tau(count), first[2];
  for (uint32_t& of : jet) of = upTo(static_cast<unsigned>(jets - 1));
  for (uint8_t& of : step) of = static_cast<uint8_t>(upTo(kSteps - 1));
  for (float& value : known) value = strange(100 * std::normal_distribution<float>()(dice));
  for (float& value : tau) value = strange((upTo(0x7fffff) + 0.5f) / 8388608.0f);
  const Level* levels[kMostLevels];
  const size_t levelCount = availableLevels(levels);
  for (size_t i = 0; i < levelCount; i++) {
    Packed packed(network, levels[i]->tile);
    std::vector<float> decided(jets * packed.decidedWidth), made[2] = {std::vector<float>(count), std::vector<float>(count)};
    levels[i]->decide(packed, x.data(), origins.data(), jets, decided.data());
    levels[i]->quantileRows(packed, {decided.data(), jet.data(), step.data(), known.data(), tau.data(), count,
                                     made[0].data(), made[1].data()});
    for (unsigned part = 0; part < 2; part++) {
      if (i == 0) first[part] = made[part];
      compare(*levels[i], made[part], *levels[0], first[part]);
    }
  }
}

/// @returns whether the network was taken.
bool once() {
  check::NetworkData data = check::randomNetwork(dice, from(4, oneIn(5) ? kMostInputs : 9), static_cast<TauInput>(upTo(2)),
                                                 widths(0, 3, 70), widths(1, oneIn(5) ? kMostLayers : 3, kMostHeadWidth));
  for (unsigned step = 0; step < kSteps; step++) data.layout[2 + step] = upTo(3);
  if (oneIn(3)) spoil(data);
  Network network;
  if (readNetwork(data.layout.data(), data.layout.size(), data.numbers.data(), data.numbers.size(), network)) return false;

  const size_t jets = upTo(9);
  const size_t samples = oneIn(3) ? upTo(110) : upTo(30);
  std::vector<float> x(jets * network.inputs), origins(jets * kSteps), tau(jets * kSteps * samples);
  for (float& value : x) value = strange(std::normal_distribution<float>()(dice));
  for (float& value : origins) value = strange(100 * std::normal_distribution<float>()(dice));
  for (float& value : tau) value = strange((upTo(0x7fffff) + 0.5f) / 8388608.0f);
  std::vector<float> first;
  const Level* levels[kMostLevels];
  const size_t count = availableLevels(levels);
  for (size_t i = 0; i < count; i++) {
    Packed packed(network, levels[i]->tile);
    std::vector<float> predictions(tau.size());
    levels[i]->predict(packed, x.data(), origins.data(), tau.data(), predictions.data(), jets, samples);
    if (i == 0) first = predictions;
    compare(*levels[i], predictions, *levels[0], first);
  }
  rowsOnce(network, x, origins);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 10;
  dice.seed(argc > 2 ? std::atoi(argv[2]) : 1);
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  unsigned taken = 0, refused = 0, studies = 0;
  while (std::chrono::steady_clock::now() < end) {
    ++(once() ? taken : refused);
    tauOnce();
    studies += studyOnce();
  }
  std::printf("%u networks predicted on every level, %u refused; %u studies\n", taken, refused, studies);
  return taken > 0 && refused > 0 && studies > 0 ? 0 : 1;
}
