// The kernel as WebAssembly: what addon.cpp is for Node, over one linear memory. All pointers are addresses in it, of room
// that allocate() gave; src/engines/wasm.ts is the only caller, and a wrong address harms nothing but this memory.
#include <cstdlib>
#include <new>
#include <utility>

#include "lanes-wasm.hpp"
#include "level.hpp"

#define EXPORT(name) __attribute__((export_name(name)))

// Where memory ends or a vector would grow too long, the program stops there. The library's own versions print first, by
// which all of printf and of exceptions would come along.
static void* roomOrTrap(void* room) {
  if (room == nullptr) __builtin_trap();
  return room;
}
void* operator new(size_t bytes) { return roomOrTrap(std::malloc(bytes)); }
void* operator new[](size_t bytes, std::align_val_t alignment) {
  const size_t unit = static_cast<size_t>(alignment);
  return roomOrTrap(std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit));
}
void operator delete(void* room) noexcept { std::free(room); }
void operator delete(void* room, size_t) noexcept { std::free(room); }
void operator delete[](void* room, std::align_val_t) noexcept { std::free(room); }
_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) noexcept { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD

namespace jetiqn {

extern const Level kWasmLevel;

/// What was wrong when a function last gave 0.
static const char* problem = "";

struct OpenNetwork {
  explicit OpenNetwork(const Network& network) : packed(network, kWasmLevel.tile) {}
  Packed packed;
};

/// Room for `bytes`, on a cache line's boundary; 0 where there is none.
EXPORT("allocate") void* allocate(size_t bytes) { return std::aligned_alloc(64, bytes / 64 * 64 + 64); }
EXPORT("release") void release(void* room) { std::free(room); }

/// Text that ends with a zero.
EXPORT("problem") const char* problemText() { return problem; }

/// Whether a multiply-add is rounded once, which relaxed SIMD leaves to the machine:
/// (1 + 2^-12)^2 - (1 + 2^-11) = 2^-24, or 0.
EXPORT("fused") bool fused() {
  volatile float factor = 1.000244140625f, term = -1.00048828125f;
  const auto sum = WasmLanes::fma(WasmLanes::set(factor), WasmLanes::set(factor), WasmLanes::set(term));
  return wasm_f32x4_extract_lane(sum, 0) != 0;
}

EXPORT("open")
OpenNetwork* open(const uint32_t* layout, size_t layoutLength, const float* numbers, size_t count) {
  Network network;
  const char* wrong = readNetwork(layout, layoutLength, numbers, count, network);
  if (wrong == nullptr) return new OpenNetwork(network);
  problem = wrong;
  return nullptr;
}

EXPORT("predict")
void predict(OpenNetwork* network, const float* x, const float* origins, const float* tau, float* predictions, size_t jets,
             size_t samples) {
  kWasmLevel.predict(network->packed, x, origins, tau, predictions, jets, samples);
}

EXPORT("decidedWidth") unsigned decidedWidth(const OpenNetwork* network) { return network->packed.decidedWidth; }

EXPORT("decide")
void decide(OpenNetwork* network, const float* x, const float* origins, float* decided, size_t jets) {
  kWasmLevel.decide(network->packed, x, origins, jets, decided);
}

/// @returns whether each row is of a jet of `jets` and of one of the four steps.
EXPORT("quantileRows")
bool quantileRows(OpenNetwork* network, const float* decided, size_t jets, const uint32_t* jet, const uint8_t* step,
                  const float* known, const float* tau, float* value, float* slope, size_t count) {
  const QuantileRows rows = {decided, jet, step, known, tau, count, value, slope};
  if (const char* wrong = checkRows(rows, jets)) {
    problem = wrong;
    return false;
  }
  kWasmLevel.quantileRows(network->packed, rows);
  return true;
}

EXPORT("fillTau")
void fillTau(float* tau, const uint32_t* numbers, size_t jets, size_t samples, size_t stride) {
  kWasmLevel.fillTau(tau, numbers, jets, samples, stride);
}

/// @param edges of pt, eta, phi, mass one after the other, counts[4] of each.
EXPORT("openStudy") Study* openStudy(size_t samples, const float* edges, const uint32_t* counts) {
  std::vector<BinLookup> lookups;
  for (unsigned step = 0; step < kSteps; edges += counts[step], step++) {
    if (const char* wrong = checkEdges(edges, counts[step])) {
      problem = wrong;
      return nullptr;
    }
    lookups.emplace_back(edges, counts[step]);
  }
  return new Study(samples, std::move(lookups));
}

EXPORT("closeStudy") void closeStudy(Study* study) { delete study; }

EXPORT("addJets")
bool addJets(Study* study, const float* predictions, size_t stride, const float* origins, const float* truths, size_t jets,
             uint16_t* counts, uint16_t* less, uint16_t* equal, float* medians, size_t jetsOfBlock, size_t place) {
  const PredictedJets predicted = {jets, predictions, stride, origins, truths};
  return kWasmLevel.addJets(*study, predicted, {counts, less, equal, medians, jetsOfBlock, place});
}

EXPORT("sweep") void sweep(Study* study, uint16_t* counts) { study->sweep(counts); }

EXPORT("multiply") size_t multiply(size_t rounds) { return kWasmLevel.multiply(rounds); }

}  // namespace jetiqn
