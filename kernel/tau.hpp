// Tau of jets: src/stats/philox.ts and src/stats/tau.ts, a vector of samples at a time, the same bits.
//
// Words are kept in lanes of 64 bits (V::Wide), so that a product has its high word there and its low one needs no
// move: multiplications read only the low half, and what stands above it counts for nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace {

/// Philox4x32-10, Salmon et al. 2011.
constexpr uint32_t kMultiplier0 = 0xd2511f53;
constexpr uint32_t kMultiplier1 = 0xcd9e8d57;
constexpr uint32_t kKeyStep0 = 0x9e3779b9;
constexpr uint32_t kKeyStep1 = 0xbb67ae85;
constexpr int kRounds = 10;

constexpr uint32_t highWord(uint64_t product) { return static_cast<uint32_t>(product >> 32); }
constexpr uint32_t lowWord(uint64_t product) { return static_cast<uint32_t>(product); }

template <class V>
typename V::I setWord(uint32_t word) {
  return V::setInt(static_cast<int>(word));
}

/// What the first three rounds come to for a jet, where the counter is (jet, sample, 0, 0): only sample varies, and one
/// product of each of the rounds two and three with it.
struct JetRounds {
  uint32_t firstKey, secondMask, thirdMask, e2, e3;

  JetRounds(uint32_t jet, uint32_t key0, uint32_t key1) {
    const uint64_t first = uint64_t{kMultiplier0} * jet;
    const uint64_t second = uint64_t{kMultiplier1} * (highWord(first) ^ key1);
    const uint64_t third = uint64_t{kMultiplier0} * (highWord(second) ^ (key0 + kKeyStep0));
    firstKey = key0;
    secondMask = lowWord(first) ^ (key1 + kKeyStep1);
    thirdMask = lowWord(second) ^ (key0 + 2 * kKeyStep0);
    e2 = highWord(third) ^ (key1 + 2 * kKeyStep1);
    e3 = lowWord(third);
  }
};

/// ((u >>> 9) + 0.5) 2^-23: the bits as the fraction of a number in [1, 2), from which 1 - 2^-24 is taken, exactly.
template <class V>
typename V::F tauOf(typename V::Wide word) {
  const auto fraction = V::andInt(V::template shiftRight<9>(V::narrow(word)), V::setInt(0x007fffff));
  return V::sub(V::fromBits(V::addInt(fraction, V::setInt(0x3f800000))), V::set(0.99999994f));
}

/// The four tau of a vector of samples, written to tau, tau + stride …
template <class V>
void drawTau(const JetRounds& jet, uint32_t key0, uint32_t key1, typename V::I samples, float* tau, size_t stride) {
  using Wide = typename V::Wide;
  const auto multiplier0 = setWord<V>(kMultiplier0);
  const auto multiplier1 = setWord<V>(kMultiplier1);
  const Wide none = V::widen(V::setInt(0));
  const Wide second = V::product(V::xorWide(V::widen(samples), setWord<V>(jet.firstKey)), multiplier0);
  const Wide third = V::product(V::highXor(second, none, setWord<V>(jet.secondMask)), multiplier1);
  Wide w0 = V::highXor(third, none, setWord<V>(jet.thirdMask));
  Wide w1 = third;
  Wide w2 = V::xorWide(second, setWord<V>(jet.e2));
  Wide w3 = V::widen(setWord<V>(jet.e3));
#pragma GCC unroll 7
  for (int round = 3; round < kRounds; round++) {
    const Wide product0 = V::product(w0, multiplier0);
    const Wide product1 = V::product(w2, multiplier1);
    w0 = V::highXor(product1, w1, setWord<V>(key0 + static_cast<uint32_t>(round) * kKeyStep0));
    w2 = V::highXor(product0, w3, setWord<V>(key1 + static_cast<uint32_t>(round) * kKeyStep1));
    w1 = product1;
    w3 = product0;
  }
  V::store(tau, tauOf<V>(w0));
  V::store(tau + stride, tauOf<V>(w1));
  V::store(tau + 2 * stride, tauOf<V>(w2));
  V::store(tau + 3 * stride, tauOf<V>(w3));
}

/// tau [jets, 4, stride], 0.5 beyond the samples; numbers [jets, 3] are each jet's two words of key and the counter's first.
template <class V>
void fillTau(float* tau, const uint32_t* numbers, size_t jets, size_t samples, size_t stride) {
  constexpr size_t lanes = V::lanes;
  for (size_t jet = 0; jet < jets; jet++, tau += 4 * stride, numbers += 3) {
    const uint32_t key0 = numbers[0], key1 = numbers[1];
    const JetRounds rounds(numbers[2], key0, key1);
    size_t sample = 0;
    const auto from = [&] { return V::from(static_cast<int>(static_cast<uint32_t>(sample))); };
    for (; sample + lanes <= samples; sample += lanes)
      drawTau<V>(rounds, key0, key1, from(), tau + sample, stride);
    if (sample < samples) {
      float some[4 * lanes];
      drawTau<V>(rounds, key0, key1, from(), some, lanes);
      for (size_t step = 0; step < 4; step++)
        std::copy_n(some + step * lanes, samples - sample, tau + step * stride + sample);
    }
    for (size_t step = 0; step < 4; step++) std::fill_n(tau + step * stride + samples, stride - samples, 0.5f);
  }
}

}  // namespace
