#include "level.hpp"

#include <cstring>

namespace jetiqn {

extern const Level kScalarLevel;
#if defined(__x86_64__)
extern const Level kAvx512Level;
extern const Level kAvx2Level;
#elif defined(__aarch64__)
extern const Level kNeonLevel;
#endif

size_t availableLevels(const Level** levels) {
  size_t count = 0;
#if defined(__x86_64__)
  // These ask the operating system too whether it saves the wide registers.
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) levels[count++] = &kAvx512Level;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) levels[count++] = &kAvx2Level;
#elif defined(__aarch64__)
  levels[count++] = &kNeonLevel;
#endif
  levels[count++] = &kScalarLevel;
  return count;
}

const Level* findLevel(const char* name) {
  const Level* levels[kMostLevels];
  const size_t count = availableLevels(levels);
  for (size_t i = 0; i < count; i++)
    if (std::strcmp(levels[i]->name, name) == 0) return levels[i];
  return nullptr;
}

}  // namespace jetiqn
