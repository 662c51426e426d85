// Sixteen floats at a time: AVX-512F.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace {

struct Avx512Lanes {
  using F = __m512;
  using I = __m512i;
  /// 64-bit lanes: those of the even lanes and of the odd ones.
  struct Wide {
    __m512i even, odd;
  };
  static constexpr bool fused = true;
  static constexpr int lanes = 16;
  /// 24 sums, 3 activations and a weight of 32 registers.
  static constexpr int tile = 8;

  static F load(const float* from) { return _mm512_loadu_ps(from); }
  static void store(float* to, F a) { _mm512_storeu_ps(to, a); }
  static F set(float value) { return _mm512_set1_ps(value); }
  static I setInt(int value) { return _mm512_set1_epi32(value); }
  static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
  static F add(F a, F b) { return _mm512_add_ps(a, b); }
  static F sub(F a, F b) { return _mm512_sub_ps(a, b); }
  static F mul(F a, F b) { return _mm512_mul_ps(a, b); }
  static F div(F a, F b) { return _mm512_div_ps(a, b); }
  static F max(F a, F b) { return _mm512_max_ps(a, b); }
  static F min(F a, F b) { return _mm512_min_ps(a, b); }
  static F ceil(F a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC); }
  static F whereInUnitInterval(F a, F inside, F otherwise) {
    const __mmask16 above = _mm512_cmp_ps_mask(a, _mm512_setzero_ps(), _CMP_GT_OQ);
    const __mmask16 both = _mm512_mask_cmp_ps_mask(above, a, set(1), _CMP_LT_OQ);
    return _mm512_mask_blend_ps(both, otherwise, inside);
  }
  static I bits(F a) { return _mm512_castps_si512(a); }
  static F fromBits(I a) { return _mm512_castsi512_ps(a); }
  static F toFloat(I a) { return _mm512_cvtepi32_ps(a); }
  static I addInt(I a, I b) { return _mm512_add_epi32(a, b); }
  static I subInt(I a, I b) { return _mm512_sub_epi32(a, b); }
  static I andInt(I a, I b) { return _mm512_and_si512(a, b); }
  template <int count>
  static I shiftLeft(I a) {
    return _mm512_slli_epi32(a, count);
  }
  template <int count>
  static I shiftRight(I a) {
    return _mm512_srai_epi32(a, count);
  }
  static void pin(F& a) { asm("" : "+v"(a)); }
  static F whereLess(F a, F b, F yes, F no) {
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), no, yes);
  }
  static I countLess(I count, F a, F b) {
    return _mm512_mask_add_epi32(count, _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), count, setInt(1));
  }
  static I countEqual(I count, F a, F b) {
    return _mm512_mask_add_epi32(count, _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ), count, setInt(1));
  }
  static F maxWhereLess(F most, F a, F limit) {
    return _mm512_mask_max_ps(most, _mm512_cmp_ps_mask(a, limit, _CMP_LT_OQ), most, a);
  }
  static F minWhereNotLess(F least, F a, F limit) {
    return _mm512_mask_min_ps(least, _mm512_cmp_ps_mask(a, limit, _CMP_GE_OQ), least, a);
  }
  static void storeBytes(uint8_t* to, I a) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtepi32_epi8(a));
  }
  static int sum(I a) { return _mm512_reduce_add_epi32(a); }
  static I from(int first) {
    return addInt(setInt(first), _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  }
  static Wide widen(I a) { return {a, _mm512_srli_epi64(a, 32)}; }
  static I narrow(Wide a) { return _mm512_mask_blend_epi32(0xaaaa, a.even, _mm512_slli_epi64(a.odd, 32)); }
  static Wide product(Wide a, I factor) {
    return {_mm512_mul_epu32(a.even, factor), _mm512_mul_epu32(a.odd, factor)};
  }
  static Wide xorWide(Wide a, I mask) { return {_mm512_xor_si512(a.even, mask), _mm512_xor_si512(a.odd, mask)}; }
  static Wide highXor(Wide a, Wide b, I mask) {
    constexpr int xorOfThree = 0x96;
    return {_mm512_ternarylogic_epi32(_mm512_srli_epi64(a.even, 32), b.even, mask, xorOfThree),
            _mm512_ternarylogic_epi32(_mm512_srli_epi64(a.odd, 32), b.odd, mask, xorOfThree)};
  }
};

}  // namespace
