#include "packed.hpp"

#include <algorithm>

namespace jetiqn {

namespace {

JetLayer packJetLayer(const Affine& layer) {
  const unsigned width = padded(layer.outputs);
  JetLayer packed = {layer.inputs, layer.outputs, Floats(size_t{layer.inputs} * width), Floats(width)};
  for (unsigned input = 0; input < layer.inputs; input++)
    std::copy_n(layer.kernel + size_t{input} * layer.outputs, layer.outputs,
                packed.kernel.data() + size_t{input} * width);
  if (layer.bias != nullptr) std::copy_n(layer.bias, layer.outputs, packed.bias.data());
  return packed;
}

/// @param rows the rows of the layer's kernel that are read, in order.
HeadLayer packHeadLayer(const Affine& layer, const std::vector<unsigned>& rows, unsigned tile) {
  const unsigned inputs = static_cast<unsigned>(rows.size());
  HeadLayer packed = {inputs, layer.outputs, Floats(size_t{inputs} * layer.outputs)};
  size_t at = 0;
  for (unsigned first = 0; first < layer.outputs; first += tile)
    for (const unsigned row : rows)
      for (unsigned output = first; output < std::min(first + tile, layer.outputs); output++)
        packed.kernel[at++] = layer.kernel[size_t{row} * layer.outputs + output];
  return packed;
}

}  // namespace

Floats::Floats(size_t count)
    : values_(static_cast<float*>(::operator new[](std::max<size_t>(count, 1) * sizeof(float),
                                                   std::align_val_t{64}))) {
  std::fill_n(values_.get(), count, 0.0f);
}

Packed::Packed(const Network& network, unsigned tile)
    : inputs(network.inputs),
      slope(network.slope),
      tauInput(network.tauInput),
      tauFeatures(network.tauFeatures()),
      units(network.units()) {
  std::copy_n(network.targets, kSteps, targets);
  contextStride = padded(inputs);
  for (const Affine& layer : network.trunk) jetLayers.push_back(packJetLayer(layer));
  jetLayers.push_back(packJetLayer(network.decided));
  for (const JetLayer& layer : jetLayers) contextStride = std::max(contextStride, padded(layer.outputs));
  for (Floats& values : context) values = Floats(size_t{kJetsTogether} * contextStride);
  for (unsigned step = 0; step < kSteps; step++) {
    std::vector<unsigned> rows;
    for (unsigned known = 0; known < step; known++) rows.push_back(known);
    for (unsigned feature = 0; feature < tauFeatures; feature++) rows.push_back(kKnown + feature);
    first[step] = packHeadLayer(network.head[0], rows, tile);
  }
  for (size_t layer = 1; layer < network.head.size(); layer++) {
    std::vector<unsigned> rows(network.head[layer].inputs);
    for (unsigned row = 0; row < rows.size(); row++) rows[row] = row;
    deeper.push_back(packHeadLayer(network.head[layer], rows, tile));
  }
  for (const Affine& layer : network.head) rowLayers.push_back(packJetLayer(layer));
  // Vectors of the last layer's biases reach less than kPadding beyond them.
  decidedWidth = padded(kSteps * units + kPadding);
  const unsigned last = network.head.back().outputs;
  output = Floats(padded(last));
  std::copy_n(network.output, last, output.data());
}

}  // namespace jetiqn
