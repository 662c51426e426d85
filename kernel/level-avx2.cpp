#include "lanes-avx2.hpp"
#include "level-of.hpp"

namespace jetiqn {

extern const Level kAvx2Level = levelOf<Avx2Lanes>("avx2");

}  // namespace jetiqn
