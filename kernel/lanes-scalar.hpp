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
  /// Words in lanes of 64 bits: see tau.hpp.
  using Wide = uint64_t;
  static constexpr bool fused = true;
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
  static F whereLess(F a, F b, F yes, F no) { return a < b ? yes : no; }
  /// One more in `count` where a < b.
  static I countLess(I count, F a, F b) { return count + (a < b); }
  static I countEqual(I count, F a, F b) { return count + (a == b); }
  /// The larger of `most` and `a` where a is below the limit; the smaller one of `least` and `a` where it is not. No NaN.
  static F maxWhereLess(F most, F a, F limit) { return max(most, whereLess(a, limit, a, most)); }
  static F minWhereNotLess(F least, F a, F limit) { return min(least, whereLess(a, limit, least, a)); }
  static void storeBytes(uint8_t* to, I a) { *to = static_cast<uint8_t>(a); }
  static int sum(I a) { return a; }
  /// first, first + 1 …
  static I from(int first) { return first; }
  static Wide widen(I a) { return static_cast<uint32_t>(a); }
  static I narrow(Wide a) { return static_cast<I>(static_cast<uint32_t>(a)); }
  /// Products of the low words with one factor for all lanes.
  static Wide product(Wide a, I factor) {
    return static_cast<uint64_t>(static_cast<uint32_t>(a)) * static_cast<uint32_t>(factor);
  }
  static Wide xorWide(Wide a, I mask) { return a ^ static_cast<uint32_t>(mask); }
  /// The high words of `a`, xored with the low ones of `b` and of `mask`.
  static Wide highXor(Wide a, Wide b, I mask) { return xorWide((a >> 32) ^ b, mask); }
};

}  // namespace
