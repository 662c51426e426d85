#include "lanes-wasm.hpp"
#include "level-of.hpp"

namespace jetiqn {

extern const Level kWasmLevel = levelOf<WasmLanes>(WasmLanes::fused ? "wasm-fused" : "wasm");

}  // namespace jetiqn
