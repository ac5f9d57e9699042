#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe::config {

/// The most parts of a dotted key; those of a configuration have five at most.
inline constexpr size_t most_key_parts = 16;

/// Returns the line, from 1, of the first dotted key or header in a text of TOML that has
/// more parts. Each part is a table within another, which toml++ reads and frees by
/// recursion: some ten thousand would overflow the stack of the running node.
std::optional<uint32_t> find_deep_key(std::string_view text);

} // namespace troupe::config
