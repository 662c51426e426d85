// JavaScript's values at the addon's door: each is checked before any pointer is touched, and a value that is not what
// it must be throws there, named.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>

namespace jetiqn {

struct Level;

/// The arguments of a call. What is missing comes as undefined, which no check lets through.
template <size_t count>
bool argumentsOf(napi_env env, napi_callback_info info, napi_value (&values)[count]) {
  size_t given = count;
  return napi_get_cb_info(env, info, &given, values, nullptr, nullptr) == napi_ok;
}

/// A typed array's memory; data is nullptr where an exception is pending.
template <class T>
struct Values {
  T* data = nullptr;
  size_t length = 0;
  bool ok = false;
};

/// @param needed values at least.
Values<float> floatsOf(napi_env env, napi_value value, const char* name, size_t needed);
Values<uint32_t> wordsOf(napi_env env, napi_value value, const char* name, size_t needed);
Values<uint16_t> shortsOf(napi_env env, napi_value value, const char* name, size_t needed);
Values<uint8_t> octetsOf(napi_env env, napi_value value, const char* name, size_t needed);

/// A whole number from 0 to 2^32. Returns false where an exception is pending.
bool countOf(napi_env env, napi_value value, const char* name, size_t& count);

/// The level of that name; nullptr where an exception is pending.
const Level* levelOf(napi_env env, napi_value value);

/// An array's memory, of any type.
struct Bytes {
  uintptr_t start;
  size_t length;
};
template <class T>
Bytes bytesOf(const Values<T>& values) {
  return {reinterpret_cast<uintptr_t>(values.data), values.length * sizeof(T)};
}

/// Whether two arrays share memory.
bool overlap(const Bytes& a, const Bytes& b);

/// Whether any of the outputs shares memory with another array.
bool mixed(const Bytes* outputs, size_t outputCount, const Bytes* inputs, size_t inputCount);

/// An object that holds `held` until JavaScript drops it; where that fails, `held` is deleted and nullptr returned.
template <class T>
napi_value wrap(napi_env env, T* held, const napi_type_tag& tag) {
  const auto free = [](napi_env, void* data, void*) { delete static_cast<T*>(data); };
  napi_value handle;
  if (napi_create_object(env, &handle) == napi_ok && napi_type_tag_object(env, handle, &tag) == napi_ok &&
      napi_wrap(env, handle, held, free, nullptr, nullptr) == napi_ok)
    return handle;
  delete held;
  return nullptr;
}

/// What wrap() put into an object, under the same tag; nullptr where an exception is pending.
void* unwrap(napi_env env, napi_value value, const char* name, const napi_type_tag& tag);

/// Throws a TypeError or RangeError whose message begins with `name`.
void throwType(napi_env env, const char* name, const char* what);
void throwRange(napi_env env, const char* name, const char* what);

}  // namespace jetiqn
