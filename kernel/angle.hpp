// Differences of angles on the circle, in the float32 steps of src/sampling/prediction-rows.ts.
#pragma once

namespace {

constexpr float kPi = 3.14159265358979f;
constexpr float kTwoPi = 6.283185307179586f;

/// A difference of two angles, a turn less or more where it is beyond (-pi, pi].
inline float wrappedOnce(float d) {
  if (d > kPi) return d - kTwoPi;
  return d <= -kPi ? d + kTwoPi : d;
}

/// The same of a vector. Adding zero turns -0 into 0, which no comparison sees.
template <class V>
typename V::F wrappedOnce(typename V::F d) {
  const auto low = V::whereLess(V::set(-kPi), d, V::set(0.0f), V::set(kTwoPi));
  return V::add(d, V::whereLess(V::set(kPi), d, V::set(-kTwoPi), low));
}

}  // namespace
