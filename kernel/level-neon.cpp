#include "lanes-neon.hpp"
#include "level-of.hpp"

namespace jetiqn {

extern const Level kNeonLevel = levelOf<NeonLanes>("neon");

}  // namespace jetiqn
