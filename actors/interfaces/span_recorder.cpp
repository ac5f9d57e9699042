#include "actors/interfaces/span_recorder.hpp"

#include <random>

namespace troupe {

namespace {

uint64_t any_number() {
  std::random_device random;
  return uint64_t{random()} << 32 | random();
}

} // namespace

span_recorder::span_recorder()
  : next_(any_number()) {}

uint64_t span_recorder::make_id() noexcept {
  // SplitMix64: a different number for each, which looks like any other.
  auto x = next_.fetch_add(0x9E3779B97F4A7C15ULL, std::memory_order_relaxed);
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  x ^= x >> 31;
  return x == 0 ? make_id() : x;
}

} // namespace troupe
