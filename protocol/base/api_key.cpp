#include "protocol/base/api_key.hpp"

#include <algorithm>

namespace troupe {

bool is_api_key(std::string_view key) {
  auto printable = [](char c) { return c > ' ' && c <= '~'; };
  return !key.empty() && std::all_of(key.begin(), key.end(), printable);
}

std::string without_line_end(std::string_view key) {
  while (key.ends_with('\n') || key.ends_with('\r'))
    key.remove_suffix(1);
  return std::string{key};
}

} // namespace troupe
