#include "actors/worker/line_ring.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/base/utf8.hpp"

#include <algorithm>
#include <utility>

namespace troupe::worker {

namespace {

/// Returns `line` with U+FFFD for each byte that is not UTF-8, within the limit of a
/// line: answers in JSON have the lines, and a WebSocket ends with text that is not
/// UTF-8.
std::string as_utf8(std::string line) {
  if (is_utf8(line))
    return line;
  std::string result;
  for (std::string_view rest = line; !rest.empty();) {
    auto length = utf8_length(rest);
    if (length == 0)
      append_utf8(result, 0xFFFD);
    else
      result += rest.substr(0, length);
    rest.remove_prefix(length == 0 ? 1 : length);
  }
  if (result.size() > limits::stderr_line_bytes) {
    result.resize(limits::stderr_line_bytes);
    result.resize(complete_utf8(result));
  }
  return result;
}

} // namespace

std::vector<std::string> line_ring::last(size_t count) const {
  std::vector<std::string> result;
  auto n = std::min(count, lines_.size());
  for (auto i = count_ - n; i < count_; ++i)
    result.push_back(lines_[i % limits::stderr_lines]);
  return result;
}

void line_ring::append(std::string_view piece) {
  open_ += piece.substr(0, limits::stderr_line_bytes - open_.size());
}

void line_ring::close_line() {
  if (!open_.empty() && open_.back() == '\r')
    open_.pop_back();
  auto position = count_++ % limits::stderr_lines;
  if (position == lines_.size())
    lines_.emplace_back();
  lines_[position] = as_utf8(std::exchange(open_, {}));
}

} // namespace troupe::worker
