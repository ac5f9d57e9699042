#pragma once

#include "protocol/base/error.hpp"

#include <chrono>

/// How a fault tells when what it is about is tried again. SUPERVISOR names a moment of
/// the steady clock, which means nothing outside of the node; BROKER turns it into the
/// time that is left whenever it tells somebody.
namespace troupe {

/// Has `why` name the moment of the next attempt.
void name_attempt(fault& why, std::chrono::steady_clock::time_point when);

/// Returns `why` with `retry_after_ms` in the place of the moment that it names, if it
/// names one.
fault with_time_left(fault why, std::chrono::steady_clock::time_point now);

} // namespace troupe
