#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::config {

/// Returns the one of `known` that was probably meant by `key` (at most two characters
/// put in, left out or changed), or nothing.
std::string_view nearest(std::string_view key, const std::vector<std::string>& known);

/// Returns `key` as TOML writes it in a dotted key: quoted where it is not a bare key.
std::string spell_key(std::string_view key);

/// Returns `d` in the largest unit that divides it, e.g. `250ms`.
std::string spell(std::chrono::microseconds d);

} // namespace troupe::config
