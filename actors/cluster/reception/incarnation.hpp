#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace troupe::reception {

/// Returns the number of this run of the node. It is larger than those of earlier runs,
/// as far as the clock of the machine goes forward; two that start in the same
/// millisecond differ by chance.
inline uint64_t new_incarnation() {
  using namespace std::chrono;
  constexpr int chance_bits = 20;
  auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  auto chance = std::random_device{}() & ((1U << chance_bits) - 1);
  // These 62 bits are more than a double holds exactly: a JSON number of the hello, they
  // must be read as an integer, as the hello does.
  return static_cast<uint64_t>(now) << chance_bits | chance;
}

} // namespace troupe::reception
