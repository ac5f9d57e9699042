#pragma once

#include <string>
#include <string_view>

namespace troupe {

/// Returns whether an HTTP header can carry `key` as it is: at least one character, all
/// of them printable ASCII and no space.
bool is_api_key(std::string_view key);

/// The form of a key, for messages. The key itself belongs in none.
inline constexpr std::string_view api_key_form =
    "expected at least one printable ASCII character and no space";

/// Returns a key as the environment holds it, less the line end that a file or a secret
/// store has put behind it.
std::string without_line_end(std::string_view key);

} // namespace troupe
