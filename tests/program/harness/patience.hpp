#pragma once

#include <chrono>
#include <thread>

namespace program {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using milliseconds = std::chrono::milliseconds;

/// Sanitizers slow everything down and bring memory of their own: tests that measure make
/// allowances, or do not run.
#ifdef TROUPE_SANITIZED
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

/// How long to wait for what must happen. Only a test that fails ever waits so long.
inline constexpr milliseconds patience = sanitized ? 60s : 20s;

/// Asks again and again until `holds()`, or until `limit` is over. Returns whether it
/// held.
template <class Condition>
bool eventually(Condition&& holds, milliseconds limit = patience) {
  auto deadline = clock::now() + limit;
  while (!holds()) {
    if (clock::now() >= deadline)
      return false;
    std::this_thread::sleep_for(2ms); // between two looks, not instead of one
  }
  return true;
}

/// Returns the whole milliseconds since `start`.
inline int64_t elapsed_ms(clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(clock::now() - start).count();
}

} // namespace program
