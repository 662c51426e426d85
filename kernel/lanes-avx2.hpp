// Eight floats at a time: AVX2 with FMA.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace {

struct Avx2Lanes {
  using F = __m256;
  using I = __m256i;
  /// 64-bit lanes: those of the even lanes and of the odd ones.
  struct Wide {
    __m256i even, odd;
  };
  static constexpr bool fused = true;
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
  static F whereLess(F a, F b, F yes, F no) { return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_LT_OQ)); }
  static I countLess(I count, F a, F b) { return subInt(count, bits(_mm256_cmp_ps(a, b, _CMP_LT_OQ))); }
  static I countEqual(I count, F a, F b) { return subInt(count, bits(_mm256_cmp_ps(a, b, _CMP_EQ_OQ))); }
  static F maxWhereLess(F most, F a, F limit) { return max(most, whereLess(a, limit, a, most)); }
  static F minWhereNotLess(F least, F a, F limit) { return min(least, whereLess(a, limit, least, a)); }
  static void storeBytes(uint8_t* to, I a) {
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm_packus_epi16(words, words));
  }
  static int sum(I a) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1)));
  }
  static I from(int first) { return addInt(setInt(first), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)); }
  static Wide widen(I a) { return {a, _mm256_srli_epi64(a, 32)}; }
  static I narrow(Wide a) { return _mm256_blend_epi32(a.even, _mm256_slli_epi64(a.odd, 32), 0xaa); }
  static Wide product(Wide a, I factor) {
    return {_mm256_mul_epu32(a.even, factor), _mm256_mul_epu32(a.odd, factor)};
  }
  static Wide xorWide(Wide a, I mask) { return {_mm256_xor_si256(a.even, mask), _mm256_xor_si256(a.odd, mask)}; }
  static Wide highXor(Wide a, Wide b, I mask) {
    const Wide high = {_mm256_srli_epi64(a.even, 32), _mm256_srli_epi64(a.odd, 32)};
    return xorWide({_mm256_xor_si256(high.even, b.even), _mm256_xor_si256(high.odd, b.odd)}, mask);
  }
};

}  // namespace
