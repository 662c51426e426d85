// From tau of one jet to its predictions: four steps on a block of samples, all in the first-level cache.
#pragma once

#include <algorithm>
#include <limits>
#include <utility>

#include "angle.hpp"
#include "dense.hpp"
#include "elementary.hpp"

namespace {

/// 2 pi = 6.28125 + the rest: a small multiple of the first part is exact (Cody and Waite, 1980).
constexpr float kTwoPiHigh = 6.28125f;
constexpr float kTwoPiLow = static_cast<float>(6.283185307179586 - 6.28125);
/// The largest float below pi.
constexpr float kPiBelow = 3.1415925f;
constexpr float kTurnsARadian = 0.15915494309189535f;
/// Logarithms of widths are held within this: LOG_WIDTH_LIMIT in src/model/network-spec.ts.
constexpr float kLogWidthLimit = 4.0f;

/// What a jet decides for one step beside the biases.
struct StepOfJet {
  const float* bias;
  float shift;
  float centre;
  float width;
  /// The input's value of the step's variable; for a ratio with the offset added.
  float origin;
  float lift;
  /// A turn in units of what the next steps read.
  float turn;
  /// Only where the target has a floor: the least value that the next steps read, and 1 / width.
  float leastValue;
  float perWidth;
};

template <class V>
float only(typename V::F value) {
  float lanes[V::lanes];
  V::store(lanes, value);
  return lanes[0];
}

/// The trunk on at most kJetsTogether jets: [kJetsTogether, contextStride] of what decides, until the next call.
template <class V>
const float* decideTogether(Packed& network, const float* x, size_t jets) {
  float* in = network.context[0].data();
  float* out = network.context[1].data();
  for (size_t jet = 0; jet < kJetsTogether; jet++)
    for (unsigned input = 0; input < network.inputs; input++)
      in[jet * network.contextStride + input] = jet < jets ? x[jet * network.inputs + input] : 0.0f;
  for (size_t layer = 0; layer < network.jetLayers.size(); layer++) {
    const bool isLast = layer + 1 == network.jetLayers.size();
    denseOfJets<V>(network.jetLayers[layer], in, out, network.contextStride, !isLast, network.slope);
    std::swap(in, out);
  }
  return in;
}

/// @param decided what the last jet layer gave for this jet.
/// @param origins [4] the input's own four variables.
template <class V>
void stepsOfJet(const Packed& network, const float* decided, const float* origins, StepOfJet* steps) {
  const float* shift = decided + kSteps * network.units;
  const float* centre = shift + kSteps;
  const float* logWidth = centre + kSteps;
  for (unsigned step = 0; step < kSteps; step++) {
    const Target& target = network.targets[step];
    StepOfJet& of = steps[step];
    of.bias = decided + step * network.units;
    of.shift = shift[step];
    of.centre = centre[step];
    const auto limited = V::min(V::set(kLogWidthLimit), V::max(V::set(-kLogWidthLimit), V::set(logWidth[step])));
    of.width = only<V>(V::mul(exponential<V>(limited), V::set(target.sd)));
    const bool isRatio = target.kind == TargetKind::logRatio || target.kind == TargetKind::logRatioFromZero;
    of.origin = isRatio ? origins[step] + target.offset : origins[step];
    of.lift = target.lift;
    of.turn = kTwoPi / of.width;
    of.perWidth = 1.0f / of.width;
    of.leastValue =
        target.leastExcess > 0 ? only<V>(logarithm<V>(V::set(target.leastExcess / of.origin))) : 0.0f;
  }
}

/// How many turns an angle is beyond (-pi, pi].
template <class V>
typename V::F turnsOf(typename V::F angle) {
  return V::ceil(V::mul(V::sub(angle, V::set(kPi)), V::set(kTurnsARadian)));
}

/// The angle inside (-pi, pi].
template <class V>
typename V::F wrapped(typename V::F angle) {
  const auto turns = turnsOf<V>(angle);
  const auto near = V::fma(turns, V::set(-kTwoPiHigh), angle);
  const auto inside = V::fma(turns, V::set(-kTwoPiLow), near);
  return V::min(V::set(kPiBelow), V::max(V::set(-kPiBelow), inside));
}

/// Writes the features of tau, [features][vectors * lanes]; NaN where tau is not inside (0, 1). The loop is in here: with
/// one call a vector the whole kernel is 7 % slower (g++ 12, AVX-512).
template <class V, int vectors>
void tauFeatures(TauInput kind, const float* tau, float* features) {
  const auto none = V::set(std::numeric_limits<float>::quiet_NaN());
  for (int v = 0; v < vectors; v++, tau += V::lanes, features += V::lanes) {
    const auto t = V::load(tau);
    float* logit = features;
    if (kind != TauInput::logit) {
      V::store(features, V::whereInUnitInterval(t, V::fma(t, V::set(6.0f), V::set(-3.0f)), none));
      logit += vectors * V::lanes;
    }
    if (kind != TauInput::affine) {
      const auto odds = V::div(t, V::sub(V::set(1.0f), t));
      V::store(logit, V::whereInUnitInterval(t, V::mul(logarithm<V>(odds), V::set(0.5f)), none));
    }
  }
}

/// Their derivatives by tau.
template <class V>
void tauTangents(TauInput kind, typename V::F tau, float* tangents, size_t stride) {
  float* logit = tangents;
  if (kind != TauInput::logit) {
    V::store(tangents, V::set(6.0f));
    logit += stride;
  }
  if (kind != TauInput::affine)
    V::store(logit, V::div(V::set(0.5f), V::mul(tau, V::sub(V::set(1.0f), tau))));
}

/// One vector of a step's outputs: the prediction, and what the next steps read.
template <class V>
typename V::F finish(const Target& target, const StepOfJet& of, typename V::F output, float* prediction) {
  auto known = V::add(output, V::set(of.shift));
  const auto value = V::fma(V::set(of.width), known, V::set(of.centre));
  switch (target.kind) {
    case TargetKind::difference:
      V::store(prediction, V::add(V::set(of.origin), value));
      break;
    case TargetKind::wrappedDifference:
      V::store(prediction, wrapped<V>(V::add(V::set(of.origin), value)));
      known = V::fma(turnsOf<V>(value), V::set(-of.turn), known);
      break;
    default: {
      auto physical = V::fma(exponential<V>(value), V::set(of.origin), V::set(of.lift));
      if (target.kind == TargetKind::logRatioFromZero) physical = V::max(V::set(0.0f), physical);
      V::store(prediction, physical);
      if (target.leastExcess > 0) {
        const auto missing = V::max(V::set(0.0f), V::sub(V::set(of.leastValue), value));
        known = V::fma(missing, V::set(of.perWidth), known);
      }
    }
  }
  return known;
}

/// The first layer of a step, with its numbers of inputs made constants.
template <class V, int known = 0>
inline void firstLayerOf(const Packed& network, unsigned step, const float* bias, const float* targets,
                         const float* tau, float* out, typename V::F slope) {
  if constexpr (known <= static_cast<int>(kKnown)) {
    if (step != known)
      firstLayerOf<V, known + 1>(network, step, bias, targets, tau, out, slope);
    else if (network.tauFeatures == 1)
      firstLayer<V, known, 1>(network.first[known], bias, targets, tau, out, slope);
    else
      firstLayer<V, known, 2>(network.first[known], bias, targets, tau, out, slope);
  }
}

/// One block of samples: tau and predictions [4][stride].
template <class V>
void predictBlock(const Packed& network, const StepOfJet* steps, const float* tau, float* predictions,
                  size_t stride) {
  constexpr int block = blockOf<V>;
  alignas(64) float features[kSteps][2 * block];
  alignas(64) float targets[kKnown * block];
  alignas(64) float activations[2][kMostHeadWidth * block];
  const auto slope = V::set(network.slope);
  // All at once: their long chains of operations overlap, as they would not between the steps' layers.
  for (unsigned step = 0; step < kSteps; step++)
    tauFeatures<V, kVectors>(network.tauInput, tau + step * stride, features[step]);
  for (unsigned step = 0; step < kSteps; step++) {
    const float* bias = steps[step].bias;
    firstLayerOf<V>(network, step, bias, targets, features[step], activations[0], slope);
    bias += network.first[0].outputs;
    typename V::F output[kVectors];
    for (int v = 0; v < kVectors; v++) output[v] = V::set(0.0f);
    const size_t depth = network.deeper.size();
    if (depth == 0) outputOf<V>(network.first[0].outputs, activations[0], network.output.data(), output);
    for (size_t i = 0; i < depth; i++) {
      const HeadLayer& layer = network.deeper[i];
      const float* in = activations[i & 1];
      if (i + 1 < depth)
        middleLayer<V>(layer, bias, in, activations[~i & 1], slope);
      else
        lastLayer<V>(layer, bias, in, network.output.data(), output, slope);
      bias += layer.outputs;
    }
    for (int v = 0; v < kVectors; v++) {
      const auto known = finish<V>(network.targets[step], steps[step], output[v],
                                   predictions + step * stride + v * V::lanes);
      if (step < kKnown) V::store(targets + step * block + v * V::lanes, known);
    }
  }
}

/// All samples of one jet: tau, predictions [4][samples].
template <class V>
void predictJet(const Packed& network, const StepOfJet* steps, const float* tau, float* predictions,
                size_t samples) {
  constexpr size_t block = blockOf<V>;
  size_t sample = 0;
  for (; sample + block <= samples; sample += block)
    predictBlock<V>(network, steps, tau + sample, predictions + sample, samples);
  const size_t left = samples - sample;
  if (left == 0) return;
  float someTau[kSteps * block];
  float some[kSteps * block];
  for (unsigned step = 0; step < kSteps; step++)
    for (size_t s = 0; s < block; s++)
      someTau[step * block + s] = s < left ? tau[step * samples + sample + s] : 0.5f;
  predictBlock<V>(network, steps, someTau, some, block);
  for (unsigned step = 0; step < kSteps; step++)
    for (size_t s = 0; s < left; s++) predictions[step * samples + sample + s] = some[step * block + s];
}

}  // namespace
