#include "broker/top/text_wrap.hpp"

#include "broker/top/frame.hpp"
#include "protocol/base/utf8.hpp"

#include <algorithm>

namespace troupe::top {

namespace {

/// Returns how many bytes of `text` fit into `width` columns; at least one character.
size_t bytes_that_fit(std::string_view text, size_t width) {
  size_t bytes = 0;
  size_t columns = 0;
  while (bytes < text.size()) {
    auto length = std::max<size_t>(utf8_length(text.substr(bytes)), 1);
    columns += width_of(text.substr(bytes, length));
    if (columns > width && bytes > 0)
      break;
    bytes += length;
  }
  return bytes;
}

/// Returns where a line of `text` ends: after a word, unless that leaves it half empty.
size_t end_of_line(std::string_view text, size_t width) {
  auto fits = bytes_that_fit(text, width);
  if (fits == text.size() || text[fits] == ' ')
    return fits;
  auto space = text.substr(0, fits).rfind(' ');
  return space == text.npos || space < fits / 2 ? fits : space;
}

} // namespace

std::vector<std::string> wrap(std::string_view line, size_t width, size_t indent) {
  if (indent > width / 2)
    indent = std::min<size_t>(2, width / 2);
  std::vector<std::string> all;
  do {
    auto before = all.empty() ? 0 : indent;
    auto end = end_of_line(line, std::max<size_t>(width, before + 1) - before);
    all.push_back(std::string(before, ' ') + std::string{line.substr(0, end)});
    line.remove_prefix(end);
    while (line.starts_with(' '))
      line.remove_prefix(1);
  } while (!line.empty());
  return all;
}

} // namespace troupe::top
