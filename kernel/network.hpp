// A network as the kernel takes it: one form for both networks of src/model/network-spec.ts.
//
// A jet's x (standardised) goes through a trunk (none for the paper's network), whose last layer decides, by one more
// affine map, every bias of every step and layer of the head and three numbers a step: shift, centre, log width.
// The head then turns tau into predictions, four steps one after the other; o is its output:
//
//     known = o + shift        value = centre + sd exp(log width) known
//
// src/engines/network-numbers.ts writes this form; here it is read, and what does not add up is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace jetiqn {

constexpr unsigned kSteps = 4;
/// Targets that the last step reads: those of the steps before it.
constexpr unsigned kKnown = 3;
/// shift, centre and log width, each one number a step.
constexpr unsigned kDecidedBySteps = 3 * kSteps;

constexpr unsigned kMostInputs = 64;
constexpr unsigned kMostLayers = 8;
constexpr unsigned kMostTrunkWidth = 1024;
/// Activations of a block of samples stay in the first-level cache.
constexpr unsigned kMostHeadWidth = 64;

enum class TauInput : uint32_t { affine, logit, both };
/// What a target's value means; see src/model/transforms.ts. logRatioFromZero: not let below zero.
enum class TargetKind : uint32_t { logRatio, logRatioFromZero, difference, wrappedDifference };

struct Target {
  TargetKind kind;
  float sd;
  /// Added to the input before it is multiplied by the ratio.
  float offset;
  /// Added to the product: floor - offset.
  float lift;
  /// The next steps read a target closer to its floor than that (offset included) as so far above it; 0: never.
  float leastExcess;
};

/// Row-major [inputs, outputs], and [outputs]. Views.
struct Affine {
  unsigned inputs;
  unsigned outputs;
  const float* kernel;
  const float* bias;
};

struct Network {
  unsigned inputs = 0;
  float slope = 0;
  TauInput tauInput = TauInput::affine;
  Target targets[kSteps] = {};
  std::vector<Affine> trunk;
  /// [context, kSteps * sum of head widths + kDecidedBySteps]: biases by step, then layer; shifts; centres; log widths.
  Affine decided = {};
  /// Without biases of their own. The first reads the known targets, then the features of tau.
  std::vector<Affine> head;
  /// [last head width].
  const float* output = nullptr;

  unsigned tauFeatures() const { return tauInput == TauInput::both ? 2 : 1; }
  /// Sum of the head's widths: biases a step.
  unsigned units() const;
};

/// Reads a network that keeps pointing into `numbers`.
///
/// layout:  inputs, tau input, four kinds, trunk depth, trunk widths, head depth, head widths
/// numbers: slope; sd, offset, lift, least excess of each target; each trunk layer's kernel and bias; decided kernel
///          and bias; the head's kernels; output
///
/// Returns nullptr, or what is wrong in one line.
const char* readNetwork(const uint32_t* layout, size_t layoutLength, const float* numbers, size_t count,
                        Network& network);

/// Rows of one step each, as views: quantile.hpp.
struct QuantileRows {
  /// [jets, decidedWidth].
  const float* decided;
  /// [count]: which jet, which step.
  const uint32_t* jet;
  const uint8_t* step;
  /// [count, 3]: pt, eta and phi of the target, physical units; those of a row's own step and later ones are not read.
  const float* known;
  /// [count], in (0, 1).
  const float* tau;
  size_t count;
  /// [count], written to: the quantile in physical units, phi not wrapped and mass not held at zero; d value / d tau.
  float* value;
  float* slope;
};

/// What is wrong with rows of `jets` jets in one line, or nullptr.
const char* checkRows(const QuantileRows& rows, size_t jets);

}  // namespace jetiqn
