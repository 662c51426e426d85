// The native engine as a Node-API addon. It keeps no state of its own beside the networks it hands out, which belong
// to the environment that opened them, and starts no threads: any number of workers may load it.
//
//     levels()                                   names of the instruction sets that this machine can run, best first
//     open(layout, numbers, level)               a network; see network.hpp
//     predict(network, x, origins, tau, predictions, jets, samples)
//     multiply(level, rounds)                    fused multiply-adds made, for a clock beside it
#include <node_api.h>

#include <cstring>
#include <new>

#include "arguments.hpp"
#include "level.hpp"

namespace {

using namespace jetiqn;

struct OpenNetwork {
  OpenNetwork(const Network& network, const Level& level) : level(&level), packed(network, level.tile) {}
  const Level* level;
  Packed packed;
};

/// So that predict() takes no other addon's object for one of ours.
constexpr napi_type_tag kNetworkTag = {0x6a65742d69716e00, 0x9f3b1c5e7d2a4486};

template <size_t count>
bool argumentsOf(napi_env env, napi_callback_info info, napi_value (&values)[count]) {
  size_t given = count;
  // What is missing comes as undefined, which no check lets through.
  return napi_get_cb_info(env, info, &given, values, nullptr, nullptr) == napi_ok;
}

const Level* levelOf(napi_env env, napi_value value) {
  char name[16];
  size_t length = 0;
  const Level* level = nullptr;
  if (napi_get_value_string_utf8(env, value, name, sizeof name, &length) == napi_ok) level = findLevel(name);
  if (level == nullptr) throwRange(env, "level", "is none that this machine can run");
  return level;
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

void freeNetwork(napi_env, void* network, void*) { delete static_cast<OpenNetwork*>(network); }

napi_value open(napi_env env, napi_callback_info info) {
  napi_value given[3];
  if (!argumentsOf(env, info, given)) return nullptr;
  const auto layout = wordsOf(env, given[0], "layout");
  if (!layout.ok) return nullptr;
  const auto numbers = floatsOf(env, given[1], "numbers", 0);
  if (!numbers.ok) return nullptr;
  const Level* level = levelOf(env, given[2]);
  if (level == nullptr) return nullptr;
  OpenNetwork* opened = nullptr;
  try {
    Network network;
    if (const char* wrong = readNetwork(layout.data, layout.length, numbers.data, numbers.length, network)) {
      napi_throw_range_error(env, nullptr, wrong);
      return nullptr;
    }
    opened = new OpenNetwork(network, *level);
  } catch (const std::bad_alloc&) {
    napi_throw_error(env, nullptr, "there is not enough memory for the network");
    return nullptr;
  }
  napi_value handle;
  if (napi_create_object(env, &handle) != napi_ok || napi_type_tag_object(env, handle, &kNetworkTag) != napi_ok ||
      napi_wrap(env, handle, opened, freeNetwork, nullptr, nullptr) != napi_ok) {
    delete opened;
    return nullptr;
  }
  return handle;
}

OpenNetwork* networkOf(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  bool isOurs = false;
  void* network = nullptr;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_object ||
      napi_check_object_type_tag(env, value, &kNetworkTag, &isOurs) != napi_ok || !isOurs ||
      napi_unwrap(env, value, &network) != napi_ok) {
    throwType(env, "network", "was not opened here");
    return nullptr;
  }
  return static_cast<OpenNetwork*>(network);
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
  if (overlap(predictions, x) || overlap(predictions, origins) || overlap(predictions, tau)) {
    throwRange(env, "predictions", "lie in the memory of what they are made from");
    return nullptr;
  }
  if (values > 0)
    network->level->predict(network->packed, x.data, origins.data, tau.data, predictions.data, jets, samples);
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
      {"multiply", nullptr, multiply, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  if (napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions) != napi_ok) return nullptr;
  return exports;
}
