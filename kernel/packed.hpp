// A network's numbers in the order in which the kernels read them, and the room that they compute in.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

#include "network.hpp"

namespace jetiqn {

/// Jets whose trunk is computed together, so that its weights are loaded once for all of them.
constexpr unsigned kJetsTogether = 4;
/// Outputs of the trunk's layers are filled up to a multiple of the widest vector.
constexpr unsigned kPadding = 16;

constexpr unsigned padded(unsigned count) { return (count + kPadding - 1) / kPadding * kPadding; }

/// Floats on a cache line's boundary, zero at first.
class Floats {
 public:
  Floats() = default;
  explicit Floats(size_t count);
  float* data() { return values_.get(); }
  const float* data() const { return values_.get(); }
  float& operator[](size_t index) { return values_[index]; }

 private:
  struct Free {
    void operator()(float* values) const { ::operator delete[](values, std::align_val_t{64}); }
  };
  std::unique_ptr<float[], Free> values_;
};

/// A layer on what the jet decides: kernel [inputs, padded outputs], bias [padded outputs].
struct JetLayer {
  unsigned inputs;
  unsigned outputs;
  Floats kernel;
  Floats bias;
};

/// A layer of the head: for each tile of outputs the weights of one input after the other, [inputs][tile].
struct HeadLayer {
  unsigned inputs;
  unsigned outputs;
  Floats kernel;
};

struct Packed {
  /// @param tile outputs that a kernel computes together.
  Packed(const Network& network, unsigned tile);

  unsigned inputs;
  float slope;
  TauInput tauInput;
  unsigned tauFeatures;
  Target targets[kSteps];
  /// Biases a step.
  unsigned units;
  /// The trunk's layers and, last, what decides.
  std::vector<JetLayer> jetLayers;
  /// The first layer as each step reads it: its known targets, then the features of tau.
  HeadLayer first[kSteps];
  /// The layers after it.
  std::vector<HeadLayer> deeper;
  /// All of the head's layers, as rows read them: quantile.hpp.
  std::vector<JetLayer> rowLayers;
  /// Filled up with zeros.
  Floats output;
  /// Floats that a jet decides for its rows: biases, then shift, centre, width and origin of the steps.
  unsigned decidedWidth;

  /// [kJetsTogether, widest jet layer], twice: what one layer reads and writes.
  Floats context[2];
  unsigned contextStride;
};

}  // namespace jetiqn
