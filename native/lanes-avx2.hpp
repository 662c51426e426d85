// Eight floats at a time: AVX2 with FMA.
#pragma once

#include <immintrin.h>

namespace {

struct Avx2Lanes {
  using F = __m256;
  using I = __m256i;
  static constexpr int lanes = 8;
  /// Outputs computed together with three vectors of samples: 12 sums, 3 activations and a weight fill 16 registers.
  static constexpr int tile = 4;

  static F load(const float* from) { return _mm256_loadu_ps(from); }
  static void store(float* to, F a) { _mm256_storeu_ps(to, a); }
  static F set(float value) { return _mm256_set1_ps(value); }
  static I setInt(int value) { return _mm256_set1_epi32(value); }
  static F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
  static F add(F a, F b) { return _mm256_add_ps(a, b); }
  static F sub(F a, F b) { return _mm256_sub_ps(a, b); }
  static F mul(F a, F b) { return _mm256_mul_ps(a, b); }
  static F div(F a, F b) { return _mm256_div_ps(a, b); }
  static F max(F a, F b) { return _mm256_max_ps(a, b); }
  static F min(F a, F b) { return _mm256_min_ps(a, b); }
  static F ceil(F a) { return _mm256_ceil_ps(a); }
  static F whereInUnitInterval(F a, F inside, F otherwise) {
    const F above = _mm256_cmp_ps(a, _mm256_setzero_ps(), _CMP_GT_OQ);
    const F below = _mm256_cmp_ps(a, set(1), _CMP_LT_OQ);
    return _mm256_blendv_ps(otherwise, inside, _mm256_and_ps(above, below));
  }
  static I bits(F a) { return _mm256_castps_si256(a); }
  static F fromBits(I a) { return _mm256_castsi256_ps(a); }
  static F toFloat(I a) { return _mm256_cvtepi32_ps(a); }
  static I addInt(I a, I b) { return _mm256_add_epi32(a, b); }
  static I subInt(I a, I b) { return _mm256_sub_epi32(a, b); }
  static I andInt(I a, I b) { return _mm256_and_si256(a, b); }
  template <int count>
  static I shiftLeft(I a) {
    return _mm256_slli_epi32(a, count);
  }
  template <int count>
  static I shiftRight(I a) {
    return _mm256_srai_epi32(a, count);
  }
  /// Keeps a value in a register: g++ would read it from memory again for every product.
  static void pin(F& a) { asm("" : "+x"(a)); }
};

}  // namespace
