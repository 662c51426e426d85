// The kernel as a Node-API addon, the native engine. It keeps no state of its own beside the networks and studies it hands out,
// which belong to the environment that opened them, and starts no threads: any number of workers may load it.
//
//     levels()                                   names of the instruction sets that this machine can run, best first
//     open(layout, numbers, level)               a network; see network.hpp
//     predict(network, x, origins, tau, predictions, jets, samples)
//     decidedWidth(network)                      numbers that a jet decides for its rows
//     decide(network, x, origins, decided, jets) those of jets
//     quantileRows(network, decided, jet, step, known, tau, value, slope, count)        see quantile.hpp
//     fillTau(level, tau, numbers, jets, samples, stride)
//     openStudy(level, samples, edges of pt, eta, phi, mass)      a study; see study.hpp
//     addJets(study, predictions, stride, origins, truths, jets, counts, less, equal, medians, place)
//                                                whether no prediction is NaN
//     sweep(study, counts)                       counts what of the spectra waited
//     multiply(level, rounds)                    fused multiply-adds made, for a clock beside it
#include <node_api.h>

#include <new>

#include "arguments.hpp"
#include "level.hpp"
#include "study-addon.hpp"

namespace {

using namespace jetiqn;

struct OpenNetwork {
  OpenNetwork(const Network& network, const Level& level) : level(&level), packed(network, level.tile) {}
  const Level* level;
  Packed packed;
};

/// So that predict() takes no other addon's object for one of ours.
constexpr napi_type_tag kNetworkTag = {0x6a65742d69716e00, 0x9f3b1c5e7d2a4486};

OpenNetwork* networkOf(napi_env env, napi_value value) {
  return static_cast<OpenNetwork*>(unwrap(env, value, "network", kNetworkTag));
}

napi_value levels(napi_env env, napi_callback_info) {
  const Level* available[kMostLevels];
  const size_t count = availableLevels(available);
  napi_value names;
  if (napi_create_array_with_length(env, count, &names) != napi_ok) return nullptr;
  for (size_t i = 0; i < count; i++) {
    napi_value name;
    if (napi_create_string_utf8(env, available[i]->name, NAPI_AUTO_LENGTH, &name) != napi_ok) return nullptr;
    napi_set_element(env, names, static_cast<uint32_t>(i), name);
  }
  return names;
}

napi_value open(napi_env env, napi_callback_info info) {
  napi_value given[3];
  if (!argumentsOf(env, info, given)) return nullptr;
  const auto layout = wordsOf(env, given[0], "layout", 0);
  if (!layout.ok) return nullptr;
  const auto numbers = floatsOf(env, given[1], "numbers", 0);
  if (!numbers.ok) return nullptr;
  const Level* level = levelOf(env, given[2]);
  if (level == nullptr) return nullptr;
  try {
    Network network;
    if (const char* wrong = readNetwork(layout.data, layout.length, numbers.data, numbers.length, network)) {
      napi_throw_range_error(env, nullptr, wrong);
      return nullptr;
    }
    return wrap(env, new OpenNetwork(network, *level), kNetworkTag);
  } catch (const std::bad_alloc&) {
    napi_throw_error(env, nullptr, "there is not enough memory for the network");
    return nullptr;
  }
}

napi_value predict(napi_env env, napi_callback_info info) {
  napi_value given[7];
  if (!argumentsOf(env, info, given)) return nullptr;
  OpenNetwork* network = networkOf(env, given[0]);
  if (network == nullptr) return nullptr;
  size_t jets = 0;
  size_t samples = 0;
  if (!countOf(env, given[5], "jets", jets) || !countOf(env, given[6], "samples", samples)) return nullptr;
  size_t values = 0;
  if (__builtin_mul_overflow(jets * kSteps, samples, &values)) {
    throwRange(env, "samples", "and jets are more than memory can hold");
    return nullptr;
  }
  const auto x = floatsOf(env, given[1], "x", jets * network->packed.inputs);
  if (!x.ok) return nullptr;
  const auto origins = floatsOf(env, given[2], "origins", jets * kSteps);
  if (!origins.ok) return nullptr;
  const auto tau = floatsOf(env, given[3], "tau", values);
  if (!tau.ok) return nullptr;
  const auto predictions = floatsOf(env, given[4], "predictions", values);
  if (!predictions.ok) return nullptr;
  const Bytes written = bytesOf(predictions);
  if (overlap(written, bytesOf(x)) || overlap(written, bytesOf(origins)) || overlap(written, bytesOf(tau))) {
    throwRange(env, "predictions", "lie in the memory of what they are made from");
    return nullptr;
  }
  if (values > 0)
    network->level->predict(network->packed, x.data, origins.data, tau.data, predictions.data, jets, samples);
  return nullptr;
}

napi_value decidedWidth(napi_env env, napi_callback_info info) {
  napi_value given[1];
  if (!argumentsOf(env, info, given)) return nullptr;
  const OpenNetwork* network = networkOf(env, given[0]);
  napi_value width;
  if (network == nullptr || napi_create_uint32(env, network->packed.decidedWidth, &width) != napi_ok) return nullptr;
  return width;
}

napi_value decide(napi_env env, napi_callback_info info) {
  napi_value given[5];
  if (!argumentsOf(env, info, given)) return nullptr;
  OpenNetwork* network = networkOf(env, given[0]);
  size_t jets = 0;
  if (network == nullptr || !countOf(env, given[4], "jets", jets)) return nullptr;
  const auto x = floatsOf(env, given[1], "x", jets * network->packed.inputs);
  if (!x.ok) return nullptr;
  const auto origins = floatsOf(env, given[2], "origins", jets * kSteps);
  if (!origins.ok) return nullptr;
  const auto decided = floatsOf(env, given[3], "decided", jets * network->packed.decidedWidth);
  if (!decided.ok) return nullptr;
  if (overlap(bytesOf(decided), bytesOf(x)) || overlap(bytesOf(decided), bytesOf(origins))) {
    throwRange(env, "decided", "lies in the memory of what it is made from");
    return nullptr;
  }
  network->level->decide(network->packed, x.data, origins.data, jets, decided.data);
  return nullptr;
}

napi_value quantileRows(napi_env env, napi_callback_info info) {
  napi_value given[9];
  if (!argumentsOf(env, info, given)) return nullptr;
  OpenNetwork* network = networkOf(env, given[0]);
  size_t count = 0;
  if (network == nullptr || !countOf(env, given[8], "count", count)) return nullptr;
  const auto decided = floatsOf(env, given[1], "decided", 0);
  if (!decided.ok) return nullptr;
  const auto jet = wordsOf(env, given[2], "jet", count);
  if (!jet.ok) return nullptr;
  const auto step = octetsOf(env, given[3], "step", count);
  if (!step.ok) return nullptr;
  const auto known = floatsOf(env, given[4], "known", count * kKnown);
  if (!known.ok) return nullptr;
  const auto tau = floatsOf(env, given[5], "tau", count);
  if (!tau.ok) return nullptr;
  const auto value = floatsOf(env, given[6], "value", count);
  if (!value.ok) return nullptr;
  const auto slope = floatsOf(env, given[7], "slope", count);
  if (!slope.ok) return nullptr;
  const QuantileRows rows = {decided.data, jet.data, step.data, known.data, tau.data, count, value.data, slope.data};
  if (const char* wrong = checkRows(rows, decided.length / network->packed.decidedWidth)) {
    napi_throw_range_error(env, nullptr, wrong);
    return nullptr;
  }
  const Bytes outputs[] = {bytesOf(value), bytesOf(slope)};
  const Bytes inputs[] = {bytesOf(decided), bytesOf(jet), bytesOf(step), bytesOf(known), bytesOf(tau)};
  if (mixed(outputs, 2, inputs, 5)) {
    throwRange(env, "value or slope", "lies in the memory of another array");
    return nullptr;
  }
  network->level->quantileRows(network->packed, rows);
  return nullptr;
}

napi_value multiply(napi_env env, napi_callback_info info) {
  napi_value given[2];
  if (!argumentsOf(env, info, given)) return nullptr;
  const Level* level = levelOf(env, given[0]);
  size_t rounds = 0;
  if (level == nullptr || !countOf(env, given[1], "rounds", rounds)) return nullptr;
  napi_value made;
  if (napi_create_double(env, static_cast<double>(level->multiply(rounds)), &made) != napi_ok) return nullptr;
  return made;
}

}  // namespace

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"levels", nullptr, levels, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"open", nullptr, open, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"predict", nullptr, predict, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"decidedWidth", nullptr, decidedWidth, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"decide", nullptr, decide, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"quantileRows", nullptr, quantileRows, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"fillTau", nullptr, fillTau, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"openStudy", nullptr, openStudy, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"addJets", nullptr, addJets, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"sweep", nullptr, sweep, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"multiply", nullptr, multiply, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  if (napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions) != napi_ok) return nullptr;
  return exports;
}
