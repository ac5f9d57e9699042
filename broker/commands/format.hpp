#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

/// Values as a person reads them.
namespace troupe::commands {

/// Returns `d` with at most two units, cut, not rounded: `250ms`, `12s`, `5m03s`,
/// `3h07m`, `12d04h`.
std::string format_duration(std::chrono::milliseconds d);

/// Returns a number of bytes with at most one decimal: `512B`, `1.5KiB`, `64MiB`.
std::string format_size(uint64_t bytes);

/// Returns how many columns of a terminal `text` takes, given that each code point is as
/// wide as the next.
size_t columns(std::string_view text);

} // namespace troupe::commands
