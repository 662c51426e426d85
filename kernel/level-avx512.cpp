#include "lanes-avx512.hpp"
#include "level-of.hpp"

namespace jetiqn {

extern const Level kAvx512Level = levelOf<Avx512Lanes>("avx512");

}  // namespace jetiqn
