// Four floats at a time: NEON of 64-bit ARM.
#pragma once

#include <arm_neon.h>

namespace {

struct NeonLanes {
  using F = float32x4_t;
  using I = int32x4_t;
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
};

}  // namespace
