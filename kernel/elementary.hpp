// exp and log of vectors, the same bits on every processor that fuses multiply-adds: no call of a library, every product and sum in one order.
//
// Polynomials of Cephes (S. L. Moshier, expf.c and logf.c, public domain), evaluated with fused multiply-adds.
#pragma once

#include <cstdint>

namespace {

/// Below 2 ulp of the true value where the result is a normal number; 0 and infinity beyond float's range; NaN of NaN.
template <class V>
typename V::F exponential(typename V::F x) {
  // So that the exponent of 2 below stays within two normal factors. The second operand comes through if it is NaN.
  x = V::min(V::set(89.0f), V::max(V::set(-104.0f), x));
  // Adding 1.5 * 2^23 rounds to the nearest integer, which then stands in the low bits.
  const auto shift = V::set(12582912.0f);
  const auto shifted = V::fma(x, V::set(1.44269504088896341f), shift);
  const auto n = V::sub(shifted, shift);
  // n log 2 in two parts. Where products are rounded by themselves, the first has so few digits that it is exact.
  constexpr float most = V::fused ? -0.693147182464599609375f : -0.693359375f;
  constexpr float rest = V::fused ? 1.904654323148236017e-9f : 2.12194440e-4f;
  const auto r = V::fma(n, V::set(rest), V::fma(n, V::set(most), x));
  auto p = V::set(1.9875691500e-4f);
  p = V::fma(p, r, V::set(1.3981999507e-3f));
  p = V::fma(p, r, V::set(8.3334519073e-3f));
  p = V::fma(p, r, V::set(4.1665795894e-2f));
  p = V::fma(p, r, V::set(1.6666665459e-1f));
  p = V::fma(p, r, V::set(5.0000001201e-1f));
  p = V::add(V::fma(p, V::mul(r, r), r), V::set(1.0f));
  const auto power = V::subInt(V::bits(shifted), V::bits(shift));
  const auto half = V::template shiftRight<1>(power);
  const auto one = V::setInt(127);
  const auto low = V::fromBits(V::template shiftLeft<23>(V::addInt(half, one)));
  const auto high = V::fromBits(V::template shiftLeft<23>(V::addInt(V::subInt(power, half), one)));
  return V::mul(V::mul(p, low), high);
}

/// Below 2 ulp of the true value for normal x > 0; smaller x counts as the least normal number. Of infinity and NaN
/// some finite number.
template <class V>
typename V::F logarithm(typename V::F x) {
  x = V::max(V::set(1.17549435e-38f), x);
  // x = 2^e m, m in [sqrt(1/2), sqrt(2)).
  const auto root = V::setInt(0x3f3504f3);
  const auto distance = V::subInt(V::bits(x), root);
  const auto e = V::toFloat(V::template shiftRight<23>(distance));
  const auto m = V::fromBits(V::addInt(V::andInt(distance, V::setInt(0x007fffff)), root));
  const auto f = V::sub(m, V::set(1.0f));
  const auto z = V::mul(f, f);
  auto p = V::set(7.0376836292e-2f);
  p = V::fma(p, f, V::set(-1.1514610310e-1f));
  p = V::fma(p, f, V::set(1.1676998740e-1f));
  p = V::fma(p, f, V::set(-1.2420140846e-1f));
  p = V::fma(p, f, V::set(1.4249322787e-1f));
  p = V::fma(p, f, V::set(-1.6668057665e-1f));
  p = V::fma(p, f, V::set(2.0000714765e-1f));
  p = V::fma(p, f, V::set(-2.4999993993e-1f));
  p = V::fma(p, f, V::set(3.3333331174e-1f));
  auto y = V::mul(V::mul(p, f), z);
  y = V::fma(e, V::set(-2.12194440e-4f), y);
  y = V::fma(V::set(-0.5f), z, y);
  return V::fma(e, V::set(0.693359375f), V::add(f, y));
}

}  // namespace
