#include "protocol/base/utf8_repair.hpp"

#include "protocol/base/utf8.hpp"

#include <algorithm>

namespace troupe {

std::string to_utf8(std::string_view text, size_t most) {
  if (text.size() <= most && is_utf8(text))
    return std::string{text};
  constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD
  std::string out;
  while (!text.empty()) {
    auto length = utf8_length(text);
    auto character = length > 0 ? text.substr(0, length) : replacement;
    if (character.size() > most - out.size())
      break;
    out += character;
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return out;
}

} // namespace troupe
