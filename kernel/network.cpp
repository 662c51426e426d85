#include "network.hpp"

#include <cmath>

namespace jetiqn {

namespace {

/// Hands out pieces of an array of known length; past its end it hands out nothing and remembers.
template <class T>
class Reader {
 public:
  Reader(const T* values, size_t length) : values_(values), left_(length) {}

  const T* take(size_t count) {
    if (count > left_) {
      short_ = true;
      return nullptr;
    }
    const T* taken = values_;
    values_ += count;
    left_ -= count;
    return taken;
  }
  T one() {
    const T* taken = take(1);
    return taken ? *taken : T{};
  }
  bool exhausted() const { return !short_ && left_ == 0; }
  bool fellShort() const { return short_; }

 private:
  const T* values_;
  size_t left_;
  bool short_ = false;
};

bool within(uint32_t value, uint32_t least, uint32_t most) { return value >= least && value <= most; }

/// Depth, then that many widths. Returns whether they are allowed.
bool readWidths(Reader<uint32_t>& layout, unsigned leastDepth, unsigned mostWidth, std::vector<unsigned>& widths) {
  const uint32_t depth = layout.one();
  if (!within(depth, leastDepth, kMostLayers)) return false;
  for (uint32_t layer = 0; layer < depth; layer++) {
    const uint32_t width = layout.one();
    if (!within(width, 1, mostWidth)) return false;
    widths.push_back(width);
  }
  return true;
}

Affine takeAffine(Reader<float>& numbers, unsigned inputs, unsigned outputs, bool bias) {
  Affine layer = {inputs, outputs, numbers.take(size_t{inputs} * outputs), nullptr};
  if (bias) layer.bias = numbers.take(outputs);
  return layer;
}

}  // namespace

unsigned Network::units() const {
  unsigned sum = 0;
  for (const Affine& layer : head) sum += layer.outputs;
  return sum;
}

const char* readNetwork(const uint32_t* layoutValues, size_t layoutLength, const float* numberValues, size_t count,
                        Network& network) {
  Reader<uint32_t> layout(layoutValues, layoutLength);
  network = Network();
  network.inputs = layout.one();
  const uint32_t tauInput = layout.one();
  uint32_t kinds[kSteps];
  for (uint32_t& kind : kinds) kind = layout.one();
  std::vector<unsigned> trunk;
  std::vector<unsigned> head;
  const bool trunkFits = readWidths(layout, 0, kMostTrunkWidth, trunk);
  const bool headFits = trunkFits && readWidths(layout, 1, kMostHeadWidth, head);
  if (layout.fellShort()) return "the layout is too short";
  if (!within(network.inputs, kSteps, kMostInputs)) return "the number of inputs is not 4 to 64";
  if (tauInput > static_cast<uint32_t>(TauInput::both)) return "the tau input is unknown";
  for (const uint32_t kind : kinds)
    if (kind > static_cast<uint32_t>(TargetKind::wrappedDifference)) return "the kind of a target is unknown";
  if (!trunkFits) return "the trunk has more than 8 layers or one of more than 1024 units";
  if (!headFits) return "the head has more than 8 layers or one of more than 64 units";
  if (!layout.exhausted()) return "the layout is too long";
  network.tauInput = static_cast<TauInput>(tauInput);

  for (size_t i = 0; i < count; i++)
    if (!std::isfinite(numberValues[i])) return "a weight or number of the network is not finite";
  Reader<float> numbers(numberValues, count);
  network.slope = numbers.one();
  for (unsigned step = 0; step < kSteps; step++) {
    Target& target = network.targets[step];
    target.kind = static_cast<TargetKind>(kinds[step]);
    target.sd = numbers.one();
    target.offset = numbers.one();
    target.lift = numbers.one();
    target.leastExcess = numbers.one();
  }
  unsigned width = network.inputs;
  for (const unsigned outputs : trunk) {
    network.trunk.push_back(takeAffine(numbers, width, outputs, true));
    width = outputs;
  }
  unsigned units = 0;
  for (const unsigned outputs : head) units += outputs;
  network.decided = takeAffine(numbers, width, kSteps * units + kDecidedBySteps, true);
  width = kKnown + network.tauFeatures();
  for (const unsigned outputs : head) {
    network.head.push_back(takeAffine(numbers, width, outputs, false));
    width = outputs;
  }
  network.output = numbers.take(width);
  if (numbers.fellShort()) return "there are fewer weights than the layout needs";
  if (!numbers.exhausted()) return "there are more weights than the layout needs";
  // Beyond 1 the larger of z and slope z would no longer be LeakyReLU.
  if (!(network.slope >= 0 && network.slope <= 1)) return "the slope is not 0 to 1";
  for (const Target& target : network.targets)
    if (!(target.sd > 0 && target.leastExcess >= 0)) return "a target's sd or least excess is not positive";
  return nullptr;
}

const char* checkRows(const QuantileRows& rows, size_t jets) {
  for (size_t row = 0; row < rows.count; row++) {
    if (rows.jet[row] >= jets) return "a row is of a jet that was not decided";
    if (rows.step[row] >= kSteps) return "a step is not 0 to 3";
  }
  return nullptr;
}

}  // namespace jetiqn
