// Single rows: the quantile of one step of one jet given the targets before it, and its slope in tau. Value and tangent
// side by side (forward-mode differentiation): z' = W h', h' = z' s with s = 1 where z > 0, else LeakyReLU's slope.
//
// Each row has the biases of its own jet and step, so lanes are the outputs of a layer here, where head.hpp has samples.
#pragma once

#include "head.hpp"

namespace {

/// Rows whose head is computed together, so that its weights are loaded once for all of them.
constexpr unsigned kRowsTogether = 4;
/// Rows whose inputs and results are computed together, lanes over rows.
constexpr unsigned kRowsABlock = 64;

/// Vectors of outputs computed together: with tangents 16 sums of 32 registers, or 8 of 16.
template <class V>
constexpr unsigned rowTile = V::lanes == 16 ? 2 : 1;

/// What a layer gives for some rows, and its derivative by tau.
struct DualRows {
  alignas(64) float values[kRowsTogether][kMostHeadWidth];
  alignas(64) float tangents[kRowsTogether][kMostHeadWidth];
};

/// What a jet decides as rows read it, [decidedWidth]: the biases of each step, then four numbers of each step.
struct DecidedOfJet {
  const float* biases;
  const float* shift;
  const float* centre;
  const float* width;
  const float* origin;
  DecidedOfJet(const Packed& network, const float* decided)
      : biases(decided),
        shift(decided + kSteps * network.units),
        centre(shift + kSteps),
        width(centre + kSteps),
        origin(width + kSteps) {}
};

/// What the trunk decides of jets: decided [jets, decidedWidth].
template <class V>
void decide(Packed& network, const float* x, const float* origins, size_t jets, float* decided) {
  for (size_t jet = 0; jet < jets; jet += kJetsTogether) {
    const size_t here = jets - jet < kJetsTogether ? jets - jet : kJetsTogether;
    const float* made = decideTogether<V>(network, x + jet * network.inputs, here);
    for (size_t j = 0; j < here; j++, decided += network.decidedWidth) {
      StepOfJet steps[kSteps];
      stepsOfJet<V>(network, made + j * network.contextStride, origins + (jet + j) * kSteps, steps);
      std::copy_n(made + j * network.contextStride, kSteps * network.units, decided);
      float* ofSteps = decided + kSteps * network.units;
      for (unsigned step = 0; step < kSteps; step++) {
        ofSteps[step] = steps[step].shift;
        ofSteps[kSteps + step] = steps[step].centre;
        ofSteps[2 * kSteps + step] = steps[step].width;
        ofSteps[3 * kSteps + step] = steps[step].origin;
      }
      std::fill(ofSteps + 4 * kSteps, decided + network.decidedWidth, 0.0f);
    }
  }
}

/// Some outputs of a layer from `unit` on. Where a width is no multiple of a vector, the last one reaches into what
/// follows the layer's biases, and makes units that nobody reads.
template <class V, unsigned tile>
void unitsOfRows(const JetLayer& layer, unsigned unit, const float* const* biases, const DualRows& in, DualRows& out,
                 typename V::F slope) {
  typename V::F z[kRowsTogether][tile], tangent[kRowsTogether][tile];
  for (unsigned row = 0; row < kRowsTogether; row++)
    for (unsigned v = 0; v < tile; v++) {
      z[row][v] = V::load(biases[row] + unit + v * V::lanes);
      tangent[row][v] = V::set(0.0f);
    }
  const unsigned width = padded(layer.outputs);
  const float* kernel = layer.kernel.data() + unit;
  for (unsigned input = 0; input < layer.inputs; input++, kernel += width) {
    typename V::F weights[tile];
    for (unsigned v = 0; v < tile; v++) weights[v] = V::load(kernel + v * V::lanes);
    for (unsigned row = 0; row < kRowsTogether; row++) {
      const auto value = V::set(in.values[row][input]);
      const auto slopeOf = V::set(in.tangents[row][input]);
      for (unsigned v = 0; v < tile; v++) {
        z[row][v] = V::fma(value, weights[v], z[row][v]);
        tangent[row][v] = V::fma(slopeOf, weights[v], tangent[row][v]);
      }
    }
  }
  for (unsigned row = 0; row < kRowsTogether; row++)
    for (unsigned v = 0; v < tile; v++) {
      const unsigned at = unit + v * V::lanes;
      V::store(out.values[row] + at, leaky<V>(z[row][v], slope));
      V::store(out.tangents[row] + at,
               V::whereLess(V::set(0.0f), z[row][v], tangent[row][v], V::mul(tangent[row][v], slope)));
    }
}

template <class V>
void layerOfRows(const JetLayer& layer, const float* const* biases, const DualRows& in, DualRows& out,
                 typename V::F slope) {
  constexpr unsigned tile = rowTile<V>;
  unsigned unit = 0;
  for (; unit + (tile - 1) * V::lanes < layer.outputs; unit += tile * V::lanes)
    unitsOfRows<V, tile>(layer, unit, biases, in, out, slope);
  for (; unit < layer.outputs; unit += V::lanes) unitsOfRows<V, 1>(layer, unit, biases, in, out, slope);
}

/// The sum of units weighted by `output`, in one order for any vectors: kPadding sums, then those by halves.
template <class V>
float outputOfRow(float* units, const float* output, unsigned count) {
  alignas(64) float sums[kPadding];
  std::fill(units + count, units + padded(count), 0.0f);
  for (unsigned v = 0; v < kPadding; v += V::lanes) {
    auto sum = V::set(0.0f);
    for (unsigned at = v; at < count; at += kPadding) sum = V::fma(V::load(units + at), V::load(output + at), sum);
    V::store(sums + v, sum);
  }
  for (unsigned half = kPadding / 2; half > 0; half /= 2)
    for (unsigned i = 0; i < half; i++) sums[i] += sums[i + half];
  return sums[0];
}

/// One vector of a known target as the network reads it: relative to the input jet, in widths from the centre.
template <class V>
typename V::F knownOf(const Target& target, typename V::F value, typename V::F origin, typename V::F centre,
                      typename V::F width) {
  typename V::F relative;
  switch (target.kind) {
    case TargetKind::difference:
      relative = V::sub(value, origin);
      break;
    case TargetKind::wrappedDifference:
      relative = wrapped<V>(V::sub(value, origin));
      break;
    default: {
      auto above = V::sub(value, V::set(target.lift));
      if (target.leastExcess > 0) above = V::max(V::set(target.leastExcess), above);
      relative = logarithm<V>(V::div(above, origin));
    }
  }
  return V::div(V::sub(relative, centre), width);
}

/// The head on rows `first` to first + kRowsTogether of a block whose inputs are there: output and slope by tau.
template <class V>
void headOfRows(const Packed& network, const float* const* biasesOfRows, DualRows* rows, float* output, float* slope) {
  const float* biases[kRowsTogether];
  std::copy_n(biasesOfRows, kRowsTogether, biases);
  size_t layer = 0;
  for (; layer < network.rowLayers.size(); layer++) {
    layerOfRows<V>(network.rowLayers[layer], biases, rows[layer & 1], rows[~layer & 1], V::set(network.slope));
    for (const float*& bias : biases) bias += network.rowLayers[layer].outputs;
  }
  const unsigned units = network.rowLayers.back().outputs;
  for (unsigned row = 0; row < kRowsTogether; row++) {
    output[row] = outputOfRow<V>(rows[layer & 1].values[row], network.output.data(), units);
    slope[row] = outputOfRow<V>(rows[layer & 1].tangents[row], network.output.data(), units);
  }
}

/// At most kRowsABlock rows from `first` on.
template <class V>
void quantileBlock(const Packed& network, const QuantileRows& rows, size_t first, unsigned count) {
  constexpr unsigned block = kRowsABlock;
  alignas(64) float known[kKnown][block], features[2][block], tangents[2][block], outputs[block], slopes[block];
  alignas(64) float tau[block], values[block], origins[block], centres[block], widths[block];
  const float* decided[block];
  unsigned steps[block];
  for (unsigned n = 0; n < block; n++) {
    // What is missing of a block is its last row once more.
    const size_t row = first + (n < count ? n : count - 1);
    decided[n] = rows.decided + rows.jet[row] * network.decidedWidth;
    steps[n] = rows.step[row];
    tau[n] = rows.tau[row];
  }
  for (unsigned k = 0; k < kKnown; k++) {
    for (unsigned n = 0; n < block; n++) {
      const DecidedOfJet of(network, decided[n]);
      values[n] = rows.known[(first + (n < count ? n : count - 1)) * kKnown + k];
      origins[n] = of.origin[k];
      centres[n] = of.centre[k];
      widths[n] = of.width[k];
    }
    for (unsigned n = 0; n < block; n += V::lanes)
      V::store(known[k] + n, knownOf<V>(network.targets[k], V::load(values + n), V::load(origins + n),
                                        V::load(centres + n), V::load(widths + n)));
  }
  tauFeatures<V, block / V::lanes>(network.tauInput, tau, features[0]);
  for (unsigned n = 0; n < block; n += V::lanes)
    tauTangents<V>(network.tauInput, V::load(tau + n), tangents[0] + n, block);
  DualRows dual[2];
  for (unsigned n = 0; n < block && n < count; n += kRowsTogether) {
    const float* biases[kRowsTogether];
    for (unsigned r = 0; r < kRowsTogether; r++) {
      biases[r] = decided[n + r] + steps[n + r] * network.units;
      for (unsigned k = 0; k < kKnown; k++) {
        dual[0].values[r][k] = k < steps[n + r] ? known[k][n + r] : 0.0f;
        dual[0].tangents[r][k] = 0;
      }
      for (unsigned feature = 0; feature < network.tauFeatures; feature++) {
        dual[0].values[r][kKnown + feature] = features[feature][n + r];
        dual[0].tangents[r][kKnown + feature] = tangents[feature][n + r];
      }
    }
    headOfRows<V>(network, biases, dual, outputs + n, slopes + n);
  }
  for (unsigned n = (count + kRowsTogether - 1) / kRowsTogether * kRowsTogether; n < block; n++)
    outputs[n] = slopes[n] = 0;

  alignas(64) float shifts[block], ratios[block];
  for (unsigned n = 0; n < block; n++) {
    const DecidedOfJet of(network, decided[n]);
    shifts[n] = of.shift[steps[n]];
    centres[n] = of.centre[steps[n]];
    widths[n] = of.width[steps[n]];
  }
  for (unsigned n = 0; n < block; n += V::lanes) {
    const auto width = V::load(widths + n);
    const auto value = V::fma(width, V::add(V::load(outputs + n), V::load(shifts + n)), V::load(centres + n));
    V::store(values + n, value);
    V::store(ratios + n, exponential<V>(value));
    V::store(slopes + n, V::mul(width, V::load(slopes + n)));
  }
  for (unsigned n = 0; n < count; n++) {
    const Target& target = network.targets[steps[n]];
    const float origin = DecidedOfJet(network, decided[n]).origin[steps[n]];
    const bool isRatio = target.kind == TargetKind::logRatio || target.kind == TargetKind::logRatioFromZero;
    const float product = origin * ratios[n];
    rows.value[first + n] = isRatio ? product + target.lift : origin + values[n];
    rows.slope[first + n] = isRatio ? product * slopes[n] : slopes[n];
  }
}

template <class V>
void quantileRows(Packed& network, const QuantileRows& rows) {
  for (size_t first = 0; first < rows.count; first += kRowsABlock)
    quantileBlock<V>(network, rows, first,
                     static_cast<unsigned>(rows.count - first < kRowsABlock ? rows.count - first : kRowsABlock));
}

}  // namespace
