// The computation for one kind of vector. Each level-*.cpp includes it once, compiled for its own instruction set; all
// here is local to that file, so that the linker cannot put one level's code in another's place.
#pragma once

#include "add-jets.hpp"
#include "head.hpp"
#include "level.hpp"
#include "quantile.hpp"
#include "tau.hpp"

namespace {

template <class V>
void predict(Packed& network, const float* x, const float* origins, const float* tau, float* predictions, size_t jets,
             size_t samples) {
  for (size_t jet = 0; jet < jets; jet += kJetsTogether) {
    const size_t here = jets - jet < kJetsTogether ? jets - jet : kJetsTogether;
    const float* decided = decideTogether<V>(network, x + jet * network.inputs, here);
    for (size_t j = 0; j < here; j++) {
      StepOfJet steps[kSteps];
      stepsOfJet<V>(network, decided + j * network.contextStride, origins + (jet + j) * kSteps, steps);
      const size_t at = (jet + j) * kSteps * samples;
      predictJet<V>(network, steps, tau + at, predictions + at, samples);
    }
  }
}

template <class V>
size_t multiply(size_t rounds) {
  // Enough to hide the latency of two units, and no more than registers hold.
  constexpr int sums = 12;
  constexpr size_t steps = 1024;
  typename V::F sum[sums];
  for (int i = 0; i < sums; i++) sum[i] = V::set(static_cast<float>(i));
  typename V::F factor = V::set(0.999f);
  typename V::F term = V::set(0.001f);
  V::pin(factor);
  V::pin(term);
#pragma GCC unroll 1
  for (size_t step = 0; step < rounds * steps; step++)
    for (int i = 0; i < sums; i++) sum[i] = V::fma(sum[i], factor, term);
  for (int i = 1; i < sums; i++) sum[0] = V::add(sum[0], sum[i]);
  // Read by nobody; without it nothing would be computed.
  volatile float sink = only<V>(sum[0]);
  static_cast<void>(sink);
  return rounds * steps * sums * V::lanes;
}

template <class V>
constexpr Level levelOf(const char* name) {
  return {name, V::tile, predict<V>, decide<V>, quantileRows<V>, fillTau<V>, addJets<V>, multiply<V>};
}

}  // namespace
