#include "arguments.hpp"

#include <cmath>
#include <cstdint>
#include <cstdio>

#include "level.hpp"

namespace jetiqn {

namespace {

constexpr size_t kMessage = 160;

/// Any typed array over memory of only this thread, still attached.
template <class T>
Values<T> valuesOf(napi_env env, napi_value value, const char* name, napi_typedarray_type wanted, const char* kind) {
  bool isTyped = false;
  napi_typedarray_type type;
  void* data = nullptr;
  size_t length = 0;
  size_t offset = 0;
  napi_value buffer;
  if (napi_is_typedarray(env, value, &isTyped) != napi_ok || !isTyped ||
      napi_get_typedarray_info(env, value, &type, &length, &data, &buffer, &offset) != napi_ok || type != wanted) {
    throwType(env, name, kind);
    return {};
  }
  bool isOwn = false;
  if (napi_is_arraybuffer(env, buffer, &isOwn) != napi_ok || !isOwn) {
    // Another thread could write to it, or a wasm memory shared by threads grow, while the kernel reads.
    throwType(env, name, "lies in memory that threads share; copy it first");
    return {};
  }
  bool isDetached = true;
  if (napi_is_detached_arraybuffer(env, buffer, &isDetached) != napi_ok || isDetached) {
    throwType(env, name, "lies in memory that was given away");
    return {};
  }
  return {static_cast<T*>(data), length, true};
}

/// The same, with `needed` values at least.
template <class T>
Values<T> enoughOf(napi_env env, napi_value value, const char* name, napi_typedarray_type wanted, const char* kind,
                   size_t needed) {
  const Values<T> values = valuesOf<T>(env, value, name, wanted, kind);
  if (values.ok && values.length < needed) {
    char what[kMessage];
    std::snprintf(what, sizeof what, "has %zu values, %zu are needed", values.length, needed);
    throwRange(env, name, what);
    return {};
  }
  return values;
}

}  // namespace

Values<float> floatsOf(napi_env env, napi_value value, const char* name, size_t needed) {
  return enoughOf<float>(env, value, name, napi_float32_array, "is not a Float32Array", needed);
}

Values<uint16_t> shortsOf(napi_env env, napi_value value, const char* name, size_t needed) {
  return enoughOf<uint16_t>(env, value, name, napi_uint16_array, "is not a Uint16Array", needed);
}

Values<uint32_t> wordsOf(napi_env env, napi_value value, const char* name, size_t needed) {
  return enoughOf<uint32_t>(env, value, name, napi_uint32_array, "is not a Uint32Array", needed);
}

Values<uint8_t> octetsOf(napi_env env, napi_value value, const char* name, size_t needed) {
  return enoughOf<uint8_t>(env, value, name, napi_uint8_array, "is not a Uint8Array", needed);
}

bool countOf(napi_env env, napi_value value, const char* name, size_t& count) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) != napi_ok) {
    throwType(env, name, "is not a number");
    return false;
  }
  if (!(number >= 0 && number <= 4294967296.0) || number != std::floor(number)) {
    throwRange(env, name, "is not a whole number from 0 to 2^32");
    return false;
  }
  count = static_cast<size_t>(number);
  return true;
}

const Level* levelOf(napi_env env, napi_value value) {
  char name[16];
  size_t length = 0;
  const Level* level = nullptr;
  if (napi_get_value_string_utf8(env, value, name, sizeof name, &length) == napi_ok) level = findLevel(name);
  if (level == nullptr) throwRange(env, "level", "is none that this machine can run");
  return level;
}

bool overlap(const Bytes& a, const Bytes& b) {
  return a.length > 0 && b.length > 0 && a.start < b.start + b.length && b.start < a.start + a.length;
}

bool mixed(const Bytes* outputs, size_t outputCount, const Bytes* inputs, size_t inputCount) {
  for (size_t i = 0; i < outputCount; i++) {
    for (size_t j = 0; j < inputCount; j++)
      if (overlap(outputs[i], inputs[j])) return true;
    for (size_t j = i + 1; j < outputCount; j++)
      if (overlap(outputs[i], outputs[j])) return true;
  }
  return false;
}

void* unwrap(napi_env env, napi_value value, const char* name, const napi_type_tag& tag) {
  napi_valuetype type = napi_undefined;
  bool isOurs = false;
  void* held = nullptr;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_object ||
      napi_check_object_type_tag(env, value, &tag, &isOurs) != napi_ok || !isOurs ||
      napi_unwrap(env, value, &held) != napi_ok) {
    throwType(env, name, "was not opened here");
    return nullptr;
  }
  return held;
}

void throwType(napi_env env, const char* name, const char* what) {
  char message[kMessage];
  std::snprintf(message, sizeof message, "%s %s", name, what);
  napi_throw_type_error(env, nullptr, message);
}

void throwRange(napi_env env, const char* name, const char* what) {
  char message[kMessage];
  std::snprintf(message, sizeof message, "%s %s", name, what);
  napi_throw_range_error(env, nullptr, message);
}

}  // namespace jetiqn
