// Layers: sums of products in one order (bias first, then input by input), each product fused with its addition.
#pragma once

#include <type_traits>

#include "packed.hpp"

namespace {

using namespace jetiqn;

/// Vectors of samples computed together.
constexpr int kVectors = 3;

template <class V>
constexpr int blockOf = kVectors* V::lanes;

/// LeakyReLU: the larger of z and slope z, since the slope is at most 1.
template <class V>
typename V::F leaky(typename V::F z, typename V::F slope) {
  return V::max(z, V::mul(z, slope));
}

/// The sums of one tile, not yet activated.
template <class V, int tile>
struct Sums {
  typename V::F z[tile][kVectors];

  explicit Sums(const float* bias) {
    for (int unit = 0; unit < tile; unit++)
      for (int v = 0; v < kVectors; v++) z[unit][v] = V::set(bias[unit]);
  }

  /// Adds one input's share. in [block]; weights [tile].
  void add(const float* in, const float* weights) {
    typename V::F h[kVectors];
    for (int v = 0; v < kVectors; v++) {
      h[v] = V::load(in + v * V::lanes);
      V::pin(h[v]);
    }
    for (int unit = 0; unit < tile; unit++) {
      const typename V::F weight = V::set(weights[unit]);
      for (int v = 0; v < kVectors; v++) z[unit][v] = V::fma(h[v], weight, z[unit][v]);
    }
  }

  /// out [tile][block].
  void store(float* out, typename V::F slope) const {
    for (int unit = 0; unit < tile; unit++)
      for (int v = 0; v < kVectors; v++)
        V::store(out + unit * blockOf<V> + v * V::lanes, leaky<V>(z[unit][v], slope));
  }

  /// Adds the activations weighted by `output` [tile] to `sums`.
  void addTo(typename V::F* sums, const float* output, typename V::F slope) const {
    for (int unit = 0; unit < tile; unit++)
      for (int v = 0; v < kVectors; v++)
        sums[v] = V::fma(leaky<V>(z[unit][v], slope), V::set(output[unit]), sums[v]);
  }
};

/// Calls `tile(size, unit)` for every tile of a layer: whole ones, then one of what is left over. size is a constant.
template <class V, class Tile, int rest = V::tile - 1>
inline void forRest(size_t units, size_t unit, const Tile& tile) {
  if constexpr (rest > 0) {
    if (units == rest)
      tile(std::integral_constant<int, rest>(), unit);
    else
      forRest<V, Tile, rest - 1>(units, unit, tile);
  }
}
template <class V, class Tile>
inline void forTiles(size_t units, const Tile& tile) {
  size_t unit = 0;
  for (; unit + V::tile <= units; unit += V::tile) tile(std::integral_constant<int, V::tile>(), unit);
  forRest<V>(units - unit, unit, tile);
}

/// The first layer: reads `known` targets already known and `features` of tau, so few that their number is a constant.
template <class V, int known, int features>
void firstLayer(const HeadLayer& layer, const float* bias, const float* targets, const float* tau, float* out,
                typename V::F slope) {
  forTiles<V>(layer.outputs, [&](auto size, size_t unit) {
    const float* kernel = layer.kernel.data() + unit * (known + features);
    Sums<V, size> sums(bias + unit);
    for (int i = 0; i < known; i++) sums.add(targets + i * blockOf<V>, kernel + i * size);
    for (int i = 0; i < features; i++) sums.add(tau + i * blockOf<V>, kernel + (known + i) * size);
    sums.store(out + unit * blockOf<V>, slope);
  });
}

/// The sums of one tile over all inputs. in [inputs][block].
template <class V, int tile>
inline Sums<V, tile> sumsOf(const HeadLayer& layer, const float* bias, const float* in, size_t unit) {
  const float* kernel = layer.kernel.data() + unit * layer.inputs;
  Sums<V, tile> sums(bias + unit);
#pragma GCC unroll 1
  for (unsigned input = 0; input < layer.inputs; input++) {
    sums.add(in, kernel);
    in += blockOf<V>;
    kernel += tile;
  }
  return sums;
}

/// A layer between first and last. in [inputs][block], out [outputs][block].
template <class V>
void middleLayer(const HeadLayer& layer, const float* bias, const float* in, float* out, typename V::F slope) {
  forTiles<V>(layer.outputs, [&](auto size, size_t unit) {
    sumsOf<V, size>(layer, bias, in, unit).store(out + unit * blockOf<V>, slope);
  });
}

/// The last layer: only the sum of its units weighted by `output` leaves the registers, added to `sums`.
template <class V>
void lastLayer(const HeadLayer& layer, const float* bias, const float* in, const float* output, typename V::F* sums,
               typename V::F slope) {
  forTiles<V>(layer.outputs, [&](auto size, size_t unit) {
    sumsOf<V, size>(layer, bias, in, unit).addTo(sums, output + unit, slope);
  });
}

/// The weighted sum of units already activated: where the first layer is the last. in [units][block].
template <class V>
void outputOf(unsigned units, const float* in, const float* output, typename V::F* sums) {
  for (unsigned unit = 0; unit < units; unit++, in += blockOf<V>)
    for (int v = 0; v < kVectors; v++)
      sums[v] = V::fma(V::load(in + v * V::lanes), V::set(output[unit]), sums[v]);
}

/// A layer on what the jets decide, lanes over outputs. in, out [kJetsTogether][stride].
template <class V>
void denseOfJets(const JetLayer& layer, const float* in, float* out, unsigned stride, bool isActivated, float slope) {
  constexpr int vectors = kPadding / V::lanes;
  const unsigned width = padded(layer.outputs);
  for (unsigned first = 0; first < width; first += kPadding) {
    typename V::F z[kJetsTogether][vectors];
    for (unsigned jet = 0; jet < kJetsTogether; jet++)
      for (int v = 0; v < vectors; v++) z[jet][v] = V::load(layer.bias.data() + first + v * V::lanes);
    const float* kernel = layer.kernel.data() + first;
    for (unsigned input = 0; input < layer.inputs; input++, kernel += width) {
      for (int v = 0; v < vectors; v++) {
        const typename V::F weights = V::load(kernel + v * V::lanes);
        for (unsigned jet = 0; jet < kJetsTogether; jet++)
          z[jet][v] = V::fma(V::set(in[jet * stride + input]), weights, z[jet][v]);
      }
    }
    for (unsigned jet = 0; jet < kJetsTogether; jet++)
      for (int v = 0; v < vectors; v++)
        V::store(out + jet * stride + first + v * V::lanes,
                 isActivated ? leaky<V>(z[jet][v], V::set(slope)) : z[jet][v]);
  }
}

}  // namespace
