// Four floats at a time: WebAssembly SIMD. With relaxed SIMD a multiply-add is one operation, fused where the processor
// can; without, a product and then a sum, rounded twice, the same bits on every machine.
#pragma once

#include <wasm_simd128.h>

#include <cstdint>

namespace {

struct WasmLanes {
  using F = v128_t;
  using I = v128_t;
  /// The high words of all lanes and the low ones.
  struct Wide {
    v128_t high, low;
  };
  static constexpr int lanes = 4;
#if defined(__wasm_relaxed_simd__)
  static constexpr bool fused = true;
  /// 9 sums, 3 activations and a weight of the 16 registers of x86.
  static constexpr int tile = 3;
#else
  static constexpr bool fused = false;
  /// A product needs a register of its own.
  static constexpr int tile = 2;
#endif

  static F load(const float* from) { return wasm_v128_load(from); }
  static void store(float* to, F a) { wasm_v128_store(to, a); }
  static F set(float value) { return wasm_f32x4_splat(value); }
  static I setInt(int value) { return wasm_i32x4_splat(value); }
  static F fma(F a, F b, F c) {
#if defined(__wasm_relaxed_simd__)
    return wasm_f32x4_relaxed_madd(a, b, c);
#else
    return wasm_f32x4_add(wasm_f32x4_mul(a, b), c);
#endif
  }
  static F add(F a, F b) { return wasm_f32x4_add(a, b); }
  static F sub(F a, F b) { return wasm_f32x4_sub(a, b); }
  static F mul(F a, F b) { return wasm_f32x4_mul(a, b); }
  static F div(F a, F b) { return wasm_f32x4_div(a, b); }
  /// The second where one is no number, as x86 has it.
  static F max(F a, F b) { return wasm_f32x4_pmax(b, a); }
  static F min(F a, F b) { return wasm_f32x4_pmin(b, a); }
  static F ceil(F a) { return wasm_f32x4_ceil(a); }
  static F whereInUnitInterval(F a, F inside, F otherwise) {
    const v128_t both = wasm_v128_and(wasm_f32x4_gt(a, set(0)), wasm_f32x4_lt(a, set(1)));
    return wasm_v128_bitselect(inside, otherwise, both);
  }
  static I bits(F a) { return a; }
  static F fromBits(I a) { return a; }
  static F toFloat(I a) { return wasm_f32x4_convert_i32x4(a); }
  static I addInt(I a, I b) { return wasm_i32x4_add(a, b); }
  static I subInt(I a, I b) { return wasm_i32x4_sub(a, b); }
  static I andInt(I a, I b) { return wasm_v128_and(a, b); }
  template <int count>
  static I shiftLeft(I a) {
    return wasm_i32x4_shl(a, count);
  }
  template <int count>
  static I shiftRight(I a) {
    return wasm_i32x4_shr(a, count);
  }
  static void pin(F&) {}
  static F whereLess(F a, F b, F yes, F no) { return wasm_v128_bitselect(yes, no, wasm_f32x4_lt(a, b)); }
  static I countLess(I count, F a, F b) { return wasm_i32x4_sub(count, wasm_f32x4_lt(a, b)); }
  static I countEqual(I count, F a, F b) { return wasm_i32x4_sub(count, wasm_f32x4_eq(a, b)); }
  static F maxWhereLess(F most, F a, F limit) { return max(most, whereLess(a, limit, a, most)); }
  static F minWhereNotLess(F least, F a, F limit) { return min(least, whereLess(a, limit, least, a)); }
  static void storeBytes(uint8_t* to, I a) {
    const v128_t shorts = wasm_i16x8_narrow_i32x4(a, a);
    wasm_v128_store32_lane(to, wasm_u8x16_narrow_i16x8(shorts, shorts), 0);
  }
  static int sum(I a) {
    a = addInt(a, wasm_i32x4_shuffle(a, a, 2, 3, 0, 1));
    return wasm_i32x4_extract_lane(a, 0) + wasm_i32x4_extract_lane(a, 1);
  }
  static I from(int first) { return addInt(setInt(first), wasm_i32x4_make(0, 1, 2, 3)); }
  static Wide widen(I a) { return {a, a}; }
  static I narrow(Wide a) { return a.low; }
  static Wide product(Wide a, I factor) {
    // Hidden each time: clang would widen the constant once and multiply 64 bits by 64, which x86 has not.
    asm volatile("" : "+r"(factor));
    const v128_t first = wasm_u64x2_extmul_low_u32x4(a.low, factor);
    const v128_t last = wasm_u64x2_extmul_high_u32x4(a.low, factor);
    return {wasm_i32x4_shuffle(first, last, 1, 3, 5, 7), wasm_i32x4_shuffle(first, last, 0, 2, 4, 6)};
  }
  static Wide xorWide(Wide a, I mask) { return {a.high, wasm_v128_xor(a.low, mask)}; }
  static Wide highXor(Wide a, Wide b, I mask) {
    return {a.high, wasm_v128_xor(wasm_v128_xor(a.high, b.low), mask)};
  }
};

}  // namespace
