#include "lanes-scalar.hpp"
#include "level-of.hpp"

namespace jetiqn {

extern const Level kScalarLevel = levelOf<ScalarLanes>("scalar");

}  // namespace jetiqn
