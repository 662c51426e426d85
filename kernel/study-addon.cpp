#include "study-addon.hpp"

#include <new>
#include <utility>

#include "arguments.hpp"
#include "level.hpp"

namespace jetiqn {

namespace {

struct OpenStudy {
  const Level* level;
  Study study;
};

/// So that addJets() takes no other addon's object, and no network, for one of ours.
constexpr napi_type_tag kStudyTag = {0x6a65742d69716e01, 0x4c1d8b7f02e6935a};

OpenStudy* studyOf(napi_env env, napi_value value) {
  return static_cast<OpenStudy*>(unwrap(env, value, "study", kStudyTag));
}

/// jets * kSteps * each, or an exception where that is more than memory can hold.
bool valuesOf(napi_env env, size_t jets, size_t each, size_t& values) {
  if (!__builtin_mul_overflow(jets * kSteps, each, &values)) return true;
  throwRange(env, "jets", "and samples are more than memory can hold");
  return false;
}

bool strideOf(napi_env env, napi_value value, size_t samples, size_t& stride) {
  if (!countOf(env, value, "stride", stride)) return false;
  if (stride >= samples) return true;
  throwRange(env, "stride", "is less than the samples");
  return false;
}

bool lookupsOf(napi_env env, const napi_value* edges, std::vector<BinLookup>& lookups) {
  for (unsigned step = 0; step < kSteps; step++) {
    const auto values = floatsOf(env, edges[step], "edges", 0);
    if (!values.ok) return false;
    if (const char* wrong = checkEdges(values.data, values.length)) {
      throwRange(env, "edges", wrong);
      return false;
    }
    lookups.emplace_back(values.data, values.length);
  }
  return true;
}

}  // namespace

napi_value fillTau(napi_env env, napi_callback_info info) {
  napi_value given[6];
  if (!argumentsOf(env, info, given)) return nullptr;
  const Level* level = levelOf(env, given[0]);
  size_t jets = 0, samples = 0, stride = 0, values = 0;
  if (level == nullptr || !countOf(env, given[3], "jets", jets) || !countOf(env, given[4], "samples", samples) ||
      !strideOf(env, given[5], samples, stride) || !valuesOf(env, jets, stride, values))
    return nullptr;
  const auto tau = floatsOf(env, given[1], "tau", values);
  if (!tau.ok) return nullptr;
  const auto numbers = wordsOf(env, given[2], "numbers", 3 * jets);
  if (!numbers.ok) return nullptr;
  if (overlap(bytesOf(tau), bytesOf(numbers))) {
    throwRange(env, "tau", "lies in the memory of what it is made from");
    return nullptr;
  }
  if (values > 0) level->fillTau(tau.data, numbers.data, jets, samples, stride);
  return nullptr;
}

napi_value openStudy(napi_env env, napi_callback_info info) {
  napi_value given[2 + kSteps];
  if (!argumentsOf(env, info, given)) return nullptr;
  const Level* level = levelOf(env, given[0]);
  size_t samples = 0;
  if (level == nullptr || !countOf(env, given[1], "samples", samples)) return nullptr;
  if (samples < 1 || samples > kMostStudySamples) {
    throwRange(env, "samples", "are not 1 to 65535");
    return nullptr;
  }
  try {
    std::vector<BinLookup> lookups;
    if (!lookupsOf(env, given + 2, lookups)) return nullptr;
    return wrap(env, new OpenStudy{level, Study(samples, std::move(lookups))}, kStudyTag);
  } catch (const std::bad_alloc&) {
    napi_throw_error(env, nullptr, "there is not enough memory for the study");
    return nullptr;
  }
}

napi_value addJets(napi_env env, napi_callback_info info) {
  napi_value given[11];
  if (!argumentsOf(env, info, given)) return nullptr;
  OpenStudy* open = studyOf(env, given[0]);
  if (open == nullptr) return nullptr;
  size_t stride = 0, jets = 0, place = 0, values = 0;
  if (!strideOf(env, given[2], open->study.samples, stride) || !countOf(env, given[5], "jets", jets) ||
      !countOf(env, given[10], "place", place) || !valuesOf(env, jets, stride, values))
    return nullptr;
  const auto predictions = floatsOf(env, given[1], "predictions", values);
  if (!predictions.ok) return nullptr;
  const auto origins = floatsOf(env, given[3], "origins", jets);
  if (!origins.ok) return nullptr;
  const auto truths = floatsOf(env, given[4], "truths", jets * kSteps);
  if (!truths.ok) return nullptr;
  const auto counts = shortsOf(env, given[6], "counts", open->study.countsLength());
  if (!counts.ok) return nullptr;
  const auto medians = floatsOf(env, given[9], "medians", (place + jets) * kSteps);
  if (!medians.ok) return nullptr;
  const auto less = shortsOf(env, given[7], "less", medians.length);
  if (!less.ok) return nullptr;
  const auto equal = shortsOf(env, given[8], "equal", medians.length);
  if (!equal.ok) return nullptr;
  const Bytes outputs[] = {bytesOf(counts), bytesOf(less), bytesOf(equal), bytesOf(medians)};
  const Bytes inputs[] = {bytesOf(predictions), bytesOf(origins), bytesOf(truths)};
  if (mixed(outputs, 4, inputs, 3)) {
    throwRange(env, "counts, less, equal or medians", "lie in the memory of another array");
    return nullptr;
  }
  const PredictedJets predicted = {jets, predictions.data, stride, origins.data, truths.data};
  const Totals totals = {counts.data, less.data, equal.data, medians.data, medians.length / kSteps, place};
  napi_value sound;
  return napi_get_boolean(env, open->level->addJets(open->study, predicted, totals), &sound) == napi_ok ? sound
                                                                                                      : nullptr;
}

napi_value sweep(napi_env env, napi_callback_info info) {
  napi_value given[2];
  if (!argumentsOf(env, info, given)) return nullptr;
  OpenStudy* open = studyOf(env, given[0]);
  if (open == nullptr) return nullptr;
  const auto counts = shortsOf(env, given[1], "counts", open->study.countsLength());
  if (!counts.ok) return nullptr;
  open->study.sweep(counts.data);
  return nullptr;
}

}  // namespace jetiqn
