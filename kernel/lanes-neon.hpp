// Four floats at a time: NEON of 64-bit ARM.
#pragma once

#include <arm_neon.h>

#include <cstdint>

namespace {

struct NeonLanes {
  using F = float32x4_t;
  using I = int32x4_t;
  /// 64-bit lanes: the first two and the last two.
  struct Wide {
    uint64x2_t first, last;
  };
  static constexpr bool fused = true;
  static constexpr int lanes = 4;
  /// 24 sums, 3 activations and weights of 32 registers.
  static constexpr int tile = 8;

  static F load(const float* from) { return vld1q_f32(from); }
  static void store(float* to, F a) { vst1q_f32(to, a); }
  static F set(float value) { return vdupq_n_f32(value); }
  static I setInt(int value) { return vdupq_n_s32(value); }
  static F fma(F a, F b, F c) { return vfmaq_f32(c, a, b); }
  static F add(F a, F b) { return vaddq_f32(a, b); }
  static F sub(F a, F b) { return vsubq_f32(a, b); }
  static F mul(F a, F b) { return vmulq_f32(a, b); }
  static F div(F a, F b) { return vdivq_f32(a, b); }
  /// The second where one is no number, as x86 has it.
  static F max(F a, F b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
  static F min(F a, F b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
  static F ceil(F a) { return vrndpq_f32(a); }
  static F whereInUnitInterval(F a, F inside, F otherwise) {
    const uint32x4_t above = vcgtq_f32(a, set(0));
    const uint32x4_t below = vcltq_f32(a, set(1));
    return vbslq_f32(vandq_u32(above, below), inside, otherwise);
  }
  static I bits(F a) { return vreinterpretq_s32_f32(a); }
  static F fromBits(I a) { return vreinterpretq_f32_s32(a); }
  static F toFloat(I a) { return vcvtq_f32_s32(a); }
  static I addInt(I a, I b) { return vaddq_s32(a, b); }
  static I subInt(I a, I b) { return vsubq_s32(a, b); }
  static I andInt(I a, I b) { return vandq_s32(a, b); }
  template <int count>
  static I shiftLeft(I a) {
    return vshlq_n_s32(a, count);
  }
  template <int count>
  static I shiftRight(I a) {
    return vshrq_n_s32(a, count);
  }
  static void pin(F& a) { asm("" : "+w"(a)); }
  static F whereLess(F a, F b, F yes, F no) { return vbslq_f32(vcltq_f32(a, b), yes, no); }
  static I countLess(I count, F a, F b) { return vsubq_s32(count, vreinterpretq_s32_u32(vcltq_f32(a, b))); }
  static I countEqual(I count, F a, F b) { return vsubq_s32(count, vreinterpretq_s32_u32(vceqq_f32(a, b))); }
  static F maxWhereLess(F most, F a, F limit) { return max(most, whereLess(a, limit, a, most)); }
  static F minWhereNotLess(F least, F a, F limit) { return min(least, whereLess(a, limit, least, a)); }
  static void storeBytes(uint8_t* to, I a) {
    const uint8x8_t bytes = vmovn_u16(vcombine_u16(vmovn_u32(vreinterpretq_u32_s32(a)), vdup_n_u16(0)));
    vst1_lane_u32(reinterpret_cast<uint32_t*>(to), vreinterpret_u32_u8(bytes), 0);
  }
  static int sum(I a) { return vaddvq_s32(a); }
  static I from(int first) {
    const int32_t places[] = {0, 1, 2, 3};
    return vaddq_s32(vdupq_n_s32(first), vld1q_s32(places));
  }
  static Wide widen(I a) {
    const uint32x4_t words = vreinterpretq_u32_s32(a);
    return {vmovl_u32(vget_low_u32(words)), vmovl_u32(vget_high_u32(words))};
  }
  static I narrow(Wide a) { return vreinterpretq_s32_u32(vcombine_u32(vmovn_u64(a.first), vmovn_u64(a.last))); }
  static Wide product(Wide a, I factor) {
    const uint32x2_t word = vget_low_u32(vreinterpretq_u32_s32(factor));
    return {vmull_u32(vmovn_u64(a.first), word), vmull_u32(vmovn_u64(a.last), word)};
  }
  static Wide xorWide(Wide a, I mask) {
    const uint64x2_t both = vreinterpretq_u64_s32(mask);
    return {veorq_u64(a.first, both), veorq_u64(a.last, both)};
  }
  static Wide highXor(Wide a, Wide b, I mask) {
    return xorWide({veorq_u64(vshrq_n_u64(a.first, 32), b.first), veorq_u64(vshrq_n_u64(a.last, 32), b.last)}, mask);
  }
};

}  // namespace
