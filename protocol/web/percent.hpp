#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Percent-encoding (RFC 3986, 2.1).
namespace troupe::web {

/// Returns `text` with each `%XX` as the byte that it stands for; nothing if a `%` is not
/// followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

/// The same as the fields of forms have it: a plus is a blank, and a `%` that begins no
/// escape stands for itself.
std::string decode_form_text(std::string_view text);

} // namespace troupe::web
