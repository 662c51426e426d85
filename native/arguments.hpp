// JavaScript's values at the addon's door: each is checked before any pointer is touched, and a value that is not what
// it must be throws there, named.
#pragma once

#include <node_api.h>

#include <cstddef>

namespace jetiqn {

/// A typed array's memory; data is nullptr where an exception is pending.
template <class T>
struct Values {
  T* data = nullptr;
  size_t length = 0;
  bool ok = false;
};

/// @param needed values at least.
Values<float> floatsOf(napi_env env, napi_value value, const char* name, size_t needed);
Values<uint32_t> wordsOf(napi_env env, napi_value value, const char* name);

/// A whole number from 0 to 2^32. Returns false where an exception is pending.
bool countOf(napi_env env, napi_value value, const char* name, size_t& count);

/// Whether two arrays share memory.
bool overlap(const Values<float>& a, const Values<float>& b);

/// Throws a TypeError or RangeError whose message begins with `name`.
void throwType(napi_env env, const char* name, const char* what);
void throwRange(napi_env env, const char* name, const char* what);

}  // namespace jetiqn
