#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::config {

/// Returns the duration that `text` spells: a whole number and one of `us`, `ms`, `s`,
/// `m`, `h`, as in `"250ms"`; nothing for another form or one that does not fit.
std::optional<std::chrono::microseconds> parse_duration(std::string_view text);

/// Returns the number of bytes that `text` spells: a whole number, alone or with `B`,
/// `KiB`, `MiB` or `GiB`, as in `"64KiB"`; nothing for another form or one that does not
/// fit.
std::optional<uint64_t> parse_size(std::string_view text);

} // namespace troupe::config
