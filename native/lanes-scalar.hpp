// One float at a time, on any processor: the same operations in the same order, so the same bits. Without an FMA
// instruction each product is a call of the C library, many times slower than ONNX Runtime: it is there to compare with.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

namespace {

struct ScalarLanes {
  using F = float;
  using I = int32_t;
  static constexpr int lanes = 1;
  static constexpr int tile = 4;

  static F load(const float* from) { return *from; }
  static void store(float* to, F a) { *to = a; }
  static F set(float value) { return value; }
  static I setInt(int value) { return value; }
  static F fma(F a, F b, F c) { return __builtin_fmaf(a, b, c); }
  static F add(F a, F b) { return a + b; }
  static F sub(F a, F b) { return a - b; }
  static F mul(F a, F b) { return a * b; }
  static F div(F a, F b) { return a / b; }
  /// The second where one is no number, as the vectors of x86 have it.
  static F max(F a, F b) { return a > b ? a : b; }
  static F min(F a, F b) { return a < b ? a : b; }
  static F ceil(F a) { return __builtin_ceilf(a); }
  static F whereInUnitInterval(F a, F inside, F otherwise) { return a > 0 && a < 1 ? inside : otherwise; }
  static I bits(F a) {
    I bits;
    std::memcpy(&bits, &a, sizeof bits);
    return bits;
  }
  static F fromBits(I a) {
    F value;
    std::memcpy(&value, &a, sizeof value);
    return value;
  }
  static F toFloat(I a) { return static_cast<F>(a); }
  /// Vectors wrap around where the signed integers of C++ must not.
  static I addInt(I a, I b) { return static_cast<I>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b)); }
  static I subInt(I a, I b) { return static_cast<I>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b)); }
  static I andInt(I a, I b) { return a & b; }
  template <int count>
  static I shiftLeft(I a) {
    return static_cast<I>(static_cast<uint32_t>(a) << count);
  }
  template <int count>
  static I shiftRight(I a) {
    return a >> count;
  }
  static void pin(F&) {}
};

}  // namespace
