#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace troupe {

/// Returns `text` as UTF-8, with U+FFFD for each byte that is none: what workers and
/// servers wrote becomes a part of JSON, which must be UTF-8.
/// @param most Bytes of the result; it ends with a whole character.
std::string to_utf8(std::string_view text, size_t most = std::string_view::npos);

} // namespace troupe
